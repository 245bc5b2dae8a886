"""What every edit of anything that a reader would see has in common.

An edit takes the review's row, returns a submitted or approved review to research in the same
transaction (so that no approval outlives the words it was given to), and remembers the writer.
"""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from factcheck.accounts.models import User
from factcheck.accounts.roles import Right, require
from factcheck.audit.actions import Before
from factcheck.audit.models import Event
from factcheck.errors import IllegalTransition
from reviews.lifecycle import Status, move
from reviews.models import DraftWriter, Review


def open_wording(review: Review, *, actor: User) -> Event | Before:
    """Make the review editable by this person and note that they write in it.

    Return what `record` takes as `after` for the next event of the review.

    Takes the row lock, so the caller's change and a sign-off at the same time exclude each other.

    Raises:
        Forbidden: their roles do not let them write.
        IllegalTransition: the claim was declined, or somebody moved the review just now.
    """
    require(actor, Right.RESEARCH)
    if review.status == Status.UNASSIGNED:
        last: Event | Before = move(review, Status.RESEARCHING, actor=actor, assignee=actor)
    else:
        last = put_back(review, actor=actor)
    note_writer(review, actor)
    return last


def put_back(review: Review, *, actor: User) -> Event | Before:
    """Take the review's row, and return what was submitted or approved to research.

    That is all where readers would see other words that nobody here wrote: the article's own. Nobody becomes
    a writer by it, and a review that is free stays free. Returns as `open_wording` does.

    Raises:
        IllegalTransition: the claim was declined, or somebody moved the review just now.
    """
    if review.status in {Status.UNASSIGNED, Status.RESEARCHING}:
        hold(review)
        return Before.LOOK
    return move(review, Status.RESEARCHING, actor=actor, why="edited")


def note_writer(review: Review, person: User) -> None:
    """Remember that this person wrote some of what readers would see, and of a program who holds it."""
    wrote = [DraftWriter(review=review, person_id=pk) for pk in sorted(person.hands)]
    DraftWriter.objects.bulk_create(wrote, ignore_conflicts=True)


def hold(review: Review) -> None:
    """Take the review's row for the rest of the transaction, if it still stands where it stood."""
    if not _touch(review):
        raise _moved(review)


def hold_verdict(review: Review) -> bool:
    """Take the row as `hold` does; say whether the verdict is still the one that the caller read."""
    if _touch(review, verdict=review.verdict_id):
        return True
    if Review.objects.filter(pk=review.pk, status=review.status).exists():
        return False
    raise _moved(review)


def _touch(review: Review, **still: Any) -> bool:
    now = timezone.now()
    held = Review.objects.filter(pk=review.pk, status=review.status, **still).update(touched_at=now)
    if held:
        review.touched_at = now
    return bool(held)


def _moved(review: Review) -> IllegalTransition:
    found = Review.objects.values_list("status", flat=True).get(pk=review.pk)
    return IllegalTransition(was=found, to=review.status)
