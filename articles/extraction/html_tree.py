"""Turn a page's tree into blocks, word for word.

The words of an article are quoted and judged, so they come from the page itself, never through a
library that rewrites it (trafilatura drops `<time>` from the middle of a sentence). Which of the blocks
are the article is decided in `html_article`.
"""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass

from lxml import html as lxml_html
from lxml.etree import Comment, LxmlError, ProcessingInstruction, iterwalk

from articles.extraction.canonical import fit_for_xml, has_words, one_line, vocabulary
from articles.extraction.document import Draft, ExtractionError, Kind, too_complex
from articles.extraction.html_limits import count_letters

_DROPPED = vocabulary(
    "script style template noscript iframe object embed applet svg canvas audio video map nav footer aside"
    " button input select textarea datalist dialog menu head rt rp del s strike"
)
_IN_HEAD = vocabulary("title meta link style script base noscript template") | {
    Comment,
    ProcessingInstruction,
}
_DROPPED_ROLES = vocabulary(
    "navigation banner contentinfo complementary search dialog alertdialog toolbar menu menubar tablist"
)
_STAND_APART = vocabulary("nav footer aside iframe object video audio select textarea dialog menu")
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_FOR_EARS = re.compile(
    r"(?:^|\s)(?:sr-only|visually-?hidden|screen-reader-text|screenreader|offscreen|a11y-hidden)(?:\s|$)",
    re.IGNORECASE,
)
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_CELLS = frozenset({"td", "th"})
_BLOCKS = _HEADINGS | vocabulary(
    "html body main article section header hgroup div p ul ol li dl dt dd blockquote pre figure figcaption"
    " table caption thead tbody tfoot tr td th address details summary hr form fieldset legend center"
)
# What makes a table one of layout: its cells hold blocks.
_LAYOUT = ("p", "div", "section", "article", "ul", "ol", "blockquote", "table", "figure", *sorted(_HEADINGS))
_KINDS: dict[str, Kind] = {
    "blockquote": "quote",
    **dict.fromkeys(_HEADINGS, "heading"),
}
_CAPTION = re.compile(
    r"(?:^|[\s_-])(?:caption\w*|photo-?credit|image-?credit|credits?)(?:$|[\s_-])|-caption", re.IGNORECASE
)
_PICTURE = re.compile(
    r"(?:^|[\s_-])(?:image|img|photo|picture)(?:-?(?:wrapper|box|container))?(?:$|[\s_-])|imgbox",
    re.IGNORECASE,
)
_CAPTION_AT_MOST = 600
_REFERENCE = re.compile(r"&#(?:[xX]0*(?P<hex>[0-9a-fA-F]{1,6})|0*(?P<decimal>[0-9]{1,7}))(?![0-9a-fA-F]);?")
_BREAK = "\x1f"


@dataclass(frozen=True, slots=True)
class Piece:
    """A block of the page: its draft, the element that it came from, the share of it that is links.

    `words` are the draft's without the number that an ordered list puts before them.
    """

    draft: Draft
    words: str
    element: lxml_html.HtmlElement
    linked: float

    @property
    def path(self) -> list[lxml_html.HtmlElement]:
        """The element and all that it stands in, innermost first."""
        return [self.element, *self.element.iterancestors()]


def parse(html: str, letters: int) -> lxml_html.HtmlElement:
    """Return the tree of a page that `html_limits.scan` let through.

    Args:
        html: The page.
        letters: What the scan counted, to compare.

    Raises:
        ExtractionError: `too_complex` when the parser lost some of its text, `empty` when there is none.
    """
    # A declaration of encoding would be refused: this is text already, whatever it says.
    text = fit_for_xml(_REFERENCE.sub(_harmless, re.sub(r"\A\s*<\?xml[^>]*\?>", "", html)))
    if not text.strip():
        raise ExtractionError("empty", "There is no text in this page.")
    try:
        tree = lxml_html.document_fromstring(
            text.encode("utf-8", "replace"), parser=lxml_html.HTMLParser(huge_tree=True, encoding="utf-8")
        )
    except (LxmlError, AssertionError, ValueError) as problem:
        raise ExtractionError("empty", "There is no text in this page.") from problem
    kept = sum(
        count_letters(words)
        for element in tree.iter()
        for words in ((element.text or "") if _is_read(element) else "", element.tail or "")
    )
    if kept < 0.98 * letters - 200:
        raise too_complex("some of its text was lost on the way")
    _end_head(tree)
    return tree


