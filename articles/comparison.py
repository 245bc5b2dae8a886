"""What an outlet changed: two texts laid beside each other, word by word and block by block.

Pure functions on canonical texts, for screens. Words are tokens, so quotation marks, dashes and white space
never count as a change; what is drawn is each text to the letter. In texts of the length of books whole
sentences stand for words (`is_coarse`), so that no request counts for seconds. Where passages went is not
decided here: that is `articles.anchoring`, whose alignment is the frame of both.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

from rapidfuzz.distance import LCSseq

from articles.anchoring.alignment import Alignment
from articles.anchoring.spelling import spell
from articles.anchoring.tokens import Tokens
from articles.extraction import Block

MOST_BY_WORDS = 300_000
"""Characters of two texts, together, that are compared word by word (0.3 s); more, sentence by sentence."""

_NONE = -1
_MOST = 100_000_000  # pairs of tokens between two fixed ones that are weighed; beyond, all of them differ
_FURTHEST = 50  # tokens by which an insertion is moved at most
_STOPS = frozenset(".!?…。！？")


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of a text, half-open in code points, that the other text has in the same order, or has not."""

    start: int
    end: int
    text: str
    is_same: bool


@dataclass(frozen=True, slots=True)
class Row:
    """A block of the old text beside the one of the new text that it became; either may be missing.

    `is_moved` says that its words stand in the other text as well, out of order.
    """

    old: tuple[Piece, ...]
    new: tuple[Piece, ...]
    kind: str
    is_moved: bool = False

    @property
    def is_same(self) -> bool:
        """Whether all its words are where they were."""
        return all(piece.is_same for piece in (*self.old, *self.new))


def is_coarse(old: str, new: str) -> bool:
    """Say whether two texts are so long that only whole sentences of them are compared."""
    return len(old) + len(new) > MOST_BY_WORDS


def word_diff(old: str, new: str) -> tuple[list[Piece], list[Piece]]:
    """Return both texts in pieces; the pieces of each, joined, are the text to the letter."""
    both = _Comparison(old, new)
    return both.in_old(0, len(old)), both.in_new(0, len(new))


def block_diff(old: str, old_blocks: Sequence[Block], new: str, new_blocks: Sequence[Block]) -> list[Row]:
    """Return the blocks of two texts side by side, in the order of both.

    The pieces of all rows, joined by newlines, are the two texts. 10,000 words take some 50 ms.
    """
    return _Comparison(old, new).rows(old_blocks, new_blocks)


def paragraphs_changed(rows: Iterable[Row]) -> int:
    """Return how many paragraphs read otherwise or moved; one that moved has a row on each side."""
    changed = [row for row in rows if not row.is_same or row.is_moved]
    moved = [bool(row.new) for row in changed if row.is_moved]
    return len(changed) - len(moved) + max(moved.count(False), moved.count(True))


def words_in_common(old: str, new: str) -> tuple[int, int]:
    """Return how many words of the old text stand in the new one in the same order, and how many it has.

    Punctuation counts only where there is nothing else, as in the scores of `articles.anchoring`.
    """
    words = Tokens(old).spoken
    if is_coarse(old, new):
        held = Counter(words) & Counter(Tokens(new).spoken)
        return held.total(), len(words)
    return LCSseq.similarity(words, Tokens(new).spoken), len(words)


def where_they_stood(old: str, new: str, passages: Iterable[tuple[int, int]]) -> list[int]:
    """Return for each passage of the old text the point of the new one at which it would stand.

    That is behind what stood before it, as far as that is still there.
    """
    both = _Comparison(old, new)
    return [both.where_it_stood(start) for start, _end in passages]


