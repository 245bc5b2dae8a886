"""Which sentences count as read, and which marks come along when an article changes."""

from __future__ import annotations

import time
from random import Random
from typing import Any

import pytest
from hypothesis import given, strategies as st

from articles.actions import mark_sentences, revisions
from articles.coverage import coverage_of, decided
from articles.models import Article, ReadingMark, Revision
from articles.unchanged import marks_that_stay, same_sentences
from assist.sentences import spans
from factcheck.accounts.models import User
from factcheck.audit.models import Event
from factcheck.errors import Forbidden, Malformed
from tests import factories as make
from tests.database import nothing_changes

Kind = ReadingMark.Kind


def said(revision: Revision) -> list[tuple[str, str]]:
    """Each mark with the words it stands on."""
    return [(revision.text[mark.start : mark.end], mark.kind) for mark in revision.marks.all()]


def mark(revision: Revision, by: User, words: str, kind: Kind | None = Kind.READ) -> list[Any]:
    return mark_sentences(revision, actor=by, kind=kind, **make.place_of(words, revision))


@pytest.fixture
def revision(db: None) -> Revision:
    text = "The ferry sails. It is late! Is it?\nNobody knows. The end.\n"
    return make.newest_revision(make.imported_article(text=text))


# --- What is read --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("passages", "marks", "read"),
    [
        ([], [], "...."),
        ([(0, 1)], [], "c..."),
        ([(9, 10)], [], "c..."),
        ([(10, 11)], [], "...."),
        ([(5, 15)], [], "cc.."),
        ([(0, 40), (2, 3)], [], "cccc"),
        ([(0, 3), (1, 25)], [], "ccc."),
        ([], [(11, 20, "read")], ".m.."),
        ([(11, 12)], [(11, 20, "read"), (31, 40, "opinion")], ".b.m"),
        ([], [(0, 40, "read")], "mmmm"),  # of an older cut of the text
    ],
)
def test_a_sentence_is_read_if_a_claim_or_a_mark_stands_in_it(
    passages: list[Any], marks: list[Any], read: str
) -> None:
    sentences = [(0, 10), (11, 20), (21, 30), (31, 40)]
    found = decided(sentences, passages, marks)
    letters = {(False, False): ".", (True, False): "c", (False, True): "m", (True, True): "b"}
    assert "".join(letters[each.has_claim, bool(each.mark)] for each in found) == read


def test_the_sweep_finds_what_looking_at_each_would() -> None:
    chance, sentences = Random(1), [(n, n + 7) for n in range(0, 80, 8)]
    for _ in range(300):
        starts = sorted(chance.choices(range(60), k=chance.randrange(8)))
        passages = [(start, start + chance.randint(1, 20)) for start in starts]
        for each in decided(sentences, passages, []):
            assert each.has_claim == any(start < each.end and each.start < end for start, end in passages)


def test_claims_and_marks_together_are_the_coverage(revision: Revision, ada: User) -> None:
    make.flagged_claim(article=revision.article, quote="ferry")
    mark(revision, ada, "Nobody knows.")
    coverage = coverage_of(revision)
    assert (coverage.read, coverage.total, coverage.left) == (2, 5, 3)
    assert [revision.text[each.start : each.end] for each in coverage.unread] == [
        "It is late!",
        "Is it?",
        "The end.",
    ]


# --- Marking -------------------------------------------------------------------------------------


def test_each_sentence_that_a_selection_touches_is_marked(revision: Revision, ada: User) -> None:
    assert len(mark(revision, ada, "late! Is it?\nNob", Kind.OPINION)) == 3
    assert said(revision) == [
        ("It is late!", "opinion"),
        ("Is it?", "opinion"),
        ("Nobody knows.", "opinion"),
    ]


def test_a_second_mark_takes_the_place_of_the_first(revision: Revision, ada: User, ben: User) -> None:
    mark(revision, ada, "Is it?", Kind.OPINION)
    mark(revision, ben, "late! Is it", Kind.READ)
    assert said(revision) == [("It is late!", "read"), ("Is it?", "read")]
    assert {each.marked_by for each in revision.marks.all()} == {ben}


def test_a_mark_is_taken_back_and_the_log_keeps_it(revision: Revision, ada: User) -> None:
    mark(revision, ada, "late! Is it?", Kind.OPINION)
    mark(revision, ada, "Is it?", None)
    assert said(revision) == [("It is late!", "opinion")]
    event = Event.objects.latest("pk")
    assert (event.action, event.actor) == ("revision.marked", ada)
    assert event.data == {"was": [[29, 35, "opinion"]], "now": []}


