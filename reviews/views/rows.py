"""A review as a line of a list."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from articles.models import Claim
from factcheck.accounts.models import User
from reviews.models import Rating, Review, Signature


@dataclass(frozen=True)
class Row:
    """What a line shows of a review that came from `Review.objects.for_list()`."""

    pk: int
    claim_id: int
    claim: Claim
    shown_state: str
    rating: Rating | None
    priority: int
    due_at: datetime | None
    assignee: User | None
    evidence_count: int
    outlet_name: str
    passage_changed: bool
    written_by: tuple[str, ...] = ()
    sent_at: datetime | None = None
    returned_by: str = ""
    return_note: str = ""

    @property
    def people(self) -> list[User]:
        return [self.assignee] if self.assignee else []


def row_of(review: Any, signatures: Iterable[Signature] = ()) -> Row:
    """Return the line of one review from `Review.objects.for_list()`.

    `signatures` are those under its verdict, with their people.
    """
    waits = review.status == Review.Status.SUBMITTED
    extra: dict[str, Any] = {}
    if waits:
        wrote = [str(s.person) for s in signatures if s.part == Signature.Part.WROTE]
        extra = {"written_by": tuple(wrote), "sent_at": review.stage_entered_at}
    elif review.shown_state == "returned":
        for signature in signatures:
            if signature.part == Signature.Part.RETURNED:
                extra = {"returned_by": str(signature.person), "return_note": signature.note}
    return Row(
        pk=review.pk,
        claim_id=review.claim_id,
        claim=review.claim,
        shown_state=review.shown_state,
        rating=review.rating,
        priority=review.priority,
        due_at=review.due_at,
        assignee=review.assignee,
        evidence_count=review.evidence_count or 0,
        outlet_name=review.outlet_name or "",
        passage_changed=review.passage_changed,
        **extra,
    )


def signatures_under(reviews: Iterable[Review]) -> Mapping[int, list[Signature]]:
    """Return the signatures under the newest verdicts of these reviews, by verdict. One query."""
    found: dict[int, list[Signature]] = {
        review.verdict_id: [] for review in reviews if review.verdict_id is not None
    }
    for signature in Signature.objects.filter(verdict__in=found).select_related("person"):
        found[signature.verdict_id].append(signature)
    return found
