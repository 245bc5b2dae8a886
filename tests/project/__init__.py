"""The ground the product stands on: settings, start, proxy, faults of what is around it."""
