"""Reading marks that come along when the outlet changes an article: those of sentences it left alone.

A sentence is the same if it has the very same words, in the same block, in the same order among the others.
Where that is in doubt the mark stays behind, and somebody reads the sentence again.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import pairwise

from articles.models import ReadingMark, Revision
from articles.passages import block_at
from assist.sentences import Span, spans

Pair = tuple[int, int]


def marks_that_stay(marks: Iterable[ReadingMark], old: Revision, new: Revision) -> list[ReadingMark]:
    """Return copies of the marks, not saved, on the sentences of `new` that are as they were. No query.

    They keep who set them and when. Both revisions come with their article, whose language they are read in.
    """
    places = dict(same_sentences(old, new))
    return [
        ReadingMark(
            revision=new,
            start=place[0],
            end=place[1],
            kind=mark.kind,
            marked_by_id=mark.marked_by_id,
            marked_at=mark.marked_at,
        )
        for mark in marks
        if (place := places.get((mark.start, mark.end)))
    ]


def same_sentences(old: Revision, new: Revision) -> list[tuple[Span, Span]]:
    """Return the sentences that are the same in both, in text order, each with its two places."""
    was, now = (spans(each.text, each.article.language) for each in (old, new))
    said = [old.text[start:end] for start, end in was]
    says = [new.text[start:end] for start, end in now]
    pairs = _in_order(said, says)
    here, there = old.read_blocks(), new.read_blocks()
    blocks = [(block_at(here, was[i][0]), block_at(there, now[j][0])) for i, j in pairs]
    home = _homes(blocks)
    return [
        (was[i], now[j])
        for (i, j), (before, after) in zip(pairs, blocks, strict=True)
        if home[before] == after and here[before].kind == there[after].kind
    ]


def _in_order(said: Sequence[str], says: Sequence[str]) -> list[Pair]:
    """Pair sentences that each text has once, as many as keep their order, and equal ones beside them."""
    once = [{text for text, n in Counter(texts).items() if n == 1} for texts in (said, says)]
    place = {text: j for j, text in enumerate(says)}
    chain = _longest_rise([(i, place[text]) for i, text in enumerate(said) if text in once[0] & once[1]])
    found: list[Pair] = []
    for (i, j), (next_i, next_j) in pairwise([(-1, -1), *chain, (len(said), len(says))]):
        ahead = back = 0
        room = min(next_i - i, next_j - j) - 1
        while ahead < room and said[i + 1 + ahead] == says[j + 1 + ahead]:
            ahead += 1
        while back < room - ahead and said[next_i - 1 - back] == says[next_j - 1 - back]:
            back += 1
        found += [(i + n, j + n) for n in range(1, ahead + 1)]
        found += [(next_i - n, next_j - n) for n in range(back, -1, -1)]
    return found[:-1]  # the end of both texts


def _longest_rise(pairs: Sequence[Pair]) -> list[Pair]:
    """Return the longest run of pairs, given by rising first number, in which the second rises too."""
    ends: list[int] = []  # of the runs of each length, the smallest last second number
    last: list[int] = []  # and where the pair is that has it
    before: list[int] = []
    for n, (_i, j) in enumerate(pairs):
        length = bisect_left(ends, j)
        ends[length : length + 1] = [j]
        last[length : length + 1] = [n]
        before.append(last[length - 1] if length else -1)
    found, at = [], last[-1] if last else -1
    while at >= 0:
        found.append(pairs[at])
        at = before[at]
    return found[::-1]


def _homes(blocks: Sequence[Pair]) -> dict[int, int]:
    """Return for each old block the new one that most of its sentences stand in, the first of equals."""
    homes: dict[int, int] = {}
    for (before, after), _count in Counter(blocks).most_common():
        homes.setdefault(before, after)
    return homes
