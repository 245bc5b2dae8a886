"""What stands between an approved verdict and the public; asked on the screen and when it happens."""

from __future__ import annotations

from typing import cast

from django.utils.translation import gettext as _

from articles.models import Placement
from factcheck.accounts.models import User
from factcheck.errors import Blocker
from reviews import readiness
from reviews.models import Evidence, Review, Signature, Verdict
from reviews.permissions import why_not_sign_off


def blockers(review: Review) -> list[Blocker]:
    """All that forbids publication, empty when it may go out. Three queries at most."""
    if review.status != Review.Status.APPROVED or review.verdict is None:
        return [{"code": "not_approved", "detail": _("The verdict is not signed off.")}]
    verdict = review.verdict
    approvals = sum(name.part == Signature.Part.APPROVED for name in verdict.signatures.all())
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
    if Placement.objects.undecided().filter(passage__claim=review.claim_id).exists():
        found.append(
            {
                "code": "passage_undecided",
                "detail": _(
                    "The article was changed after this was written. Open the article, and decide under"
                    " “Changes” where the passage stands now."
                ),
            }
        )
    return found


def next_step(review: Review, *, reader: User) -> tuple[str, list[Blocker]]:
    """Name the step that the review waits for, and all that keeps the reader from it. Three queries."""
    match review.status:
        case Review.Status.APPROVED:
            return "publish", blockers(review)
        case Review.Status.DECLINED:
            return "reopen", []
        case Review.Status.SUBMITTED:
            reason = why_not_sign_off(reader, cast(Verdict, review.verdict))  # a constraint holds it
            return "sign-off", [{"code": "not_yours", "detail": str(reason)}] if reason else []
        case _:
            numbers = Evidence.objects.current().filter(review=review).values_list("number", flat=True)
            return "submit", readiness.blockers(review, set(numbers))
