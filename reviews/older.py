"""Whether a review's wording is older than the words that its claim stands in now: a fact, read when shown.

It was written for what the article said then. Whoever took over what the article says now wrote none of it.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db.models import QuerySet

from articles.anchoring import are_same_words
from articles.models import Passage, Placement
from reviews.models import Review

_FOLLOWS = (Placement.Decision.ACCEPTED, Placement.Decision.CHOSEN)


def written_at(review: Review) -> datetime:
    """Return when statement and rating were last put into words or sent. No query, with claim and verdict."""
    sent = review.verdict.submitted_at if review.verdict else None
    return max(filter(None, (review.claim.created_at, review.saved_at, sent)))


def taken_over_since(at: datetime) -> QuerySet[Placement]:
    """Passages for which somebody took over a place in a newer text after that."""
    return Placement.objects.filter(decision__in=_FOLLOWS, decided_at__gt=at)


def written_for(review: Review, places: Iterable[Passage]) -> dict[int, Placement]:
    """Return by the place's id what took its words over first since the wording; `passage` has those before.

    Places in the same words as then are left out. One query.
    """
    since = written_at(review)
    steps = Placement.objects.filter(passage__claim=review.claim_id, result__isnull=False)
    before = {step.result_id: step for step in steps.select_related("passage", "decided_by")}
    found = {}
    for place in places:
        pk, first = place.pk, None
        while step := before.get(pk):
            pk = step.passage_id
            if step.decided_at and step.decided_at > since:
                first = step
        if first and not are_same_words(first.passage.exact, place.exact):
            found[place.pk] = first
    return found
