"""The public pages as text: each from frozen payloads, none from the desk's working tables."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation

from publishing.claimreview import claim_review
from publishing.feeds import atom
from publishing.models import Edition, Summary

ON_HOME = 30
IN_FEED = 50


def check(edition: Edition, editions: Sequence[Edition], *, at_own_address: bool = False) -> str:
    """The verdict page of one edition; `editions` are all of the publication, newest first."""
    payload = edition.payload
    return _render(
        "public/check.html",
        {
            "payload": payload,
            "jsonld": claim_review(payload),
            "at_own_address": at_own_address,
            "newest": editions[0].number,
            "editions": [
                {
                    "number": other.number,
                    "kind": other.kind,
                    "note": other.note,
                    "published_at": other.published_at,
                    "path": f"/checks/{payload['slug']}/v/{other.number}/",
                }
                for other in editions
            ],
        },
    )


def check_json(edition: Edition) -> str:
    """The edition's payload with its ClaimReview, for machines."""
    data = edition.payload | {"claim_review": claim_review(edition.payload), "digest": edition.digest}
    return json.dumps(data, ensure_ascii=False, indent=1) + "\n"


def summary(page: Summary) -> str:
    """The article's page: every current edition on it in text order, and how many of each rating."""
    article = page.article
    editions = Edition.objects.current().on_article(article)
    findings = sorted((_finding(edition, article.pk) for edition in editions), key=_place)
    return _render(
        "public/summary.html",
        {
            "article": article,
            "url": f"{settings.PUBLIC_ORIGIN}{page.path}",
            "findings": findings,
            "counts": _counts([finding["rating"] for finding in findings]),
            "total": len(findings),
            "updated_at": max((f["published_at"] for f in findings), default=None),
        },
    )


def home() -> str:
    """The front page: the newest checks."""
    editions = list(Edition.objects.current()[:ON_HOME])
    return _render(
        "public/home.html",
        {
            "checks": [edition.payload for edition in editions],
            "total": Edition.objects.current().count(),
            "url": f"{settings.PUBLIC_ORIGIN}/",
        },
    )


def feed() -> str:
    """The newest checks as an Atom feed."""
    return atom([edition.payload for edition in Edition.objects.current()[:IN_FEED]])


def _finding(edition: Edition, article_id: int) -> dict[str, Any]:
    places = [p for p in edition.payload["appearances"] if p["article"] == article_id]
    first = min(places, key=lambda p: p["start"], default=None)
    return {**edition.payload, "quote": first["quote"] if first else "", "place": first}


def _place(finding: dict[str, Any]) -> tuple[int, str]:
    return (finding["place"]["start"] if finding["place"] else 0, finding["slug"])


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
                "x": f"{x:.2f}",
                "width": f"{width:.2f}",
            }
        )
        x += width
    return counts


def _render(template: str, context: dict[str, Any]) -> str:
    base = {"desk_name": settings.DESK_NAME, "origin": settings.PUBLIC_ORIGIN}
    with translation.override(settings.LANGUAGE_CODE):
        return render_to_string(template, base | context)
