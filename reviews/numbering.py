"""The numbers that claims have in an article: their order in its text, on every page that shows them.

A claim whose passage the outlet changed keeps a number in the newer text while it waits for a decision, and
when the decision was that it stands there no more: until the next text comes, nothing is renumbered.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from articles.models import Passage, Placement, Revision
from articles.querysets import PlacementQuerySet
from reviews.models import Review
from reviews.querysets import ReviewQuerySet


@dataclass
class _Places:
    standing: list[Passage] = field(default_factory=list)
    absent: list[Placement] = field(default_factory=list)

    @property
    def first(self) -> int:
        """Where the claim begins; a lost one about where it stood before."""
        starts = [each.start for each in self.standing]
        starts += [each.passage.start if each.start is None else each.start for each in self.absent]
        return min(starts)


@dataclass(frozen=True)
class Numbered:
    """A claim in a text: its passages there, and what became of those that do not stand in it."""

    number: int
    review: Review
    passages: list[Passage]
    absent: list[Placement]


def in_text_order(revision: Revision, reviews: ReviewQuerySet) -> list[Numbered]:
    """Return those of the reviews whose claim stands in this text, or did in the one before, from 1.

    Two queries, three of a text that is not the first, and those of what the reviews bring along.
    """
    places: dict[int, _Places] = {}
    for passage in Passage.objects.filter(revision=revision).order_by("start", "pk"):
        places.setdefault(passage.claim_id, _Places()).standing.append(passage)
    for placement in _absent(revision) if revision.number > 1 else ():
        places.setdefault(placement.passage.claim_id, _Places()).absent.append(placement)
    found = {review.claim_id: review for review in reviews.filter(claim__in=places)}
    order = sorted(found, key=lambda claim: (places[claim].first, claim))
    return [
        Numbered(number, found[claim], places[claim].standing, places[claim].absent)
        for number, claim in enumerate(order, start=1)
    ]


def _absent(revision: Revision) -> PlacementQuerySet:
    found = Placement.objects.filter(revision=revision, result=None).select_related("passage__revision")
    return found.defer("passage__revision__text", "passage__revision__blocks").order_by("pk")
