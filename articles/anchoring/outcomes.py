"""What becomes of each passage: the rules by which a place is taken for granted, proposed, or given up.

A passage follows by itself only to the same words, and only where they cannot be another mention of them:

* The words around it came along too, and no other place has as many of them: **kept** where the bulk of
  the text is, **moved** elsewhere.
* Or the words are many, stand once in either text, and nothing close to them stands anywhere else: **moved**.

The same words without that assurance are *moved* and wait for a person; so do close words (**changed**) at
the place where the surroundings, or their own rare words, lead. What is less alike than `ACCEPTED_FROM` is
**lost**: no guess is offered.
"""

from __future__ import annotations

import enum
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import takewhile

from rapidfuzz import fuzz
from rapidfuzz.distance import Indel

from articles.anchoring.alignment import Alignment
from articles.anchoring.tokens import Tokens, spoken

ACCEPTED_FROM = 0.6
"""The share of tokens in common, in the same order, from which words are proposed as the same passage."""

_NEIGHBOURS = 16  # tokens looked at on either side of a passage
_FAR = 64  # tokens over which texts are read side by side
_ENOUGH = 4  # of these have to have come along, on one side
_LONG = 8  # tokens: words that are no common phrase
_MOST_PLACES = 40  # of the same words that are weighed; beyond that only those where they are expected
_OFFERED = 5
_RARE = 8  # places of a word


class Outcome(enum.StrEnum):
    """What became of a passage in the next revision."""

    KEPT = "kept"
    MOVED = "moved"
    CHANGED = "changed"
    LOST = "lost"


@dataclass(frozen=True, slots=True)
class Anchored:
    """One passage in the new text.

    `place` is where it stands, or what is proposed; `others` are further places of the same words, best
    first. `score` in [0, 1] says how alike the words are. `is_certain` says that nobody needs to be asked.
    """

    outcome: Outcome
    score: float
    place: tuple[int, int] | None = None
    others: tuple[tuple[int, int], ...] = ()
    is_certain: bool = False


@dataclass(frozen=True, slots=True)
class _Support:
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
    def firm_sides(self) -> int:
        """On how many sides what stands there came along, the next token included; a text's edge is firm."""
        before, after = self.there_are
        return (self.is_next_before and self.before >= min(_ENOUGH, before)) + (
            self.is_next_after and self.after >= min(_ENOUGH, after)
        )


def reanchor(old: str, new: str, passages: Sequence[tuple[int, int]]) -> list[Anchored]:
    """Say for each passage of the old text what became of it in the new one, in the order given.

    Passages and places are spans in code points. 5,000 passages in 100,000 words take about a second.

    Raises:
        ValueError: a passage is empty or lies outside the old text.
    """
    if any(not 0 <= start < end <= len(old) for start, end in passages):
        raise ValueError("A passage lies outside the old text.")
    if not passages:
        return []
    return _Comparison(old, new).all_of(passages)


