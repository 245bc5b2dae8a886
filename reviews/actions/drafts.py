"""Saving the draft of a verdict, so that nobody's words are lost."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from articles.models import Claim
from factcheck.accounts.models import User
from factcheck.accounts.roles import Right, require
from factcheck.audit.actions import record
from factcheck.errors import StaleVersion
from reviews.actions.wording import open_wording
from reviews.models import Rating, Review


def draft_of(review: Review) -> dict[str, Any]:
    """The wording as it stands: statement, rating (slug or None), summary, explanation."""
    return {
        "statement": review.claim.statement,
        "rating": review.rating.slug if review.rating else None,
        "summary": review.summary,
        "explanation": review.explanation,
    }


@transaction.atomic(durable=True)
def save_draft(
    review: Review,
    *,
    actor: User,
    version: int,
    statement: str | None = None,
    rating: Rating | str | None = "",
    summary: str | None = None,
    explanation: str | None = None,
) -> Review:
    """Save what is given of the wording, if nobody saved since `version`; what is left out stays.

    `rating` None takes the rating away, "" leaves it. Saving the same words again changes nothing.

    Raises:
        Forbidden: their roles do not let them write.
        StaleVersion: somebody saved in between; `current` is what they saved, `yours` what was sent.
        IllegalTransition: the claim was declined.
    """
    require(actor, Right.RESEARCH)
    was = draft_of(review)
    given: dict[str, Any] = {"summary": summary, "explanation": explanation}
    now = was | {name: text for name, text in given.items() if text is not None}
    if statement is not None and statement.strip():
        now["statement"] = " ".join(statement.split())
    if not isinstance(rating, str):
        now["rating"] = rating.slug if rating else None
    if now == was:
        return review
    last = open_wording(review, actor=actor)
    changes: dict[str, Any] = {"summary": now["summary"], "explanation": now["explanation"]}
    if not isinstance(rating, str):
        changes["rating"] = rating
    saved = Review.objects.filter(pk=review.pk, version=version).update(
        version=F("version") + 1, saved_by=actor, saved_at=timezone.now(), **changes
    )
    if not saved:
        raise _stale(review.pk, yours=now)
    if now["statement"] != was["statement"]:
        Claim.objects.filter(pk=review.claim_id).update(statement=now["statement"], version=F("version") + 1)
    record(
        "review.draft_saved",
        review,
        actor=actor,
        after=last,
        version=version + 1,
        was={name: was[name] for name in was if was[name] != now[name]},
        now={name: now[name] for name in now if was[name] != now[name]},
    )
    return Review.objects.select_related("claim", "rating", "saved_by").get(pk=review.pk)


def _stale(pk: int, *, yours: dict[str, Any]) -> StaleVersion:
    current = Review.objects.select_related("claim", "rating", "saved_by").get(pk=pk)
    return StaleVersion(
        current=draft_of(current)
        | {
            "version": current.version,
            "saved_by": str(current.saved_by) if current.saved_by else None,
            "saved_at": current.saved_at.isoformat() if current.saved_at else None,
        },
        yours=yours,
    )
