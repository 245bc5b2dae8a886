"""The state machine of a review: a table, and the one function that writes a status."""

from __future__ import annotations

from typing import Any, Final

from django.utils import timezone

from factcheck.accounts.models import User
from factcheck.audit.actions import Before, record
from factcheck.audit.models import Event
from factcheck.errors import IllegalTransition
from reviews.models import Review

Status = Review.Status

ALLOWED: Final[dict[Status, frozenset[Status]]] = {
    Status.UNASSIGNED: frozenset({Status.RESEARCHING, Status.DECLINED}),
    Status.RESEARCHING: frozenset({Status.SUBMITTED, Status.DECLINED}),
    Status.SUBMITTED: frozenset({Status.APPROVED, Status.RESEARCHING, Status.DECLINED}),
    Status.APPROVED: frozenset({Status.RESEARCHING}),
    Status.DECLINED: frozenset({Status.UNASSIGNED}),
}


def move(
    review: Review,
    to: Status,
    *,
    actor: User | None,
    why: str = "",
    after: Event | Before = Before.LOOK,
    **fields: Any,
) -> Event:
    """Move the review and set `fields` with it, if nobody moved it first; return the event.

    Three queries; two where `after` is what this transaction recorded last of the review.

    Raises:
        IllegalTransition: no arrow leads there from where the caller believed it to be, or it is
            no longer there.
    """
    was = Status(review.status)
    if to not in ALLOWED[was]:
        raise IllegalTransition(was=was, to=to)
    now = timezone.now()
    fields |= {"status": to, "stage_entered_at": now, "touched_at": now}
    if not Review.objects.filter(pk=review.pk, status=was).update(**fields):
        found = Review.objects.values_list("status", flat=True).get(pk=review.pk)
        raise IllegalTransition(was=found, to=to)
    for name, value in fields.items():
        setattr(review, name, value)
    return record("review.moved", review, actor=actor, after=after, was=was, now=to, why=why)
