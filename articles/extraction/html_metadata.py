"""What a page says about itself: JSON-LD first, then meta tags, then marked-up parts of the page."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from html import unescape
from typing import Any
from urllib.parse import urljoin

from lxml import html as lxml_html

from articles.extraction.bylines import byline_of
from articles.extraction.canonical import one_line
from articles.extraction.dates import from_stamp
from articles.extraction.document import Caution, How, Metadata
from articles.extraction.image_credits import image_credits
from articles.extraction.language import first_well_formed
from articles.extraction.linked_data import article_nodes, body_of, name_of

_CHANGED = (
    "article:modified_time", "og:modified_time", "og:updated_time", "last-modified", "lastmod",
    "dcterms.modified", "dc.date.modified", "datemodified", "article.updated",
)  # fmt: skip
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


Candidate = tuple[How, str]


@dataclass(frozen=True, slots=True)
class _Page:
    """The three places where a page speaks about its article."""

    tree: lxml_html.HtmlElement
    meta: dict[str, str]
    linked: dict[str, Any]

    @property
    def site(self) -> str:
        return _clean(self.meta.get("og:site_name")) or name_of(self.linked.get("publisher"))

    def named(self, *names: str) -> Iterator[Candidate]:
        """Return the meta tags of these names."""
        return (("meta", _clean(self.meta.get(name))) for name in names)


def read_metadata(tree: lxml_html.HtmlElement, url: str | None) -> Metadata:
    """Return what an unpruned page says about the article in it; a field not found is empty."""
    nodes = article_nodes(tree)
    page = _Page(tree, _meta(tree), nodes[0] if nodes else {})
    metadata = Metadata(
        told_body=body_of(nodes),
        description=_clean(page.meta.get("og:description") or page.meta.get("description"))
        or name_of(page.linked.get("description")),
    )
    metadata.title = metadata.note("title", _headlines(page), "")
    metadata.byline = metadata.note("byline", ((how, _person(text)) for how, text in _authors(page)), "")
    metadata.outlet_name = metadata.note(
        "outlet_name",
        [*page.named("og:site_name"), ("json-ld", name_of(page.linked.get("publisher")))],
        "",
    )
    metadata.canonical_url = metadata.note("canonical_url", _addresses(page, url), "")
    metadata.language = metadata.note("language", _languages(page), "")
    metadata.image_credit = metadata.note("image_credit", image_credits(tree, page.linked), "")
    metadata.published_at = metadata.note("published_at", _moments(_published(page)), None)
    metadata.modified_at = metadata.note("modified_at", _moments(_modified(page)), None)
    if str(page.linked.get("isAccessibleForFree")).lower() == "false":
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


def _headlines(page: _Page) -> Iterator[Candidate]:
    """Yield the headline as readers see it, where the page has one; then as it is told to machines."""
    told = [
        (how, _cut_off(text, page.site))
        for how, text in (("json-ld", name_of(page.linked.get("headline"))), *page.named(*_TITLES))
    ]
    window = _clean(page.tree.findtext(".//title"))
    visible = visible_headline(page.tree)
    titles = [text for _, text in told if text]
    if visible and visible.casefold() != page.site.casefold():
        # A line above the headline is often part of the `h1`; the title told to machines is without it.
        alone = next((text for text in titles if 2 * len(text) > len(visible) and visible.endswith(text)), "")
        if not titles or _alike(visible, [*titles, window]):
            yield "text", alone or visible
    yield from told
    yield "text", visible
    yield "guessed", _without_site(window, page.site)


def _alike(visible: str, told: list[str]) -> bool:
    """Say whether a heading shares half of its words with a title told to machines."""
    words = set(visible.casefold().split())
    return any(len(words & set(other.casefold().split())) * 2 >= len(words) for other in told if other)


def _cut_off(title: str, site: str) -> str:
    """Return a title without the site's name at its end."""
    if site and title.casefold().endswith(site.casefold()) and len(title) > len(site) + 10:
        shorter = title[: -len(site)].rstrip()
        return shorter.rstrip("|–—·•»:-").rstrip() if shorter[-1] in "|–—·•»:-" else title
    return title


