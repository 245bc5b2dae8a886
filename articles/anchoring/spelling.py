"""Two texts as strings with one character for each token: what is asked of words is asked of characters.

A string is compared, searched and hashed at once, where a list of words is gone through word by word.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from functools import cached_property
from itertools import accumulate, chain, compress, islice, repeat

from articles.anchoring.tokens import Tokens

RUN = 4
"""Tokens of which it is seen at once where they stand."""

LETTERS = sys.maxunicode - 1
"""Different tokens that have a character each; the other two are those of the rest, in either text."""
_REST = chr(LETTERS), chr(LETTERS + 1)


def spell(old: Tokens, new: Tokens) -> tuple[Spelling, Spelling]:
    """Return both texts in one alphabet: the same character is the same token, in either.

    Only noise has more different tokens than there are characters. What is left over is like nothing in the
    other text, and so nothing follows to it.
    """
    different = islice(dict.fromkeys(chain(old.words, new.words)), LETTERS)
    alphabet = {word: chr(index) for index, word in enumerate(different)}
    is_said = {letter: word[0].isalnum() for word, letter in alphabet.items()} | dict.fromkeys(_REST, True)
    one, other = (
        Spelling("".join(map(alphabet.get, tokens.words, repeat(rest))), is_said)
        for tokens, rest in zip((old, new), _REST, strict=True)
    )
    return one, other


class Spelling:
    """The tokens of one text as the characters of a string, and where they stand.

    `runs` has the first place of every run of `RUN` tokens, `repeated` all places of those that have several.
    """

    def __init__(self, letters: str, is_said: dict[str, bool]) -> None:
        said = list(map(is_said.__getitem__, letters))
        self.letters = letters
        # How many of the tokens before each one are no punctuation.
        self._said = list(accumulate(said, initial=0))
        self._spoken = "".join(compress(letters, said))
        self.runs: dict[str, int] = {}
        self.repeated: dict[str, list[int]] = {}
        for at in range(len(letters) - RUN + 1):
            run = letters[at : at + RUN]
            first = self.runs.setdefault(run, at)
            if first != at:
                self.repeated.setdefault(run, [first]).append(at)

    def says_once(self, run: str) -> bool:
        """Say whether a run of `RUN` tokens has one place."""
        return run in self.runs and run not in self.repeated

    def places(self, letter: str) -> list[int]:
        """Return where a token stands, each time."""
        return self._places.get(letter, [])

    def places_of(self, wanted: str) -> list[int]:
        """Return where some tokens begin, each time they stand in this text one after the other."""
        run = wanted[:RUN]
        if len(run) < RUN:
            begins = self.places(run[:1])
        elif run in self.runs:
            begins = self.repeated.get(run) or [self.runs[run]]
        else:
            return []
        return [at for at in begins if self.letters.startswith(wanted, at)]

    def spoken(self, first: int, last: int) -> str:
        """Return tokens without punctuation, where there are others: a full stop is no likeness."""
        last = min(last, len(self.letters))
        return self._spoken[self._said[first] : self._said[last]] or self.letters[first:last]

    @cached_property
    def _places(self) -> dict[str, list[int]]:
        places: dict[str, list[int]] = defaultdict(list)
        for index, letter in enumerate(self.letters):
            places[letter].append(index)
        return dict(places)
