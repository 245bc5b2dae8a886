"""What a person said of lines of an original: this one is the article's, that one is not.

A choice names a line by its words and by which of the lines with these words it is, so that it holds for
the same page fetched again and for its next version (decision 0016).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from articles.extraction.document import Draft, Extracted, ExtractionError, check_length, drafts_of, lay_out

Name = tuple[str, int]
Choices = Mapping[Name, bool]
"""By line whether it is the article's."""


def names(lines: Iterable[Draft]) -> list[Name]:
    """Return for each line its words and how many lines before it have the same."""
    seen: Counter[str] = Counter()
    found = []
    for line in lines:
        found.append((line.text, seen[line.text]))
        seen[line.text] += 1
    return found


def chosen(lines: Sequence[Draft], choices: Choices) -> list[Draft]:
    """Return the lines as they were chosen; those of which nothing was said stay what they are."""
    return [
        replace(line, is_left_out=not choices.get(name, not line.is_left_out))
        for line, name in zip(lines, names(lines), strict=True)
    ]


def repaired(extracted: Extracted, choices: Choices) -> Extracted:
    """Return the article as people chose its lines when they saw an earlier text.

    Raises:
        ExtractionError: `empty` where they left out everything that there is now; `too_large`.
    """
    if not choices:
        return extracted
    lines = drafts_of(extracted.text, extracted.blocks, extracted.left_out)
    text, blocks, left_out = lay_out(chosen(lines, choices))
    if not text:
        raise ExtractionError(
            "empty",
            "Every line of this was once left out by somebody at the desk. Paste the article's text instead.",
        )
    check_length(text)
    return replace(extracted, text=text, blocks=blocks, left_out=left_out)
