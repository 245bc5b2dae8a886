"""Which token of the old text is which of the new one.

Runs of a few tokens that occur once in each text fix most of both, wherever an edit moved them; each is
then drawn out to both sides as far as the texts agree. What is left over has no partner: it is new, gone,
or so ordinary that nothing tells one from another. No order is assumed, so a paragraph that moved keeps
its partners; `in_order` says which of them stand where the bulk of the text went.

Source: the idea of unique anchors is that of Bram Cohen's patience diff.
"""

from __future__ import annotations

from bisect import bisect_left
from itertools import pairwise

from articles.anchoring.spelling import RUN, Spelling

NOWHERE = -(10**9)
"""Where a token is that has no partner: so far away that nothing is near to it."""


class Alignment:
    """Partners of tokens: `to_new[i]` and `to_old[j]` are indices, or `NOWHERE`."""

    def __init__(self, old: Spelling, new: Spelling) -> None:
        self._old, self._new = old.letters, new.letters
        self.to_new = [NOWHERE] * len(self._old)
        self.to_old = [NOWHERE] * len(self._new)
        self._fix_unique_runs(old, new)
        self._draw_out()
        self.in_order = _longest_rising(self.to_new)

    def _fix_unique_runs(self, was: Spelling, now: Spelling) -> None:
        to_new, to_old = self.to_new, self.to_old
        for run, at in was.runs.items():
            if run in was.repeated or not now.says_once(run):
                continue
            old, new = at + RUN - 1, now.runs[run] + RUN - 1
            # Of runs that overlap only the last token is new.
            while old >= at and to_new[old] != new:
                if to_new[old] == NOWHERE and to_old[new] == NOWHERE:
                    to_new[old], to_old[new] = new, old
                old, new = old - 1, new - 1

    def _draw_out(self) -> None:
        beside = enumerate(pairwise(self.to_new))
        last_ones = [at for at, (here, after) in beside if here != NOWHERE and after == NOWHERE]
        for at in last_ones:
            self._follow(at, 1)
        beside = enumerate(pairwise(self.to_new), 1)
        first_ones = [at for at, (before, here) in beside if before == NOWHERE and here != NOWHERE]
        for at in reversed(first_ones):
            self._follow(at, -1)

    def _follow(self, at: int, step: int) -> None:
        """Pair the tokens beyond one that has a partner, as far as they agree and none has one."""
        old, new = at + step, self.to_new[at] + step
        while 0 <= old < len(self.to_new) and 0 <= new < len(self.to_old):
            is_free = self.to_new[old] == NOWHERE and self.to_old[new] == NOWHERE
            if not is_free or self._old[old] != self._new[new]:
                return
            self.to_new[old], self.to_old[new] = new, old
            old, new = old + step, new + step


def _longest_rising(partners: list[int]) -> list[bool]:
    """Say of each token whether it is on the longest rising sequence of partners (patience sorting)."""
    tops: list[int] = []  # the smallest partner that ends a sequence of each length
    holders: list[int] = []  # whose it is
    before = [NOWHERE] * len(partners)
    for index, partner in enumerate(partners):
        if partner == NOWHERE:
            continue
        length = len(tops) if not tops or partner > tops[-1] else bisect_left(tops, partner)
        before[index] = holders[length - 1] if length else NOWHERE
        if length == len(tops):
            tops.append(partner)
            holders.append(index)
        else:
            tops[length], holders[length] = partner, index
    on = [False] * len(partners)
    index = holders[-1] if holders else NOWHERE
    while index != NOWHERE:
        on[index] = True
        index = before[index]
    return on
