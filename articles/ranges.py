"""Many whole numbers in one short text, as a form keeps them: `0-40,77`."""

from __future__ import annotations

import re
from collections.abc import Iterable

MOST = 100_000
"""How many numbers one text may stand for, and more than the largest of them."""
_RANGES = re.compile(r"(\d{1,6})(?:-(\d{1,6}))?", re.ASCII)


def as_ranges(numbers: Iterable[int]) -> str:
    """Return the numbers, those next to each other as one range."""
    runs: list[list[int]] = []
    for number in sorted(set(numbers)):
        if runs and runs[-1][1] == number - 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    return ",".join(f"{first}-{last}" if first != last else f"{first}" for first, last in runs)


def read_ranges(text: str) -> set[int]:
    """Return the numbers that a text stands for.

    Raises:
        ValueError: it is none of ours, or stands for too many.
    """
    numbers: set[int] = set()
    length = 0
    for part in filter(None, text.split(",")):
        match = _RANGES.fullmatch(part)
        if match is None:
            raise ValueError(f"no range: {part[:20]}")
        first, last = int(match[1]), int(match[2] or match[1])
        length += last - first + 1
        if not first <= last < MOST or length > MOST:
            raise ValueError("too many numbers")
        numbers.update(range(first, last + 1))
    return numbers
