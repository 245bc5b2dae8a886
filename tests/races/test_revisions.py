"""Two new texts at once, a decision beside a new text, a flag beside a new text: nothing is left behind."""

from __future__ import annotations

from functools import partial

import pytest

from articles.actions import revise
from articles.models import Passage, Placement, Revision
from factcheck.accounts.models import User
from factcheck.audit import verify
from reviews.actions import decide_placement, flag_claim, undo_placement
from tests import factories as make
from tests.races.threads import at_once, winners

pytestmark = pytest.mark.django_db(transaction=True)


def _text(article: object, *edits: tuple[str, str]) -> str:
    text = make.newest_revision(article).text  # type: ignore[arg-type]
    for old, new in edits:
        text = text.replace(old, new)
    return text.replace("\n", "\n\n")


def _every_passage_is_accounted_for() -> None:
    """Each stands in the newest text of its article, or has a row that says why not."""
    for passage in Passage.objects.live().select_related("revision"):
        newest = Revision.objects.filter(article=passage.revision.article_id).order_by("-number")[0]
        if passage.revision_id != newest.pk:
            placement = Placement.objects.get(passage=passage, revision=newest)
            assert not placement.decision
            assert not placement.is_certain


@pytest.mark.case("P20")
def test_the_same_new_text_twice_at_once_is_one_revision(ada: User) -> None:
    for _ in range(5):
        article = make.imported_article()
        make.flagged_claim(article=article)
        text = _text(article, make.OTHER_FIGURE)
        outcomes = at_once(*(partial(revise, article, actor=ada, text=text) for _ in range(3)))
        assert len(winners(outcomes)) == 3
        assert sorted(made for _, made in outcomes) == [False, False, True]
        assert [each.number for each in article.revisions.all()] == [2, 1]
        assert Placement.objects.filter(revision__article=article).count() == 1
    assert list(verify.faults()) == []


def test_two_new_texts_at_once_are_two_revisions_one_after_the_other(ada: User) -> None:
    for _ in range(5):
        article = make.imported_article()
        for quote in make.QUOTES:
            make.flagged_claim(article=article, quote=quote)
        texts = [_text(article, make.OTHER_FIGURE), _text(article, ("9 crowns", "12 crowns"))]
        outcomes = at_once(*(partial(revise, article, actor=ada, text=text) for text in texts))
        assert len(winners(outcomes)) == 2
        assert [each.number for each in article.revisions.all()] == [3, 2, 1]
        _every_passage_is_accounted_for()
    assert list(verify.faults()) == []


def test_a_flag_beside_a_new_text_is_placed_in_it(ada: User, ben: User) -> None:
    for _ in range(8):
        article = make.imported_article()
        make.flagged_claim(article=article)
        first = make.newest_revision(article)
        outcomes = at_once(
            partial(revise, article, actor=ada, text=_text(article, ("9 crowns", "12 crowns"))),
            partial(flag_claim, actor=ben, revision=first, **make.place_of(make.QUOTES[3], first)),
        )
        assert len(winners(outcomes)) == 2
        _every_passage_is_accounted_for()
    assert list(verify.faults()) == []


def test_a_decision_beside_a_new_text_is_made_or_refused(ada: User, ben: User) -> None:
    for _ in range(8):
        placement = make.waiting_placement()
        article = placement.revision.article
        outcomes = at_once(
            partial(revise, article, actor=ada, text=_text(article, ("9 crowns", "12 crowns"))),
            partial(decide_placement, placement, actor=ben, decision="accepted"),
        )
        assert 0 in winners(outcomes)
        _every_passage_is_accounted_for()
        assert not Placement.objects.undecided().filter(revision=placement.revision).exists()
    assert list(verify.faults()) == []


def test_taking_back_beside_a_new_text_leaves_nothing_open_in_the_old_one(ada: User, ben: User) -> None:
    for decision in ("accepted", "removed") * 4:
        placement = make.waiting_placement()
        decide_placement(placement, actor=ben, decision=decision)
        article = placement.revision.article
        at_once(
            partial(revise, article, actor=ada, text=_text(article, ("9 crowns", "12 crowns"))),
            partial(undo_placement, placement, actor=ben),
        )
        _every_passage_is_accounted_for()
        assert not Placement.objects.undecided().filter(revision=placement.revision).exists()
    assert list(verify.faults()) == []


def test_of_many_who_decide_at_once_one_does(ada: User, ben: User, cleo: User) -> None:
    wishes = [(ada, "accepted"), (ben, "removed"), (cleo, "kept")]
    for _ in range(5):
        pk = make.waiting_placement().pk
        found = Placement.objects.select_related("passage__claim__review", "revision")
        outcomes = at_once(
            *(
                partial(decide_placement, found.get(pk=pk), actor=who, decision=decision)
                for who, decision in wishes
            )
        )
        [won] = winners(outcomes)
        now = Placement.objects.get(pk=pk)
        assert (now.decided_by, now.decision) == wishes[won]
        assert (now.result is not None) == (now.decision == "accepted")
    assert list(verify.faults()) == []
