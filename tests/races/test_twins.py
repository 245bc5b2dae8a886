"""Two copies of a report at the same moment, and claims linked and unlinked by two people at once."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Any

import pytest

from articles.actions import add_article, compare_waiting, revise
from articles.models import Article, Claim, Passage, Placement
from articles.tasks import compare_article
from articles.twins.models import Twin
from factcheck.accounts.models import User
from factcheck.audit import actions as audit_actions, verify
from factcheck.audit.models import Event
from factcheck.errors import NotThere
from reviews.actions import add_passage, decide_placement, decline_offer, remove_passage
from reviews.models import DeclinedOffer, Review
from tests import factories as make
from tests.races.threads import at_once, winners

pytestmark = pytest.mark.django_db(transaction=True)


def _pairs() -> set[tuple[int, int]]:
    return set(Twin.objects.values_list("article", "other"))


def _all_pairs(articles: list[Article]) -> set[tuple[int, int]]:
    return {(one.pk, other.pk) for one in articles for other in articles if one != other}


def _add(text: str) -> Article:
    article, _was_known = add_article(actor=make.person("Ada"), text=text, given={})
    compare_article(article.pk)
    return article


def _revise(article: Article, text: str) -> None:
    revise(article, actor=make.person("Ada"), text=text)
    compare_article(article.pk)


def test_copies_that_come_at_the_same_moment_find_each_other(ada: User) -> None:
    outcomes = at_once(*(partial(_add, f"{make.TEXT}Printed by outlet {name}.") for name in ("one", "two")))
    assert len(winners(outcomes)) == 2
    assert not Article.objects.uncompared().exists()
    assert _pairs() == _all_pairs(outcomes)


def test_copies_whose_newer_texts_come_at_the_same_moment_find_each_other(ada: User) -> None:
    articles = [make.imported_article(text=" ".join(f"{n}word{at}" for at in range(60))) for n in range(2)]
    assert _pairs() == set()
    texts = [f"{make.TEXT}Printed by outlet {name}." for name in ("one", "two")]
    acts = (partial(_revise, article, text) for article, text in zip(articles, texts, strict=True))
    assert len(winners(at_once(*acts))) == 2
    assert _pairs() == _all_pairs(articles)


def test_a_claim_that_many_link_at_once_is_linked_once(ada: User, ben: User) -> None:
    for _ in range(5):
        claim = make.flagged_claim()
        revision = make.newest_revision(make.imported_article())
        place = make.place_of(make.QUOTE, revision)
        acts = (partial(add_passage, claim, actor=by, revision=revision, **place) for by in (ada, ben, ada))
        assert winners(at_once(*acts))
        assert Passage.objects.filter(claim=claim, revision=revision).count() == 1
    assert list(verify.faults()) == []


@pytest.mark.parametrize("state", [make.flagged, make.approved])
def test_a_claim_that_one_links_while_another_turns_it_down_is_linked(
    state: Callable[[], Review], ada: User, ben: User
) -> None:
    for _ in range(5):
        review = state()
        revision = make.newest_revision(make.imported_article())
        place = make.place_of(make.QUOTE, revision)
        compare_waiting()
        link, decline = (make.review_of(review).claim for _ in range(2))
        outcomes = at_once(
            partial(add_passage, link, actor=ada, revision=revision, **place),
            partial(decline_offer, decline, actor=ben, article=revision.article),
        )
        # Either it was turned down first and is linked all the same, or Ben is told that it is linked.
        assert 0 in winners(outcomes)
        assert Passage.objects.filter(claim=review.claim, revision=revision).count() == 1
        assert DeclinedOffer.objects.filter(claim=review.claim).exists() == (outcomes[1] is None)
    assert list(verify.faults()) == []


def test_a_claim_that_two_turn_down_at_once_is_turned_down_once_in_each_article(ada: User, ben: User) -> None:
    for _ in range(5):
        claim = make.flagged_claim()
        articles = [make.imported_article() for _ in range(2)]
        compare_waiting()
        acts = (
            partial(decline_offer, claim, actor=by, article=article)
            for article in articles
            for by in (ada, ben)
        )
        assert len(winners(at_once(*acts))) == 4
        assert DeclinedOffer.objects.filter(claim=claim).count() == 2
    assert Event.objects.filter(action="claim.offer_declined").count() == 10
    assert list(verify.faults()) == []


def _in_two(review: Review) -> list[Passage]:
    """Two places of the claim, each in an article of its own."""
    make.second_place(review.claim)
    return list(review.claim.passages.select_related("revision__article").order_by("pk"))


@pytest.mark.parametrize("state", [make.flagged, make.drafted, make.approved])
def test_of_two_who_remove_the_last_two_places_at_once_one_is_refused(
    state: Callable[[], Review], ada: User, ben: User
) -> None:
    for _ in range(5):
        review = state()
        outcomes = at_once(
            *(
                partial(remove_passage, make.review_of(review).claim, actor=by, passage=place)
                for by, place in zip((ada, ben), _in_two(review), strict=True)
            )
        )
        assert len(winners(outcomes)) == 1
        assert Passage.objects.filter(claim=review.claim).count() == 1
    assert list(verify.faults()) == []


def test_a_place_that_two_remove_at_once_is_removed_once(ada: User, ben: User) -> None:
    for _ in range(5):
        review = make.drafted()
        _first, place = _in_two(review)
        claims = [make.review_of(review).claim for _ in range(2)]
        acts = (
            partial(remove_passage, claim, actor=by, passage=place)
            for by, claim in zip((ada, ben), claims, strict=True)
        )
        assert len(winners(at_once(*acts))) == 1
        assert Passage.objects.filter(claim=review.claim).count() == 1
    assert Event.objects.filter(action="claim.passage_removed").count() == 5
    assert list(verify.faults()) == []


def test_a_place_that_is_removed_beside_a_newer_text_or_a_decision_is_gone(ada: User, ben: User) -> None:
    for _ in range(5):
        review = make.drafted()
        _first, place = _in_two(review)
        article = place.revision.article
        text = make.newest_revision(article).text.replace("9 crowns", "12 crowns")
        remove = partial(remove_passage, make.review_of(review).claim, actor=ben, passage=place)
        outcomes = at_once(partial(revise, article, actor=ada, text=text.replace("\n", "\n\n")), remove)
        assert len(winners(outcomes)) == 2
        assert not Passage.objects.filter(claim=review.claim, revision__article=article).exists()
    for _ in range(5):
        placement = make.waiting_placement()
        claim, place = Claim.objects.get(pk=placement.passage.claim_id), placement.passage
        make.second_place(claim)
        outcomes = at_once(
            partial(_decide, placement), partial(remove_passage, claim, actor=ben, passage=place)
        )
        assert 1 in winners(outcomes)
        article = placement.revision.article
        assert not Passage.objects.filter(claim=claim, revision__article=article).exists()
    assert list(verify.faults()) == []


def _wait_for_each_other(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let two who tell the log of claims go on when both are about to, or when the other cannot come."""
    meet, look = threading.Barrier(2), audit_actions._head

    def head(object_type: str, *facts: Any) -> Any:
        found = look(object_type, *facts)
        if object_type == "articles.claim":
            with suppress(threading.BrokenBarrierError):
                meet.wait(3)
        return found

    monkeypatch.setattr(audit_actions, "_head", head)


