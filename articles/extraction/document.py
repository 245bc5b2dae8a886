"""What comes out of an extraction: the article's text with its blocks, and what was found about it.

Plain data, no parsing. Readers (plain text, Markdown, HTML) make `Draft`s and `Metadata`; `lay_out`
makes canonical text with code-point offsets of the drafts.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, TypeVar

from articles.extraction.canonical import has_words, is_numbered, one_line

T = TypeVar("T")
gettext_noop = str  # marks words for translators: where documents are parsed no Django is loaded
How = Literal["typed", "json-ld", "meta", "text", "words", "address", "file", "guessed"]
"""How a field was found: by a person, by what a page tells machines, in a line of what it shows, by the words
of the whole text (a language), from where it was fetched; or by a rule of thumb that a person should look at,
of which `file` takes the day on which a file was made for that of the article."""

Kind = Literal["paragraph", "heading", "list_item", "quote", "caption"]

MAX_TEXT = 1_000_000
"""Characters of a text: 170,000 words, some 600 pages of a book (decision 0017)."""
TOO_LONG = gettext_noop(
    "This text has %(characters)s characters; the desk takes up to %(most)s (some 600 pages of a book) in one"
    " article. Import it in parts, each chapter by itself for example."
)
MAX_BYTES = 5 * 1024 * 1024  # of a page or file of text, with its markup
MAX_FILE_BYTES = 20 * 1024 * 1024  # of a document with pictures in it
MAX_BLOCKS = 20_000
MAX_LEFT_OUT = 500


class ExtractionError(Exception):
    """No article could be made of what was given; `detail` says why and what to do about it.

    Codes: `empty`, `too_large`, `too_large_unpacked`, `too_complex`, `not_text`, `no_text` (a scan),
    `encrypted`, `damaged`, `unsupported_type`, `wall`; `busy` is `transient`, for it says nothing about the
    document.
    """

    def __init__(self, code: str, detail: str, *, transient: bool = False) -> None:
        super().__init__(code, detail)
        self.code = code
        self.detail = detail
        self.transient = transient

    def __str__(self) -> str:
        return self.detail


def too_complex(what: str) -> ExtractionError:
    """Make the refusal of what a parser must not see, or has not kept whole."""
    return ExtractionError(
        "too_complex",
        f"This is built in a way that we cannot read whole: {what}. Nothing was saved. Open it in a browser"
        " and paste the article's text.",
    )


def damaged(what: str) -> ExtractionError:
    """Make the refusal of a file that is not whole, or not what it says."""
    return ExtractionError(
        "damaged",
        f"This file cannot be opened: {what}. Get it again from where it came, or paste the article's text.",
    )


def check_count(blocks: int) -> None:
    """Refuse what has more paragraphs than any article.

    Raises:
        ExtractionError: `too_complex`.
    """
    if blocks > MAX_BLOCKS:
        raise too_complex(f"it has more than {MAX_BLOCKS:,} paragraphs")


def check_length(text: str) -> None:
    """Refuse a text that is longer than any article.

    Raises:
        ExtractionError: `too_large`.
    """
    if len(text) > MAX_TEXT:
        raise ExtractionError("too_large", TOO_LONG % counted(len(text)))


def counted(characters: int) -> dict[str, str]:
    """Return what `TOO_LONG` says of a text."""
    return {"characters": f"{characters:,}", "most": f"{MAX_TEXT:,}"}


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph or the like: `text[start:end]`, never empty, without a newline.

    `level` is 1 to 6 for headings, the depth (from 1) for list items, and 0 for the rest. `locator` says
    where in the source it begins, where that can be told: a page or a time, in the words of URI
    fragments (RFC 8118, W3C Media Fragments): `page=3`, `t=00:12:31`.
    """

    kind: Kind
    level: int
    start: int
    end: int
    locator: str = ""


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A line of the original that was taken for page furniture; it stood before block number `before`.

    Those after the last block have the number of blocks.
    """

    text: str
    kind: Kind
    level: int
    before: int
    locator: str = ""


@dataclass(frozen=True, slots=True)
class Caution:
    """Something that a person should look at before trusting the text."""

    code: str
    detail: str


@dataclass(frozen=True, slots=True)
class Draft:
    """A line of the original in canonical text: a block before it has its place, or page furniture."""

    text: str
    kind: Kind = "paragraph"
    level: int = 0
    locator: str = ""
    is_left_out: bool = False

    @property
    def is_numbered(self) -> bool:
        """Whether it says its own number, and needs no other mark in a list."""
        return is_numbered(self.text)


@dataclass(slots=True)
class Metadata:
    """What a source says about itself.

    `told_body` and `description` are what a page tells machines: signals, never text of the article.
    `made_at` is when the file was made: a hint for want of a date of publication.
    """

    title: str = ""
    byline: str = ""
    published_at: datetime | None = None
    modified_at: datetime | None = None
    made_at: datetime | None = None
    outlet_name: str = ""
    image_credit: str = ""
    canonical_url: str = ""
    language: str = ""
    told_body: str = ""
    description: str = ""
    cautions: list[Caution] = field(default_factory=list)
    found: dict[str, How] = field(default_factory=dict)

    def note(self, name: str, candidates: Iterable[tuple[How, T]], none: T) -> T:
        """Return the first candidate that is anything, and keep in mind how it was found."""
        for how, value in candidates:
            if value:
                self.found[name] = how
                return value
        return none


@dataclass(frozen=True, slots=True)
class Extracted:
    """An article, ready to be stored.

    `text` is canonical, its blocks joined by one newline each. `left_out` are the lines between and around
    them that were taken for page furniture, in order; of very many the nearest to the text. `found` says of
    each field that is not empty how it was found.
    """

    title: str
    byline: str
    published_at: datetime | None
    outlet_name: str
    outlet_domain: str
    language: str
    canonical_url: str | None
    text: str
    blocks: tuple[Block, ...]
    warnings: tuple[Caution, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    modified_at: datetime | None = None
    image_credit: str = ""
    found: Mapping[str, How] = field(default_factory=dict)


def lay_out(drafts: Iterable[Draft]) -> tuple[str, tuple[Block, ...], tuple[LeftOut, ...]]:
    """Return text, blocks and what is left out of drafts in the order of the original.

    All left-out lines are kept: choices name a line by its words and how many equal ones stand before it.
    Drafts without a word in them are dropped.
    """
    pieces: list[str] = []
    blocks: list[Block] = []
    left_out: list[LeftOut] = []
    at = 0
    for draft in drafts:
        words = one_line(draft.text)
        if not has_words(words):
            continue
        if draft.is_left_out:
            left_out.append(LeftOut(words, draft.kind, draft.level, len(blocks), draft.locator))
            continue
        blocks.append(Block(draft.kind, draft.level, at, at + len(words), draft.locator))
        pieces.append(words)
        at += len(words) + 1
    return "\n".join(pieces), tuple(blocks), tuple(left_out)


def in_order(blocks: int, before: Iterable[int]) -> Iterator[tuple[bool, int]]:
    """Yield each line of the original in its order: whether it is left out, and its number among its like.

    Args:
        blocks: How many there are.
        before: Of each line that is left out the block that it stood before.
    """
    waiting = deque(enumerate(before))
    for number in range(blocks + 1):
        while waiting and waiting[0][1] <= number:
            yield True, waiting.popleft()[0]
        if number < blocks:
            yield False, number


def drafts_of(text: str, blocks: Sequence[Block], left_out: Sequence[LeftOut]) -> list[Draft]:
    """Return the lines of the original again, in order: what `lay_out` was given."""
    return [
        draft_left_out(left_out[number]) if is_left_out else draft_of(text, blocks[number])
        for is_left_out, number in in_order(len(blocks), [line.before for line in left_out])
    ]


def draft_of(text: str, block: Block) -> Draft:
    """Return the line of the original that a block was."""
    return Draft(text[block.start : block.end], block.kind, block.level, block.locator)


def draft_left_out(line: LeftOut) -> Draft:
    """Return a line that was left out."""
    return Draft(line.text, line.kind, line.level, line.locator, is_left_out=True)


def nearest(left_out: Sequence[LeftOut], blocks: int) -> tuple[LeftOut, ...]:
    """Return all that stand within the text, and as many of those around it as there is room for."""
    if len(left_out) <= MAX_LEFT_OUT:
        return tuple(left_out)
    above = [line for line in left_out if line.before == 0]
    inside = [line for line in left_out if 0 < line.before < blocks][:MAX_LEFT_OUT]
    below = [line for line in left_out if line.before == blocks]
    room = MAX_LEFT_OUT - len(inside)
    below = below[: max(room // 2, room - len(above))]
    above = above[max(0, len(above) - (room - len(below))) :]
    return (*above, *inside, *below)
