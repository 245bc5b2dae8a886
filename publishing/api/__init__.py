"""REST: what publishing gives to programs, and who is told what happens."""

from factcheck.api.routers import DeskRouter
from publishing.api.publications import (
    EditionViewSet,
    PublicationViewSet,
    ReleaseViewSet,
    ReviewPublishingViewSet,
)
from publishing.api.webhooks import DeliveryViewSet, EndpointViewSet


def register(router: DeskRouter) -> None:
    """Add the resources of this app."""
    router.register("publications", PublicationViewSet, "publication")
    router.register(r"publications/(?P<publication_id>[0-9]{1,19})/editions", EditionViewSet, "edition")
    router.register("releases", ReleaseViewSet, "release")
    router.register("reviews", ReviewPublishingViewSet, "review-publishing")
    router.register("endpoints", EndpointViewSet, "endpoint")
    router.register("deliveries", DeliveryViewSet, "delivery")


__all__ = ["register"]
