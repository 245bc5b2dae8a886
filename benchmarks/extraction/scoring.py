"""Precision and recall of a text, as the article-extraction benchmark counts them.

Source: github.com/scrapinghub/article-extraction-benchmark, `evaluate.py`: bags of four-token shingles;
each page weighs the same however long it is.
"""

from __future__ import annotations

import re
import statistics
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass

_TOKEN = re.compile(r"\w+")
_LENGTH = 4


@dataclass(frozen=True, slots=True)
class Score:
    """Shares of 1, or of 100 in print."""

    precision: float
    recall: float

    @property
    def f1(self) -> float:
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0

    def __str__(self) -> str:
        return f"{100 * self.precision:6.1f} {100 * self.recall:6.1f} {100 * self.f1:6.1f}"


def score(true: str, found: str) -> Score:
    """Compare the body of one page with what was found of it."""
    wanted, got = _shingles(true), _shingles(found)
    hits = (wanted & got).total()
    if wanted == got:
        return Score(1.0, 1.0)
    return Score(hits / got.total() if got else 0.0, hits / wanted.total() if wanted else 0.0)


def overall(scores: Collection[Score], *, empty: int = 0) -> Score:
    """Return the means over the pages; F1 is that of the means.

    Args:
        scores: One for each page.
        empty: How many pages gave no text at all. They cost recall, but have no precision.
    """
    precise = [each.precision for each in scores if each.recall or each.precision]
    missed = len(scores) - len(precise)
    precise += [0.0] * (missed - empty)
    return Score(statistics.mean(precise or [0.0]), statistics.mean(each.recall for each in scores))


def _shingles(text: str) -> Counter[tuple[str, ...]]:
    tokens = _TOKEN.findall(text)
    count = max(1, len(tokens) - _LENGTH + 1)
    return Counter(shingle for at in range(count) if (shingle := tuple(tokens[at : at + _LENGTH])))
