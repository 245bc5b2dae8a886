"""Two texts beside each other: what stands around a passage in the one and around a place in the other.

Answers questions of fact about tokens; what follows from the answers is decided in `outcomes`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import repeat, takewhile
from operator import contains, sub
from typing import NamedTuple

from rapidfuzz import fuzz
from rapidfuzz.distance import Indel, LCSseq

from articles.anchoring.alignment import Alignment
from articles.anchoring.spelling import RUN, spell
from articles.anchoring.tokens import Tokens

NEIGHBOURS = 16
"""Tokens looked at on either side of a passage."""
FAR = 64
"""Tokens over which texts are read side by side."""
PARAGRAPH = 1_000
"""Tokens over which texts are followed to the end of a paragraph and beyond."""
ENOUGH = 4
"""Of these have to have come along, on one side."""
OFFERED = 5
_RARE = 8  # places of a word
# How far a neighbour may be from a place: the farther it was from the passage, the less it has to agree.
_SLACK = [(far, 1 + far // 3) for far in range(NEIGHBOURS + 1)]
_AFTER = [frozenset(range(max(0, far - slack), far + slack + 1)) for far, slack in _SLACK]
_BEFORE = [frozenset(range(max(1, far - slack), far + slack + 1)) for far, slack in _SLACK[1:]]


class Support(NamedTuple):
    """How many tokens before and after a passage are also before and after one place in the new text."""

    before: int
    after: int
    is_next_before: bool
    is_next_after: bool
    there_are: tuple[int, int]

    @property
    def total(self) -> int:
        return self.before + self.after

    @property
    def is_firm(self) -> tuple[bool, bool]:
        """On which sides what stands there came along, the next token included; a text's edge is firm."""
        before, after = self.there_are
        return (
            self.is_next_before and self.before >= min(ENOUGH, before),
            self.is_next_after and self.after >= min(ENOUGH, after),
        )

    @property
    def firm_sides(self) -> int:
        return sum(self.is_firm)


