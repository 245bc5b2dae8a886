"""REST: flagging, research, sign-off, and the log of it all."""

from __future__ import annotations

from factcheck.api.routers import DeskRouter
from reviews.api.annotated import AnnotatedCopyViewSet
from reviews.api.claims import ClaimViewSet
from reviews.api.events import EventViewSet
from reviews.api.evidence import EvidenceViewSet
from reviews.api.offers import OfferViewSet
from reviews.api.placements import PlacementViewSet
from reviews.api.reviews import ReviewViewSet
from reviews.api.scales import ScaleViewSet
from reviews.api.sources import SourceViewSet
from reviews.api.verdicts import VerdictViewSet


def register(router: DeskRouter) -> None:
    """Add the resources of this app."""
    router.register("articles", AnnotatedCopyViewSet, "copy")
    router.register("articles", OfferViewSet, "offer")
    router.register("claims", ClaimViewSet, "claim")
    router.register("placements", PlacementViewSet, "placement")
    router.register("reviews", ReviewViewSet, "review")
    router.register(r"reviews/(?P<review_id>[0-9]{1,19})/evidence", EvidenceViewSet, "evidence")
    router.register(r"reviews/(?P<review_id>[0-9]{1,19})/verdicts", VerdictViewSet, "verdict")
    router.register("sources", SourceViewSet, "source")
    router.register("scales", ScaleViewSet, "scale")
    router.register("events", EventViewSet, "event")


__all__ = ["register"]
