"""What comes out of an extraction: the article's text with its blocks, and what was found about it.

Plain data, no parsing. Readers (plain text, Markdown, HTML) make `Draft`s and `Metadata`; `compose`
lays the drafts out as canonical text with code-point offsets.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, TypeVar

from articles.extraction.canonical import has_words, one_line

T = TypeVar("T")
How = Literal["typed", "json-ld", "meta", "text", "address", "guessed"]
"""How a field was found: by a person, by what a page tells machines, in what it shows, from where it was
fetched, or by a rule of thumb that a person should look at."""

Kind = Literal["paragraph", "heading", "list_item", "quote", "caption"]

MAX_BYTES = 5 * 1024 * 1024  # of text
MAX_FILE_BYTES = 20 * 1024 * 1024  # of a document with pictures in it
MAX_BLOCKS = 20_000


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
class Caution:
    """Something that a person should look at before trusting the text."""

    code: str
    detail: str


@dataclass(frozen=True, slots=True)
class Draft:
    """A block before it has its place; `text` is canonical."""

    text: str
    kind: Kind = "paragraph"
    level: int = 0
    locator: str = ""


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
    left_out: list[str] = field(default_factory=list)
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

    `text` is canonical, its blocks joined by one newline each. `left_out` are the lines between
    and around them that were taken for page furniture, so that a person can see what was dropped.
    `found` says of each field that is not empty how it was found.
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
    left_out: tuple[str, ...] = ()
    modified_at: datetime | None = None
    image_credit: str = ""
    found: Mapping[str, How] = field(default_factory=dict)


def compose(drafts: Iterable[Draft]) -> tuple[str, tuple[Block, ...]]:
    """Lay drafts out as text and blocks; drafts without a word in them are dropped."""
    pieces: list[str] = []
    blocks: list[Block] = []
    at = 0
    for draft in drafts:
        words = one_line(draft.text)
        if not has_words(words):
            continue
        blocks.append(Block(draft.kind, draft.level, at, at + len(words), draft.locator))
        pieces.append(words)
        at += len(words) + 1
    return "\n".join(pieces), tuple(blocks)
