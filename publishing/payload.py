"""What an edition freezes: all that its page, its ClaimReview and the feeds will ever show."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings

from publishing.models import Publication
from reviews.models import Rating, Signature, Verdict
from reviews.wording import render


def payload_of(
    publication: Publication,
    verdict: Verdict,
    *,
    number: int,
    kind: str,
    note: str,
    at: datetime,
    first_at: datetime | None = None,
) -> dict[str, Any]:
    """Return the payload of one edition as JSON-able data; `first_at` is when an earlier one went out first.

    Three queries at most.

    Nothing confidential is in it: the verdict's `evidence` holds only the public side of each piece.
    """
    steps = list(verdict.rating.scale.ratings.all())
    names: dict[str, list[str]] = {part: [] for part in Signature.Part.values}
    for signature in verdict.signatures.select_related("person"):
        names[signature.part].append(str(signature.person))
    return {
        "slug": publication.slug,
        "number": number,
        "kind": kind,
        "note": note,
        "statement": verdict.statement,
        "rating": _rating(verdict.rating, steps),
        "scale": [{"slug": step.slug, "word": step.word} for step in steps if step.on_scale],
        "summary": verdict.summary,
        "explanation": verdict.explanation,
        "explanation_html": render(verdict.explanation),
        "evidence": verdict.evidence,
        **verdict.context,
        "written_by": names[Signature.Part.WROTE],
        "signed_off_by": names[Signature.Part.APPROVED],
        "first_published_at": (first_at or at).isoformat(),
        "published_at": at.isoformat(),
        "verdict": {"number": verdict.number, "digest": verdict.digest},
        "desk_name": settings.DESK_NAME,
        "origin": settings.PUBLIC_ORIGIN,
        "url": f"{settings.PUBLIC_ORIGIN}{publication.path}",
    }


def _rating(rating: Rating, steps: list[Rating]) -> dict[str, Any]:
    values = [step.value for step in steps if step.value is not None]
    return {
        "slug": rating.slug,
        "word": rating.word,
        "value": rating.value,
        "best": max(values),
        "worst": min(values),
        "description": rating.description,
        "on_scale": rating.on_scale,
        "scale_version": rating.scale.version,
    }