def _without_site(window: str, site: str) -> str:
    """Return a window title without the site's name: the longest part of `Headline | Site`."""
    parts = _SITE_SUFFIX.split(_cut_off(window, site))
    return parts[0] if len(parts) > 1 and len(parts[0]) >= len(parts[-1]) else _cut_off(window, site)


def _authors(page: _Page) -> Iterator[Candidate]:
    """Yield the authors' names, joined by commas; the outlet itself, which some name as one, comes last."""
    authors = page.linked.get("author") or page.linked.get("creator")
    named = [name_of(author) for author in (authors if isinstance(authors, list) else [authors])]
    marked: list[Candidate] = [
        ("text", _clean(element.text_content()))
        for path in (".//*[@rel='author']", ".//*[@itemprop='author']", f".//*[{_BYLINE_CLASS}]")
        for element in page.tree.xpath(path)[:3]
    ]
    told: Candidate = ("json-ld", ", ".join(dict.fromkeys(filter(None, named))))
    site = page.site.casefold()
    yield from sorted(
        [told, *page.named(*_AUTHORS), *marked], key=lambda candidate: candidate[1].casefold() == site
    )


def _person(text: str) -> str:
    """Return a byline without "By"; nothing for an address or something too long to be one."""
    text = byline_of(text) or text
    if not text or len(text) > 200 or re.search(r"https?:|www\.|@|\.com\b", text) or text[0].isdigit():
        return ""
    return re.sub(r"\A(?:by|von|par|por|di|door)\s+(?=[A-ZÀ-Þ])", "", text, flags=re.IGNORECASE)


def _addresses(page: _Page, url: str | None) -> Iterator[Candidate]:
    """Yield what the page calls its own address, absolute if that can be told; AMP and print name it too."""
    links: list[Candidate] = [
        ("meta", str(link.get("href") or ""))
        for link in page.tree.iter("link")
        if (link.get("rel") or "").strip().lower() == "canonical"
    ]
    main = page.linked.get("mainEntityOfPage")
    told = main.get("@id") if isinstance(main, dict) else main
    claims = [*links, *page.named("og:url"), ("json-ld", told if isinstance(told, str) else "")]
    for how, claimed in claims:
        try:
            yield how, urljoin(url or "", claimed.strip()) if claimed.strip() else ""
        except ValueError:
            continue


def _languages(page: _Page) -> Iterator[Candidate]:
    root = page.tree.getroottree().getroot()
    article = page.tree.find(".//article[@lang]")
    attributes = [
        article.get("lang") if article is not None else None,
        root.get("lang"),
        root.get("{http://www.w3.org/XML/1998/namespace}lang"),
        root.get("xml:lang"),
    ]
    yield "meta", first_well_formed(filter(None, attributes))
    yield "json-ld", first_well_formed(filter(None, [name_of(page.linked.get("inLanguage"))]))
    yield "meta", first_well_formed(text for _, text in page.named("og:locale", "content-language") if text)


def _published(page: _Page) -> Iterator[tuple[How, object]]:
    yield "json-ld", page.linked.get("datePublished")
    yield from page.named(*_DATES)
    yield from (("text", stamp) for stamp in _marked_dates(page.tree))


def _modified(page: _Page) -> Iterator[tuple[How, object]]:
    yield "json-ld", page.linked.get("dateModified")
    yield from page.named(*_CHANGED)
    for element in page.tree.xpath(".//*[@itemprop='dateModified']")[:3]:
        yield "text", element.get("datetime") or element.get("content") or one_line(element.text_content())


def _moments(stamps: Iterable[tuple[How, object]]) -> Iterator[tuple[How, datetime | None]]:
    return ((how, from_stamp(stamp)) for how, stamp in stamps if isinstance(stamp, str))


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
