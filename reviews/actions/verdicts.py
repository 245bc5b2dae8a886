"""From draft to approved verdict: submit, withdraw, sign off, return.

A submission is a new immutable row; signatures belong to that row. Four eyes is asked here, shown
by `permissions.why_not_sign_off`, and held by the constraint on `Signature`.
"""

from __future__ import annotations

from typing import Any

from django.db import IntegrityError, transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from articles.models import Passage
from factcheck.accounts.models import User
from factcheck.accounts.roles import Right, require
from factcheck.audit.actions import record
from factcheck.errors import Forbidden, FourEyes, IllegalTransition, Malformed, NotReady, StaleVersion
from factcheck.relations import known
from reviews.actions.drafts import draft_of
from reviews.actions.wording import hold, hold_verdict
from reviews.lifecycle import Status, move
from reviews.models import DraftWriter, Evidence, Review, Signature, Verdict
from reviews.permissions import require_sign_off
from reviews.public_side import public_side
from reviews.readiness import blockers


@transaction.atomic(durable=True)
def submit(review: Review, *, actor: User, version: int | None = None) -> Verdict:
    """Freeze the draft as the next numbered verdict and ask for sign-off.

    Everybody who wrote any of the wording since the last approval stands under it as a writer, and
    so does whoever submits; with a program, whoever holds it.

    Raises:
        Forbidden: their roles do not let them write.
        StaleVersion: the draft is no longer the `version` that the caller read.
        NotReady: something is missing; `blockers` says what.
        IllegalTransition: it is not in research.
    """
    require(actor, Right.RESEARCH)
    if review.status != Status.RESEARCHING:
        raise IllegalTransition(was=review.status, to=Status.SUBMITTED)
    hold(review)
    # Not in one SELECT FOR UPDATE: of what it joins, PostgreSQL would show what stood before it waited.
    review = Review.objects.select_related("claim__claimant", "rating", "verdict").get(pk=review.pk)
    if version is not None and version != review.version:
        raise StaleVersion(current=draft_of(review) | {"version": review.version})
    evidence = list(Evidence.objects.current().filter(review=review).select_related("source"))
    if missing := blockers(review, {piece.number for piece in evidence}):
        raise NotReady(missing)
    verdict = Verdict(
        review=review,
        number=(review.verdict.number if review.verdict else 0) + 1,
        statement=review.claim.statement,
        rating=review.rating,
        summary=review.summary,
        explanation=review.explanation,
        evidence=[public_side(piece) for piece in evidence],
        context=_context(review),
        submitted_by=actor,
    )
    verdict.digest = verdict.compute_digest()
    verdict.save(force_insert=True)
    writers = set(review.draft_writers.values_list("person", flat=True)) | actor.hands
    Signature.objects.bulk_create(
        Signature(verdict=verdict, person_id=pk, part=Signature.Part.WROTE) for pk in sorted(writers)
    )
    moved = move(review, Status.SUBMITTED, actor=actor, verdict=verdict)
    facts = {"verdict": verdict.number, "digest": verdict.digest}
    record("review.submitted", review, actor=actor, after=moved, **facts)
    return verdict


@transaction.atomic(durable=True)
def withdraw(review: Review, *, actor: User) -> Review:
    """Take a submission back to go on writing. Its writers may, others return it instead."""
    require(actor, Right.RESEARCH)
    verdict = _submitted(review)
    wrote = Signature.objects.filter(verdict=verdict, person=actor, part=Signature.Part.WROTE)
    if not wrote.exists():
        raise Forbidden(detail=_("Only those who wrote this verdict take it back."))
    move(review, Status.RESEARCHING, actor=actor, why="withdrawn")
    return review


