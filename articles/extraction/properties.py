"""What documents say about themselves in their properties, where a person said it and not a program."""

from __future__ import annotations

import re
from collections.abc import Sequence

from articles.extraction.canonical import one_line, size
from articles.extraction.document import Draft, Metadata
from articles.extraction.furniture import LONG

_HEAD = 6
_NO_TITLE = re.compile(
    r"(?:document|dokument|documento|untitled|unbenannt|microsoft word|word|slide|folie|title)\W*\d*"
    r"|microsoft word - .*|\S+\.\w{2,4}",
    re.IGNORECASE,
)
_NO_AUTHOR = re.compile(
    r"(?:user|admin\w*|author|unknown|anonymous|microsoft\b.*|python-docx|windows.*|owner|\W*)", re.IGNORECASE
)


def file_title(title: str) -> str:
    """Return the title in a file's properties; nothing where a program put it there."""
    title = one_line(title)
    return "" if _NO_TITLE.fullmatch(title) else title


def file_author(name: str) -> str:
    """Return the author in a file's properties; nothing where it is an account's or a program's name."""
    name = one_line(name)
    return "" if _NO_AUTHOR.fullmatch(name) or "@" in name or " " not in name else name


def _take_headline(drafts: Sequence[Draft], metadata: Metadata) -> None:
    """Take the heading at the head of a document for its title: what stands there is what readers see."""
    levels = [draft.level for draft in drafts if draft.kind == "heading"]
    for draft in drafts[:_HEAD]:
        if draft.kind == "heading" and draft.level == min(levels):
            metadata.title = draft.text
            metadata.found["title"] = "text"
            return
        if size(draft.text) >= LONG:
            return


def without_head(drafts: Sequence[Draft], metadata: Metadata) -> list[Draft]:
    """Take the title of a document from its head, and the line with the author's name out of it."""
    _take_headline(drafts, metadata)
    name = metadata.byline.casefold()
    return [
        draft
        for index, draft in enumerate(drafts)
        if not (name and index < _HEAD and one_line(draft.text).casefold() == name)
    ]