class _Comparison:
    def __init__(self, old: str, new: str) -> None:
        self._old_text, self._new_text = old, new
        self._is_coarse = is_coarse(old, new)
        tokens = Tokens.of_sentences if self._is_coarse else Tokens
        self._old, self._new = tokens(old), tokens(new)
        self._aligned = Alignment(*spell(self._old, self._new))
        to_new = self._partners()
        _slide(to_new, self._new.words, _breaks(new, self._new))
        self._to_old = _inverted(to_new, len(self._new))
        _slide(self._to_old, self._old.words, _breaks(old, self._old))
        self._to_new = _inverted(self._to_old, len(self._old))

    def in_old(self, start: int, end: int) -> list[Piece]:
        return _pieces(self._old_text, self._old, self._to_new, start, end)

    def in_new(self, start: int, end: int) -> list[Piece]:
        return _pieces(self._new_text, self._new, self._to_old, start, end)

    def where_it_stood(self, start: int) -> int:
        first, _last = self._old.covering(start, start + 1)
        before = next((self._to_new[i] for i in range(first - 1, -1, -1) if self._to_new[i] != _NONE), _NONE)
        return self._new.ends[before] if before != _NONE else 0

    def rows(self, old: Sequence[Block], new: Sequence[Block]) -> list[Row]:
        pairs = self._pairs(old, new)
        rows: list[Row] = []
        i = j = 0
        for to_old, to_new in [*pairs, (len(old), len(new))]:
            rows += [self._row(block, None) for block in old[i:to_old]]
            rows += [self._row(None, block) for block in new[j:to_new]]
            if to_old < len(old):
                rows.append(self._row(old[to_old], new[to_new]))
            i, j = to_old + 1, to_new + 1
        return rows

    def _row(self, old: Block | None, new: Block | None) -> Row:
        block = new or old
        assert block is not None
        moved = False
        if old is None or new is None:
            tokens, fixed, in_order = (
                (self._new, self._aligned.to_old, self._to_old)
                if old is None
                else (self._old, self._aligned.to_new, self._to_new)
            )
            here = range(*tokens.covering(block.start, block.end))
            elsewhere = sum(fixed[index] >= 0 and in_order[index] == _NONE for index in here)
            moved = 2 * elsewhere > len(here)
        return Row(
            old=tuple(self.in_old(old.start, old.end)) if old else (),
            new=tuple(self.in_new(new.start, new.end)) if new else (),
            kind=block.kind,
            is_moved=moved,
        )

    def _pairs(self, old: Sequence[Block], new: Sequence[Block]) -> list[tuple[int, int]]:
        """Return which block became which: the two share most of the words of the shorter one."""
        sizes = _sizes(self._old, old), _sizes(self._new, new)
        of_new = _block_of_each(self._new, new)
        shared: Counter[tuple[int, int]] = Counter(
            (of_old, of_new[partner])
            for of_old, partner in zip(_block_of_each(self._old, old), self._to_new, strict=True)
            if partner != _NONE and of_old != _NONE and of_new[partner] != _NONE
        )
        taken: tuple[set[int], set[int]] = (set(), set())
        pairs = []
        for (i, j), count in shared.most_common():
            if i in taken[0] or j in taken[1] or 2 * count < min(sizes[0][i], sizes[1][j]):
                continue
            pairs.append((i, j))
            taken[0].add(i)
            taken[1].add(j)
        return sorted(pairs)

    def _partners(self) -> list[int]:
        """Return the partner of each old token, all in the order of both texts."""
        to_new, fixed = [_NONE] * len(self._old), self._aligned.to_new
        i = j = 0
        for index in [k for k, on in enumerate(self._aligned.in_order) if on] + [len(self._old)]:
            partner = fixed[index] if index < len(self._old) else len(self._new)
            self._fill(to_new, (i, index), (j, partner))
            if index < len(self._old):
                to_new[index] = partner
            i, j = index + 1, partner + 1
        if not self._is_coarse:
            _forget_strays(to_new, self._old.words, len(self._new))
        return to_new

    def _fill(self, to_new: list[int], old: tuple[int, int], new: tuple[int, int]) -> None:
        here, there = self._old.words[slice(*old)], self._new.words[slice(*new)]
        if not 0 < len(here) * len(there) <= _MOST:
            return
        for step in LCSseq.opcodes(here, there):
            if step.tag == "equal":
                for k in range(step.src_end - step.src_start):
                    to_new[old[0] + step.src_start + k] = new[0] + step.dest_start + k


