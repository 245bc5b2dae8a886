"""ClaimReview, the schema.org vocabulary that search tools and other newsrooms read.

Source: https://schema.org/ClaimReview and the field rules in docs/api.md. One per verdict page.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any


def claim_review(payload: dict[str, Any]) -> dict[str, Any]:
    """Return the ClaimReview of an edition's payload. Ratings off the scale carry words, no number."""
    rating = payload["rating"]
    review_rating: dict[str, Any] = {"@type": "Rating", "alternateName": rating["word"]}
    if rating["on_scale"]:
        review_rating |= {
            "ratingValue": rating["value"],
            "bestRating": rating["best"],
            "worstRating": rating["worst"],
        }
    return {
        "@context": "https://schema.org",
        "@type": "ClaimReview",
        "@id": f"{payload['url']}#claimreview",
        "url": payload["url"],
        "claimReviewed": payload["statement"],
        "reviewRating": review_rating,
        "author": {
            "@type": "Organization",
            "name": payload["desk_name"],
            "url": payload["origin"],
        },
        "datePublished": payload["first_published_at"],
        "dateModified": payload["published_at"],
        "inLanguage": payload["language"] or "und",
        "reviewBody": payload["summary"],
        "itemReviewed": _claim(payload),
    }


def _claim(payload: dict[str, Any]) -> dict[str, Any]:
    claim: dict[str, Any] = {"@type": "Claim", "name": payload["statement"]}
    if claimant := payload["claimant"]:
        author = {"@type": "Person", "name": claimant["name"]}
        if claimant["job_title"]:
            author["jobTitle"] = claimant["job_title"]
        if claimant["same_as"]:
            author["sameAs"] = claimant["same_as"]
        claim["author"] = author
    if payload["said_on"]:
        claim["datePublished"] = payload["said_on"]
    places = [_article(place) for place in _by_date(payload["appearances"])]
    if places:
        claim["firstAppearance"] = places[0]
    if places[1:]:
        claim["appearance"] = places[1:]
    return claim


def _by_date(appearances: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return each article that has an address once, the first that is known to have had the claim first.

    Those whose date is not known come last, in the order in which the desk found them.
    """
    by_url: dict[str, dict[str, Any]] = {}
    for place in appearances:
        if place["url"]:
            by_url.setdefault(place["url"], place)
    return sorted(by_url.values(), key=lambda place: (not place["published_on"], place["published_on"] or ""))


def _article(place: dict[str, Any]) -> dict[str, Any]:
    article: dict[str, Any] = {"@type": "Article", "url": place["url"], "headline": place["title"]}
    if place["outlet"]:
        article["publisher"] = {"@type": "Organization", "name": place["outlet"]}
    if place["published_on"]:
        article["datePublished"] = place["published_on"]
    return article
