"""Edits that no rule was made with: written after the rules, to see whether those hold for others too.

Some are what outlets do, some what somebody would do who wants a passage to end at other words.
"""

from __future__ import annotations

from collections.abc import Callable

from benchmarks.anchoring import edits
from benchmarks.anchoring.edits import Case, Edit

Piece = tuple[str, list[int]]


def two_articles_are_merged(case: Case) -> None:
    lines = case.lines()
    for start, _end in reversed(lines):
        if case.rng.random() < 0.5:
            case.traced.replace(start, start, f"{case.foreign()} {case.foreign()}\n")


def a_live_blog_is_turned_round(case: Case) -> None:
    _put_in_order(case, lambda pieces: pieces[::-1])


def halves_change_places(case: Case) -> None:
    _put_in_order(case, lambda pieces: [*pieces[len(pieces) // 2 :], *pieces[: len(pieces) // 2]])


def _put_in_order(case: Case, order: Callable[[list[Piece]], list[Piece]]) -> None:
    pieces = order([(case.traced.text[a:b], case.traced.origins[a:b]) for a, b in case.lines()])
    case.traced.text = "\n".join(words for words, _ in pieces)
    case.traced.origins = [at for _, origins in pieces for at in (-1, *origins)][1:]


def punctuation_is_translated(case: Case) -> None:
    for plain, other in (("。", "."), (", ", "، "), ("%", "٪"), ("...", "…"), (";", "؛")):
        while (at := case.traced.text.find(plain)) >= 0:
            case.traced.replace(at, at + len(plain), other)


def a_correction_quotes_what_it_was(case: Case) -> None:
    words = case.traced.text[slice(*case.here())].replace("\n", " ")
    edits.a_word_of_it_changes(case)
    _append(case, f"Correction: an earlier version of this article said: “{words}”")


def a_correction_quotes_what_stands(case: Case) -> None:
    _append(
        case, f"Clarification of “{case.traced.text[slice(*case.here())].replace(chr(10), ' ')}”: see above."
    )


def _append(case: Case, line: str) -> None:
    end = len(case.traced.text)
    case.traced.replace(end, end, f"\n{line}")


def it_moves_into_the_mouth_of_somebody(case: Case) -> None:
    start, end = case.sentence_here()
    to = case.other_line()[1]
    if to == case.line_here()[1] or not start <= case.here()[0] < case.here()[1] <= end:
        return
    before = to <= start
    size = end - start
    case.traced.move(start, end, to)
    at = to if before else to - size
    case.traced.replace(at + size, at + size, "”, said nobody.")
    case.traced.replace(at, at, " “")


def it_is_denied(case: Case) -> None:
    at = case.here()[0]
    case.traced.replace(at, at, "It is not true that ")


def it_changes_and_so_moves_its_paragraph(case: Case) -> None:
    edits.a_word_of_it_changes(case)
    edits.its_paragraph_moves(case)


def it_is_copied_and_changed_where_it_was(case: Case) -> None:
    start, end = case.line_here()
    words = case.traced.text[start:end]
    edits.a_word_of_it_changes(case)
    _append(case, words)


def its_twin_goes(case: Case) -> None:
    """Where its words are said again, they are there no more."""
    words = case.traced.text[slice(*case.here())]
    here = case.here()[0]
    at = case.traced.text.find(words)
    at = case.traced.text.find(words, at + 1) if at == here else at
    if at >= 0 and abs(at - here) >= len(words):
        case.traced.replace(at, at + len(words), "")


def it_goes_and_its_twin_moves(case: Case) -> None:
    """Not into the gap that it left: that text reads as if the twin had gone, and nothing had moved."""
    words = case.traced.text[slice(*case.here())].strip()
    gap = case.here()[0]
    edits.the_passage_goes(case)
    at = case.traced.text.find(words)
    if words and at >= 0:
        to = case.other_line()[0]
        is_gap = not case.traced.text[min(gap, to) : max(gap, to)].strip()
        if not (at <= to <= at + len(words) or is_gap):
            case.traced.move(at, at + len(words), to)


UNSEEN: tuple[Edit, ...] = (
    two_articles_are_merged,
    a_live_blog_is_turned_round,
    halves_change_places,
    punctuation_is_translated,
    a_correction_quotes_what_it_was,
    a_correction_quotes_what_stands,
    it_moves_into_the_mouth_of_somebody,
    it_is_denied,
    it_changes_and_so_moves_its_paragraph,
    it_is_copied_and_changed_where_it_was,
    its_twin_goes,
    it_goes_and_its_twin_moves,
)
