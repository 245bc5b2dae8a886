"""Telling other programs what happened: endpoints, and what is delivered to them (decision record 0020).

What there is to tell comes from the audit log, by query: nothing calls this part when something happens.
"""
