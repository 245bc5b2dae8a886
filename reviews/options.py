"""What this person may do with this review now; where not, why.

The screen shows a button or a reason by it. The actions ask again: this is for eyes, not a guard.
"""

from __future__ import annotations

from django.utils.translation import gettext as _

from factcheck.accounts.models import User
from factcheck.accounts.roles import Right, may, require
from factcheck.errors import Conflict, Forbidden
from reviews.lifecycle import ALLOWED, Status
from reviews.models import Review, Signature
from reviews.permissions import why_not_sign_off

WhyNot = dict[str, str | None]


def why_not(user: User, review: Review) -> WhyNot:
    """Return for each thing that can be done on the claim page why this person may not do it now.

    None means that they may, "" that there is nothing to say (it is not the time for it). Reads the
    verdict's signatures: one query unless prefetched.
    """
    status = Status(review.status)
    is_open = Status.DECLINED in ALLOWED[status]
    writes, assigns = _lacks(user, Right.RESEARCH), _lacks(user, Right.ASSIGN)
    decides = _lacks(user, Right.DECLINE)
    signs = _sign_off(user, review)
    return {
        "edit": why_not_edit(user, review),
        "submit": writes if status == Status.RESEARCHING else "",
        "withdraw": _withdraw(user, review),
        "sign_off": signs,
        "return": signs,
        "decline": decides if is_open else "",
        "reopen": decides if status in {Status.APPROVED, Status.DECLINED} else "",
        "assign": assigns if is_open else "",
        "remove_place": _lacks(user, Right.FLAG) if status != Status.DECLINED else "",
        "take": writes if is_open and review.assignee_id is None else "",
        "triage": assigns if is_open else "",
    }


def why_not_edit(user: User, review: Review) -> str | None:
    """Say why the wording is not open to this person; None where it is. No query.

    What was sent or signed off is read-only here: a form that somebody left open in a tab must not
    take it back to research by saving itself.
    """
    match review.status:
        case Status.SUBMITTED:
            return _("It awaits sign-off. To change it, it has to be taken back or returned.")
        case Status.APPROVED:
            return _("It is signed off. To change it, it has to be reopened.")
        case Status.DECLINED:
            return _("It was declined. To work on it, it has to be reopened.")
    return _lacks(user, Right.RESEARCH)


def require_open(user: User, review: Review) -> None:
    """Refuse a form that was offered while the wording was open and comes after that.

    Raises:
        Forbidden: this person does not write.
        Conflict: the review has gone on.
    """
    require(user, Right.RESEARCH)
    if reason := why_not_edit(user, review):
        raise Conflict(detail=reason)


def _lacks(user: User, right: Right) -> str | None:
    try:
        require(user, right)
    except Forbidden as refusal:
        return refusal.detail
    return None


def _withdraw(user: User, review: Review) -> str | None:
    if review.status != Status.SUBMITTED or review.verdict is None:
        return ""
    wrote = {s.person_id for s in review.verdict.signatures.all() if s.part == Signature.Part.WROTE}
    return None if may(user, Right.RESEARCH) and user.pk in wrote else ""


def _sign_off(user: User, review: Review) -> str | None:
    if review.status != Status.SUBMITTED or review.verdict is None:
        return ""
    reason = why_not_sign_off(user, review.verdict)
    return None if reason is None else str(reason)
