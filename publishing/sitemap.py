"""What search engines are told: which pages there are and since when, and which addresses are not for them.

One sitemap of all checks would cost each publication as much as was ever published, and may hold 50,000
addresses. So there are parts, of the checks or the article pages whose ids are near each other, and an index
of the parts: a publication makes those again that it is in.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import groupby
from typing import Any

from django.conf import settings
from django.db.models import F, Max, Q, QuerySet
from django.utils.encoding import iri_to_uri
from django.utils.html import escape

from publishing.models import Edition, Publication, Summary

IN_A_PART = 200
INDEX = "sitemap.xml"
HOME = "sitemaps/home.xml"

Page = tuple[str, str]
Row = tuple[int, str, datetime]
"""Id, path, and since when the page is as it is."""
Part = tuple[type[Publication | Summary], int]

_XMLNS = "http://www.sitemaps.org/schemas/sitemap/0.9"
_NOT_FOR_ROBOTS = ("/desk/", "/accounts/", "/api/")


def robots() -> str:
    """The file `robots.txt`: the desk and its API are for no robot."""
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in _NOT_FOR_ROBOTS), ""]
    return "\n".join([*lines, f"Sitemap: {settings.PUBLIC_ORIGIN}/{INDEX}", ""])


def index(parts: Iterable[str]) -> str:
    """The index, of the paths of the parts."""
    return _document("sitemapindex", "sitemap", ((f"/{path}", None) for path in parts))


def home(newest: Edition | None) -> str:
    """The part with the home page alone, which each edition changes."""
    return _document("urlset", "url", [("/", newest.published_at if newest else None)])


def part_of(shown: Publication | Summary) -> Part:
    """In which part a page is."""
    return type(shown), shown.pk // IN_A_PART


def part(model: type[Publication | Summary], number: int) -> Page:
    """One part, as its path and text. One query."""
    return _part(model, number, _rows(model, Q(pk__range=(number * IN_A_PART, (number + 1) * IN_A_PART - 1))))


def all_parts() -> Iterator[Page]:
    """Every part but that of the home page. Two queries."""
    for model in (Publication, Summary):
        for number, rows in groupby(_rows(model), lambda row: row[0] // IN_A_PART):
            yield _part(model, number, rows)


def _rows(model: type[Publication | Summary], where: Q | None = None) -> Iterator[Row]:
    """What is live, by id."""
    found: QuerySet[Any]
    if model is Publication:
        found = Publication.objects.live().annotate(since=F("edition__published_at"))
    else:
        live = Q(publications__state=Publication.State.LIVE)
        newest = Max("publications__edition__published_at", filter=live)
        found = Summary.objects.annotate(since=newest).filter(since__isnull=False)
    chosen = found.filter(where or Q()).order_by("pk").values_list("pk", "slug", "since")
    for pk, slug, since in chosen.iterator():
        yield pk, model(slug=slug).path, since


def _part(model: type[Publication | Summary], number: int, rows: Iterable[Row]) -> Page:
    name = "checks" if model is Publication else "summaries"
    text = _document("urlset", "url", ((path, since) for _pk, path, since in rows))
    return f"sitemaps/{name}-{number}.xml", text


def _document(root: str, element: str, entries: Iterable[tuple[str, datetime | None]]) -> str:
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', f'<{root} xmlns="{_XMLNS}">']
    for path, since in entries:
        where = escape(iri_to_uri(f"{settings.PUBLIC_ORIGIN}{path}"))
        when = f"<lastmod>{since.isoformat()}</lastmod>" if since else ""
        lines.append(f"<{element}><loc>{where}</loc>{when}</{element}>")
    return "\n".join([*lines, f"</{root}>", ""])