def test_newer_texts_of_two_articles_that_share_claims_are_both_stored(
    ada: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each changes one of two claims, of which it tells, and has the other unchanged."""
    one, other = make.imported_article(), make.imported_article()
    revision = make.newest_revision(other)
    for quote in (make.QUOTE, make.QUOTES[3]):
        claim = make.flagged_claim(article=one, quote=quote)
        add_passage(claim, actor=ada, revision=revision, **make.place_of(quote, revision))
    edits = ((one, make.OTHER_FIGURE), (other, ("9 crowns", "12 crowns")))
    texts = [(article, make.newest_revision(article).text.replace(*edit)) for article, edit in edits]
    _wait_for_each_other(monkeypatch)
    acts = (partial(revise, article, actor=ada, text=text) for article, text in texts)
    assert len(winners(at_once(*acts))) == 2
    assert [article.revisions.count() for article in (one, other)] == [2, 2]
    assert Event.objects.filter(action="claim.passage_changed").count() == 2
    assert list(verify.faults()) == []


def test_a_claim_that_is_linked_beside_a_newer_text_of_another_article_tells_of_both(
    ada: User, ben: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    claim = make.flagged_claim()
    article = make.passage_of(claim).revision.article
    revision = make.newest_revision(make.imported_article())
    text = make.newest_revision(article).text.replace(*make.OTHER_FIGURE)
    _wait_for_each_other(monkeypatch)
    outcomes = at_once(
        partial(add_passage, claim, actor=ben, revision=revision, **make.place_of(make.QUOTE, revision)),
        partial(revise, article, actor=ada, text=text),
    )
    assert len(winners(outcomes)) == 2
    events = Event.objects.filter(object_type="articles.claim", object_id=str(claim.pk))
    assert {"claim.passage_added", "claim.passage_changed"} < set(events.values_list("action", flat=True))
    assert list(verify.faults()) == []


def _decide(placement: Placement) -> None:
    with suppress(NotThere):
        decide_placement(placement, actor=make.person("Ada"), decision="accepted")
