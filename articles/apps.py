"""What was written: articles, their revisions, and the passages that claims stand in."""

from django.apps import AppConfig


class ArticlesConfig(AppConfig):
    name = "articles"
