"""How far the checks of an article are: derived from its reviews, never stored."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from operator import or_
from typing import Any, Final

from django.db.models import Case, Count, Exists, F, Max, OuterRef, Q, QuerySet, Value, When
from django.db.models.lookups import In
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from articles.models import Article, Passage
from reviews.models import Review
from reviews.querysets import OPEN

WORDS: Final[dict[str, str | Promise]] = {
    "flagged": _("Waiting for first read"),
    "research": _("Being checked"),
    "ready": _("Ready to publish"),
    "published": _("Published"),
    "declined": _("Set aside"),
}

_ARTICLE = "claim__passages__revision__article"


@dataclass(frozen=True)
class Progress:
    """The reviews of one article, counted. A claim that stands in two articles counts in both."""

    waiting: int = 0
    doing: int = 0
    approved: int = 0
    published: int = 0
    declined: int = 0
    touched_at: datetime | None = None

    @property
    def decided(self) -> int:
        return self.approved + self.declined

    @property
    def total(self) -> int:
        return self.waiting + self.doing + self.decided

    @property
    def state(self) -> str:
        """One of `WORDS`."""
        if not self.total:
            return "flagged"
        if self.waiting or self.doing:
            return "research"
        if self.approved > self.published:
            return "ready"
        return "published" if self.approved else "declined"


def progress_of(articles: Iterable[Article]) -> dict[int, Progress]:
    """Return the progress of each article by its id. One query."""
    ids = [article.pk for article in articles]
    status = Review.Status
    rows = (
        Review.objects.filter(**{f"{_ARTICLE}__in": ids})
        .order_by()
        .values(_ARTICLE)
        .annotate(
            waiting=_count(Q(status=status.UNASSIGNED)),
            doing=_count(Q(status__in=[status.RESEARCHING, status.SUBMITTED])),
            approved=_count(Q(status=status.APPROVED)),
            published=_count(_PUBLISHED),
            declined=_count(Q(status=status.DECLINED)),
            touched_at=Max("touched_at"),
        )
    )
    found = {row.pop(_ARTICLE): Progress(**row) for row in rows}
    return {pk: found.get(pk, Progress()) for pk in ids}


def in_state(states: Iterable[str]) -> Q:
    """The articles whose progress is in one of these states: the twin of `Progress.state`."""
    wanted = set(states)
    if wanted == {"flagged", "declined"}:
        return Q(_NOTHING_KEPT)
    if wanted <= _AT_A_GLANCE.keys():
        return reduce(or_, (_AT_A_GLANCE[state] for state in wanted), Q())
    return Q(In(_STATE, sorted(wanted)))


def _reviews(**which: Any) -> QuerySet[Review]:
    """The reviews of an article, for use inside a query of articles."""
    return Review.objects.filter(**{_ARTICLE: OuterRef("pk")}, **which).order_by()


def _count(which: Q) -> Count:
    return Count("pk", filter=which, distinct=True)


# What is out is what was approved last.
_PUBLISHED = Q(
    status=Review.Status.APPROVED,
    publication__state="live",
    publication__edition__verdict=F("verdict"),
)


_HERE, _OPEN, _APPROVED = _reviews(), _reviews(status__in=OPEN), _reviews(status=Review.Status.APPROVED)

# Asked article by article until the page is full, which for a common state is soon.
_STATE = Case(
    When(Exists(_OPEN), then=Value("research")),
    When(Exists(_APPROVED.exclude(_PUBLISHED)), then=Value("ready")),
    When(Exists(_APPROVED), then=Value("published")),
    When(Exists(_HERE), then=Value("declined")),
    default=Value("flagged"),
)
# For a rare one that would be all articles; these are told by one look at each, into an index.
_PLACES = Passage.objects.filter(revision__article=OuterRef("pk")).order_by()
_KEPT = Review.objects.filter(claim=OuterRef("claim")).exclude(status=Review.Status.DECLINED)
_NOTHING_KEPT = ~Exists(_PLACES.filter(Exists(_KEPT)))
_AT_A_GLANCE: Final[dict[str, Q]] = {
    "flagged": Q(~Exists(_PLACES)),
    "research": Q(Exists(_OPEN)),
    "declined": Q(Exists(_PLACES), _NOTHING_KEPT),
}
