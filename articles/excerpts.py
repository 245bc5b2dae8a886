"""A text around a place in it, cut so that a screen can mark the place and the words that differ there.

Pure functions on canonical text. What is marked, and why, the caller knows.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from articles.extraction import Block
from articles.passages import Segment, Span, block_at, segments, snap

AROUND = 400
"""Code points of the same block that are shown before and after a place."""

_MARK, _CHANGED = 0, 1


@dataclass(frozen=True, slots=True)
class Words:
    """Some words of an excerpt, and whether the other text has them too."""

    text: str
    is_same: bool = True


@dataclass(frozen=True, slots=True)
class Run:
    """Words in the place, or outside of it; without any it is the point where something stood."""

    words: tuple[Words, ...] = ()
    is_marked: bool = False


@dataclass(frozen=True, slots=True)
class Excerpt:
    """One block, or the part of it that is near; the words of its runs, joined, are `text[start:end]`."""

    kind: str
    start: int
    end: int
    runs: tuple[Run, ...]
    is_cut_before: bool
    is_cut_after: bool


def around(
    text: str, blocks: Sequence[Block], place: tuple[int, int], changed: Iterable[tuple[int, int]] = ()
) -> list[Excerpt]:
    """Return the blocks that a place touches, with the place marked in them.

    `changed` are the spans of those words in the place that the other text lacks.
    """
    whole = [block for block in _from(blocks, place[0]) if block.start < place[1]]
    near = [_clip(text, block, *place) for block in whole]
    spans = [Span(_MARK, *place), *(Span(_CHANGED, *span) for span in changed)]
    cuts = segments(text, near, spans)
    return [_excerpt(block, cut.block, _runs(cut.segments)) for block, cut in zip(whole, cuts, strict=True)]


def at_point(text: str, blocks: Sequence[Block], point: int) -> list[Excerpt]:
    """Return the block around a point where something stood, and the one that follows."""
    here, *after = _from(blocks, point)[:2]
    near = _clip(text, here, point, point)
    point = min(max(point, near.start), near.end)
    runs = (*_plain(text[near.start : point]), Run(), *_plain(text[point : near.end]))
    return [
        _excerpt(here, near, runs),
        *(
            _excerpt(block, cut, _plain(text[cut.start : cut.end]))
            for block in after
            for cut in [_clip(text, block, block.start, block.start)]
        ),
    ]


def _from(blocks: Sequence[Block], place: int) -> Sequence[Block]:
    """Return the block that a place is in, and all behind it."""
    return blocks[block_at(blocks, place) :]


def _clip(text: str, block: Block, start: int, end: int) -> Block:
    """Return the part of a block that is near a place, cut between two words where there are any."""
    begin, stop = max(block.start, start - AROUND), min(block.end, end + AROUND)
    if begin > block.start:
        begin = text.find(" ", begin, start) + 1 or snap(text, begin, begin + 1)[0]
    if stop < block.end:
        space = text.rfind(" ", end, stop)
        stop = space if space > end else snap(text, stop - 1, stop)[1]
    return replace(block, start=begin, end=stop)


def _excerpt(whole: Block, part: Block, runs: tuple[Run, ...]) -> Excerpt:
    return Excerpt(
        kind=whole.kind,
        start=part.start,
        end=part.end,
        runs=runs,
        is_cut_before=part.start > whole.start,
        is_cut_after=part.end < whole.end,
    )


def _runs(pieces: Iterable[Segment]) -> tuple[Run, ...]:
    return tuple(
        Run(tuple(Words(piece.text, _CHANGED not in piece.covers) for piece in run), is_marked)
        for is_marked, run in groupby(pieces, lambda piece: _MARK in piece.covers)
    )


def _plain(text: str) -> tuple[Run, ...]:
    return (Run((Words(text),)),) if text else ()
