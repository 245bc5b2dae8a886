"""Claims that were flagged in a near copy of an article, offered for linking instead of checking twice.

Where their words stand in this article's newest text is asked of `articles.anchoring`, as for a newer text
of one article: only what stands there beyond doubt is offered as a place, anything else is for a person to
look at. An offer is gone when the claim stands in the article; stored is only that somebody declined it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models.functions import Substr

from articles.anchoring import Anchored, reanchor
from articles.models import Article, Passage, Revision
from articles.twins.models import Twin
from factcheck.accounts.models import User
from reviews.lifecycle import Status
from reviews.models import DeclinedOffer, Review

COPIES = 5
"""The most alike of its near copies whose claims are looked for."""
CLAIMS = 50
"""Places of claims that are looked for: so many that are to be offered, and so many turned down."""
NAMES = 50
LENGTH = 400_000
"""Code points of this text and the others together in which claims are looked for: some 0.3 s."""


@dataclass(frozen=True)
class Offers:
    """The claims of near copies, those of them that were declined here, and the ids of copies not searched.

    Those are too long.
    """

    found: list[Offer] = field(default_factory=list)
    declined: list[Offer] = field(default_factory=list)
    not_searched: list[int] = field(default_factory=list)


@dataclass(frozen=True)
class Offer:
    """One claim, the passage that it has in a near copy, and where that may stand in this text."""

    review: Review
    passage: Passage
    found: Anchored
    declined: DeclinedOffer | None
    """Who said that it does not stand here; it can be linked all the same."""

    @property
    def article(self) -> Article:
        return self.passage.revision.article

    @property
    def places(self) -> list[tuple[int, int]]:
        """Where its words stand, or close ones: the first is proposed. Empty where none is near enough."""
        return [self.found.place, *self.found.others] if self.found.place else []

    @property
    def can_link(self) -> bool:
        """Whether there is a place for it; what was set aside is shown, and stays aside."""
        return bool(self.places) and self.review.status != Status.DECLINED

    @property
    def reopens(self) -> bool:
        """Whether linking it returns a verdict to research, since readers see where a claim stands."""
        return self.review.status in {Status.SUBMITTED, Status.APPROVED}


def twins_of(article: Article) -> list[Twin]:
    """Return the near copies of an article with their outlets, the most alike first. One query."""
    return list(Twin.objects.filter(article=article).select_related("other__outlet")[:NAMES])


def offers_for(revision: Revision, twins: Sequence[Twin], *, reader: User) -> Offers:
    """Return an offer for each claim of the near copies that does not stand in the article yet.

    In the order of this text, those without a place last. `revision` is the article's newest. Copies whose
    texts are very long (`LENGTH`) are named, not searched. No query without near copies, two with them; three
    more where those have such claims.
    """
    if not twins:
        return Offers()
    ids = [twin.other_id for twin in twins[:COPIES]]
    here = Passage.objects.filter(revision__article=revision.article_id).values("claim")
    turned_down = DeclinedOffer.objects.filter(article=revision.article_id)
    there: Any = (
        Passage.objects.standing()
        .filter(revision__article__in=ids)
        .exclude(claim__in=here)
        .select_related("revision__article__outlet")
        .defer("revision__text", "revision__blocks", "revision__http", "revision__warnings")
        .order_by("pk")
    )
    # Apart, for what was turned down must not keep other claims from being offered.
    passages = [
        *there.exclude(claim__in=turned_down.values("claim"))[:CLAIMS],
        *there.filter(claim__in=turned_down.values("claim"))[:CLAIMS],
    ]
    if not passages:
        return Offers()
    claims = {passage.claim_id for passage in passages}
    reviews = Review.objects.visible_to(reader).with_state().select_related("claim")
    by_claim = {review.claim_id: review for review in reviews.filter(claim__in=claims)}
    said = turned_down.filter(claim__in=claims).select_related("declined_by")
    declined = {each.claim_id: each for each in said}
    best: dict[int, Offer] = {}
    looked_for, not_searched = _look_for(passages, revision.text)
    for passage, found in looked_for:
        if passage.claim_id not in by_claim:
            continue
        offer = Offer(by_claim[passage.claim_id], passage, found, declined.get(passage.claim_id))
        if passage.claim_id not in best or _worth(offer) > _worth(best[passage.claim_id]):
            best[passage.claim_id] = offer
    offers = sorted(best.values(), key=lambda offer: (not offer.places, offer.places, offer.passage.pk))
    return Offers(
        found=[offer for offer in offers if not offer.declined],
        declined=[offer for offer in offers if offer.declined],
        not_searched=not_searched,
    )


def _look_for(passages: Sequence[Passage], text: str) -> tuple[list[tuple[Passage, Anchored]], list[int]]:
    """Look for passages of other articles in a text; say which of those were too long for it. One query."""
    by_revision: dict[int, list[Passage]] = defaultdict(list)
    for passage in passages:
        by_revision[passage.revision_id].append(passage)
    found: list[tuple[Passage, Anchored]] = []
    too_long: set[int] = set()
    left = LENGTH
    texts = dict(Revision.objects.filter(pk__in=by_revision).values_list("pk", Substr("text", 1, LENGTH)))
    for pk, inside in by_revision.items():
        old = texts[pk]
        if len(old) + len(text) > left:
            too_long.add(inside[0].revision.article_id)
            continue
        left -= len(old) + len(text)
        places = reanchor(old, text, [(each.start, each.end) for each in inside])
        found += zip(inside, places, strict=True)
    return found, sorted(too_long)


def _worth(offer: Offer) -> tuple[bool, float]:
    return offer.found.is_certain, offer.found.score if offer.found.place else -1.0
