"""What others take for the article: trafilatura, and what the page tells machines.

Each names texts; which blocks of the page they are is told by their words, so that no word of the article
comes from anywhere but the page.
"""

from __future__ import annotations

from collections.abc import Sequence
from copy import deepcopy
from itertools import compress, groupby

from lxml import html as lxml_html

from articles.extraction.canonical import one_line, size
from articles.extraction.html_tree import Piece

_WINDOW = 20_000
_SURELY_TEXT = 20
_STANDFIRST_AT_LEAST = 40


def guessed(tree: lxml_html.HtmlElement, page: Sequence[Piece]) -> list[bool]:
    """Say of each block whether trafilatura takes it for the article's."""
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
    texts = (
        []
        if body is None
        else [
            "".join(element.itertext()) for element in body.iter("p", "head", "item", "cell", "quote", "code")
        ]
    )
    return _matches(page, texts)


def told(page: Sequence[Piece], body: str, guess: Sequence[bool]) -> list[bool] | None:
    """Say of each block whether it is in the body that the page tells machines, None if that is no help.

    It is none where the page does not show most of it, and where it is much shorter than what was
    guessed: some sites put a summary there, or the first paragraphs.
    """
    if not body:
        return None
    found = _matches(page, body.splitlines())
    shown = sum(size(piece.words) for piece in compress(page, found))
    rest = sum(size(piece.words) for piece in compress(page, guess))
    return found if shown >= 0.8 * size(one_line(body)) and shown >= 0.6 * rest else None


def standfirst(page: Sequence[Piece], description: str, before: int) -> int | None:
    """Return the block above the article that is the page's description of it, where there is one."""
    wanted = _squeezed(description)[:_STANDFIRST_AT_LEAST]
    if len(wanted) < _STANDFIRST_AT_LEAST:
        return None
    return next(
        (index for index in range(before) if _squeezed(page[index].words).startswith(wanted)),
        None,
    )


def _matches(page: Sequence[Piece], texts: Sequence[str]) -> list[bool]:
    """Say of each block whether it is among the texts, which come in the same order.

    Long blocks may be part of a text; short ones have to be one. The lines of one paragraph are judged
    together, so that no short one of them is lost.
    """
    whole = [_squeezed(text) for text in texts]
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


def _squeezed(text: str) -> str:
    return one_line(text).replace(" ", "")
