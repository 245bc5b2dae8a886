"""The HTML door of articles: how far imports are, and the feeds that the desk reads."""
