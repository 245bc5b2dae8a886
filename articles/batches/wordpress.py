"""Read the export of a WordPress site (WXR): its published posts and pages."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator

from lxml import etree

from articles.extraction import ExtractionError
from articles.extraction.document import too_complex

_CONTENT = "{http://purl.org/rss/1.0/modules/content/}encoded"
_CREATOR = "{http://purl.org/dc/elements/1.1/}creator"
_WP = re.compile(r"\{http://wordpress\.org/export/[\d.]+/\}(\w+)")
_SHORTCODE = re.compile(r"\[/?(?:caption|gallery|embed|audio|video|playlist)\b[^\]\n]{0,1000}\]")
_BLOCK = re.compile(r"<(?:p|div|h[1-6]|ul|ol|blockquote|table)\b", re.IGNORECASE)


def read_wordpress(data: bytes) -> Iterator[dict[str, str] | str]:
    """Yield the posts and pages that the site shows, in the order of the file.

    Raises:
        ExtractionError: `not_wordpress`, or `too_complex` for entities of its own.
    """
    if re.search(rb"<!(?:DOCTYPE|ENTITY)", data):
        raise too_complex("it defines entities of its own")
    if b"http://wordpress.org/export/" not in data[:16_384]:
        raise ExtractionError(
            "not_wordpress", "This XML is no WordPress export. Make one on the site, under Tools, Export."
        )
    site = {"outlet": "", "language": ""}
    walk = etree.iterparse(
        io.BytesIO(data),
        events=("end",),
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        huge_tree=True,
    )
    try:
        for _event, element in walk:
            parent = element.getparent()
            if element.tag == "item":
                row = _row(element, site)
                element.clear()
                if row is not None:
                    yield row
            elif parent is not None and parent.tag == "channel" and element.tag in {"title", "language"}:
                site["outlet" if element.tag == "title" else "language"] = _words(element)
    except etree.XMLSyntaxError:
        yield "The file breaks off or is damaged from here on."


def _row(item: etree._Element, site: dict[str, str]) -> dict[str, str] | None:
    said: dict[str, str] = {}
    for child in item:
        wp = _WP.fullmatch(str(child.tag))
        said.setdefault(wp[1] if wp else str(child.tag), _words(child))
    if said.get("post_type") not in {"post", "page"} or said.get("status") != "publish":
        return None
    date = said.get("post_date_gmt", "")
    return {
        "html": _paragraphs(said.get(_CONTENT, "")),
        "title": said.get("title", ""),
        "byline": said.get(_CREATOR, ""),
        "published_at": f"{date.replace(' ', 'T')}Z" if re.match(r"[12]\d{3}-", date) else "",
        "canonical_url": said.get("link", ""),
        "outlet": site["outlet"],
        "language": site["language"],
    }


def _paragraphs(content: str) -> str:
    """Return the HTML of a text; old ones have no paragraphs, WordPress makes them at blank lines."""
    content = _SHORTCODE.sub("", content).strip()
    if content and not _BLOCK.search(content):
        content = "".join(f"<p>{part}</p>" for part in re.split(r"\n\s*\n", content.replace("\r", "")))
    return f"<article>{content}</article>" if content else ""


def _words(element: etree._Element) -> str:
    return "".join(map(str, element.itertext()))
