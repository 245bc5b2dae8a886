"""What becomes of the passages of an article when its text changes."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from articles.actions import revise
from articles.models import Article, Passage, Placement, Revision
from factcheck.accounts.models import User
from factcheck.audit.models import Event
from tests import factories as make
from tests.cast import person

A, B, C, D, E = make.QUOTES


def _placements(revision: Revision) -> dict[str, Placement]:
    """What became of each passage, by its words."""
    found = Placement.objects.filter(revision=revision).select_related("passage", "result")
    return {each.passage.exact: each for each in found}


def _changed(article: Article, edit: Callable[[str], str], *, by: User | None = None) -> Revision:
    """The article with another text."""
    text = edit(make.newest_revision(article).text)
    revision, made = revise(article, actor=by or person("Ada"), text=text.replace("\n", "\n\n"))
    assert made
    return revision


@pytest.mark.django_db
def test_words_that_stand_follow_at_once() -> None:
    article = make.imported_article()
    claims = [make.flagged_claim(article=article, quote=quote) for quote in make.QUOTES]
    revision = _changed(article, lambda text: f"Corrected on Tuesday.\n{text}")
    placed = _placements(revision)
    assert {each.outcome for each in placed.values()} == {"kept"}
    assert all(each.is_certain for each in placed.values())
    for claim, quote in zip(claims, make.QUOTES, strict=True):
        assert [each.exact for each in Passage.objects.standing().filter(claim=claim)] == [quote]
        assert placed[quote].result == Passage.objects.get(claim=claim, revision=revision)
    assert not Event.objects.filter(action="claim.passage_changed").exists()
