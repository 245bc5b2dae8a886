"""Selector maths: the quoted words are the stored words, whatever the script."""

from __future__ import annotations

import unicodedata

import pytest
import regex  # type: ignore[import-untyped]
from hypothesis import given, strategies as st

from articles.extraction import Block
from articles.extraction.canonical import one_line
from articles.passages import (
    CONTEXT,
    NotOne,
    Span,
    block_at,
    find,
    from_utf16,
    segments,
    selector_for,
    snap,
    tidy,
    trim,
)

FAMILY = "👩‍👩‍👧"
LINES = [
    f"Der Rat {FAMILY} tagte am 3. Mai 🇩🇪 in Ulm.",
    "Cafe\u0301 und naïve Gäste — sagte er.",
    "قال الوزير: «لن نرفع الضرائب» هذا العام.",
    "ראש העיר אמר שהגשר ייפתח.",
    "हिन्दी में क्षति की बात।",
    "他说：“我们来了。”",
    "Plain words, and plain words again.",
]
pieces = st.one_of(
    st.sampled_from([FAMILY, "🇩🇪", "e\u0301", "क्षि", "לא", "لا", "𝒳", " ", "a", "。", "word "]),
    st.text(alphabet=st.characters(exclude_categories=("Cs", "Cc", "Zl", "Zp")), max_size=8),
)
lines = st.lists(pieces, min_size=1, max_size=8).map("".join).map(one_line).filter(bool)


@st.composite
def articles(draw: st.DrawFn) -> tuple[str, list[Block]]:
    """Draw a canonical text and its blocks."""
    drawn = draw(st.lists(st.one_of(st.sampled_from(LINES).map(one_line), lines), min_size=1, max_size=6))
    blocks, at = [], 0
    for line in drawn:
        blocks.append(Block("paragraph", 0, at, at + len(line)))
        at += len(line) + 1
    return "\n".join(drawn), blocks


@st.composite
def dragged(draw: st.DrawFn) -> tuple[str, list[Block], int, int]:
    """Draw a text and a span of it, over as many blocks as it likes."""
    text, blocks = draw(articles())
    start = draw(st.integers(0, len(text) - 1))
    return text, blocks, start, draw(st.integers(start + 1, len(text)))


@pytest.mark.case("X18")
@given(dragged())
def test_the_quote_is_the_span(drawn: tuple[str, list[Block], int, int]) -> None:
    text, _, start, end = drawn
    selector = selector_for(text, start, end)
    assert selector.exact == text[start:end] == text[selector.start : selector.end]
    assert text[:start].endswith(selector.prefix)
    assert text[end:].startswith(selector.suffix)
    assert len(selector.prefix) == min(CONTEXT, start)
    assert len(selector.suffix) == min(CONTEXT, len(text) - end)


@pytest.mark.case("X18")
@given(dragged())
def test_offsets_of_a_browser_come_to_the_same_words(drawn: tuple[str, list[Block], int, int]) -> None:
    text, _, start, end = drawn
    units = len(text[:start].encode("utf-16-le")) // 2
    until = units + len(text[start:end].encode("utf-16-le")) // 2
    assert from_utf16(text, units, until) == (start, end)


@given(dragged())
def test_tidying_cuts_nothing_in_half(drawn: tuple[str, list[Block], int, int]) -> None:
    text, _, start, end = drawn
    if not text[start:end].strip():
        with pytest.raises(ValueError, match="white space"):
            tidy(text, start, end)
        return
    tidied = tidy(text, start, end)
    edges = {0, *(match.end() for match in regex.finditer(r"\X", text))}
    assert set(tidied) <= edges
    assert text[start:end].strip() in text[slice(*tidied)]
    assert snap(text, *tidied) == tidied


@given(articles(), st.data())
def test_segments_joined_are_the_text(article: tuple[str, list[Block]], data: st.DataObject) -> None:
    text, blocks = article
    edge = st.integers(0, len(text))
    pairs = data.draw(st.lists(st.tuples(edge, edge).map(sorted), max_size=6))
    spans = [Span(number, start, end) for number, (start, end) in enumerate(pairs, 1) if start < end]
    cut = segments(text, blocks, spans)

    assert [part.block for part in cut] == blocks
    assert "\n".join("".join(s.text for s in part.segments) for part in cut) == text
    flat = [segment for part in cut for segment in part.segments]
    for segment in flat:
        assert segment.text == text[segment.start : segment.end] != ""
        over = [span for span in spans if span.start <= segment.start and segment.end <= span.end]
        beside = [span for span in spans if span.end <= segment.start or segment.end <= span.start]
        assert len(over) + len(beside) == len(spans), "a segment is never cut by a passage"
        assert segment.covers == tuple(s.id for s in sorted(over, key=lambda s: (s.start, s.id)))
    for span in spans:
        own = [segment for segment in flat if span.id in segment.covers]
        assert "".join(s.text for s in own) == text[span.start : span.end].replace("\n", "")
        assert [s for s in flat if span.id in s.first_of] == own[:1]
        assert [s for s in flat if span.id in s.last_of] == own[-1:]


