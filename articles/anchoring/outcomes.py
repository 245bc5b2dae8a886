"""What becomes of each passage: the rules by which a place is taken for granted, proposed, or given up.

A passage follows by itself only to the same words, and only where they cannot be another mention of them:

* The words around it came along too, and no other place has as many of them: **kept** where the bulk of
  the text is, **moved** elsewhere. Where only one side came along, nothing close to the words may stand near
  to them, or near to anything that stood around them.
* Or the words are many, stand once in either text, and nothing close to them stands anywhere else: **moved**.

Of words that are said several times, those mentions are set aside first that stand between what stood
around them before, with the places that they have now: the passage is none of them. The rest is weighed as
if the words were said only there. Of equal words directly one after the other none is told from the other.

The same words without that assurance are *moved* and wait for a person; so do close words (**changed**) at
the place where the surroundings, or their own rare words, lead. What is less alike than `ACCEPTED_FROM` is
**lost**: no guess is offered.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from articles.anchoring.surroundings import ENOUGH, FAR, NEIGHBOURS, OFFERED, PARAGRAPH, Support, TwoTexts

ACCEPTED_FROM = 0.6
"""The share of tokens in common, in the same order, from which words are proposed as the same passage."""

_LONG = 8  # tokens: words that are no common phrase
_FEW = 4  # tokens: where one changed, nothing close to them is left
_MOST_PLACES = 40  # of the same words that are weighed; beyond that only those where they are expected


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


def reanchor(old: str, new: str, passages: Sequence[tuple[int, int]]) -> list[Anchored]:
    """Say for each passage of the old text what became of it in the new one, in the order given.

    Passages and places are spans in code points. 5,000 passages in 100,000 words take about a second and
    a half.

    Raises:
        ValueError: a passage is empty or lies outside the old text.
    """
    if any(not 0 <= start < end <= len(old) for start, end in passages):
        raise ValueError("A passage lies outside the old text.")
    if not passages:
        return []
    return _Comparison(old, new).all_of(passages)


class _Comparison(TwoTexts):
    def all_of(self, passages: Iterable[tuple[int, int]]) -> list[Anchored]:
        return [self._one(*passage) for passage in passages]

    def _one(self, start: int, end: int) -> Anchored:
        first, last = self.old.covering(start, end)
        if first >= last:
            return Anchored(Outcome.LOST, 0.0)
        # Of a token only a part, where the passage begins or ends inside it; spaces beyond do not count.
        inset = max(0, start - self.old.starts[first]), max(0, self.old.ends[last - 1] - end)
        if self.read_the_same:
            return Anchored(Outcome.KEPT, 1.0, self.span(first, last - first, inset), (), True)
        wanted = self.was.letters[first:last]
        found = self.now.places_of(wanted)
        if not found:
            return self._changed(first, last)
        mentions = self.was.places_of(wanted)
        taken = self._taken(first, last, mentions, found)
        mentions = [at for at in mentions if at not in taken]
        free = [at for at in found if at not in taken.values()]
        ranked = self._ranked(first, last, free)
        certain = bool(free) and self._is_certain(first, last, mentions, free, ranked, taken)
        places = ranked + self._ranked(first, last, list(taken.values()))
        best, support = places[0]
        here = support.total and self.is_in_order(first, last)
        return Anchored(
            Outcome.KEPT if certain and here else Outcome.MOVED,
            1.0,
            self.span(best, last - first, inset),
            tuple(self.span(place, last - first, inset) for place, _ in places[1 : 1 + OFFERED]),
            certain,
        )

    def _ranked(self, first: int, last: int, found: list[int]) -> list[tuple[int, Support]]:
        """Return the places of the same words with what speaks for each, most first."""
        if len(found) > _MOST_PLACES:
            found = _near(found, self.expected(first, last))
        places = [(at, self.support(first, last, at)) for at in found]
        return sorted(places, key=lambda place: -place[1].total)

    def _taken(self, first: int, last: int, mentions: list[int], found: list[int]) -> dict[int, int]:
        """Return which other mentions of the words stand where, as far as that is beyond doubt.

        What stood on either side of such a mention came along with it, and neither side of the passage did.
        """
        if len(mentions) == 1 or max(len(mentions), len(found)) > _MOST_PLACES:
            return {}
        length, taken = last - first, dict[int, int]()
        for mention in mentions:
            at = self.after_its_neighbour(mention)
            if (
                mention != first
                and at in found
                and at not in taken.values()
                and self.support(mention, mention + length, at).firm_sides == 2
                and not self.support(first, last, at).firm_sides
            ):
                taken[mention] = at
        return taken

    def _is_certain(
        self,
        first: int,
        last: int,
        mentions: list[int],
        found: list[int],
        ranked: list[tuple[int, Support]],
        taken: dict[int, int],
    ) -> bool:
        """Say whether the first of the places is the passage's; those taken by other mentions are not."""
        (best, support), *others = ranked
        length = last - first
        if _adjoins([*mentions, *taken], first, length) or _adjoins([*found, *taken.values()], best, length):
            return False
        if any(not self._reads_more_like(first, last, best, at) for at, _ in others):
            return False
        rivals = [rival for _, rival in others]
        if len(mentions) > 1:
            rivals += self._rivals(first, last, best, mentions)
        strongest = max((rival.total for rival in rivals), default=0)
        if support.firm_sides == 2:
            is_plain = support.total > 2 * strongest
        elif support.firm_sides == 1:
            has_rival = strongest >= ENOUGH or any(rival.firm_sides for rival in rivals)
            is_plain = not has_rival and (length >= _FEW or self._is_in_its_line(first, last, best, support))
        else:
            is_plain = len(found) == len(mentions) == 1 and length >= _LONG
        if not is_plain or not self._is_beside_the_first(first, last, best):
            return False
        if self._is_in_a_copy(first, last, best):
            return False
        if len(found) > len(mentions):  # the words were said again
            return support.firm_sides == 2 and self.is_between_surroundings(first, last, best)
        return support.firm_sides == 2 or not self._has_double(first, last, best, taken, support)

    def _rivals(self, first: int, last: int, at: int, mentions: list[int]) -> list[Support]:
        """Return what speaks for other mentions of the words to have come to this place."""
        others = [mention for mention in mentions if mention != first]
        length = last - first
        if len(others) > _MOST_PLACES:
            others = _near(others, self.came_from(at, at + length))
        return [self.support(mention, mention + length, at) for mention in others]

    def _is_in_its_line(self, first: int, last: int, best: int, support: Support) -> bool:
        """Say whether the one side that came along is parted from the words by a line's end as it was."""
        parted_alike = self.is_parted_alike(first, last, best)
        return all(
            is_alike for is_alike, is_firm in zip(parted_alike, support.is_firm, strict=True) if is_firm
        )

    def _is_beside_the_first(self, first: int, last: int, best: int) -> bool:
        """Say whether its surroundings were not said again, or this is where the bulk of them is.

        Who quotes a paragraph as it was and changes it quotes what stood around the passage too.
        """
        again = self.said_again(first, last, best)
        is_far = all(abs(at - best) > FAR for at, _ in again)
        return not again or (
            is_far
            and self.is_between_surroundings(first, last, best)
            and all(is_longer for _, is_longer in again)
        )

    def _is_in_a_copy(self, first: int, last: int, best: int) -> bool:
        """Say whether close words to the whole block stand where the block stood, and this is elsewhere."""
        begin, end = self.old_block(first, last)
        here = best - (first - begin), best + (end - first)
        gap = self.gap(begin, end, reach=PARAGRAPH)
        is_block = here[0] >= 0 and self.likeness(begin, end, *here) >= ACCEPTED_FROM
        if gap is None or not is_block:
            return False
        return any(
            self.likeness(begin, end, *self.best_in(part, begin, end)) >= ACCEPTED_FROM
            for part in _without(gap, [here])
        )

    def _reads_more_like(self, first: int, last: int, at: int, other: int) -> bool:
        """Say whether the text around a place goes on like the passage's for longer than another's."""
        here, there = self.echo(first, last, at), self.echo(first, last, other)
        is_never_less = here[0] >= there[0] and here[1] >= there[1]
        return is_never_less and sum(here) >= sum(there) + ENOUGH

    def _has_double(self, first: int, last: int, best: int, taken: dict[int, int], support: Support) -> bool:
        """Say whether close words stand elsewhere that may be what became of the passage.

        They are not where a side of the passage came along with it, and nothing of either side with them.
        """
        length = last - first
        windows = [*self.windows(first, last), *self.windows_of_rare_words(first, last)]
        known = [(at, at + length) for at in (best, *taken.values())]
        doubles = (self.best_in(part, first, last) for w in windows for part in _without(w, known))
        return any(
            max(self.likeness(first, last, *double), self.held(first, last, *double)) >= ACCEPTED_FROM
            and self._is_unaccounted(first, last, *double)
            and not (
                support.firm_sides
                and self.is_far((best, best + length), double)
                and self.is_among_strangers(first, last, *double)
            )
            for double in doubles
        )

    def _is_unaccounted(self, first: int, last: int, new_first: int, new_last: int) -> bool:
        """Say whether a range of new tokens is not, for the most part, other words of the old text."""
        partners = self.aligned.to_old[new_first:new_last]
        others = sum(partner >= 0 and not first <= partner < last for partner in partners)
        return 2 * others <= len(partners)

    def _changed(self, first: int, last: int) -> Anchored:
        """Propose the first place that is close enough: where the neighbours lead, then the words' own."""
        highest = 0.0
        for find in (self.windows, self.windows_of_rare_words):
            for window in find(first, last):
                place = self.best_in(window, first, last)
                score = self.likeness(first, last, *place)
                if score >= ACCEPTED_FROM:
                    return Anchored(Outcome.CHANGED, round(score, 2), self.new.span(*place))
                highest = max(highest, score)
        return Anchored(Outcome.LOST, round(highest, 2))


def _without(window: tuple[int, int], ranges: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return what is left of a window when ranges are taken out of it."""
    parts, begin = [], window[0]
    for first, last in sorted(ranges):
        if last > begin and first < window[1]:
            parts.append((begin, first))
            begin = last
    parts.append((begin, window[1]))
    return [(begin, end) for begin, end in parts if begin < end]


def _adjoins(places: list[int], at: int, length: int) -> bool:
    """Say whether the same words follow directly on one another here: which is which nobody can tell."""
    return any(0 < abs(other - at) <= length + 1 for other in places)


def _near(places: list[int], expected: list[int]) -> list[int]:
    """Return of many places a few, near to where one is expected."""
    near = [at for at in places if any(abs(at - place) <= NEIGHBOURS for place in expected)]
    return near[:_MOST_PLACES] or places[:OFFERED]
