"""Where lines belong on the page: columns, and what repeats on every page."""

from __future__ import annotations

import re
import statistics
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from articles.extraction.canonical import one_line, size
from articles.extraction.pdf.lines import Line

_BIN = 2.0  # points
_GUTTER = 7.0  # points; narrower is a space between words
_FEWEST = 4  # lines on each side of a gutter
_CROSSING = 0.2  # of the lines may cross it: headlines, pictures' captions
_PROSE = 16  # letters in the middle line of a column; less is a table
_FILLED = 0.55  # of the column's width, by that line
_DEEPEST = 5

_EDGE = 3  # levels from the top and from the bottom of a page that may be running heads
_SAME_HEIGHT = 8.0  # points
_DIGITS = re.compile(r"\d+|\b[ivxlc]+\b", re.IGNORECASE)
_NUMBER = re.compile(r"\W{0,3}([0-9]{1,4})\W{0,3}")
_RTL = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")

Run = list[Line]


def in_reading_order(lines: Sequence[Line]) -> list[Run]:
    """Return the lines of a page as runs that are read on end: a column, or what stands across columns.

    Pieces of one line are joined.
    """
    return [_joined(run) for run in _ordered(list(lines), _is_rtl(lines), 0) if run]


def without_running_heads(pages: Sequence[Sequence[Line]]) -> tuple[list[list[Line]], list[Line]]:
    """Take out the lines at the edges of pages that come again at the same height, give or take numbers.

    A line that is nothing but the page's own number need not come again.

    Returns the pages, and the lines that were taken out, each once.
    """
    edges = [_edges(page) for page in pages]
    places: dict[str, list[float]] = {}
    for line in (line for ends in edges for end in ends for level in end for line in level):
        places.setdefault(_key(line), []).append(line.middle)
    filled = sum(1 for page in pages if page)
    enough = 2 if filled <= 5 else 3

    def repeats(line: Line) -> bool:
        if _NUMBER.fullmatch(line.text) and int(_NUMBER.sub(r"\1", line.text)) == line.page:
            return True
        near = [height for height in places[_key(line)] if abs(height - line.middle) <= _SAME_HEIGHT]
        return filled > 1 and len(near) >= enough

    running: set[int] = set()
    for page, ends in zip(pages, edges, strict=True):
        found: set[int] = set()
        for end in ends:
            for level in end:  # from the edge inwards, as far as all repeats
                if not all(map(repeats, level)):
                    break
                found.update(map(id, level))
        if len(found) < len(page):  # a page of nothing else is a form, and what it says is its text
            running |= found
    kept = [[line for line in page if id(line) not in running] for page in pages]
    dropped = {line.text: line for page in reversed(pages) for line in reversed(page) if id(line) in running}
    return kept, list(dropped.values())[::-1]


def _edges(page: Sequence[Line]) -> tuple[list[Run], list[Run]]:
    """Return the highest and the lowest levels of a page, the outermost first."""
    levels: dict[int, Run] = {}
    for line in page:
        levels.setdefault(round(line.bottom / 4), []).append(line)
    heights = sorted(levels)
    most = min(_EDGE, len(heights) // 2)
    lowest, highest = heights[:most], heights[::-1][:most]
    if len(heights) == 1:
        lowest = heights
    return [levels[at] for at in highest], [levels[at] for at in lowest]


def _key(line: Line) -> str:
    return _DIGITS.sub("#", one_line(line.text).casefold())


def _ordered(lines: list[Line], rtl: bool, depth: int) -> list[Run]:
    gutter = _gutter(lines) if depth < _DEEPEST else None
    if gutter is None:
        return [lines]
    runs: list[Run] = []
    band: list[Line] = []
    for line in sorted(lines, key=lambda line: -line.middle):
        if line.left < gutter < line.right:
            runs += _band(band, gutter, rtl, depth)
            if runs and len(runs[-1]) and runs[-1][-1].left < gutter < runs[-1][-1].right and not band:
                runs[-1].append(line)
            else:
                runs.append([line])
            band = []
        else:
            band.append(line)
    return runs + _band(band, gutter, rtl, depth)


def _band(lines: list[Line], gutter: float, rtl: bool, depth: int) -> list[Run]:
    """Return the columns between two lines that stand across, in reading order."""
    left = [line for line in lines if line.right <= gutter]
    right = [line for line in lines if line.right > gutter]
    first, second = (right, left) if rtl else (left, right)
    return [*_ordered(first, rtl, depth + 1), *_ordered(second, rtl, depth + 1)]


def _gutter(lines: Sequence[Line]) -> float | None:
    """Return the x that parts the lines into two columns of prose, the widest gap of those that do."""
    if len(lines) < 2 * _FEWEST:
        return None
    start, end = min(line.left for line in lines), max(line.right for line in lines)
    bins = [0] * (int((end - start) / _BIN) + 2)
    if len(bins) > 5000:
        return None
    for line in lines:
        for at in range(int((line.left - start) / _BIN), int((line.right - start) / _BIN) + 1):
            bins[at] += 1
    most = _CROSSING * len(lines)
    best, width = None, 0.0
    at = 0
    while at < len(bins):
        if bins[at] > most:
            at += 1
            continue
        stop = at
        while stop < len(bins) and bins[stop] <= most:
            stop += 1
        middle = start + (at + stop) / 2 * _BIN
        if (stop - at) * _BIN >= _GUTTER and (stop - at) * _BIN > width and _parts(lines, middle):
            best, width = middle, (stop - at) * _BIN
        at = stop
    return best


def _parts(lines: Sequence[Line], gutter: float) -> bool:
    left = [line for line in lines if line.right <= gutter]
    right = [line for line in lines if line.left >= gutter]
    if not (_is_prose(left) and _is_prose(right)):
        return False
    overlap = min(max(line.top for line in side) for side in (left, right)) - max(
        min(line.bottom for line in side) for side in (left, right)
    )
    return overlap > 2 * statistics.median(line.size for line in lines)


def _is_prose(lines: Sequence[Line]) -> bool:
    if len(lines) < _FEWEST:
        return False
    width = max(line.right for line in lines) - min(line.left for line in lines)
    return (
        statistics.median(size(line.text) for line in lines) >= _PROSE
        and statistics.median(line.right - line.left for line in lines) >= _FILLED * width
    )


def _joined(run: Run) -> Run:
    """Return a run from top to bottom, pieces of the same line as one."""
    found: Run = []
    for line in sorted(run, key=lambda line: (-round(line.middle, 1), line.left)):
        for other in found[-3:]:
            if abs(other.middle - line.middle) < 0.4 * min(other.size, line.size):
                _join(found, other, line)
                break
        else:
            found.append(replace(line))
    return found


def _join(found: Run, one: Line, two: Line) -> None:
    first, second = (one, two) if one.left <= two.left else (two, one)
    if _is_rtl([one, two]):
        first, second = second, first
    one.text = f"{first.text} {second.text}"
    one.left, one.right = min(one.left, two.left), max(one.right, two.right)
    one.bold = one.bold and two.bold


def _is_rtl(lines: Sequence[Line]) -> bool:
    letters = Counter(
        bool(_RTL.match(character)) for line in lines[:200] for character in line.text if character.isalpha()
    )
    return letters[True] > letters[False]
