"""What a page says about itself: JSON-LD first, then meta tags, then marked-up parts of the page."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from html import unescape
from typing import Any
from urllib.parse import urljoin

from lxml import html as lxml_html

from articles.extraction.bylines import byline_of
from articles.extraction.canonical import one_line
from articles.extraction.dates import from_stamp
from articles.extraction.document import Caution, Metadata
from articles.extraction.language import first_well_formed

_MAX_JSON = 1_000_000
_ARTICLE_TYPE = re.compile(r"(?:Article|Posting|Report)\Z")
_SITE_SUFFIX = re.compile(r"\s+[|–—·•»:-]\s+")
_BYLINE_CLASS = "contains(concat(' ', normalize-space(@class), ' '), ' byline ')"

_TITLES = ("og:title", "twitter:title", "dc.title", "parsely-title", "sailthru.title", "headline")
_AUTHORS = (
    "author",
    "article:author",
    "dc.creator",
    "dcterms.creator",
    "parsely-author",
    "sailthru.author",
    "byl",
)
_DATES = (
    "article:published_time", "og:article:published_time", "date", "pubdate", "publishdate", "publish-date",
    "dc.date", "dc.date.issued", "dcterms.date", "dcterms.created", "dcterms.issued", "parsely-pub-date",
    "sailthru.date", "cxenseparse:recs:publishtime", "datepublished", "article.published",
)  # fmt: skip


def read_metadata(tree: lxml_html.HtmlElement, url: str | None) -> Metadata:
    """Return what an unpruned page says about the article in it; a field not found is empty."""
    meta = _meta(tree)
    linked = _linked_data(tree)
    metadata = Metadata(
        title=_headline(tree, meta, linked),
        byline=_byline(tree, meta, linked),
        outlet_name=_clean(meta.get("og:site_name")) or _name(linked.get("publisher")),
        canonical_url=_address(tree, meta, url),
        language=_language(tree, meta, linked),
    )
    stamps = [linked.get("datePublished"), *(meta.get(name) for name in _DATES), *_marked_dates(tree)]
    metadata.published_at = next(filter(None, (from_stamp(s) for s in stamps if isinstance(s, str))), None)
    if str(linked.get("isAccessibleForFree")).lower() == "false":
        metadata.cautions.append(
            Caution(
                "subscribers_only",
                "The page says that its text is for subscribers. What we got may be only its beginning.",
            )
        )
    return metadata


def visible_headline(tree: lxml_html.HtmlElement) -> str:
    """Return the one `h1` of the page, or of its article; nothing where there are several or none."""
    for path in (".//article//h1", ".//main//h1", ".//h1"):
        found = {_clean(element.text_content()) for element in tree.iterfind(path)} - {""}
        if len(found) == 1:
            return found.pop()
    return ""


def _meta(tree: lxml_html.HtmlElement) -> dict[str, str]:
    """Return the meta tags by name in lower case, the first of each."""
    found: dict[str, str] = {}
    for element in tree.iter("meta"):
        name = element.get("property") or element.get("name") or element.get("itemprop") or ""
        content = element.get("content")
        if name and content and content.strip():
            found.setdefault(name.strip().lower(), content)
    return found


def _linked_data(tree: lxml_html.HtmlElement) -> dict[str, Any]:
    """Return the first JSON-LD node that is an article."""
    for script in tree.iter("script"):
        if (script.get("type") or "").strip().lower() != "application/ld+json":
            continue
        source = (script.text or "").strip()
        if not source or len(source) > _MAX_JSON:
            continue
        try:
            for node in _nodes(json.loads(source, strict=False)):
                if _is_article(node):
                    return node
        except (ValueError, RecursionError):
            continue
    return {}


def _nodes(data: object, depth: int = 0) -> Iterator[dict[str, Any]]:
    if isinstance(data, list):
        for item in data[:50]:
            yield from _nodes(item, depth + 1)
    elif isinstance(data, dict) and depth < 5:
        yield data
        yield from _nodes(data.get("@graph"), depth + 1)
        yield from _nodes(data.get("mainEntity"), depth + 1)


def _is_article(node: dict[str, Any]) -> bool:
    kinds = node.get("@type")
    named = kinds if isinstance(kinds, list) else [kinds]
    return any(isinstance(kind, str) and _ARTICLE_TYPE.search(kind) for kind in named)


def _headline(tree: lxml_html.HtmlElement, meta: dict[str, str], linked: dict[str, Any]) -> str:
    """Return the headline as readers see it, where the page has one; else as it is told to machines."""
    told = [_name(linked.get("headline")), *(_clean(meta.get(name)) for name in _TITLES)]
    window = _clean(tree.findtext(".//title"))
    visible = visible_headline(tree)
    site = _clean(meta.get("og:site_name")) or _name(linked.get("publisher"))
    if (
        visible
        and visible.casefold() != site.casefold()
        and (not any(told) or _alike(visible, [*told, window]))
    ):
        return visible
    return next(filter(None, told), "") or visible or _without_site(window, site)


def _alike(visible: str, told: list[str]) -> bool:
    """Say whether a heading shares half of its words with a title told to machines."""
    words = set(visible.casefold().split())
    return any(len(words & set(other.casefold().split())) * 2 >= len(words) for other in told if other)


def _without_site(window: str, site: str) -> str:
    """Return a window title without the site's name: the longest part of `Headline | Site`."""
    if site and window.casefold().endswith(site.casefold()):
        window = window[: -len(site)].rstrip(" |–—·•»:-")
    parts = _SITE_SUFFIX.split(window)
    return parts[0] if len(parts) > 1 and len(parts[0]) >= len(parts[-1]) else window