@given(dragged())
def test_a_quote_with_its_context_is_found_where_it_was_taken(
    drawn: tuple[str, list[Block], int, int],
) -> None:
    text, _, start, end = drawn
    if not text[start:end].strip():
        return
    start, end = trim(text, start, end)
    selector = selector_for(text, start, end)
    place = find(text, selector.exact, selector.prefix, selector.suffix)
    assert place in {(start, end), NotOne.AMBIGUOUS}


def test_overlapping_passages_are_cut_at_every_boundary() -> None:
    text = "one two three\nfour"
    blocks = [Block("paragraph", 0, 0, 13), Block("paragraph", 0, 14, 18)]
    cut = segments(text, blocks, [Span(2, 4, 16), Span(1, 0, 7)])
    assert [[(s.text, s.covers) for s in part.segments] for part in cut] == [
        [("one ", (1,)), ("two", (1, 2)), (" three", (2,))],
        [("fo", (2,)), ("ur", ())],
    ]
    first, both, third = cut[0].segments
    assert [set(first.first_of), set(both.first_of)] == [{1}, {2}]
    assert [set(s.last_of) for s in (both, third, cut[1].segments[0])] == [{1}, set(), {2}]


def test_passages_over_the_same_words_are_ordered_by_id() -> None:
    (part,) = segments("word", [Block("paragraph", 0, 0, 4)], [Span(7, 0, 4), Span(3, 0, 4)])
    assert [s.covers for s in part.segments] == [(3, 7)]


def test_a_selection_that_cuts_a_family_gets_all_of_it() -> None:
    text = f"x{FAMILY}y"
    assert tidy(text, 2, 3) == (1, 1 + len(FAMILY))


def test_a_selection_never_loses_its_accent() -> None:
    text = "a q\u0303uote"  # no composed form exists
    assert unicodedata.normalize("NFC", text) == text
    assert tidy(text, 2, 3) == (2, 4)


def test_offsets_inside_a_surrogate_pair_take_the_whole_character() -> None:
    assert from_utf16("a😀b", 2, 3) == (1, 2)


@pytest.mark.parametrize(("start", "end"), [(0, 0), (3, 2), (-1, 2), (0, 6), (5, 6)])
def test_spans_outside_the_text_are_refused(start: int, end: int) -> None:
    for cut in (selector_for, trim, snap, from_utf16):
        with pytest.raises(ValueError, match="span"):
            cut("words", start, end)


class TestFind:
    text = "The mayor said no. Later the mayor said no.\nPrices rose by 41 % in 2023."

    def test_one_place(self) -> None:
        start, end = self.span("Prices rose")
        assert self.text[start:end] == "Prices rose"

    def test_the_same_words_twice_are_ambiguous(self) -> None:
        assert find(self.text, "mayor said no") is NotOne.AMBIGUOUS

    def test_the_context_decides(self) -> None:
        assert self.span("mayor said no", prefix="Later the ")[0] > 20
        assert self.span("mayor said no", suffix=". Later")[0] < 20

    def test_a_context_that_is_not_there_is_no_match(self) -> None:
        assert find(self.text, "Prices rose", prefix="Yesterday ") is NotOne.NOT_FOUND

    def test_white_space_and_composition_are_forgiven(self) -> None:
        assert self.span("said\u00a0no.\r\n\r\nPrices rose") == (35, 55)
        assert find("Le cafe\u0301 ouvre".replace("e\u0301", "é"), "cafe\u0301") == (3, 7)

    def test_overlapping_repeats_are_two_places(self) -> None:
        assert find("aXaXa", "aXa") is NotOne.AMBIGUOUS

    def test_nothing_is_not_found(self) -> None:
        assert find(self.text, " \n") is NotOne.NOT_FOUND
        assert find(self.text, "elsewhere") is NotOne.NOT_FOUND

    def span(self, exact: str, prefix: str = "", suffix: str = "") -> tuple[int, int]:
        place = find(self.text, exact, prefix, suffix)
        assert isinstance(place, tuple)
        return place


@pytest.mark.parametrize(("place", "number"), [(0, 0), (3, 0), (4, 0), (5, 1), (6, 1), (7, 2), (99, 2)])
def test_a_place_is_in_a_block_or_in_the_newline_behind_it(place: int, number: int) -> None:
    blocks = [Block("paragraph", 0, 0, 4), Block("paragraph", 0, 5, 6), Block("paragraph", 0, 7, 9)]
    assert block_at(blocks, place) == number
