"""What a person sees as the state of a claim: one function over three facts, never stored."""

from __future__ import annotations

from typing import Final

from django.db.models import Exists, OuterRef, Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from reviews.models import Review, Verdict

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
    if publication is None or publication.edition is None or publication.is_behind(review):
        return "scheduled" if review.on_its_way else "ready"
    if publication.state == "withdrawn":
        return "retracted"
    return "corrected" if publication.edition.kind == "correction" else "published"


_APPROVED = Q(status=Review.Status.APPROVED)
_RESEARCHING = Q(status=Review.Status.RESEARCHING)
_CORRECTED = Q(publication__edition__kind="correction")

# Most of an archive is out as it was approved last, and few of it wait. Said by comparing two columns, a
# planner thinks the first rare and the second common; it sorted all of the one and walked all of the other.
# So it is asked whether the newest verdict is among those that stand, or that were ever published.
_OUT = Review.objects.filter(publication__edition__verdict=OuterRef("verdict"))
_LIVE = _OUT.filter(publication__state="live")
_WAS_PUBLISHED = Verdict.objects.filter(pk=OuterRef("verdict"), editions__isnull=False)

# Asked of the job: a publication says "scheduled" also when its release was held, or is for an older verdict.
_BEING_RELEASED = Verdict.objects.filter(pk=OuterRef("verdict"), releases__status__in=["queued", "running"])
ON_ITS_WAY: Final = Exists(_BEING_RELEASED)

_CONDITIONS: Final[dict[str, Q]] = {
    "flagged": Q(status=Review.Status.UNASSIGNED),
    "research": _RESEARCHING & Q(was_returned=False, rating=None),
    "draft": _RESEARCHING & Q(was_returned=False, rating__isnull=False),
    "returned": _RESEARCHING & Q(was_returned=True),
    "signoff": Q(status=Review.Status.SUBMITTED),
    "ready": _APPROVED & ~Exists(_WAS_PUBLISHED) & ~ON_ITS_WAY,
    "scheduled": _APPROVED & ~Exists(_WAS_PUBLISHED) & ON_ITS_WAY,
    "published": _APPROVED & Q(Exists(_LIVE.exclude(_CORRECTED))),
    "corrected": _APPROVED & Q(Exists(_LIVE.filter(_CORRECTED))),
    "retracted": _APPROVED & Q(Exists(_OUT.filter(publication__state="withdrawn"))),
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
