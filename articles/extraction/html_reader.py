"""Read a web page: its article's blocks and what it says about itself."""

from __future__ import annotations

from articles.extraction.document import Caution, Draft, Metadata, check_count
from articles.extraction.html_article import find_article
from articles.extraction.html_limits import scan
from articles.extraction.html_metadata import read_metadata
from articles.extraction.html_tree import parse, pieces, prune
from articles.extraction.walls import refuse_walls


def read_html(html: str, url: str | None) -> tuple[list[Draft], Metadata]:
    """Return the blocks of the article in a page, with headings, lists, quotes and captions.

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
    refuse_walls(article.drafts, [piece.words for piece in page], script=script)
    metadata.cautions.extend(article.cautions)
    metadata.left_out.extend(article.left_out)
    return article.drafts, metadata
