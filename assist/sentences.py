"""Where the sentences of a text are: the unit that suggestions, coverage and keyboard flagging step by.

The rules of each script come from Wikimedia's `sentencex`; what is added here is the contract: code
points, nothing across a paragraph, no white space at the edges. What a sentence is worth is not decided
here.
"""

from __future__ import annotations

import re

from sentencex import get_sentence_boundaries

_LINE = re.compile(r"[^\n]+")

# Titles that stand before a name, where the segmenter would end a sentence (sentencex 1.0.32).
_TITLES_BEFORE_A_NAME = {"fr": ("M.", "Mme.", "Mlle.")}


def spans(text: str, language: str) -> list[tuple[int, int]]:
    """Return the sentences of canonical text as half-open code-point spans, in order.

    A sentence never crosses a newline, is never empty, and neither begins nor ends with white space;
    between two of them stands white space alone. An unknown language gets the general rules.

    Args:
        text: Canonical text: no lone surrogates, blocks separated by newlines.
        language: BCP 47; only the language itself is looked at, not script or region.
    """
    primary = language.partition("-")[0].lower()
    titles = _TITLES_BEFORE_A_NAME.get(primary, ())
    found: list[tuple[int, int]] = []
    for line in _LINE.finditer(text):
        found.extend(_of_line(line.group(), line.start(), primary, titles))
    return found


def _of_line(line: str, offset: int, language: str, titles: tuple[str, ...]) -> list[tuple[int, int]]:
    """Return the sentences of one line, shifted by where the line begins."""
    found: list[tuple[int, int]] = []
    begin = 0
    for boundary in get_sentence_boundaries(language, line):
        end = boundary["end_index"]
        piece = line[begin:end]
        if titles and piece.rstrip().rpartition(" ")[2].endswith(titles) and end < len(line):
            continue  # "M. " goes on into the name
        stripped = piece.strip()
        if stripped:
            start = offset + begin + piece.index(stripped)
            found.append((start, start + len(stripped)))
        begin = end
    return found
