"""A text as its shingles: all runs of a few words. What two texts share of them is what was copied.

Unrelated texts share next to none, also of one outlet on one topic, while an edited word costs only the
runs that it is in. Punctuation, case, accents set apart and the order of paragraphs do not count.

A text's sketch is the smallest of its shingles' hashes. Whatever is in a part of a text and small in the
whole is small in the part as well: so the sketches of a text and of a shortened copy share about as much of
the smaller one as the copy is of the text, however long they are.
"""

from __future__ import annotations

from functools import cached_property
from hashlib import blake2b
from heapq import nsmallest

import regex  # type: ignore[import-untyped]

from articles.anchoring.tokens import Tokens, is_character

ALIKE_FROM = 0.5
"""The share of one text's words, in runs that the other has too, from which they are near copies."""

ALIKE_FROM_IN_ONE_OUTLET = 0.8
"""The same for articles of one outlet: it puts the same sentences under all, and quotes its own reports."""

MOST = 200_000
"""Code points of a text that are looked at: a copy of a longer one is found by these."""

_MARKS = regex.compile(r"\p{M}+")  # vowel signs and accents: one outlet sets them, another does not
_RUN, _RUN_OF_CHARACTERS = 5, 8
_LEAST = 24  # different shingles: shorter texts are as often a title or a notice as a report
_SKETCH = 32


class Shingles:
    """The shingles of one text, in order, as 64-bit numbers."""

    def __init__(self, text: str) -> None:
        words = Tokens(_MARKS.sub("", text[:MOST].casefold())).spoken
        ends = (at + (_RUN_OF_CHARACTERS if is_character(word) else _RUN) for at, word in enumerate(words))
        self._spans = [(at, end) for at, end in enumerate(ends) if end <= len(words)]
        self._in_order = [_hash("\n".join(words[at:end])) for at, end in self._spans]
        self._words = len(words)

    @cached_property
    def all(self) -> frozenset[int]:
        return frozenset(self._in_order)

    @property
    def sketch(self) -> list[int]:
        """The fingerprints by which the text is found; none of one that is too short to be a copy."""
        return nsmallest(_SKETCH, self.all) if len(self.all) >= _LEAST else []

    def share_in(self, other: Shingles) -> float:
        """Return the share of this text's words that stand in runs which the other text has too."""
        covered, until = 0, 0
        for (at, end), shingle in zip(self._spans, self._in_order, strict=True):
            if shingle in other.all:
                covered += max(0, end - max(at, until))
                until = max(until, end)
        return covered / self._words if self._words else 0.0


def likeness(one: Shingles, other: Shingles) -> float:
    """Return how much of the text that has more of the other in it stands there, in [0, 1].

    So a shortened copy is as alike as a whole one, and a report in a longer piece as well.
    """
    return max(one.share_in(other), other.share_in(one))


def _hash(run: str) -> int:
    return int.from_bytes(blake2b(run.encode("utf-8", "surrogatepass"), digest_size=8).digest(), signed=True)
