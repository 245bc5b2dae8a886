"""Where it went: publications, their editions, and the public site."""

from django.apps import AppConfig


class PublishingConfig(AppConfig):
    name = "publishing"

    def ready(self) -> None:
        """Add what is public of a claim to its page, and what is wrong with webhooks to My desk."""
        from publishing.views import on_claim_page
        from publishing.webhooks.views import on_my_desk
        from reviews.views.claim_page import extend
        from reviews.views.desk import notify

        extend(on_claim_page)
        notify(on_my_desk)
