"""Who may do what with this review: the role's right, and the part they had in it."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from factcheck.accounts.models import User
from factcheck.accounts.roles import Right, may, require
from factcheck.errors import Forbidden, FourEyes
from reviews.models import Signature, Verdict


def why_not_sign_off(
    user: User, verdict: Verdict, signatures: Iterable[Signature] | None = None
) -> Promise | None:
    """The reason why this person may not approve this verdict; None if they may.

    Reads `verdict.signatures` where they are not given: one query unless prefetched, and to a writer one
    more for each whose person is not there yet.
    """
    if user.is_bot:
        return _("A program cannot sign off. Somebody has to read it.")
    if not may(user, Right.SIGN_OFF):
        return _("An editor signs off.")
    names = verdict.signatures.all() if signatures is None else signatures
    parts = {name.part for name in names if name.person_id == user.pk}
    if Signature.Part.WROTE in parts:
        if any(name.person.is_bot for name in names if name.part == Signature.Part.WROTE):
            return _(
                "You wrote some of this wording, or hold a token of the program that did, so another editor"
                " must sign it off."
            )
        return _("You wrote some of this wording, so another editor must sign it off.")
    if parts:
        return _("You have decided on this verdict already.")
    return None


def require_sign_off(user: User, verdict: Verdict, signatures: Iterable[Signature]) -> None:
    """Raise `Forbidden` or `FourEyes` unless this person may decide on this verdict."""
    require(user, Right.SIGN_OFF)
    if reason := why_not_sign_off(user, verdict, signatures):
        raise Forbidden(detail=reason) if user.is_bot else FourEyes(detail=reason)
