"""Canonical text: the one form of characters that offsets, quotes and digests are counted in.

NFC; one plain space for any run of white space; nothing that is invisible and changes what is read, or
that a feed, a database or a browser refuses. What carries meaning stays: joiners (Persian, emoji),
direction marks, variation selectors. The bytes as they came are kept elsewhere.
"""

from __future__ import annotations

import re
import unicodedata

# What ends a line in any convention: Unix, DOS, old Mac, vertical tab, form feed, NEL, U+2028, U+2029.
_LINE_END = re.compile("\r\n|[\n\r\x0b\x0c\x85\u2028\u2029]")
_WHITE = re.compile(r"[^\S ]\s*| \s+")  # white space that is not already one plain space
_WHITE_CONTROLS = re.compile("[\x0b\x0c\x1c-\x1f]")

_NEVER = re.compile(
    "["
    "\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f"  # controls
    "\u00ad"  # soft hyphen
    "\u200b\u2060-\u2064\ufeff"  # zero-width space, joiner, byte-order mark: words break invisibly
    "\u202a-\u202e\u2066-\u2069\u206a-\u206f"  # bidi embeddings, overrides, isolates; deprecated ones
    "\ufff9-\ufffc"  # annotation marks, object placeholder
    "\ud800-\udfff"  # surrogates
    "\ufdd0-\ufdef"  # noncharacters, here and at the end of every plane
    + "".join(f"{chr(plane + 0xFFFE)}{chr(plane + 0xFFFF)}" for plane in range(0, 0x110000, 0x10000))
    + "]"
)
_IDEOGRAPH = re.compile("[\u3040-\u9fff\uac00-\ud7a3\U00020000-\U0003ffff]")
_SENTENCE_END = re.compile("[.!?…。！？؟۔।॥։።:：][\"'”’»)\\]」』]*$")
_NUMBERED = re.compile(r"\d[\d.]*[.)] ")
# Tag characters spell flags (England, Scotland, Wales); anywhere else they hide text.
_TAGS = re.compile("(\U0001f3f4[\U000e0020-\U000e007e]+\U000e007f)|[\U000e0000-\U000e007f]")


def is_numbered(text: str) -> bool:
    """Whether a line begins with its own number, as those of a numbered list do: `2. `, `1.2) `."""
    return bool(_NUMBERED.match(text))


def lines(text: str) -> list[str]:
    """Return the lines of any text, each in canonical form; blank ones are empty strings."""
    return [one_line(line) for line in _LINE_END.split(text)]


def one_line(text: str) -> str:
    """Return a piece of text in canonical form and on one line. Doing it twice changes nothing."""
    kept = _TAGS.sub(lambda match: match[1] or "", _NEVER.sub("", text))
    return _WHITE.sub(" ", unicodedata.normalize("NFC", kept)).strip()


def fit_for_xml(text: str) -> str:
    """Return a text without what XML cannot hold, for lxml would stumble over it when it changes a tree."""
    return _NEVER.sub("", _WHITE_CONTROLS.sub(" ", text))


def has_words(text: str) -> bool:
    """Say whether there is anything to read: a letter, a digit, or a symbol such as an emoji."""
    return any(unicodedata.category(character)[0] in "LN" or is_pictorial(character) for character in text)


def is_pictorial(character: str) -> bool:
    """Say whether a character is a picture (So: emoji, dingbats) rather than a mark or a line."""
    return unicodedata.category(character) == "So" and not "\u2500" <= character <= "\u25ff"


def is_sentence(text: str) -> bool:
    """Say whether a line ends as sentences do, in any script."""
    return bool(_SENTENCE_END.search(text))


def size(text: str) -> int:
    """Return how much there is to read, in letters of an alphabet: an ideograph weighs three."""
    return len(text) if text.isascii() else len(text) + 2 * len(_IDEOGRAPH.findall(text))


def vocabulary(words: str) -> frozenset[str]:
    """Return a set of words, written as one string where a list would fill a page."""
    return frozenset(words.split())
