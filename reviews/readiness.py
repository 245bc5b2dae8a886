"""What is missing before a draft can be submitted."""

from __future__ import annotations

from django.utils.translation import gettext as _

from factcheck.errors import Blocker
from reviews.models import Review
from reviews.wording import citations_in


def blockers(review: Review, numbers: set[int]) -> list[Blocker]:
    """All that is missing, in the order of the form; empty when ready. No query.

    `numbers` are the citation numbers of the evidence there is.
    """
    found: list[Blocker] = []
    if review.rating_id is None:
        found.append({"code": "no_rating", "detail": _("Choose a rating.")})
    if not review.summary.strip():
        found.append({"code": "no_summary", "detail": _("Write the summary, one sentence.")})
    if not review.explanation.strip():
        found.append({"code": "no_explanation", "detail": _("Write the explanation.")})
    if not numbers:
        found.append({"code": "no_evidence", "detail": _("Add at least one source.")})
    unknown = sorted(citations_in(review.explanation) - numbers)
    if unknown:
        cited = ", ".join(f"[{number}]" for number in unknown)
        found.append(
            {
                "code": "unknown_citation",
                "detail": _("The explanation cites {cited}, which no source has.").format(cited=cited),
            }
        )
    return found
