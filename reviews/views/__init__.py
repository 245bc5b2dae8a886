"""The HTML door to the desk's work: one module for each screen. No rule is in here."""
