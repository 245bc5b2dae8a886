"""The public pages as text: what they say of a claim comes from frozen payloads only.

Of an article they name title, byline and outlet as the desk has them now, and say when it was changed
after the check.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation

from articles.models import Article
from publishing.changes import Changed
from publishing.claimreview import claim_review
from publishing.feeds import atom
from publishing.models import Edition, Summary

ON_HOME = 30
IN_FEED = 50


def check(
    edition: Edition,
    editions: Sequence[Edition],
    summaries: Mapping[int, str],
    changed: Changed,
    *,
    as_kept: bool = False,
) -> str:
    """The verdict page of one edition; `editions` are all of the publication, newest first.

    `summaries` are the addresses of its articles' pages, by the article's id. `as_kept` is the page at
    the edition's own number, which stays when a newer one replaces it; it carries no ClaimReview, so
    that there is one for each verdict. No query.
    """
    payload = edition.payload | {
        "jsonld": claim_review(edition.payload),
        "appearances": [
            place | {"summary_path": summaries.get(article, "")}
            for article, place in _once_each(edition.payload["appearances"]).items()
        ],
        "editions": [
            {
                "number": other.number,
                "kind": other.kind,
                "note": other.note,
                "published_at": other.published_at,
            }
            for other in reversed(editions)
        ],
    }
    newest = editions[0]
    stands_now = {"url": newest.payload["url"], "published_at": newest.published_at}
    return _render(
        "public/check.html",
        payload,
        edition_page=as_kept,
        changed_at=min(changed.get(edition.pk, {}).values(), default=None),
        newest=stands_now if newest.number != edition.number else None,
    )


def check_json(edition: Edition) -> str:
    """The edition's payload with its ClaimReview, for machines."""
    data = edition.payload | {"claim_review": claim_review(edition.payload), "digest": edition.digest}
    return json.dumps(data, ensure_ascii=False, indent=1) + "\n"


def summary(page: Summary, editions: Iterable[Edition], changed: Changed) -> str:
    """The article's page: its editions in text order, and how many of each rating.

    `editions` are the current ones of checks on it. No query where the article came with its outlet.
    """
    article = page.article
    findings = sorted(
        (
            _finding(each.payload, article.pk) | {"changed_at": changed.get(each.pk, {}).get(article.pk)}
            for each in _naming(article, editions)
        ),
        key=_place,
    )
    return _render(
        "public/summary.html",
        {
            "slug": page.slug,
            "title": article.title,
            "byline": article.byline,
            "outlet": article.outlet.name if article.outlet else "",
            "article_url": article.canonical_url,
            "published_on": article.published_at,
            "language": article.language,
            "url": f"{settings.PUBLIC_ORIGIN}{page.path}",
            "findings": [finding | {"number": n} for n, finding in enumerate(findings, start=1)],
            "counts": _counts([finding["rating"] for finding in findings]),
            "total": len(findings),
            "updated_at": max((finding["published_at"] for finding in findings), default=None),
            "changed_at": min(filter(None, (finding["changed_at"] for finding in findings)), default=None),
        },
    )


def home(editions: Sequence[Edition]) -> str:
    """The front page: the newest checks, and the article with the newest of them. Two queries."""
    checks = [edition.payload for edition in editions[:ON_HOME]]
    newest = Summary.objects.filter(
        article__in=[place["article"] for check in checks[:1] for place in check["appearances"]]
    ).select_related("article")
    return _render(
        "public/home.html",
        {
            "checks": checks,
            "summaries": [_summary_line(page) for page in newest.order_by("pk")[:1]],
            "url": f"{settings.PUBLIC_ORIGIN}/",
        },
    )


def feed(editions: Sequence[Edition]) -> str:
    """The newest checks as an Atom feed."""
    return atom([edition.payload for edition in editions[:IN_FEED]])


def not_found() -> str:
    """What a reader gets at an address where nothing is."""
    return _render("public/404.html", {})


def _summary_line(page: Summary) -> dict[str, Any]:
    editions = Edition.objects.current().on_article(page.article)
    return {
        "title": page.article.title,
        "url": page.path,
        "counts": _counts([each.payload["rating"] for each in _naming(page.article, editions)]),
    }


def _naming(article: Article, editions: Iterable[Edition]) -> list[Edition]:
    """What is published on the article; what was linked or taken back since is not signed off yet."""
    return [each for each in editions if _places_in(each.payload, article.pk)]


def _once_each(appearances: Sequence[dict[str, Any]]) -> dict[int, dict[str, Any]]:
    """Return the first place in each article, by the article's id."""
    first: dict[int, dict[str, Any]] = {}
    for place in appearances:
        first.setdefault(place["article"], place)
    return first


def _places_in(payload: dict[str, Any], article_id: int) -> list[dict[str, Any]]:
    return [place for place in payload["appearances"] if place["article"] == article_id]


def _finding(payload: dict[str, Any], article_id: int) -> dict[str, Any]:
    first = min(_places_in(payload, article_id), key=lambda place: place["start"])
    return payload | {"quote": first["quote"], "place": first}


def _place(finding: dict[str, Any]) -> tuple[int, str]:
    return (finding["place"]["start"], finding["slug"])


def _counts(ratings: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """How many of each rating, in the order of the scale, with their place on a bar 100 wide."""
    tally = Counter(rating["slug"] for rating in ratings)
    words = {rating["slug"]: rating for rating in ratings}
    order = sorted(tally, key=lambda slug: (not words[slug]["on_scale"], words[slug]["value"] or 0, slug))
    counts, x = [], 0.0
    for slug in order:
        width = 100 * tally[slug] / len(ratings)
        counts.append(
            {
                "slug": slug,
                "word": words[slug]["word"],
                "count": tally[slug],
                "percent_x": f"{x:.2f}",
                "percent_width": f"{width:.2f}",
            }
        )
        x += width
    return counts


def _render(template: str, payload: dict[str, Any], **context: Any) -> str:
    base = {"desk_name": settings.DESK_NAME, "origin": settings.PUBLIC_ORIGIN}
    with translation.override(settings.LANGUAGE_CODE):
        return render_to_string(template, {"payload": base | payload} | context)