@transaction.atomic(durable=True)
def sign_off(review: Review, *, actor: User, verdict_number: int | None = None, note: str = "") -> Review:
    """Approve exactly one verdict; with the last sign-off required the review is approved.

    Of many at the same moment as many succeed as are required; the others are told it is over.

    Raises:
        Forbidden: not an editor, or a program.
        FourEyes: they wrote some of it, or have decided on it before.
        StaleVersion: another verdict than `verdict_number` is up for sign-off now.
        IllegalTransition: none is.
    """
    require(actor, Right.SIGN_OFF)
    verdict, names = _held(review, verdict_number, to=Status.APPROVED)
    require_sign_off(actor, verdict, names)
    mine = _sign(verdict, actor, Signature.Part.APPROVED, note)
    known(verdict, "signatures", [*names, mine])
    # Whoever signs holds the row, so those and the one just made are all there are.
    approvals = 1 + sum(name.part == Signature.Part.APPROVED for name in names)
    signed = record("review.signed_off", review, actor=actor, verdict=verdict.number, digest=verdict.digest)
    if approvals >= review.signoffs_required:
        move(review, Status.APPROVED, actor=actor, after=signed)
        # From here on others may write; those before them are under the approved verdict.
        DraftWriter.objects.filter(review=review).delete()
    return review


@transaction.atomic(durable=True)
def return_verdict(review: Review, *, actor: User, note: str, verdict_number: int | None = None) -> Review:
    """Send the verdict back to research with a note that says what to do.

    Raises:
        Malformed: no note. Otherwise as `sign_off`.
    """
    require(actor, Right.SIGN_OFF)
    if not note.strip():
        raise Malformed.at("/note", _("Say what should change."), code="required")
    verdict, names = _held(review, verdict_number, to=Status.RESEARCHING)
    require_sign_off(actor, verdict, names)
    _sign(verdict, actor, Signature.Part.RETURNED, note.strip())
    moved = move(review, Status.RESEARCHING, actor=actor, why=note.strip())
    # Who takes a verdict back moves it too; a note may say “withdrawn” as well.
    facts = {"verdict": verdict.number, "digest": verdict.digest}
    record("review.returned", review, actor=actor, after=moved, **facts)
    return review


def _submitted(review: Review) -> Verdict:
    if review.status != Status.SUBMITTED or review.verdict is None:
        raise _none_up(review, to=Status.RESEARCHING)
    return review.verdict


def _none_up(review: Review, *, to: str) -> IllegalTransition:
    words = _("No verdict is up for sign-off now: it was decided on, or taken back. Look at how it stands.")
    return IllegalTransition(was=review.status, to=to, detail=words)


def _held(review: Review, number: int | None, *, to: Status) -> tuple[Verdict, list[Signature]]:
    """Take the row; return the verdict that is up for sign-off, if it is the one meant, and its names."""
    verdict = review.verdict
    if review.status != Status.SUBMITTED or verdict is None:
        raise _none_up(review, to=to)
    if not hold_verdict(review) or (number is not None and number != verdict.number):
        newest = Verdict.objects.filter(review=review).order_by("-number")[0]
        words = _("It is verdict {number} that is up for sign-off now. Read it, then decide on that one.")
        raise StaleVersion(
            current={"verdict": newest.number, "statement": newest.statement},
            detail=words.format(number=newest.number),
        )
    # Read now that the row is held: what came with the verdict may be older.
    return verdict, list(Signature.objects.filter(verdict=verdict).select_related("person"))


def _sign(verdict: Verdict, person: User, part: Signature.Part, note: str) -> Signature:
    try:
        return Signature.objects.create(verdict=verdict, person=person, part=part, note=note)
    except IntegrityError as error:
        raise FourEyes from error


def _context(review: Review) -> dict[str, Any]:
    claim = review.claim
    places = Passage.objects.standing().filter(claim=claim).select_related("revision__article__outlet")
    claimant = claim.claimant
    return {
        "claimant": {
            "name": claimant.name,
            "job_title": claimant.job_title,
            "same_as": claimant.same_as,
        }
        if claimant
        else None,
        "said_on": claim.said_on.isoformat() if claim.said_on else None,
        "said_where": claim.said_where,
        "language": claim.language,
        "topics": [{"name": t.name, "slug": t.slug} for t in claim.topics.all()],
        "appearances": [_appearance(place) for place in places.by_appearance()],
    }


def _appearance(place: Passage) -> dict[str, Any]:
    article = place.revision.article
    return {
        "article": article.pk,
        "title": article.title,
        "url": article.canonical_url,
        "outlet": article.outlet.name if article.outlet else "",
        "published_on": localdate(article.published_at).isoformat() if article.published_at else None,
        "revision": place.revision.number,
        "start": place.start,
        "quote": place.exact,
    }