class TwoTexts:
    """An old text and a new one, with the alignment of their tokens."""

    def __init__(self, old: str, new: str) -> None:
        self.old_text, self.new_text = old, new
        self.old, self.new = Tokens(old), Tokens(new)
        self.read_the_same = self.old.words == self.new.words
        self.was, self.now = spell(self.old, self.new)
        self.aligned = Alignment(self.was, self.now)

    def support(self, first: int, last: int, at: int) -> Support:
        """Count the neighbours of the passage that are about as far from this place, on the same side."""
        end, to_new = at + last - first, self.aligned.to_new
        before = to_new[max(0, first - NEIGHBOURS) : first][::-1]
        after = to_new[last : last + NEIGHBOURS]
        return Support(
            before=sum(map(contains, _BEFORE, map(sub, repeat(at), before))),
            after=sum(map(contains, _AFTER, map(sub, after, repeat(end)))),
            is_next_before=before[0] == at - 1 if before else at == 0,
            is_next_after=after[0] == end if after else end == len(self.new),
            there_are=(len(before), len(after)),
        )

    def said_again(self, first: int, last: int, at: int) -> list[tuple[int, bool]]:
        """Return where else in the new text the tokens on a side of the passage stand, if more often now.

        With each, whether the text goes on like the passage's for longer at this place than there.
        """
        again = list[tuple[int, bool]]()
        letters = self.was.letters
        for run, edge, here, step in (
            (letters[max(0, first - RUN) : first], first - 1, at - 1, -1),
            (letters[last : last + RUN], last, at + last - first, 1),
        ):
            if len(run) < RUN or self.now.says_once(run):
                continue
            now = self.now.places_of(run)
            if len(now) <= len(self.was.places_of(run)):
                continue
            edges = [place if step > 0 else place + RUN - 1 for place in now]
            mine = self._reach(edge, here, step, PARAGRAPH)
            again += [
                (there, mine > self._reach(edge, there, step, PARAGRAPH)) for there in edges if there != here
            ]
        return again

    def is_parted_alike(self, first: int, last: int, at: int) -> tuple[bool, bool]:
        """Say whether a line ends before the place, and after it, where one ended at the passage's edges."""
        end = at + last - first
        return (
            _begins_line(self.old_text, self.old, first) == _begins_line(self.new_text, self.new, at),
            _begins_line(self.old_text, self.old, last) == _begins_line(self.new_text, self.new, end),
        )

    def old_block(self, first: int, last: int) -> tuple[int, int]:
        """Return the tokens of the blocks that a passage stands in, as far as they are near."""
        begin, end = max(0, first - FAR), min(len(self.old), last + FAR)
        start, stop = self.old.span(begin, end)
        before = self.old_text.rfind("\n", start, self.old.starts[first])
        after = self.old_text.find("\n", self.old.ends[last - 1], stop)
        return (
            begin if before < 0 else self.old.covering(before, before + 1)[0],
            end if after < 0 else self.old.covering(after, after + 1)[1],
        )

    def after_its_neighbour(self, first: int) -> int:
        """Return the new token after the one that stood before an old token; -1 where that has no partner."""
        if not first:
            return 0
        partner = self.aligned.to_new[first - 1]
        return partner + 1 if partner >= 0 else -1

    def is_far(self, place: tuple[int, int], other: tuple[int, int]) -> bool:
        """Say whether two ranges of new tokens are apart by more than texts are read side by side."""
        return other[0] - place[1] > FAR or place[0] - other[1] > FAR

    def is_among_strangers(self, first: int, last: int, new_first: int, new_last: int) -> bool:
        """Say whether nothing that stood around the passage, a text's edge included, is around new tokens."""
        to_new = self.aligned.to_new
        around = to_new[max(0, first - NEIGHBOURS) : first] + to_new[last : last + NEIGHBOURS]
        if first < NEIGHBOURS:
            around.append(0)
        if last + NEIGHBOURS > len(self.old):
            around.append(len(self.new) - 1)
        return not any(new_first - NEIGHBOURS <= at < new_last + NEIGHBOURS for at in around if at >= 0)

    def echo(self, first: int, last: int, at: int) -> tuple[int, int]:
        """Count how far the texts before and after the passage and a place read the same."""
        return self._reach(first - 1, at - 1, -1, FAR), self._reach(last, at + last - first, 1, FAR)

    def _reach(self, index: int, at: int, step: int, most: int) -> int:
        """Count for how many tokens the texts read the same from here on, forwards or backwards."""
        old, new = (
            words[begin : begin + most] if step > 0 else words[max(0, begin + 1 - most) : begin + 1][::-1]
            for words, begin in ((self.was.letters, index), (self.now.letters, at))
        )
        return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(old, new, strict=False)))

    def is_between_surroundings(self, first: int, last: int, at: int) -> bool:
        """Say whether a place is between what stands before and after the passage in the bulk of the text."""
        to_new, in_order = self.aligned.to_new, self.aligned.in_order
        before = next((to_new[i] for i in range(first - 1, -1, -1) if in_order[i]), -1)
        after = next((to_new[i] for i in range(last, len(to_new)) if in_order[i]), len(self.new))
        return before < at and at + last - first <= after

    def is_in_order(self, first: int, last: int) -> bool:
        """Say whether the neighbours stand where the bulk of the text went."""
        around = range(max(0, first - NEIGHBOURS), min(len(self.old), last + NEIGHBOURS))
        with_partner = [index for index in around if self.aligned.to_new[index] >= 0]
        return 2 * sum(self.aligned.in_order[index] for index in with_partner) > len(with_partner)

    def windows(self, first: int, last: int) -> Iterator[tuple[int, int]]:
        """Yield where to look for close words: between the neighbours, and around the passage's own."""
        if gap := self.gap(first, last):
            yield gap
        length = last - first
        for place in self.expected(first, last):
            begin, end = max(0, place - length), min(len(self.new), place + 2 * length)
            if begin < end:
                yield begin, end

    def windows_of_rare_words(self, first: int, last: int) -> list[tuple[int, int]]:
        """Return where in the new text the passage's rarer words stand close together."""
        votes: Counter[int] = Counter()
        for step, letter in enumerate(self.was.letters[first:last]):
            places = self.now.places(letter)
            if len(places) <= _RARE:
                votes.update({(place - step) // (last - first) for place in places})
        length = last - first
        return [
            (max(0, (slot - 1) * length), min(len(self.new), (slot + 3) * length))
            for slot, _ in votes.most_common(OFFERED)
        ]

    def gap(self, first: int, last: int, *, reach: int = NEIGHBOURS) -> tuple[int, int] | None:
        """Return the new tokens between the nearest neighbours on either side, where they came together.

        Where none of those that lead to an edge of the text is left, its edge is one.
        """
        to_new = self.aligned.to_new
        before = next((i for i in range(first - 1, max(-1, first - 1 - reach), -1) if to_new[i] >= 0), -1)
        after = next((i for i in range(last, min(len(self.old), last + reach)) if to_new[i] >= 0), -1)
        begin = to_new[before] + 1 if before >= 0 else 0 if first <= reach else -1
        end = to_new[after] if after >= 0 else len(self.new) if last + reach >= len(self.old) else -1
        room = 3 * (last - first) + 2 * reach
        return (begin, end) if 0 <= begin < end <= begin + room else None

    def expected(self, first: int, last: int) -> list[int]:
        """Return where the passage should begin, as its neighbours and its own tokens have it: few places."""
        return _voted(self.aligned.to_new, first, last, len(self.new))

    def came_from(self, first: int, last: int) -> list[int]:
        """Return where a span of new tokens began in the old text, by the same votes."""
        return _voted(self.aligned.to_old, first, last, len(self.old))

    def best_in(self, window: tuple[int, int], first: int, last: int) -> tuple[int, int]:
        """Return the range of tokens in a window that is most like the passage."""
        begin, end = window
        wanted = self.was.letters[first:last]
        place = window
        if end - begin > len(wanted):
            found = fuzz.partial_ratio_alignment(wanted, self.now.letters[begin:end])
            if found and found.dest_start < found.dest_end:
                place = begin + found.dest_start, begin + found.dest_end
        return self._drawn_out(wanted, place, window)

    def _drawn_out(self, wanted: str, place: tuple[int, int], window: tuple[int, int]) -> tuple[int, int]:
        """Return the range with the ends that make it most like some words, the nearest where several do.

        The best match is as long as the words; where others were put in, their own last ones stand beyond.
        """
        words = self.now.letters

        def likeness(begin: int, end: int) -> float:
            return Indel.normalized_similarity(wanted, words[begin:end])

        # Where its own first and last words stand together, there; else only at one of its words can the best
        # end be, for any other is no likeness, or where the range of ends is over.
        begin, end = place
        lowest = max(begin + 1, end - NEIGHBOURS)
        reach = range(lowest, min(window[1], end + NEIGHBOURS) + 1)
        ends = [at for at in reach if words[at - 2 : at] == wanted[-2:]]
        ends = ends or [at for at in reach if at == lowest or words[at - 1] in wanted]
        end = max(ends, key=lambda at: (likeness(begin, at), -abs(at - end)))
        highest = min(end, begin + NEIGHBOURS + 1) - 1
        reach = range(max(window[0], begin - NEIGHBOURS), highest + 1)
        begins = [at for at in reach if words[at : at + 2] == wanted[:2]]
        begins = begins or [at for at in reach if at == highest or words[at] in wanted]
        return max(begins, key=lambda at: (likeness(at, end), -abs(at - begin))), end

    def likeness(self, first: int, last: int, new_first: int, new_last: int) -> float:
        """Return the share of tokens that the passage and a range of the new text share, in order."""
        return Indel.normalized_similarity(self.was.spoken(first, last), self.now.spoken(new_first, new_last))

    def held(self, first: int, last: int, new_first: int, new_last: int) -> float:
        """Return the share of the passage's tokens that a range of the new text has, in order."""
        wanted = self.was.spoken(first, last)
        return LCSseq.similarity(wanted, self.now.spoken(new_first, new_last)) / len(wanted)

    def span(self, at: int, length: int, inset: tuple[int, int]) -> tuple[int, int]:
        start, end = self.new.span(at, at + length)
        return start + inset[0], end - inset[1]


def _begins_line(text: str, tokens: Tokens, index: int) -> bool:
    """Say whether a line ends before a token; the edges of a text are ends of lines."""
    if not 0 < index < len(tokens):
        return True
    return "\n" in text[tokens.ends[index - 1] : tokens.starts[index]]


def _voted(partners: list[int], first: int, last: int, size: int) -> list[int]:
    """Return where a range begins in the other text, as the partners in and around it have it."""
    begin = max(0, first - NEIGHBOURS)
    around = partners[begin : last + NEIGHBOURS]
    votes = Counter([at - step for step, at in enumerate(around, begin - first) if at >= 0])
    return [min(max(0, place), size) for place, _ in votes.most_common(OFFERED)]
