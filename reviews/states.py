"""What a person sees as the state of a claim: one function over three facts, never stored."""

from __future__ import annotations

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from reviews.models import Review

WORDS: Final[dict[str, str | Promise]] = {
    "flagged": _("Flagged"),
    "research": _("In research"),
    "draft": _("Drafted"),
    "returned": _("Returned"),
    "signoff": _("Awaiting sign-off"),
    "ready": _("Signed off"),
    "scheduled": _("Scheduled"),
    "published": _("Published"),
    "corrected": _("Corrected"),
    "retracted": _("Retracted"),
    "declined": _("Declined"),
}


def shown_state(review: Review) -> str:
    """Return one of `WORDS`. The review comes from `Review.objects.with_state()`; no query."""
    match review.status:
        case Review.Status.UNASSIGNED:
            return "flagged"
        case Review.Status.DECLINED:
            return "declined"
        case Review.Status.SUBMITTED:
            return "signoff"
        case Review.Status.RESEARCHING:
            if review.was_returned:
                return "returned"
            return "draft" if review.rating_id else "research"
    publication = getattr(review, "publication", None)
    if publication is None or publication.is_behind(review):
        return "ready"
    if publication.state == "live":
        return "corrected" if publication.edition.kind == "correction" else "published"
    return "scheduled" if publication.state == "scheduled" else "retracted"
