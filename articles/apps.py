"""What was written: articles, their revisions, and the passages that claims stand in."""

from django.apps import AppConfig


class ArticlesConfig(AppConfig):
    name = "articles"

    def ready(self) -> None:
        """Import the checks, which registers them."""
        from articles import checks  # noqa: F401
