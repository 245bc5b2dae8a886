"""Two copies of a report at the same moment, and one claim linked by two people: each once, none missed."""

from __future__ import annotations

from functools import partial

import pytest

from articles.actions import add_article, revise
from articles.models import Article, Passage
from articles.tasks import compare_article
from articles.twins.models import Twin
from factcheck.accounts.models import User
from factcheck.audit import verify
from reviews.actions import add_passage
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
