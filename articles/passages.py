"""Selector maths: where a claim stands in a text, and how to find the place again.

Offsets are Unicode code points, half-open, into canonical text; browsers count UTF-16 units and are
converted at the door. Passages are W3C selectors (TextPosition and TextQuote). Everything here is pure:
what a passage belongs to, and what becomes of it in a new revision, is decided elsewhere.
"""

from __future__ import annotations

import enum
import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice, pairwise
from operator import attrgetter

import regex  # type: ignore[import-untyped]

from articles.extraction import Block
from articles.extraction.canonical import is_numbered, one_line

CONTEXT = 32

_CLUSTER = regex.compile(r"\X")
_START = attrgetter("start")


@dataclass(frozen=True, slots=True)
class Selector:
    """A passage by position and by its own words: `exact` is always `text[start:end]`."""

    start: int
    end: int
    exact: str
    prefix: str
    suffix: str


class NotOne(enum.Enum):
    """Why a quote names no one place."""

    NOT_FOUND = "not_found"
    AMBIGUOUS = "ambiguous"


@dataclass(frozen=True, slots=True)
class Span:
    """A passage as the page needs it: whose it is and where."""

    id: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Segment:
    """A run of text that is covered by the same passages from end to end.

    `covers` are their ids, the earlier start (then the smaller id) first, which is the outer mark.
    `first_of` and `last_of` are those that begin and end with this segment. `sentence` is the number of
    the sentence that it is, of those that were asked for.
    """

    start: int
    end: int
    text: str
    covers: tuple[int, ...]
    first_of: frozenset[int]
    last_of: frozenset[int]
    sentence: int | None = None


@dataclass(frozen=True, slots=True)
class BlockSegments:
    """One block of the article and its segments; joined, they are the block's text."""

    block: Block
    segments: tuple[Segment, ...]

    @property
    def is_numbered(self) -> bool:
        """Whether it says its own number, and needs no other mark in a list."""
        return is_numbered("".join(segment.text for segment in self.segments))


def selector_for(text: str, start: int, end: int) -> Selector:
    """Return the selector of `text[start:end]`, as given: see `tidy` for the kind cut.

    Raises:
        ValueError: If the span is empty or lies outside the text.
    """
    _check(text, start, end)
    return Selector(
        start=start,
        end=end,
        exact=text[start:end],
        prefix=text[max(0, start - CONTEXT) : start],
        suffix=text[end : end + CONTEXT],
    )


def tidy(text: str, start: int, end: int) -> tuple[int, int]:
    """Return the span that somebody meant who dragged from `start` to `end`: trimmed, then snapped."""
    return snap(text, *trim(text, start, end))


def trim(text: str, start: int, end: int) -> tuple[int, int]:
    """Return the span without the white space at its edges.

    Raises:
        ValueError: If nothing else is in it, or it lies outside the text.
    """
    _check(text, start, end)
    passage = text[start:end]
    stripped = passage.strip()
    if not stripped:
        raise ValueError("The passage holds nothing but white space.")
    start += len(passage) - len(passage.lstrip())
    return start, start + len(stripped)


def snap(text: str, start: int, end: int) -> tuple[int, int]:
    """Return the span, widened so that it cuts no grapheme cluster: no half emoji, no lost accent.

    Raises:
        ValueError: If the span is empty or lies outside the text.
    """
    _check(text, start, end)
    return _cluster_around(text, start)[0], _cluster_around(text, end)[1]


def from_utf16(text: str, start: int, end: int) -> tuple[int, int]:
    """Return the code-point span of one that was counted in UTF-16 units, as JavaScript counts.

    An offset inside a surrogate pair widens the span to the whole character.

    Raises:
        ValueError: If the span is empty, reversed or lies outside the text.
    """
    if not 0 <= start < end:
        raise ValueError(f"Not a span: {start} to {end}.")
    units, first, last = 0, None, None
    for index, character in enumerate(text):
        width = 2 if character > "\uffff" else 1
        if first is None and start < units + width:
            first = index
        units += width
        if end <= units:
            last = index + 1
            break
    if first is None or last is None:
        raise ValueError(f"The span {start} to {end} lies outside the text.")
    return first, last


