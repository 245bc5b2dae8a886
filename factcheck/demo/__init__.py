"""The whole desk on one machine, in one terminal: what ``make demo`` runs.

`launch` is the story; `processes` keeps programs alive; `leftovers` clears away what a killed launch
left behind. Nothing here is used in production.
"""
