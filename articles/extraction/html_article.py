"""Find the article among the blocks of a page.

trafilatura knows many sites and finds the region; which words stand in it is read from the page itself
(see `html_tree`). A block is kept when trafilatura has it, or when it stands among those and reads like
text; what is left out of the region is counted, so that a short result is never passed off as whole.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from itertools import groupby

from lxml import html as lxml_html

from articles.extraction.canonical import one_line, size
from articles.extraction.document import Caution, Draft
from articles.extraction.furniture import LONG, SENTENCE, is_sentence
from articles.extraction.html_tree import Piece

_FURNITURE_CLASS = re.compile(
    r"(?:^|[\s_-])(?:share|sharing|social|newsletter|related|recommend\w*|promo\w*|advert\w*|ads?|sponsor\w*"
    r"|taboola|outbrain|comments?|disqus|breadcrumbs?|cookie\w*|consent|sidebar|widget\w*|popup|modal|paywall"
    r"|subscri\w*|signup|tags|taglist|toolbar|author-?(?:bio|box|card|info|image)|about-?author|read-?more"
    r"|also-?read|more-?stories|teasers?|trending|most-?read|nav\w*|menu|footer|skip-?link\w*)(?:$|[\s_-])",
    re.IGNORECASE,
)
_WINDOW = 20_000
_SURELY_TEXT = 20


@dataclass(slots=True)
class Found:
    """The blocks of the article, the lines between them that were left out, and how sure we are."""

    drafts: list[Draft] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)
    cautions: list[Caution] = field(default_factory=list)


def find_article(tree: lxml_html.HtmlElement, page: Sequence[Piece]) -> Found:
    """Return the article's blocks; all that reads like text where no region can be told."""
    known = [
        is_known and not _is_pointer(piece)
        for piece, is_known in zip(page, _matches(page, _guess(tree)), strict=True)
    ]
    if not any(known):
        known = [_reads_like_text(piece) for piece in page]
    if not any(known):
        return Found([piece.draft for piece in page])
    around = _Surroundings(page, known)
    found = Found()
    missed = 0
    ended = False
    for index, piece in enumerate(page):
        inside = around.first < index < around.last
        if known[index] or (not ended and around.admits(piece, inside=inside)):
            found.drafts.append(piece.draft)
            continue
        if inside:
            found.left_out.append(piece.draft.text)
        ended = index > around.last  # after the article's first foreign block the page goes on
        if around.misses(piece):
            missed += size(piece.draft.text)
    found.cautions = _cautions(sum(size(draft.text) for draft in found.drafts), missed)
    return found


class _Surroundings:
    """Where on the page the blocks of the article stand, to judge the blocks beside them."""

    def __init__(self, page: Sequence[Piece], known: Sequence[bool]) -> None:
        self.first = known.index(True)
        self.last = len(known) - 1 - known[::-1].index(True)
        paths = [_up(piece) for piece, is_known in zip(page, known, strict=True) if is_known]
        self._holding = {element for path in paths for element in path}
        self._region = _innermost_common(paths)

    def admits(self, piece: Piece, *, inside: bool) -> bool:
        """Say whether a block that trafilatura does not have is the article's all the same."""
        if piece.linked >= 0.5 or self._is_furniture(piece) or not (inside or self._holds(piece)):
            return False
        if piece.draft.kind == "caption":
            return True
        if inside and (piece.draft.kind == "heading" or is_sentence(piece.words)):
            return True
        return _reads_like_text(piece)

    def misses(self, piece: Piece) -> bool:
        """Say whether a block that was not taken might have been text."""
        return piece.linked < 0.5 and self._holds(piece) and not self._is_furniture(piece)

    def _holds(self, piece: Piece) -> bool:
        return self._region in _up(piece)

    def _is_furniture(self, piece: Piece) -> bool:
        """Say whether the page names one of the block's own surroundings as something else."""
        return any(
            _FURNITURE_CLASS.search(f"{element.get('class') or ''} {element.get('id') or ''}")
            for element in _up(piece)
            if element not in self._holding
        )


def _guess(tree: lxml_html.HtmlElement) -> list[str]:
    """Return the texts of the blocks that trafilatura takes for the article."""
    import trafilatura  # a second to load, and only for pages

    copy = deepcopy(tree)
    for element in copy.iter("time", "label", "form", "button", "figure"):
        # trafilatura drops these with all that is in them: words of sentences, and whole pages in a form.
        element.tag = "div" if element.tag in {"form", "figure"} else "span"
    try:
        document = trafilatura.bare_extraction(copy, include_comments=False, include_tables=True)
    except (ValueError, TypeError, AttributeError):  # its own troubles with odd pages
        document = None
    body = getattr(document, "body", None)
    if body is None:
        return []
    return [
        "".join(element.itertext()) for element in body.iter("p", "head", "item", "cell", "quote", "code")
    ]


def _matches(page: Sequence[Piece], texts: Sequence[str]) -> list[bool]:
    """Say of each block whether it is among the texts, which come in the same order.

    Long blocks may be part of a text; short ones have to be one. The lines of one paragraph are judged
    together, so that no short one of them is lost.
    """
    whole = [one_line(text).replace(" ", "") for text in texts]
    exact = set(whole)
    stream = "\n".join(whole)
    known: list[bool] = []
    at = 0
    for _, group in groupby(page, key=lambda piece: piece.element):
        lines = [piece.words for piece in group]
        squeezed = [line.replace(" ", "") for line in lines]
        found = "".join(squeezed) in exact
        for line, words in zip(lines, squeezed, strict=True):
            place = stream.find(words, at, at + _WINDOW + len(words)) if len(words) >= _SURELY_TEXT else -1
            if place != -1:
                at = place + len(words)
            cells = [cell.replace(" ", "") for cell in line.split(" | ")]
            found = found or place != -1 or all(cell in exact for cell in cells if cell)
        known.extend([found] * len(lines))
    return known


def _innermost_common(paths: Sequence[list[lxml_html.HtmlElement]]) -> lxml_html.HtmlElement | None:
    """Return the innermost element that holds every block, and is not itself the only one."""
    common = None
    for level in zip(*(path[:0:-1] for path in paths), strict=False):
        if any(element is not level[0] for element in level):
            break
        common = level[0]
    return common


def _up(piece: Piece) -> list[lxml_html.HtmlElement]:
    """Return the element of a block and all that it stands in, innermost first."""
    return [piece.element, *piece.element.iterancestors()]


def _reads_like_text(piece: Piece) -> bool:
    text = piece.words
    length = size(text)
    return piece.linked < 0.5 and length >= 25 and (is_sentence(text) or length >= SENTENCE)


def _is_pointer(piece: Piece) -> bool:
    """Say whether a block is nothing but a link, as menus are; items of lists may be."""
    return (
        piece.draft.kind == "paragraph"
        and piece.linked >= 0.9
        and size(piece.words) < SENTENCE
        and not is_sentence(piece.words)
    )


def _cautions(kept: int, missed: int) -> list[Caution]:
    if missed < LONG or missed < 0.3 * (kept + missed):
        return []
    share = round(100 * kept / (kept + missed))
    return [
        Caution(
            "maybe_partial",
            f"We took about {share}% of the text in the page's article part. Compare it with the page, and"
            " paste the text if something is missing.",
        )
    ]