def find(text: str, exact: str, prefix: str = "", suffix: str = "") -> tuple[int, int] | NotOne:
    """Return the one place where a quote stands.

    White space and composition are forgiven: a quote with a line break, a no-break space or an accent
    in two parts finds the same words. The context, where given, has to stand around the quote, so a
    quote is never taken for the same words in another place.
    """
    wanted = one_line(exact)
    if not wanted:
        return NotOne.NOT_FOUND
    before, after = one_line(prefix), one_line(suffix)
    pattern = re.compile(r"\s+".join(map(re.escape, wanted.split(" "))))
    places: list[tuple[int, int]] = []
    at = 0
    while match := pattern.search(text, at):
        if _stands_between(text, match.span(), before, after):
            places.append(match.span())
            if len(places) > 1:
                return NotOne.AMBIGUOUS
        at = match.start() + 1  # overlapping repeats are two places as well
    return places[0] if places else NotOne.NOT_FOUND


def block_at(blocks: Sequence[Block], place: int) -> int:
    """Return the number of the block that a place is in; the newline behind a block is part of it."""
    return bisect_right(blocks, place, key=_START) - 1


def segments(
    text: str,
    blocks: Sequence[Block],
    passages: Iterable[Span],
    sentences: Sequence[tuple[int, int]] = (),
) -> list[BlockSegments]:
    """Return each block cut at every boundary of a passage or a sentence, in text order.

    `sentences` are such as have no passage in them: each is a segment of its own.

    The segments of a block, joined, are its text; blocks joined by a newline are the whole text. A
    passage over several blocks has segments in each; the newlines between blocks belong to none.
    """
    spans = sorted(passages, key=lambda span: (span.start, span.id))
    numbers = {place: number for number, place in enumerate(sentences)}
    edges = sorted({e for span in spans for e in (span.start, span.end)} | {e for s in sentences for e in s})
    pieces = [piece for block in blocks for piece in _pieces(block, edges)]
    covers = _covers(pieces, spans)
    first: dict[int, int] = {}
    last: dict[int, int] = {}
    for (start, _end), ids in zip(pieces, covers, strict=True):
        for id_ in ids:
            first.setdefault(id_, start)
            last[id_] = start
    cut = iter(
        Segment(
            start=start,
            end=end,
            text=text[start:end],
            covers=ids,
            first_of=frozenset(id_ for id_ in ids if first[id_] == start),
            last_of=frozenset(id_ for id_ in ids if last[id_] == start),
            sentence=numbers.get((start, end)),
        )
        for (start, end), ids in zip(pieces, covers, strict=True)
    )
    return [BlockSegments(block, tuple(islice(cut, len(_pieces(block, edges))))) for block in blocks]


def _check(text: str, start: int, end: int) -> None:
    if not 0 <= start < end <= len(text):
        raise ValueError(f"Not a span of a text of {len(text)} characters: {start} to {end}.")


def _pieces(block: Block, edges: Sequence[int]) -> list[tuple[int, int]]:
    """Return the block as spans between the edges that fall inside it; `edges` is sorted."""
    inside = edges[bisect_right(edges, block.start) : bisect_left(edges, block.end)]
    return list(pairwise((block.start, *inside, block.end)))


def _covers(pieces: Iterable[tuple[int, int]], spans: Sequence[Span]) -> list[tuple[int, ...]]:
    """Return for each piece the ids of the spans over it; both come in text order, and are swept once."""
    covers: list[tuple[int, ...]] = []
    over: list[Span] = []
    following = 0
    for start, _end in pieces:
        while following < len(spans) and spans[following].start <= start:
            over.append(spans[following])
            following += 1
        over = [span for span in over if span.end > start]
        covers.append(tuple(span.id for span in over))
    return covers


def _cluster_around(text: str, offset: int) -> tuple[int, int]:
    """Return the cluster that `offset` falls inside, or `offset` twice where it stands between two.

    Clusters never cross a newline, so it is enough to walk from the beginning of the line.
    """
    if offset in {0, len(text)}:
        return offset, offset
    for match in _CLUSTER.finditer(text, text.rfind("\n", 0, offset) + 1):
        if match.end() >= offset:
            return (offset, offset) if match.end() == offset else match.span()
    return offset, offset


def _stands_between(text: str, place: tuple[int, int], before: str, after: str) -> bool:
    """Say whether the context stands around a place; white space at the seam does not count."""
    start, end = place
    reach = 4  # runs of white space are short in canonical text: a newline, a space
    left = one_line(text[max(0, start - reach - reach * len(before)) : start])
    right = one_line(text[end : end + reach + reach * len(after)])
    return left.endswith(before) and right.startswith(after)
