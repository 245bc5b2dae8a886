"""Read the export of a WordPress site (WXR): its posts and pages.

Those that the site keeps to itself are named, so that the report says what became of them, but their words
do not come along.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator

from lxml import etree

from articles.batches import WORDPRESS
from articles.extraction import ExtractionError
from articles.extraction.document import too_complex

_CONTENT = "{http://purl.org/rss/1.0/modules/content/}encoded"
_CREATOR = "{http://purl.org/dc/elements/1.1/}creator"
_WP = re.compile(r"\{http://wordpress\.org/export/[\d.]+/\}(\w+)")
_SHORTCODE = re.compile(r"\[/?(?:caption|gallery|embed|audio|video|playlist)\b[^\]\n]{0,1000}\]")
_BLOCK = re.compile(
    r"\s*+<(?:/|!--|(?:p|div|h[1-6]|[uod]l|li|blockquote|pre|figure|table|hr)\b)", re.IGNORECASE
)
_NOT_SHOWN = {"draft", "pending", "future", "private"}
# WordPress writes controls as it has them, which XML does not allow; in UTF-8 they are no part of anything.
_CONTROLS = bytes(set(range(32)) - set(b"\t\n\r"))


def read_wordpress(data: bytes) -> Iterator[dict[str, str] | str]:
    """Yield the posts and pages in the order of the file.

    One that the site does not show has its `title` and, as `kept_back`, why: `password` or its status.

    Raises:
        ExtractionError: `not_wordpress`, or `too_complex` for entities of its own.
    """
    if WORDPRESS not in data[:16_384]:
        raise ExtractionError(
            "not_wordpress", "This XML is no WordPress export. Make one on the site, under Tools, Export."
        )
    site = {"outlet": "", "language": ""}
    names: dict[str, str] = {}
    walk = etree.iterparse(
        io.BytesIO(data.translate(None, _CONTROLS)),
        events=("start", "end"),
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        huge_tree=True,
    )
    try:
        for event, element in walk:
            parent = element.getparent()
            if event == "start":
                if parent is None and element.getroottree().docinfo.internalDTD is not None:
                    raise too_complex("it defines entities of its own")
            elif element.tag == "item":
                row = _row(_parts(element), site, names)
                element.clear()
                if row is not None:
                    yield row
            elif parent is not None and parent.tag == "channel":
                if element.tag in {"title", "language"}:
                    site["outlet" if element.tag == "title" else "language"] = _words(element)
                else:
                    author = _parts(element)
                    names[author.get("author_login", "")] = author.get("author_display_name", "")
    except etree.XMLSyntaxError:
        yield "The file breaks off or is damaged from here on."


def _row(said: dict[str, str], site: dict[str, str], names: dict[str, str]) -> dict[str, str] | None:
    status = said.get("status", "")
    is_shown = status == "publish"
    if said.get("post_type") not in {"post", "page"} or not (is_shown or status in _NOT_SHOWN):
        return None
    title = said.get("title", "")
    if not is_shown or said.get("post_password"):
        return {"title": title, "kept_back": "password" if is_shown else status}
    date = said.get("post_date_gmt", "")
    login = said.get(_CREATOR, "")
    return {
        "html": _paragraphs(said.get(_CONTENT, "")),
        "title": title,
        "byline": names.get(login) or login,
        "published_at": f"{date.replace(' ', 'T')}Z" if re.match(r"[12]\d{3}-", date) else "",
        "canonical_url": said.get("link", ""),
        "outlet": site["outlet"],
        "language": site["language"],
    }


def _parts(element: etree._Element) -> dict[str, str]:
    """Return the words of what stands in an element, by tag; those of WordPress by their names alone."""
    said: dict[str, str] = {}
    for child in element:
        wp = _WP.fullmatch(str(child.tag))
        said.setdefault(wp[1] if wp else str(child.tag), _words(child))
    return said


def _paragraphs(content: str) -> str:
    """Return the HTML of a text; old ones have no paragraphs, WordPress makes them at blank lines."""
    content = _SHORTCODE.sub("", content).replace("\r", "").strip()
    if not content:
        return ""
    if "<!-- wp:" not in content:
        parts = re.split(r"\n\s*\n", content)
        content = "".join(part if _BLOCK.match(part) else f"<p>{part}</p>" for part in parts)
    return f"<article>{content}</article>"


def _words(element: etree._Element) -> str:
    return "".join(map(str, element.itertext())).strip()
