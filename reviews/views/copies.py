"""Other outlets' versions of an article, and the claims in them that can be linked: what its page shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.utils.timezone import now

from articles.comparison import Piece, word_diff
from articles.models import Revision
from articles.twins.models import NAMED
from factcheck.accounts.models import User
from reviews.offers import Offer, Offers, offers_for, twins_of

AWAITED = timedelta(minutes=5)
"""How long the page of an article asks for the near copies of a text that came."""


@dataclass(frozen=True)
class Place:
    """A place in this text: what the form sends, and its words, those marked that the passage has not."""

    value: str
    words: Sequence[Piece]


@dataclass(frozen=True)
class Shown:
    """An offer with its passage and its places laid beside each other."""

    offer: Offer
    passage: Sequence[Piece]
    places: Sequence[Place]


def copies_and_offers(revision: Revision, *, is_newest: bool, reader: User) -> dict[str, Any]:
    """Return what the page of an article shows of its near copies; offers beside its newest text only.

    One query; where there are near copies, those of `reviews.offers`.
    """
    twins = twins_of(revision.article)
    offers = offers_for(revision, twins, reader=reader) if is_newest else Offers()
    return {
        "is_looking_for_copies": is_newest and _is_awaited(revision),
        "copies": twins[:NAMED],
        "more_copies": twins[NAMED:],
        "offers": [_shown(offer, revision.text) for offer in offers.found if offer.places],
        "declined_offers": [_shown(offer, revision.text) for offer in offers.declined if offer.places],
        "offers_without_place": sum(not offer.places for offer in offers.found),
        "copies_not_searched": len(offers.not_searched),
    }


def _is_awaited(revision: Revision) -> bool:
    """Whether the near copies of a text that has just come will be known soon; of an old one nobody waits."""
    return not revision.article.is_compared and now() - revision.created_at < AWAITED


def _shown(offer: Offer, text: str) -> Shown:
    passage = offer.passage.exact
    diffs = [(place, word_diff(passage, text[slice(*place)])) for place in offer.places]
    return Shown(
        offer,
        passage=diffs[0][1][0],
        places=[Place(f"{start}-{end}", after) for (start, end), (_before, after) in diffs],
    )
