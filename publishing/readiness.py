"""What stands between an approved verdict and the public; asked on the screen and when it happens."""

from __future__ import annotations

from django.utils.translation import gettext as _

from factcheck.errors import Blocker
from reviews.models import Review, Signature


def blockers(review: Review) -> list[Blocker]:
    """All that forbids publication, empty when it may go out. Two queries at most."""
    if review.status != Review.Status.APPROVED or review.verdict is None:
        return [{"code": "not_approved", "detail": _("The verdict is not signed off.")}]
    verdict = review.verdict
    approvals = verdict.signatures.filter(part=Signature.Part.APPROVED).count()
    found: list[Blocker] = []
    if approvals < max(review.signoffs_required, 1):
        found.append({"code": "not_signed_off", "detail": _("Sign-offs are missing.")})
    if verdict.compute_digest() != verdict.digest:
        found.append(
            {
                "code": "digest_mismatch",
                "detail": _("The signed-off words were changed outside the desk. Ask an administrator."),
            }
        )
    return found
