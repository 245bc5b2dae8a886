"""Publishing without rules: rows, then the same files as ours, rendered by plain templates."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.feedgenerator import Atom1Feed

from benchmarks.bare import pages
from factcheck.accounts.models import User
from publishing.models import Edition, Publication, Summary
from publishing.payload import payload_of
from reviews.models import Review

ROOT = "bare"
"""The directory beside the real site's."""


def publish(review: Review, user: User) -> Publication:
    """Store publication and edition; write page, edition, JSON, summary, home and feed."""
    verdict = review.verdict
    assert verdict is not None
    now = timezone.now()
    slug = f"bare-{review.pk}"
    with transaction.atomic():
        publication = Publication.objects.create(review=review, slug=slug)
        payload = payload_of(publication, verdict, number=1, kind="first", note="", at=now)
        edition = Edition.objects.create(
            publication=publication,
            number=1,
            kind="first",
            verdict=verdict,
            payload=payload,
            published_by=user,
        )
        publication.edition, publication.state = edition, "live"
        publication.save()
    _write(edition)
    return publication


def _write(edition: Edition) -> None:
    payload = edition.payload
    page = pages.render("check.html", {"payload": payload})
    put(f"checks/{payload['slug']}/index.html", page)
    put(f"checks/{payload['slug']}/v/1/index.html", page)
    put(f"checks/{payload['slug']}.json", json.dumps(payload, indent=1))
    newest = list(Edition.objects.order_by("-published_at")[:50])
    put("index.html", pages.render("home.html", {"checks": [each.payload for each in newest[:30]]}))
    put("feed.atom", _feed([each.payload for each in newest]))
    article = payload["appearances"][0]["article"]
    on_article = Edition.objects.filter(
        publication__review__claim__passages__revision__article=article
    ).distinct()
    summary = Summary.objects.get_or_create(article_id=article, defaults={"slug": f"bare-{article}"})[0]
    checks = [each.payload for each in on_article]
    put(f"summaries/{summary.slug}/index.html", pages.render("home.html", {"checks": checks}))


def _feed(payloads: list[dict[str, Any]]) -> str:
    feed = Atom1Feed(title="Checks", link="/", description="")
    for payload in payloads:
        feed.add_item(title=payload["statement"], link=payload["slug"], description=payload["summary"])
    return str(feed.writeString("utf-8"))


def put(path: str, text: str) -> None:
    """Write one file."""
    target = Path(settings.DATA_DIR) / ROOT / path
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(text)
