"""The HTML door to publishing: one button, and what the claim's page shows of its public life."""

from __future__ import annotations

from typing import Any

from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from factcheck.accounts.decorators import DeskRequest, desk_view
from factcheck.accounts.models import User
from factcheck.accounts.roles import Right, may
from factcheck.jobs.models import JobStatus
from factcheck.redirects import posted_from
from publishing import actions
from publishing.forms import PublishForm
from publishing.models import Release
from publishing.readiness import blockers
from reviews.models import Review
from reviews.views.claim import carry_out
from reviews.views.claim_page import Extension


@desk_view
@posted_from("desk:claim", "pk")
def publish(request: DeskRequest, pk: int) -> HttpResponseBase:
    """Ask for the approved verdict to go out."""
    form = PublishForm(request.POST)

    def act(review: Review, data: dict[str, Any]) -> None:
        actions.publish(review, actor=request.user, kind=data["kind"], note=data["note"])

    done = _("On its way to the public site.")
    return carry_out(request, pk, form, act, done=done, dialog="publish-dialog")


def on_claim_page(user: User, review: Review) -> Extension:
    """What stands of a review in public, and whether this person may publish. Two queries at most."""
    publication = getattr(review, "publication", None)
    if publication is None and review.status != Review.Status.APPROVED:
        return Extension({"publish": ""}, {"publication": None})
    release = None
    if publication is not None:
        newest = Release.objects.filter(publication=publication, verdict=review.verdict_id)
        release = newest.first()
    shown = publication and {
        "state": publication.state,
        "url": publication.path if publication.state == "live" else "",
        "edition": publication.edition,
        "published_at": publication.edition.published_at if publication.edition else None,
        "job": release,
        "needs_note": publication.edition is not None,
    }
    return Extension({"publish": _why_not(user, review, release)}, {"publication": shown})


def _why_not(user: User, review: Review, release: Release | None) -> str | None:
    """Say why this person cannot publish now; None where they can, "" where it is not the time."""
    if review.status != Review.Status.APPROVED:
        return ""
    if release is not None and release.status != JobStatus.FAILED:
        return ""
    if not may(user, Right.PUBLISH):
        return _("A publisher can publish it now.")
    return " ".join(each["detail"] for each in blockers(review)) or None