def test_the_same_mark_again_is_no_change(revision: Revision, ada: User, ben: User) -> None:
    mark(revision, ada, "Is it?")
    count = Event.objects.count()
    with nothing_changes():
        mark(revision, ben, "Is it?")
        mark(revision, ben, "The end.", None)
    assert Event.objects.count() == count


def test_marks_of_an_older_cut_make_room(revision: Revision, ada: User) -> None:
    ReadingMark.objects.create(
        revision=revision, start=17, end=35, kind="read", marked_by=ada, marked_at=revision.created_at
    )
    mark(revision, ada, "Is it?", Kind.OPINION)
    assert said(revision) == [("Is it?", "opinion")]


@pytest.mark.parametrize(("start", "end"), [(5, 5), (9, 3), (0, 10**6), (35, 36)])
def test_what_is_no_place_is_refused(revision: Revision, ada: User, start: int, end: int) -> None:
    with nothing_changes(), pytest.raises(Malformed):
        mark_sentences(revision, actor=ada, start=start, end=end, kind=Kind.READ)


def test_vera_who_only_reads_marks_nothing(revision: Revision, vera: User) -> None:
    with nothing_changes(), pytest.raises(Forbidden):
        mark(revision, vera, "Is it?")


# --- When the article changes --------------------------------------------------------------------


def _revision(text: str, kinds: str = "") -> Revision:
    """A revision that is not saved, one block a line; a letter of `kinds` for each: p, h or q."""
    names = {"h": "heading", "q": "quote"}
    blocks, at = [], 0
    for n, line in enumerate(text.split("\n")):
        kind = names.get(kinds[n : n + 1], "paragraph")
        blocks.append({"kind": kind, "level": 0, "start": at, "end": at + len(line)})
        at += len(line) + 1
    return Revision(article=Article(language="en"), text=text, blocks=blocks)


OLD = "One is here. Two is here. Three is here.\nFour is here. Five is here.\nSix is here."


@pytest.mark.parametrize(
    ("new", "stays"),
    [
        (OLD, "One Two Three Four Five Six"),
        (OLD.replace("Two", "Too"), "One Three Four Five Six"),
        (f"A title.\n{OLD}", "One Two Three Four Five Six"),
        (OLD.replace("Four", "And more. Four"), "One Two Three Four Five Six"),
        # Another order: one of them moved, the others stay
        ("Two is here. One is here. Three is here.\nFour is here. Five is here.\nSix is here.", "Two Three Four Five Six"),
        # The end of one paragraph stands in another now
        ("One is here. Two is here.\nThree is here. Four is here. Five is here.\nSix is here.", "One Two Four Five Six"),
        ("Nothing of it.", ""),
    ],
)  # fmt: skip
def test_marks_of_unchanged_sentences_stay(new: str, stays: str) -> None:
    pairs = same_sentences(_revision(OLD), after := _revision(new))
    assert " ".join(after.text[start:end].split()[0] for _, (start, end) in pairs) in {
        stays,
        _other_way(stays),
    }
    assert all(OLD[slice(*was)] == new[slice(*now)] for was, now in pairs)


def _other_way(stays: str) -> str:
    """Of two that changed places either may be the one that moved."""
    return stays.replace("Two Three", "One Three", 1)


def test_words_that_stand_twice_stay_beside_those_that_stand_once() -> None:
    old = _revision("Yes. One is here. Yes. Two is here. Yes.")
    new = _revision("Yes. One is here. Yes. Three is here. Yes.")
    assert [old.text[start:end] for (start, end), _ in same_sentences(old, new)] == [
        "Yes.",
        "One is here.",
        "Yes.",
        "Yes.",
    ]


def test_a_sentence_that_became_a_heading_is_read_again() -> None:
    old, new = _revision("One is here.\nTwo is here."), _revision("One is here.\nTwo is here.", "hp")
    assert [old.text[start:end] for (start, end), _ in same_sentences(old, new)] == ["Two is here."]


def test_marks_keep_who_set_them_and_when(revision: Revision, ada: User) -> None:
    mark(revision, ada, "Is it?", Kind.OPINION)
    mark(revision, ada, "The end.", Kind.READ)
    new = _revision("A word before. " + revision.text.replace("The end.", "An end."))
    kept = marks_that_stay(revision.marks.all(), revision, new)
    assert [(new.text[each.start : each.end], each.kind, each.marked_by) for each in kept] == [
        ("Is it?", "opinion", ada)
    ]
    assert kept[0].marked_at == revision.marks.get(kind="opinion").marked_at
    assert kept[0].pk is None