def _end_head(tree: lxml_html.HtmlElement) -> None:
    """Move out of a head what cannot stand in one.

    A page may leave out `<body>`; libxml2 ends a head at the elements of HTML 4 alone, and takes an
    `<article>` or `<main>` for a part of it.
    """
    for head in tree.iterchildren("head"):
        foreign = next((child for child in head if child.tag not in _IN_HEAD), None)
        if foreign is None:
            continue
        after = list(foreign.itersiblings())
        body = next(tree.iterchildren("body"), None)
        if body is None:
            body = tree.makeelement("body")
            head.addnext(body)
        body[:0] = [foreign, *after]


def prune(tree: lxml_html.HtmlElement) -> None:
    """Take out, in place, what no reader of the article sees: scripts, navigation, controls, hidden parts."""
    most = 0.5 * _prose(tree)
    for element in list(tree.iter()):
        if element.getparent() is None or element.tag == "body" or not _is_dropped(element):
            continue
        if _is_hidden(element) and 0 < most < _prose(element):
            continue  # hidden until a script shows it: the page itself
        if element.tag in _STAND_APART:
            element.tail = f" {element.tail or ''}"  # or the words on its two sides become one
        element.drop_tree()


def pieces(tree: lxml_html.HtmlElement) -> list[Piece]:
    """Return the blocks of a pruned tree in reading order, canonical and never empty."""
    walk = _Walk()
    for event, element in iterwalk(tree, events=("start", "end")):
        if event == "start":
            walk.enter(element)
        else:
            walk.leave(element)
    walk.flush()
    return walk.found


def _harmless(reference: re.Match[str]) -> str:
    """Return a numeric character reference as it stands, unless it stands for what XML cannot hold."""
    number = int(reference["hex"], 16) if reference["hex"] else int(reference["decimal"])
    if number > sys.maxunicode:
        return " "
    character = chr(number)
    return reference[0] if fit_for_xml(character) == character else " "


def _is_read(element: lxml_html.HtmlElement) -> bool:
    return isinstance(element.tag, str) and element.tag not in {"script", "style"}


def _is_dropped(element: lxml_html.HtmlElement) -> bool:
    """Say whether a reader does not see this as text. A button in a sentence is a word of it."""
    if not isinstance(element.tag, str):
        return True
    if element.tag == "button" and _is_amid_words(element):
        return False
    return (
        element.tag in _DROPPED
        or element.get("role") in _DROPPED_ROLES
        or _is_hidden(element)
        or bool(_FOR_EARS.search(element.get("class") or ""))
    )


def _is_hidden(element: lxml_html.HtmlElement) -> bool:
    return (
        element.get("hidden") is not None
        or (element.get("aria-hidden") == "true" and element.tag in _BLOCKS)
        or bool(_HIDDEN.search(element.get("style") or ""))
    )


def _prose(element: lxml_html.HtmlElement) -> int:
    """Return how many characters stand in the paragraphs of an element."""
    return sum(len("".join(paragraph.itertext())) for paragraph in element.iter("p"))


def _is_amid_words(element: lxml_html.HtmlElement) -> bool:
    """Say whether text stands on both sides of an element."""
    before, parent = element.getprevious(), element.getparent()
    said = before.tail if before is not None else parent.text if parent is not None else ""
    return bool((said or "").strip() and (element.tail or "").strip())


