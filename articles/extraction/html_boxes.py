"""Tell the boxes of a page from its article: by what the page calls them, by links, by repetition.

None of the signs is enough where it would take much of the article with it: a site may call its text
`subscriber`, and hide it until a script shows it.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from itertools import compress

from lxml import html as lxml_html

from articles.extraction.canonical import is_sentence, size
from articles.extraction.furniture import LONG, SCRAP
from articles.extraction.html_tree import Piece

_MUCH = 0.3  # of the article
_A_LINK = 0.8  # of a block's letters

_NAMED = re.compile(
    r"(?:^|[\s_-])(?:share|sharing|social|newsletter\w*|related\w*|recommend\w*|promo\w*|advert\w*|ads?"
    r"|sponsor\w*|cta|taboola|outbrain|comments?|disqus|respond|breadcrumbs?|cookie\w*|consent|sidebar|popup"
    r"|modal|tooltip|subscri\w*|regist\w*|signup|login|donat\w*|tags|taglist|toolbar|gallery|bylines?"
    r"|author-?(?:bio|box|card|info|image)|about-?author|reading-?time|read-?time|print-?header|read-?more"
    r"|also-?read|more-?stories|teasers?|trending|most-?read|poll|quiz|survey|voting|video-?(?:card|item)"
    r"|nav\w*|menu|footer|skip-?link\w*)(?:$|[\s_-])",
    re.IGNORECASE,
)
_HIDDEN = re.compile(r"(?:^|\s)(?:hidden|d-none|hide|is-hidden)(?:$|\s)")
_SHOWN_WHERE_WIDE = re.compile(r":(?:block|flex|grid|inline)|d-\w\w-(?:block|flex)")


class Boxes:
    """Where the text of an article stands on its page, and which elements beside it are boxes.

    Weights are kept by name, where an element has one: sites call each paragraph behind a paywall
    `paywall`, and lay a long text out in several containers of one name.
    """

    def __init__(self, page: Sequence[Piece], known: Sequence[bool]) -> None:
        self._weights: Counter[str | lxml_html.HtmlElement] = Counter()
        self._holding: set[lxml_html.HtmlElement] = set()
        self._boxed: dict[lxml_html.HtmlElement, bool] = {}
        total = 0
        for piece in compress(page, known):
            weight = size(piece.words)
            total += weight
            self._holding.update(piece.path)
            for name in set(map(_key, piece.path)):
                self._weights[name] += weight
        self._much = _MUCH * total

    def hold(self, piece: Piece) -> bool:
        """Say whether a block stands in a box."""
        for element in reversed(piece.path):
            if element not in self._boxed:
                parent = element.getparent()
                self._boxed[element] = (parent is not None and self._boxed[parent]) or (
                    self._weights[_key(element)] < self._much and _is_box(element)
                )
        return self._boxed[piece.element]

    def hold_much_beside(self, piece: Piece) -> bool:
        """Say whether a block stands directly in what holds much of the article, or in its namesake."""
        parent = piece.element.getparent()
        return parent is not None and self._weights[_key(parent)] >= self._much

    def go_on_with(self, piece: Piece) -> bool:
        """Say whether a block stands in a namesake of what holds much of the article, by a real name."""
        parent = piece.element.getparent()
        return parent is not None and bool(parent.get("class")) and self.hold_much_beside(piece)

    def stand_beside(self, piece: Piece) -> bool:
        """Say whether a block has a sibling in the article."""
        return piece.element.getparent() in self._holding


def pointers(page: Sequence[Piece]) -> set[int]:
    """Return the blocks that are nothing but links, as menus and teasers are, and lists made of those."""
    lists: defaultdict[lxml_html.HtmlElement, list[int]] = defaultdict(list)
    found = set()
    for index, piece in enumerate(page):
        if piece.draft.kind == "list_item":
            around = next((element for element in piece.path if element.tag in {"ul", "ol"}), piece.element)
            lists[around].append(index)
        elif piece.linked >= _A_LINK and size(piece.words) < LONG and not is_sentence(piece.words):
            found.add(index)
    for items in lists.values():
        if _are_links([page[index] for index in items]):
            found.update(items)
    # What leads to several goes with them: "More on this", above a list of teasers.
    for index in sorted(found):
        if index and page[index - 1].draft.kind == "heading" and index + 1 in found:
            found.add(index - 1)
    return found


def repeated(page: Sequence[Piece]) -> set[int]:
    """Return the blocks that say again what stood before, word for word: notices, captions of galleries."""
    seen: set[str] = set()
    again = set()
    for index, piece in enumerate(page):
        if size(piece.words) >= SCRAP and piece.words in seen:
            again.add(index)
        seen.add(piece.words)
    return again


def captions(page: Sequence[Piece], known: Sequence[bool]) -> set[int]:
    """Return the captions of pictures, unless the article is made of them.

    They are shown as left out: they stand beside the article, often come from an agency, and often break
    into a sentence of it.
    """
    found = {
        index
        for index, piece in enumerate(page)
        if piece.draft.kind == "caption" or _stands_below_a_picture(piece)
    }
    weights = [size(piece.words) if is_known else 0 for piece, is_known in zip(page, known, strict=True)]
    return found if 2 * sum(weights[index] for index in found) <= sum(weights) else set()


def _stands_below_a_picture(piece: Piece) -> bool:
    """Say whether a block is a line of its own, no sentence, with a picture in it or right before it."""
    if piece.draft.kind != "paragraph" or is_sentence(piece.words):
        return False
    if len("".join(piece.element.itertext())) >= LONG:
        return False
    before = piece.element.getprevious()
    pictured = before is not None and isinstance(before.tag, str) and not "".join(before.itertext()).strip()
    return _has_picture(piece.element) or (pictured and _has_picture(before))


def _has_picture(element: lxml_html.HtmlElement) -> bool:
    return next(element.iter("img", "picture", "amp-img"), None) is not None


def _are_links(items: Sequence[Piece]) -> bool:
    """Say whether a list is one of links: by its letters, or by its items, where the last is long."""
    letters = sum(size(item.words) for item in items)
    linked = sum(size(item.words) * item.linked for item in items)
    links = sum(item.linked >= _A_LINK for item in items)
    most = linked >= 0.6 * letters or links > 0.6 * len(items)
    return most and not all(is_sentence(item.words) for item in items)


def _is_box(element: lxml_html.HtmlElement) -> bool:
    names = _names(element)
    return bool(_NAMED.search(names) or (_HIDDEN.search(names) and not _SHOWN_WHERE_WIDE.search(names)))


def _names(element: lxml_html.HtmlElement) -> str:
    return f"{element.get('class') or ''} {element.get('id') or ''}"


def _key(element: lxml_html.HtmlElement) -> str | lxml_html.HtmlElement:
    names = _names(element)
    return f"{element.tag} {names}" if names.strip() else element