def test_a_new_text_brings_the_marks_of_sentences_left_alone(revision: Revision, ada: User) -> None:
    article = make.imported_article()
    first = make.newest_revision(article)
    mark(first, ada, make.QUOTES[1], Kind.OPINION)
    mark(first, ada, make.QUOTES[4])
    mark(revision, ada, "Is it?")
    marks = said(first)
    second = make.revised(article, ("The night ferry", "Corrected on Tuesday.\nThe night ferry"))
    assert said(second) == said(first) == marks
    third = make.revised(article, (make.QUOTES[4], f"{make.QUOTES[4]} or not"))
    assert said(third) == marks[:1]
    kept = third.marks.get()
    assert (kept.marked_by, kept.marked_at) == (ada, first.marks.get(kind="opinion").marked_at)
    assert coverage_of(third).read == 1


def test_a_mark_in_an_old_text_is_set_in_the_newest_too(db: None, ada: User) -> None:
    old = make.newest_revision(make.imported_article())
    newest = make.revised(old.article, (make.QUOTES[4], f"{make.QUOTES[4]} or not"))
    mark(old, ada, make.QUOTES[1], Kind.OPINION)
    mark(old, ada, make.QUOTES[4], Kind.OPINION)
    assert said(newest) == said(old)[:1] != []
    mark(old, ada, make.QUOTES[1], None)
    assert said(newest) == []
    logged = Event.objects.filter(action="revision.marked")
    assert logged.count() == 5


def test_what_was_said_in_the_newest_text_stands(db: None, ada: User, ben: User) -> None:
    old = make.newest_revision(make.imported_article())
    newest = make.revised(old.article, (make.QUOTES[4], f"{make.QUOTES[4]} or not"))
    mark(newest, ben, make.QUOTES[1], Kind.NOT_CHECKABLE)
    mark(old, ada, make.QUOTES[1], Kind.OPINION)
    assert [kind for _words, kind in said(newest)] == [Kind.NOT_CHECKABLE]
    mark(old, ada, make.QUOTES[1], None)
    assert [kind for _words, kind in said(newest)] == [Kind.NOT_CHECKABLE]


@pytest.mark.parametrize("kind", [Kind.OPINION, None])
def test_a_mark_set_while_a_new_text_is_read_is_not_lost(
    kind: Kind | None, ada: User, ben: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    article = make.imported_article()
    first = make.newest_revision(article)
    mark(first, ada, make.QUOTES[4], Kind.READ)
    calls = []

    def beside(marks: list[ReadingMark], old: Revision, new: Revision) -> list[ReadingMark]:
        stay = marks_that_stay(marks, old, new)
        if not calls:
            mark(first, ben, make.QUOTES[4], kind)
        calls.append(stay)
        return stay

    monkeypatch.setattr(revisions, "marks_that_stay", beside)
    second = make.revised(article, ("The night ferry", "Corrected on Tuesday.\nThe night ferry"))
    assert [each.marked_by for each in second.marks.all()] == ([ben] if kind else [])
    assert said(second) == said(first)


@given(st.lists(st.sampled_from("ABCDE"), max_size=12), st.lists(st.sampled_from("ABCDE"), max_size=12))
def test_what_stays_keeps_words_and_order(was: list[str], now: list[str]) -> None:
    old, new = (_revision(" ".join(f"{each} is here." for each in names)) for names in (was, now))
    pairs = same_sentences(old, new)
    assert all(old.text[slice(*a)] == new.text[slice(*b)] for a, b in pairs)
    assert [a for a, _ in pairs] == sorted({a for a, _ in pairs})
    assert [b for _, b in pairs] == sorted({b for _, b in pairs})


def test_ten_thousand_sentences_take_a_moment() -> None:
    lines = [f"The ferry carried {n} people. It was late. Was it?" for n in range(3400)]
    old = _revision("\n".join(lines))
    new = _revision(
        "\n".join(line.replace("carried", "took") if n % 2 else line for n, line in enumerate(lines))
    )
    started = time.process_time()
    pairs = same_sentences(old, new)
    assert time.process_time() - started < 5
    assert len(spans(old.text, "en")) == 10_200
    assert len(pairs) > 8000
