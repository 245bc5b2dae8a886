"""Where it went: publications, their editions, and the public site."""

from django.apps import AppConfig


class PublishingConfig(AppConfig):
    name = "publishing"

    def ready(self) -> None:
        """Add what is public of a claim to its page at the desk."""
        from publishing.views import on_claim_page
        from reviews.views.claim_page import extend

        extend(on_claim_page)