def _byline(tree: lxml_html.HtmlElement, meta: dict[str, str], linked: dict[str, Any]) -> str:
    """Return the authors' names, joined by commas."""
    authors = linked.get("author") or linked.get("creator")
    named = [_name(author) for author in (authors if isinstance(authors, list) else [authors])]
    candidates = [", ".join(dict.fromkeys(filter(None, named)))]
    candidates += [_clean(meta.get(name)) for name in _AUTHORS]
    candidates += [
        _clean(element.text_content())
        for path in (".//*[@rel='author']", ".//*[@itemprop='author']", f".//*[{_BYLINE_CLASS}]")
        for element in tree.xpath(path)[:3]
    ]
    return next(filter(None, map(_person, candidates)), "")


def _person(text: str) -> str:
    """Return a byline without "By"; nothing for an address or something too long to be one."""
    text = byline_of(text) or text
    if not text or len(text) > 200 or re.search(r"https?:|www\.|@|\.com\b", text) or text[0].isdigit():
        return ""
    return re.sub(r"\A(?:by|von|par|por|di|door)\s+(?=[A-ZÀ-Þ])", "", text, flags=re.IGNORECASE)


def _name(node: object) -> str:
    """Return the name in a JSON-LD value: a string, a node with a name, or a list of such."""
    if isinstance(node, list):
        return _name(node[0]) if node else ""
    if isinstance(node, dict):
        return _name(node.get("name"))
    return _clean(node) if isinstance(node, str) else ""


def _address(tree: lxml_html.HtmlElement, meta: dict[str, str], url: str | None) -> str:
    """Return the address that the page calls its own, absolute if that can be told."""
    links = [
        str(link.get("href") or "")
        for link in tree.iter("link")
        if (link.get("rel") or "").strip().lower() == "canonical"
    ]
    for claimed in (*links, meta.get("og:url", "")):
        try:
            address = urljoin(url or "", claimed.strip()) if claimed.strip() else ""
        except ValueError:
            continue
        if address:
            return address
    return ""


def _language(tree: lxml_html.HtmlElement, meta: dict[str, str], linked: dict[str, Any]) -> str:
    root = tree.getroottree().getroot()
    article = tree.find(".//article[@lang]")
    return first_well_formed(
        tag
        for tag in (
            article.get("lang") if article is not None else None,
            root.get("lang"),
            root.get("{http://www.w3.org/XML/1998/namespace}lang"),
            root.get("xml:lang"),
            linked.get("inLanguage"),
            meta.get("og:locale"),
            meta.get("content-language"),
        )
        if isinstance(tag, str)
    )


def _marked_dates(tree: lxml_html.HtmlElement) -> Iterator[str]:
    """Return stamps of elements that say they are the date of publication, never a date in the text."""
    for path in (
        ".//*[@itemprop='datePublished']",
        ".//time[@pubdate]",
        ".//header//time[@datetime]",
        ".//*[contains(@class, 'publish')]//time[@datetime] | .//time[contains(@class, 'publish')]",
        f".//*[{_BYLINE_CLASS}]//time[@datetime]",
    ):
        for element in tree.xpath(path)[:3]:
            yield element.get("datetime") or element.get("content") or one_line(element.text_content())


def _clean(text: str | None) -> str:
    return one_line(unescape(text)) if text else ""
