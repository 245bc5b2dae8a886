"""What a person decides about a passage that the newest text of its article does not plainly hold.

That is why it is an action of this layer: a quote that reads otherwise is an edit of what readers see.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django.db import transaction
from django.db.models import ProtectedError
from django.utils import timezone
from django.utils.translation import gettext as _

from articles.actions.revisions import hold, hold_claims
from articles.anchoring import are_same_words
from articles.models import Passage, Placement, Revision
from factcheck.accounts.models import User
from factcheck.accounts.roles import Right, require
from factcheck.audit.actions import record
from factcheck.errors import AlreadyDone, Conflict, Malformed, NotThere
from reviews.actions.claims import select
from reviews.actions.wording import put_back
from reviews.lifecycle import Status

Decision = Placement.Decision
OFFERED = (Decision.ACCEPTED, Decision.CHOSEN, Decision.REMOVED, Decision.KEPT)
FOLLOWS = (Decision.ACCEPTED, Decision.CHOSEN)


@transaction.atomic(durable=True)
def decide_placement(
    placement: Placement, *, actor: User, decision: str, start: int | None = None, end: int | None = None
) -> Placement:
    """Say what became of a passage: it stands at the proposed place, at another, or nowhere, or stays.

    `accepted` takes the place that was proposed, `chosen` the one from `start` to `end` (code points);
    either makes the passage in the new text, which is an edit of the wording unless it reads the same.
    With `removed` (by the outlet) and `kept` the claim goes on quoting the old text.

    Raises:
        Forbidden: their roles do not let them flag.
        Malformed: no such decision, or no such place.
        AlreadyDone: it was decided otherwise or by somebody else, or a newer text came.
        NotThere: somebody said meanwhile that the claim does not stand in this article.
    """
    require(actor, Right.FLAG)
    span = _span(placement, decision, start, end)
    hold(placement.revision.article_id)
    if not Placement.objects.undecided().filter(pk=placement.pk).exists():
        return _said_again(placement, actor=actor, decision=decision, span=span)
    now = timezone.now()
    result = _follow(placement, span, actor=actor) if span else None
    _write(placement, was="", decision=decision, decided_by=actor, decided_at=now, result=result)
    _record("claim.passage_decided", placement, actor=actor, now=result.exact if result else "")
    return placement


@transaction.atomic(durable=True)
def undo_placement(placement: Placement, *, actor: User) -> Placement:
    """Take a decision back, so that the passage waits again; possible until the next text comes.

    Raises:
        Forbidden: their roles do not let them flag.
        Conflict: there is a newer text, or the passage in this one is used by now.
        AlreadyDone: somebody took it back meanwhile, or decided otherwise.
        NotThere: as `decide_placement`.
    """
    require(actor, Right.FLAG)
    if placement.decision not in OFFERED:
        raise _decided(placement)
    hold(placement.revision.article_id)
    newer = Revision.objects.filter(
        article=placement.revision.article_id, number__gt=placement.revision.number
    )
    if newer.exists():
        raise Conflict(detail=_("The article has changed again since. Decide on what became of it there."))
    was, result, at = placement.decision, placement.result, placement.decided_at
    if result is not None:
        _open(placement, result, actor=actor)
    _write(placement, was=was, decision="", decided_by=None, decided_at=None, result=None)
    # One that was flagged before the decision was not made by it.
    if result is not None and at is not None and result.created_at >= at:
        _take_away(result)
    _record("claim.passage_undone", placement, actor=actor, was=was)
    return placement


def _span(placement: Placement, decision: str, start: int | None, end: int | None) -> tuple[int, int] | None:
    """Return the place that is meant; None where the passage follows nowhere."""
    if decision not in OFFERED:
        raise Malformed.at("/decision", _("Say what became of the passage."), code="invalid")
    if decision == Decision.CHOSEN:
        if start is None or end is None:
            raise Malformed.at("/start", _("Select the words that the claim stands in now."), code="required")
        return start, end
    if decision == Decision.ACCEPTED:
        if placement.start is None or placement.end is None:
            raise Malformed.at("/decision", _("No place is proposed. Choose one."), code="no_place")
        return placement.start, placement.end
    return None


def _follow(placement: Placement, span: tuple[int, int], *, actor: User) -> Passage:
    """Return the passage in the new text, made where there is none."""
    place = asdict(select(placement.revision, *span))
    at = {"revision": placement.revision, "start": place.pop("start"), "end": place.pop("end")}
    claim = placement.passage.claim
    found, _made = Passage.objects.get_or_create(claim=claim, **at, defaults=place)
    _open(placement, found, actor=actor)
    return found


def _open(placement: Placement, result: Passage, *, actor: User) -> None:
    """Count as an edit what makes readers see another quote. A claim that was set aside has no readers.

    Whoever says where a passage stands takes over the article's own words and writes none, as in flagging.
    """
    review = placement.passage.claim.review
    if review.status != Status.DECLINED and not are_same_words(placement.passage.exact, result.exact):
        put_back(review, actor=actor)


def _take_away(result: Passage) -> None:
    """Remove a passage that only this decision had made."""
    if result.came_from.exists():
        return
    try:
        result.delete()
    except ProtectedError as error:
        raise Conflict(detail=_("Something else refers to the passage by now, so it stays.")) from error


def _said_again(
    placement: Placement, *, actor: User, decision: str, span: tuple[int, int] | None
) -> Placement:
    """Return the placement as it stands where this person has decided so already: a key pressed twice."""
    now = Placement.objects.select_related("result").filter(pk=placement.pk).first()
    if now is None:
        raise _decided(placement)
    stands = now.result and (now.result.start, now.result.end)
    meant = span and select(placement.revision, *span)
    place = meant and (meant.start, meant.end)
    if (now.decided_by_id, now.decision, stands) != (actor.pk, decision, place):
        raise _decided(placement)
    return now


def _write(placement: Placement, *, was: str, **fields: Any) -> None:
    if not Placement.objects.filter(pk=placement.pk, decision=was).update(**fields):
        raise _decided(placement)
    for name, value in fields.items():
        setattr(placement, name, value)


def _decided(placement: Placement) -> AlreadyDone | NotThere:
    now = Placement.objects.select_related("decided_by").filter(pk=placement.pk).first()
    if now is None:
        return NotThere(detail=_("The claim was removed from this article meanwhile."))
    if now.is_certain:
        return AlreadyDone(detail=_("The passage stands in the new text beyond doubt. Nothing is to decide."))
    words = {
        Decision.SUPERSEDED: _(
            "A newer text has come meanwhile. Decide on what became of the passage there."
        ),
        "": _("The decision is taken back already. The passage waits."),
    }
    by = _("{name} has decided on this meanwhile: {decision}.")
    other = by.format(name=now.decided_by, decision=now.get_decision_display())
    return AlreadyDone(detail=words.get(now.decision, other))


def _record(action: str, placement: Placement, *, actor: User, **facts: Any) -> None:
    record(
        action,
        hold_claims([placement.passage.claim_id]).get(),
        actor=actor,
        placement=placement.pk,
        revision=placement.revision.number,
        outcome=placement.outcome,
        decision=placement.decision,
        quote=placement.passage.exact,
        **facts,
    )