def _forget_strays(to_new: list[int], words: list[str], size: int) -> None:
    """Take partners away that stand alone in what was rewritten: a "the" there holds nothing together.

    Punctuation never does, so that a figure is replaced as a whole.
    """
    while strays := _strays(to_new, words, size):
        for begin, end in strays:
            to_new[begin:end] = [_NONE] * (end - begin)


def _strays(to_new: list[int], words: list[str], size: int) -> list[tuple[int, int]]:
    runs: list[tuple[int, int]] = []
    for index, partner in enumerate(to_new):
        if partner == _NONE:
            continue
        if runs and runs[-1][1] == index and to_new[index - 1] == partner - 1:
            runs[-1] = (runs[-1][0], index + 1)
        else:
            runs.append((index, index + 1))
    ends = [(0, 0), *((end, to_new[end - 1] + 1) for _begin, end in runs)]
    begins = [*((begin, to_new[begin]) for begin, _end in runs), (len(to_new), size)]
    changed = [max(b[0] - e[0], b[1] - e[1]) for e, b in zip(ends, begins, strict=True)]
    return [
        run
        for run, around in zip(runs, pairwise(changed), strict=True)
        if 0 < min(around) >= 2 * sum(word[0].isalnum() for word in words[slice(*run)])
    ]


def _slide(partners: list[int], words: list[str], breaks: list[int]) -> None:
    """Move what was put in so that it begins and ends where sentences and paragraphs do, if it can be.

    Of "A. [The new one. The] old one" and "A. [The new one.] The old one" the second is meant. `partners`
    are those of the tokens of the text that lacks it, `words` and `breaks` belong to the one that has it.
    """
    for last in range(len(partners) - 1):
        begin, end = partners[last] + 1, partners[last + 1]
        if begin == 0 or end <= begin:
            continue
        best, most = 0, breaks[begin] + breaks[end]
        for step in range(1, min(_FURTHEST, begin)):
            if partners[last - step + 1] != begin - step or words[begin - step] != words[end - step]:
                break
            worth = breaks[begin - step] + breaks[end - step]
            if worth > most:
                best, most = step, worth
        for step in range(1, best + 1):
            partners[last - step + 1] = end - step


def _breaks(text: str, tokens: Tokens) -> list[int]:
    """Return how good it is to cut before each token, and behind the last."""
    ends, starts, words = tokens.ends, tokens.starts, tokens.words
    within = [
        2 if "\n" in text[ends[index - 1] : starts[index]] else int(words[index - 1] in _STOPS)
        for index in range(1, len(tokens))
    ]
    return [2, *within, 2]


def _inverted(partners: list[int], size: int) -> list[int]:
    others = [_NONE] * size
    for index, partner in enumerate(partners):
        if partner != _NONE:
            others[partner] = index
    return others


def _pieces(text: str, tokens: Tokens, partners: list[int], start: int, end: int) -> list[Piece]:
    """Cut a span where words of one kind end; white space at a seam goes to what is the same."""
    if start >= end:
        return []
    first, last = tokens.covering(start, end)
    runs = [(is_same, list(run)) for is_same, run in groupby(range(first, last), _is_held(partners))] or [
        (True, [first])
    ]
    seams = [
        tokens.starts[after[0]] if was_same else tokens.ends[before[-1]]
        for (was_same, before), (_is_same, after) in pairwise(runs)
    ]
    edges = [start, *seams, end]
    return [
        Piece(begin, stop, text[begin:stop], is_same)
        for (is_same, _run), (begin, stop) in zip(runs, pairwise(edges), strict=True)
    ]


def _is_held(partners: list[int]) -> Callable[[int], bool]:
    return lambda index: partners[index] != _NONE


def _block_of_each(tokens: Tokens, blocks: Sequence[Block]) -> list[int]:
    """Return for each token the index of its block, or -1."""
    found = [_NONE] * len(tokens)
    for index, block in enumerate(blocks):
        for token in range(*tokens.covering(block.start, block.end)):
            found[token] = index
    return found


def _sizes(tokens: Tokens, blocks: Sequence[Block]) -> list[int]:
    return [len(range(*tokens.covering(block.start, block.end))) for block in blocks]
