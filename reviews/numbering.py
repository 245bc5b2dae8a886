"""The numbers that claims have in an article: their order in its text, on every page that shows them."""

from __future__ import annotations

from articles.models import Passage, Revision
from reviews.models import Review
from reviews.querysets import ReviewQuerySet

Numbered = tuple[int, Review, list[Passage]]


def in_text_order(revision: Revision, reviews: ReviewQuerySet) -> list[Numbered]:
    """Return those of the reviews whose claim stands in this text, numbered from 1, with its passages.

    Two queries, and those of what the reviews bring along.
    """
    placed: dict[int, list[Passage]] = {}
    for passage in Passage.objects.filter(revision=revision).order_by("start", "pk"):
        placed.setdefault(passage.claim_id, []).append(passage)
    found = {review.claim_id: review for review in reviews.filter(claim__in=placed)}
    order = sorted(found, key=lambda claim: (placed[claim][0].start, claim))
    return [(number, found[claim], placed[claim]) for number, claim in enumerate(order, start=1)]
