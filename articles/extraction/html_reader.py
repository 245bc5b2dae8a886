"""Read a web page: its article's blocks and what it says about itself."""

from __future__ import annotations

import re

from lxml.html import HtmlElement

from articles.extraction.document import Caution, Draft, Metadata, check_count
from articles.extraction.html_article import find_article
from articles.extraction.html_limits import scan
from articles.extraction.html_metadata import read_metadata
from articles.extraction.html_tree import parse, pieces, prune
from articles.extraction.walls import refuse_walls

_NOTE_MARK = re.compile(r"[\[(]?[\dA-Za-z*†‡§]{1,4}[\])]?")


def read_html(html: str, url: str | None) -> tuple[list[Draft], Metadata]:
    """Return the lines of a page, with headings, lists, quotes and captions; the article's are not left out.

    Nothing is fetched: frames, pictures, style sheets and entities stay what they are, names.

    Raises:
        ExtractionError: `too_complex`, `empty` or `wall`.
    """
    seen = scan(html)
    tree = parse(html, seen.letters)
    metadata = read_metadata(tree, url)
    if seen.breaks_off:
        metadata.cautions.append(
            Caution(
                "maybe_partial",
                "The page breaks off inside a comment or a script. Compare it with the original.",
            )
        )
    script = sum(len(element.text or "") for element in tree.iter("script"))
    prune(tree)
    page = pieces(tree)
    check_count(len(page))
    article = find_article(tree, page, told_body=metadata.told_body, description=metadata.description)
    kept = [draft for draft in article.drafts if not draft.is_left_out]
    refuse_walls(kept, [piece.words for piece in page], script=script)
    metadata.cautions.extend(article.cautions)
    return article.drafts, metadata


def read_marked_up(html: str) -> list[Draft]:
    """Return the blocks of HTML that is all article, as converters and books have it.

    Raises:
        ExtractionError: `too_complex` or `empty`.
    """
    tree = parse(html, scan(html).letters)
    prune(tree)
    _simplify(tree)
    drafts = [piece.draft for piece in pieces(tree)]
    check_count(len(drafts))
    return drafts


def _simplify(tree: HtmlElement) -> None:
    """Take out, in place, what converters add: marks of notes and ways back to them, paragraphs in cells."""
    for link in list(tree.iter("a")):
        words = link.text_content().strip()
        target = link.get("href") or ""
        if (
            "#" in target
            and "://" not in target
            and (_NOTE_MARK.fullmatch(words) if _is_raised(link) else not any(map(str.isalnum, words)))
        ):
            link.drop_tree()
    for cell in list(tree.iter("td", "th")):
        if len(cell) == 1 and cell[0].tag == "p" and not (cell.text or "").strip():
            cell[0].drop_tag()
    for row in tree.iter("tr"):
        row.text = (row.text or "").strip() or None


def _is_raised(link: HtmlElement) -> bool:
    parent = link.getparent()
    return (
        (parent is not None and parent.tag == "sup")
        or link.find("sup") is not None
        or "noteref" in f"{link.get('role')} {link.get('epub:type')}"
    )
