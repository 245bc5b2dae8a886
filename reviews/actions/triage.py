"""Who does a review, how urgent it is, and whether it is done at all."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from factcheck.accounts.models import User
from factcheck.accounts.roles import Right, require
from factcheck.audit.actions import record
from factcheck.errors import Conflict, IllegalTransition, Malformed
from reviews.actions.claims import require_researcher
from reviews.actions.wording import hold
from reviews.lifecycle import Status, move
from reviews.models import Review


@transaction.atomic(durable=True)
def assign(review: Review, *, actor: User, assignee: User | None) -> Review:
    """Give the review to somebody, or to nobody. Whoever researches may take a free one themselves.

    Raises:
        Forbidden: only editors give work to others or take it away.
        Malformed: the assignee does not research claims.
        Conflict: somebody else was given it in the meantime.
    """
    taking = assignee == actor and review.assignee_id in (None, actor.pk)
    require(actor, Right.RESEARCH if taking else Right.ASSIGN)
    if assignee is not None:
        require_researcher(assignee)
    was = review.assignee
    if was == assignee:
        return review
    if review.status == Status.UNASSIGNED:
        move(review, Status.RESEARCHING, actor=actor, assignee=assignee)
    else:
        hold(review)
        if not Review.objects.filter(pk=review.pk, assignee=was).update(assignee=assignee):
            raise Conflict(detail=_("Somebody else has been given this in the meantime."))
        review.assignee = assignee
    record(
        "review.assigned",
        review,
        actor=actor,
        was=was.pk if was else None,
        now=assignee.pk if assignee else None,
    )
    return review


@transaction.atomic(durable=True)
def prioritise(
    review: Review, *, actor: User, priority: int | None = None, due_at: datetime | str | None = ""
) -> Review:
    """Set how urgent it is and when it is due. What is left out stays; `due_at` None takes it away."""
    require(actor, Right.ASSIGN)
    changes: dict[str, object] = {}
    if priority is not None and priority != review.priority:
        changes["priority"] = priority
    if not isinstance(due_at, str) and due_at != review.due_at:
        changes["due_at"] = due_at
    if not changes:
        return review
    was = {name: getattr(review, name) for name in changes}
    now = timezone.now()
    Review.objects.filter(pk=review.pk).update(touched_at=now, **changes)
    for name, value in changes.items():
        setattr(review, name, value)
    review.touched_at = now
    record("review.prioritised", review, actor=actor, was=was, now=changes)
    return review


@transaction.atomic(durable=True)
def decline(review: Review, *, actor: User, reason: str) -> Review:
    """Set the claim aside with a reason; it can be taken up again.

    Raises:
        IllegalTransition: it was approved or declined before.
    """
    require(actor, Right.DECLINE)
    reason = _required(reason, _("Say why the claim is set aside."))
    move(review, Status.DECLINED, actor=actor, why=reason, decline_reason=reason)
    return review


@transaction.atomic(durable=True)
def reopen(review: Review, *, actor: User, reason: str) -> Review:
    """Take up a declined claim again, or return an approved one to research.

    A live edition stays up until a new one replaces it.

    Raises:
        IllegalTransition: it is still being worked on.
    """
    require(actor, Right.DECLINE)
    reason = _required(reason, _("Say why the claim is taken up again."))
    if review.status == Status.DECLINED:
        move(review, Status.UNASSIGNED, actor=actor, why=reason, decline_reason="", assignee=None)
    elif review.status == Status.APPROVED:
        move(review, Status.RESEARCHING, actor=actor, why=reason)
    else:
        raise IllegalTransition(was=review.status, to=Status.RESEARCHING)
    return review


def _required(reason: str, sentence: str) -> str:
    reason = reason.strip()
    if not reason:
        raise Malformed.at("/reason", sentence, code="required")
    return reason
