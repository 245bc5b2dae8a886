"""Feeds that the desk reads: what they are, and how their bytes become entries.

Polling them is `articles.actions.polling`; the readers are pure and run in the cage.
"""