class _Walk:
    """One pass over a tree: collects words, and makes a piece of them at every edge of a block."""

    def __init__(self) -> None:
        self.found: list[Piece] = []
        self._words: list[str] = []
        self._linked = 0
        self._links = 0  # how many links we are inside of
        self._blocks: list[lxml_html.HtmlElement] = []
        self._kinds: list[tuple[Kind, int]] = []
        self._lists: list[int | None] = []  # the next number of each open list; none for bullets
        self._tables: list[bool] = []  # whether each open table is one of data
        self._verbatim = 0
        self._mark = ""

    def enter(self, element: lxml_html.HtmlElement) -> None:
        tag = element.tag
        if self._is_block(tag):
            self.flush()
            self._blocks.append(element)
            self._enter_block(element)
        elif tag in _CELLS and self._words:
            self._words.append(" | ")
        elif tag == "br":
            self._words.append(_BREAK)
        elif tag == "q":
            self._words.append("“")
        self._links += tag == "a"
        self._verbatim += tag == "pre"
        self._say(element.text)

    def leave(self, element: lxml_html.HtmlElement) -> None:
        tag = element.tag
        if tag == "q":
            self._words.append("”")
        self._links -= tag == "a"
        self._verbatim -= tag == "pre"
        if self._is_block(tag):
            self.flush()
            self._leave_block(tag)
            self._blocks.pop()
        self._say(element.tail)

    def flush(self) -> None:
        """Make pieces of the words collected so far; a line break ends a paragraph but no item."""
        words, linked = "".join(self._words), self._linked
        self._words, self._linked = [], 0
        kind, level = self._kinds[-1] if self._kinds else ("paragraph", 0)
        apart = kind in {"paragraph", "quote"} and not (self._tables and self._tables[-1])
        letters = count_letters(words) or 1
        for line in words.split(_BREAK) if apart else [words.replace(_BREAK, " ")]:
            text = one_line(line)
            if has_words(text):
                self.found.append(
                    Piece(Draft(self._mark + text, kind, level), text, self._blocks[-1], linked / letters)
                )
                self._mark = ""

    def _is_block(self, tag: str) -> bool:
        return tag in _BLOCKS and not (tag in _CELLS and bool(self._tables) and self._tables[-1])

    def _enter_block(self, element: lxml_html.HtmlElement) -> None:
        tag = element.tag
        if tag in {"ul", "ol"}:
            self._lists.append(_first_number(element) if tag == "ol" else None)
        elif tag == "table":
            self._tables.append(next(element.iterdescendants(*_LAYOUT), None) is None)
        elif tag == "li":
            self._kinds.append(("list_item", max(1, len(self._lists))))
            self._mark = self._next_number()
        elif _is_caption(element):
            self._kinds.append(("caption", 0))
        elif tag in _KINDS:
            self._kinds.append((_KINDS[tag], int(tag[1]) if tag in _HEADINGS else 0))
        else:
            self._kinds.append(self._kinds[-1] if self._kinds else ("paragraph", 0))

    def _leave_block(self, tag: str) -> None:
        if tag in {"ul", "ol"}:
            self._lists.pop()
        elif tag == "table":
            self._tables.pop()
        else:
            self._kinds.pop()
            if tag == "li" or tag in _KINDS:
                self._mark = ""

    def _next_number(self) -> str:
        number = self._lists[-1] if self._lists else None
        if number is None:
            return ""
        self._lists[-1] = number + 1
        return f"{number}. "

    def _say(self, words: str | None) -> None:
        if not words:
            return
        if self._verbatim:
            words = words.replace("\n", _BREAK)
        self._words.append(words.replace("\n", " "))
        if self._links:
            self._linked += count_letters(words)


def _is_caption(element: lxml_html.HtmlElement) -> bool:
    """Say whether an element is a caption: by its tag, or short and called so, or short beside a picture."""
    if element.tag in {"figcaption", "caption"}:
        return True
    names = element.get("class") or ""
    named, pictured = _CAPTION.search(names), _PICTURE.search(names)
    if not (named or pictured) or len("".join(element.itertext())) > _CAPTION_AT_MOST:
        return False
    return bool(named) or next(element.iterdescendants("img", "picture", "amp-img"), None) is not None


def _first_number(element: lxml_html.HtmlElement) -> int:
    start = (element.get("start") or "1").strip()
    return int(start) if start.isdecimal() and len(start) < 7 else 1
