"""Where the sentences of a text are: the unit that suggestions, coverage and keyboard flagging step by.

The rules of each script come from Wikimedia's `sentencex`; `assist.sentence_ends` says where it cuts too
often or too rarely. What is added here is the contract: code points, nothing across a paragraph, no white
space at the edges. What a sentence is worth is not decided here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from sentencex import get_sentence_boundaries

from assist.sentence_ends import cuts_in, goes_on

_LINE = re.compile(r"[^\n]+")

# Characters on both sides of an end that are looked at: no rule needs more, and a line may have ten million.
_AROUND = 80

# Characters that are read at once: a line with many quotes in it costs the square of its length.
_MOST_AT_ONCE = 4000

Span = tuple[int, int]


def spans(text: str, language: str) -> list[Span]:
    """Return the sentences of canonical text as half-open code-point spans, in order.

    A sentence never crosses a newline, is never empty, and neither begins nor ends with white space;
    between two of them stands white space alone. An unknown language gets the general rules.

    Args:
        text: Canonical text: no lone surrogates, blocks separated by newlines.
        language: BCP 47; only the language itself is looked at, not script or region.
    """
    return _in_lines(text, language, 0, len(text))


def touching(text: str, language: str, start: int, end: int) -> list[Span]:
    """Return those of `spans(text, language)` that share a character with `text[start:end]`.

    Only the lines that the span reaches into are read, so it costs the same in a long text.
    """
    first = text.rfind("\n", 0, start) + 1
    last = text.find("\n", end)
    found = _in_lines(text, language, first, len(text) if last < 0 else last)
    return [span for span in found if span[0] < end and start < span[1]]


def _in_lines(text: str, language: str, first: int, last: int) -> list[Span]:
    """Return the sentences of the lines between two places, which stand at the edges of lines."""
    primary = language.partition("-")[0].lower()
    found: list[Span] = []
    for line in _LINE.finditer(text, first, last):
        for start, end in _of_line(line.group(), primary):
            found.append((line.start() + start, line.start() + end))
    return found


def _of_line(line: str, language: str) -> Iterator[Span]:
    """Yield the sentences of one line, by their places in it, without the white space around them."""
    begin = 0
    has_capitals = line != line.lower()
    for edge in _edges(line, language):
        said, rest = line[max(begin, edge - _AROUND) : edge], line[edge : edge + _AROUND]
        if edge < len(line) and goes_on(said, rest, language, has_capitals=has_capitals):
            continue
        piece = line[begin:edge]
        stripped = piece.strip()
        if stripped:
            start = begin + piece.index(stripped)
            yield start, start + len(stripped)
        begin = edge


def _edges(line: str, language: str) -> Iterator[int]:
    """Yield where one of the two thinks that a sentence ends, inside the line and in order."""
    begin = 0
    while begin < len(line):
        part = line[begin : begin + _MOST_AT_ONCE]
        ends = [boundary["end_index"] for boundary in get_sentence_boundaries(language, part)]
        if begin + len(part) < len(line):  # its last sentence goes on, and is read again from its beginning
            ends = ends[:-1] or [part.rfind(" ") + 1 or len(part)]
        for start, end in pairwise((0, *ends)):
            yield from (begin + start + cut for cut in cuts_in(part[start:end], language))
            yield begin + end
        begin += ends[-1]
