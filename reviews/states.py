"""What a person sees as the state of a claim: one function over three facts, never stored."""

from __future__ import annotations

from typing import Final

from django.db.models import F, Q
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
    if publication is None or publication.state == "called_off" or publication.is_behind(review):
        return "ready"
    if publication.state == "live":
        return "corrected" if publication.edition.kind == "correction" else "published"
    return "scheduled" if publication.state == "scheduled" else "retracted"


_APPROVED = Q(status=Review.Status.APPROVED)
_RESEARCHING = Q(status=Review.Status.RESEARCHING)
_BEHIND = Q(publication__edition__isnull=False) & ~Q(publication__edition__verdict=F("verdict"))
_OUT = _APPROVED & Q(publication__isnull=False) & ~_BEHIND
_LIVE = _OUT & Q(publication__state="live")
_CORRECTED = Q(publication__edition__kind="correction")

_CONDITIONS: Final[dict[str, Q]] = {
    "flagged": Q(status=Review.Status.UNASSIGNED),
    "research": _RESEARCHING & Q(was_returned=False, rating=None),
    "draft": _RESEARCHING & Q(was_returned=False, rating__isnull=False),
    "returned": _RESEARCHING & Q(was_returned=True),
    "signoff": Q(status=Review.Status.SUBMITTED),
    "ready": _APPROVED & (Q(publication=None) | Q(publication__state="called_off") | _BEHIND),
    "scheduled": _OUT & Q(publication__state="scheduled"),
    "published": _LIVE & ~_CORRECTED,
    "corrected": _LIVE & _CORRECTED,
    "retracted": _OUT & Q(publication__state="withdrawn"),
    "declined": Q(status=Review.Status.DECLINED),
}


_STATUSES: Final[dict[str, Review.Status]] = {
    "flagged": Review.Status.UNASSIGNED,
    **dict.fromkeys(("research", "draft", "returned"), Review.Status.RESEARCHING),
    "signoff": Review.Status.SUBMITTED,
    **dict.fromkeys(("ready", "scheduled", "published", "corrected", "retracted"), Review.Status.APPROVED),
    "declined": Review.Status.DECLINED,
}


def statuses_of(*states: str) -> set[str]:
    """The statuses that reviews in these states have."""
    return {_STATUSES[state].value for state in states}


def having(*states: str) -> Q:
    """The reviews that `shown_state` calls one of these: its twin, for `with_state()` querysets."""
    wanted = Q()
    for state in states:
        wanted |= _CONDITIONS[state]
    return wanted
