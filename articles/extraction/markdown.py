"""Read Markdown: its blocks as ours, its front matter as metadata. Nothing is ever rendered to HTML."""

from __future__ import annotations

import re
from functools import cache
from html import unescape
from typing import TYPE_CHECKING

from articles.extraction.canonical import lines
from articles.extraction.dates import from_stamp
from articles.extraction.document import Draft, Kind, Metadata, check_count, too_complex
from articles.extraction.language import well_formed

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

_FRONT_MATTER = re.compile(r"\A\ufeff?---[ \t]*\n(.*?)\n(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)
_FIELD = re.compile(r"([\w-]+)[ \t]*:[ \t]*(.*)")
_BLANK = re.compile(r"\n[ \t]*\n")
_MOST_WORK = 10**8
_MOST_CHARACTERS = 500_000
_TAG = re.compile(r"</?[A-Za-z][^<>]*>")
_UNREAD = (("<!--", "-->"), ("<script", "</script>"), ("<style", "</style>"))
_LINE_TAG = re.compile(r"<(?:br|/p|/div|/li|/h[1-6]|/tr)\b[^<>]*>", re.IGNORECASE)


def read_markdown(text: str) -> tuple[list[Draft], Metadata]:
    """Return the blocks of a Markdown text and what its front matter says.

    HTML inside it is stripped of its tags; a list item's number stays in the text.

    Raises:
        ExtractionError: `too_complex` for what would hold the parser, and for too many blocks.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    metadata = Metadata()
    front = _FRONT_MATTER.match(text)
    if front:
        _read_front_matter(front[1], metadata)
        text = text[front.end() :]
    _check_limits(text)
    drafts = _Walk(_parser().parse(text)).drafts
    check_count(len(drafts))
    return drafts, metadata


def _check_limits(text: str) -> None:
    """Refuse what would hold the parser.

    It takes up to 15 µs for a character; in a paragraph of opening brackets each looks at each.
    """
    if len(text) > _MOST_CHARACTERS:
        raise too_complex(f"it has more than {_MOST_CHARACTERS:,} characters of Markdown")
    if sum(paragraph.count("[") ** 2 for paragraph in _BLANK.split(text)) > _MOST_WORK:
        raise too_complex("a paragraph of it is full of brackets")


@cache
def _parser() -> MarkdownIt:
    from markdown_it import MarkdownIt  # only where there is Markdown to read

    return MarkdownIt("commonmark", {"maxNesting": 100}).enable(["table", "strikethrough"])


def _read_front_matter(text: str, metadata: Metadata) -> None:
    """Read `key: value` lines; whatever else YAML can say is left alone."""
    fields = {
        match[1].lower(): match[2].strip().strip("\"'")
        for match in map(_FIELD.fullmatch, lines(text))
        if match and match[2]
    }
    metadata.title = fields.get("title", "")
    metadata.byline = (fields.get("author") or fields.get("byline") or fields.get("authors") or "").strip(
        "[]"
    )
    metadata.published_at = from_stamp(fields.get("date") or fields.get("published") or "")
    metadata.language = well_formed(fields.get("lang") or fields.get("language") or "")
    metadata.outlet_name = fields.get("publication") or fields.get("outlet") or fields.get("site") or ""
    metadata.canonical_url = (
        fields.get("canonical_url")
        or fields.get("canonical")
        or fields.get("url")
        or fields.get("source")
        or ""
    )


class _Walk:
    """One pass over the tokens, which remembers what it is inside of."""

    def __init__(self, tokens: list[Token]) -> None:
        self.drafts: list[Draft] = []
        self._inside: list[tuple[Kind, int]] = []
        self._lists: list[int | None] = []  # the next number of each open list; none for bullets
        self._mark = ""
        self._cells: list[str] | None = None
        for token in tokens:
            self._take(token)

    def _take(self, token: Token) -> None:
        kind = token.type
        if kind == "inline":
            self._inline(token)
        elif kind in {"fence", "code_block"}:
            for line in token.content.splitlines():
                self._add(line)
        elif kind == "html_block":
            for line in _without_tags(token.content).splitlines():
                self._add(line)
        elif kind.endswith(("_open", "_close")):
            self._structure(token)

    def _structure(self, token: Token) -> None:
        opens = token.nesting == 1
        match token.type.rpartition("_")[0]:
            case "heading":
                self._enter(opens, "heading", int(token.tag[1:]))
            case "blockquote":
                self._enter(opens, "quote", 0)
            case "bullet_list":
                self._list(opens, None)
            case "ordered_list":
                self._list(opens, int(token.attrGet("start") or 1))
            case "list_item":
                self._enter(opens, "list_item", len(self._lists))
                self._mark = self._next_number() if opens else ""
            case "tr":
                if not opens and self._cells:
                    self._add(" | ".join(self._cells))
                self._cells = [] if opens else None

    def _enter(self, opens: bool, kind: Kind, level: int) -> None:
        if opens:
            self._inside.append((kind, level))
        else:
            self._inside.pop()

    def _list(self, opens: bool, start: int | None) -> None:
        if opens:
            self._lists.append(start)
        else:
            self._lists.pop()

    def _next_number(self) -> str:
        number = self._lists[-1]
        if number is None:
            return ""
        self._lists[-1] = number + 1
        return f"{number}. "

    def _inline(self, token: Token) -> None:
        words = "".join(map(_words, token.children or []))
        if self._cells is not None:
            self._cells.append(" ".join(words.split()))
            return
        for line in words.split("\x1f"):
            self._add(line)

    def _add(self, words: str) -> None:
        kind, level = self._inside[-1] if self._inside else ("paragraph", 0)
        self.drafts.append(Draft(self._mark + words, kind, level))
        self._mark = ""


def _words(token: Token) -> str:
    """Return what an inline token says; a hard break is U+001F until the lines are split."""
    match token.type:
        case "text" | "code_inline" | "text_special":
            return token.content
        case "softbreak":
            return " "
        case "hardbreak":
            return "\x1f"
        case "html_inline":
            return "\x1f" if _LINE_TAG.match(token.content) else ""
        case _:
            return ""  # marks of emphasis and links; an image's description is no text of the article


def _without_tags(html: str) -> str:
    for opening, closing in _UNREAD:
        html = _without(html, opening, closing)
    return unescape(_TAG.sub("", _LINE_TAG.sub("\n", html)))


def _without(html: str, opening: str, closing: str) -> str:
    """Cut out what stands between two marks; one left open cuts nothing, so that no text is lost."""
    folded = html.lower()
    if len(folded) != len(html):  # a few letters change their length; then case has to match
        folded = html
    kept, at = [], 0
    while (start := folded.find(opening, at)) != -1:
        end = folded.find(closing, start)
        if end == -1:
            break
        kept.append(html[at:start])
        at = end + len(closing)
    return "".join([*kept, html[at:]])
