"""A text as tokens: what is compared when two revisions are laid beside each other.

A token is a word, or one character that is not part of a word: punctuation counts, for "5%" and "-5%" are
not the same words; white space does not. In scripts without spaces each character is a token. Quotation
marks, dashes and spaces are one kind each, because outlets and their typesetting change them at will.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from operator import sub

import regex  # type: ignore[import-untyped]

# One character for one, so that offsets stay what they are.
_ALIKE = {
    "'": "‘’‚‛′´`ʼ",
    '"': "“”„‟«»″「」『』",
    "-": "‐‑‒–—―",
    " ": "\u00a0\u2007\u2009\u200a\u202f\u3000",
}
_WITHOUT_SPACES = r"[\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}\p{Han}\p{Hiragana}\p{Katakana}]"
# The first kind is the second, found sooner.
_TOKEN = regex.compile(rf"(?V1)[0-9A-Za-z_]++(?!\w)|[\w--{_WITHOUT_SPACES}]+|{_WITHOUT_SPACES}\p{{M}}*|\S")
# Cut off where there is no end of a sentence in sight.
_SENTENCE = regex.compile(r"\S[^\n.!?…。！？]{0,999}[.!?…。！？]*")
_CHARACTER = regex.compile(_WITHOUT_SPACES)


class Tokens:
    """The tokens of one text, in order, and where each stands in it (code points, half-open)."""

    def __init__(self, text: str, pattern: regex.Pattern[str] = _TOKEN) -> None:
        folded = _folded(text)
        self.words: list[str] = pattern.findall(folded)
        # Only white space stands between them, so that each is where its characters are found next.
        end = 0
        self.ends = [end := folded.index(word, end) + len(word) for word in self.words]
        self.starts = list(map(sub, self.ends, map(len, self.words)))

    @classmethod
    def of_sentences(cls, text: str) -> Tokens:
        """Return a text as sentences instead of words: for texts of the length of books."""
        return cls(text, _SENTENCE)

    def __len__(self) -> int:
        return len(self.words)

    def covering(self, start: int, end: int) -> tuple[int, int]:
        """Return the range of tokens that a span of the text touches."""
        return bisect_right(self.ends, start), bisect_left(self.starts, end)

    def span(self, first: int, last: int) -> tuple[int, int]:
        """Return the span of the text from the first token up to, and without, the last."""
        return self.starts[first], self.ends[last - 1]

    @property
    def spoken(self) -> list[str]:
        """The tokens without punctuation, where there are others: a full stop is no likeness."""
        return [word for word in self.words if word[0].isalnum()] or self.words


def _folded(text: str) -> str:
    for one, others in _ALIKE.items():
        for other in others:
            text = text.replace(other, one)
    return text


def is_character(word: str) -> bool:
    """Say whether a token is one character of a script without spaces, which says less than a word."""
    return bool(_CHARACTER.match(word))


def are_same_words(one: str, other: str) -> bool:
    """Say whether two texts read the same, whatever quotation marks, dashes and spaces they are set with."""
    return Tokens(one).words == Tokens(other).words


def go_on_alike(one: str, other: str, *, backwards: bool = False) -> bool:
    """Say whether what follows two places (or comes before) reads the same, but for a word cut at its end."""
    words = [Tokens(text).words[:: -1 if backwards else 1] for text in (one, other)]
    shared = min(map(len, words)) - 1
    return words[0][:shared] == words[1][:shared] if shared >= 0 else words[0] == words[1]