class _Comparison:
    def __init__(self, old: str, new: str) -> None:
        self.old_text, self.new_text = old, new
        self.old, self.new = Tokens(old), Tokens(new)
        self.read_the_same = self.old.words == self.new.words
        self.aligned = Alignment(self.old, self.new)

    def all_of(self, passages: Iterable[tuple[int, int]]) -> list[Anchored]:
        return [self._one(*passage) for passage in passages]

    def _one(self, start: int, end: int) -> Anchored:
        first, last = self.old.covering(start, end)
        if first >= last:
            return Anchored(Outcome.LOST, 0.0)
        # Of a token only a part, where the passage begins or ends inside it; spaces beyond do not count.
        inset = max(0, start - self.old.starts[first]), max(0, self.old.ends[last - 1] - end)
        if self.read_the_same:
            return Anchored(Outcome.KEPT, 1.0, self._span(first, last - first, inset), (), True)
        wanted = self.old.words[first:last]
        found = self.new.places_of(wanted)
        if not found:
            return self._changed(first, last)
        places = self._ranked(first, last, found)
        best, support = places[0]
        certain = self._is_certain(first, last, found, places)
        here = support.total and self._is_in_order(first, last)
        return Anchored(
            Outcome.KEPT if certain and here else Outcome.MOVED,
            1.0,
            self._span(best, last - first, inset),
            tuple(self._span(place, last - first, inset) for place, _ in places[1 : 1 + _OFFERED]),
            certain,
        )

    # The same words

    def _ranked(self, first: int, last: int, found: list[int]) -> list[tuple[int, _Support]]:
        """Return the places of the same words with what speaks for each, most first."""
        found = _few(found, self._expected(first, last))
        places = [(at, self._support(first, last, at)) for at in found]
        return sorted(places, key=lambda place: -place[1].total)

    def _is_certain(
        self, first: int, last: int, found: list[int], places: list[tuple[int, _Support]]
    ) -> bool:
        best, support = places[0]
        mentions = self.old.places_of(self.old.words[first:last])
        others = places[1:]
        if any(not self._reads_more_like(first, last, best, at) for at, _ in others):
            return False
        rivals = [rival for _, rival in others]
        if len(mentions) > 1:
            rivals += self._rivals(first, last, best, mentions)
        strongest = max((rival.total for rival in rivals), default=0)
        if support.firm_sides == 2:
            is_plain = support.total > 2 * strongest
        elif support.firm_sides == 1:
            is_plain = strongest < _ENOUGH and not any(rival.firm_sides for rival in rivals)
        else:
            is_plain = len(found) == len(mentions) == 1 and last - first >= _LONG
        if not is_plain:
            return False
        if len(found) > len(mentions):  # the words were said again
            return support.firm_sides == 2 and self._is_between_surroundings(first, last, best)
        return support.firm_sides == 2 or not self._has_double(first, last, best)

    def _rivals(self, first: int, last: int, at: int, mentions: list[int]) -> list[_Support]:
        """Return what speaks for other mentions of the words to have come to this place."""
        others = [mention for mention in mentions if mention != first]
        length = last - first
        near = _few(others, self._came_from(at, at + length))
        return [self._support(mention, mention + length, at) for mention in near]

    def _support(self, first: int, last: int, at: int) -> _Support:
        """Count the neighbours of the passage that are about as far from this place, on the same side."""
        end, to_new = at + last - first, self.aligned.to_new
        before = [to_new[place] for place in range(first - 1, max(-1, first - 1 - _NEIGHBOURS), -1)]
        after = to_new[last : last + _NEIGHBOURS]
        return _Support(
            before=sum(
                partner >= 0 and abs(at - distance - partner) <= 1 + distance // 3
                for distance, partner in enumerate(before, start=1)
                if partner < at
            ),
            after=sum(
                abs(partner - end - distance) <= 1 + distance // 3
                for distance, partner in enumerate(after)
                if partner >= end
            ),
            is_next_before=before[0] == at - 1 if before else at == 0,
            is_next_after=after[0] == end if after else end == len(self.new),
            there_are=(len(before), len(after)),
        )

    def _reads_more_like(self, first: int, last: int, at: int, other: int) -> bool:
        """Say whether the text around a place goes on like the passage's for longer than another's."""
        here, there = self._echo(first, last, at), self._echo(first, last, other)
        is_never_less = here[0] >= there[0] and here[1] >= there[1]
        return is_never_less and sum(here) >= sum(there) + _ENOUGH

    def _echo(self, first: int, last: int, at: int) -> tuple[int, int]:
        """Count how far the texts before and after the passage and a place read the same."""
        end = at + last - first
        old, new = self.old.words, self.new.words
        before = zip(old[max(0, first - _FAR) : first][::-1], new[max(0, at - _FAR) : at][::-1], strict=False)
        after = zip(old[last : last + _FAR], new[end : end + _FAR], strict=False)
        return _equal(before), _equal(after)

    def _is_between_surroundings(self, first: int, last: int, at: int) -> bool:
        """Say whether a place is between what stands before and after the passage in the bulk of the text."""
        to_new, in_order = self.aligned.to_new, self.aligned.in_order
        before = next((to_new[i] for i in range(first - 1, -1, -1) if in_order[i]), -1)
        after = next((to_new[i] for i in range(last, len(to_new)) if in_order[i]), len(self.new))
        return before < at and at + last - first <= after

    def _is_in_order(self, first: int, last: int) -> bool:
        """Say whether the neighbours stand where the bulk of the text went."""
        around = range(max(0, first - _NEIGHBOURS), min(len(self.old), last + _NEIGHBOURS))
        with_partner = [index for index in around if self.aligned.to_new[index] >= 0]
        return 2 * sum(self.aligned.in_order[index] for index in with_partner) > len(with_partner)

    def _has_double(self, first: int, last: int, at: int) -> bool:
        """Say whether close words stand elsewhere: those may be what became of the passage."""
        end = at + last - first
        windows = [*self._windows(first, last), *self._windows_of_rare_words(first, last)]
        doubles = (self._best_in(part, first, last) for w in windows for part in _without(w, at, end))
        return any(
            self._likeness(first, last, *double) >= ACCEPTED_FROM
            and self._is_unaccounted(first, last, *double)
            for double in doubles
        )

    def _is_unaccounted(self, first: int, last: int, new_first: int, new_last: int) -> bool:
        """Say whether a range of new tokens is not, for the most part, other words of the old text."""
        partners = self.aligned.to_old[new_first:new_last]
        others = sum(partner >= 0 and not first <= partner < last for partner in partners)
        return 2 * others <= len(partners)

    # Other words

    def _changed(self, first: int, last: int) -> Anchored:
        """Propose the first place that is close enough: where the neighbours lead, then the words' own."""
        highest = 0.0
        for find in (self._windows, self._windows_of_rare_words):
            for window in find(first, last):
                place = self._best_in(window, first, last)
                score = self._likeness(first, last, *place)
                if score >= ACCEPTED_FROM:
                    place = self._drawn_out(first, last, place)
                    return Anchored(Outcome.CHANGED, round(score, 2), self.new.span(*place))
                highest = max(highest, score)
        return Anchored(Outcome.LOST, round(highest, 2))

    def _windows(self, first: int, last: int) -> list[tuple[int, int]]:
        """Return where to look for close words: between the neighbours, and around the passage's own."""
        length = last - first
        windows = []
        if gap := self._gap(first, last):
            windows.append(gap)
        windows += [
            (max(0, place - length), min(len(self.new), place + 2 * length))
            for place in self._expected(first, last)
        ]
        return [window for window in windows if window[0] < window[1]]

    def _windows_of_rare_words(self, first: int, last: int) -> list[tuple[int, int]]:
        """Return where in the new text the passage's rarer words stand close together."""
        votes: Counter[int] = Counter()
        for step, word in enumerate(self.old.words[first:last]):
            places = self.new.places(word)
            if len(places) <= _RARE:
                votes.update({(place - step) // (last - first) for place in places})
        length = last - first
        return [
            (max(0, (slot - 1) * length), min(len(self.new), (slot + 3) * length))
            for slot, _ in votes.most_common(_OFFERED)
        ]

    def _gap(self, first: int, last: int) -> tuple[int, int] | None:
        """Return the new tokens between the nearest neighbours on either side, where they came together."""
        to_new = self.aligned.to_new
        before = next(
            (i for i in range(first - 1, max(-1, first - 1 - _NEIGHBOURS), -1) if to_new[i] >= 0), -1
        )
        after = next((i for i in range(last, min(len(self.old), last + _NEIGHBOURS)) if to_new[i] >= 0), -1)
        begin = to_new[before] + 1 if before >= 0 else 0 if first == 0 else -1
        end = to_new[after] if after >= 0 else len(self.new) if last == len(self.old) else -1
        room = 3 * (last - first) + 2 * _NEIGHBOURS
        return (begin, end) if 0 <= begin < end <= begin + room else None

    def _expected(self, first: int, last: int) -> list[int]:
        """Return where the passage should begin, as its neighbours and its own tokens have it: few places."""
        return _voted(self.aligned.to_new, first, last, len(self.new))

    def _came_from(self, first: int, last: int) -> list[int]:
        """Return where a span of new tokens began in the old text, by the same votes."""
        return _voted(self.aligned.to_old, first, last, len(self.old))

    def _best_in(self, window: tuple[int, int], first: int, last: int) -> tuple[int, int]:
        """Return the range of tokens in a window that is most like the passage."""
        begin, end = self.new.span(*window)
        exact = self.old_text[slice(*self.old.span(first, last))]
        if end - begin <= len(exact):
            return window
        found = fuzz.partial_ratio_alignment(exact, self.new_text[begin:end])
        if found is None or found.dest_start >= found.dest_end:
            return window
        return self.new.covering(begin + found.dest_start, begin + found.dest_end)

    def _drawn_out(self, first: int, last: int, place: tuple[int, int]) -> tuple[int, int]:
        """Return the range with the ends that make it most like the passage, the nearest where several do.

        The best match is as long as the passage; where words were put in, its own last ones stand beyond.
        """
        wanted, words = self.old.words[first:last], self.new.words

        def likeness(begin: int, end: int) -> float:
            return Indel.normalized_similarity(wanted, words[begin:end])

        begin, end = place
        ends = range(max(begin + 1, end - _NEIGHBOURS), min(len(words), end + _NEIGHBOURS) + 1)
        end = max(ends, key=lambda at: (likeness(begin, at), -abs(at - end)))
        begins = range(max(0, begin - _NEIGHBOURS), min(end, begin + _NEIGHBOURS + 1))
        return max(begins, key=lambda at: (likeness(at, end), -abs(at - begin))), end

    def _likeness(self, first: int, last: int, new_first: int, new_last: int) -> float:
        """Return the share of tokens that the passage and a range of the new text share, in order."""
        return Indel.normalized_similarity(
            spoken(self.old.words[first:last]), spoken(self.new.words[new_first:new_last])
        )

    def _span(self, at: int, length: int, inset: tuple[int, int]) -> tuple[int, int]:
        start, end = self.new.span(at, at + length)
        return start + inset[0], end - inset[1]


def _without(window: tuple[int, int], first: int, last: int) -> list[tuple[int, int]]:
    """Return what is left of a range when another is taken out of it."""
    parts = (window[0], min(window[1], first)), (max(window[0], last), window[1])
    return [(begin, end) for begin, end in parts if begin < end]


def _voted(partners: list[int], first: int, last: int, size: int) -> list[int]:
    """Return where a range begins in the other text, as the partners in and around it have it."""
    votes: Counter[int] = Counter()
    for index in range(max(0, first - _NEIGHBOURS), min(len(partners), last + _NEIGHBOURS)):
        if partners[index] >= 0:
            votes[partners[index] - (index - first)] += 1
    return [min(max(0, place), size) for place, _ in votes.most_common(_OFFERED)]


def _few(places: list[int], expected: list[int]) -> list[int]:
    """Return all of a few places; of many those near to where one is expected."""
    if len(places) <= _MOST_PLACES:
        return places
    near = [at for at in places if any(abs(at - place) <= _NEIGHBOURS for place in expected)]
    return near[:_MOST_PLACES] or places[:_OFFERED]


def _equal(pairs: Iterable[tuple[str, str]]) -> int:
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))
