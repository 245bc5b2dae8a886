"""The HTML door to publishing: its buttons, and what the claim's page shows of its public life."""

from __future__ import annotations

from typing import Any

from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _

from factcheck.accounts.decorators import DeskRequest, desk_view
from factcheck.accounts.models import User
from factcheck.accounts.roles import Right, may
from factcheck.errors import NotThere
from factcheck.jobs.models import JobStatus
from factcheck.redirects import posted_from
from publishing import actions
from publishing.forms import PublishForm, RescheduleForm
from publishing.limits import NOTE_TO_READERS
from publishing.models import Publication, Release
from publishing.readiness import blockers
from reviews.forms import NothingForm
from reviews.models import Review
from reviews.views.claim import carry_out
from reviews.views.claim_page import Extension


@desk_view
@posted_from("desk:claim", "pk")
def publish(request: DeskRequest, pk: int) -> HttpResponseBase:
    """Ask for the approved verdict to go out."""
    form = PublishForm(request.POST)

    def act(review: Review, data: dict[str, Any]) -> None:
        actions.publish(review, actor=request.user, **data)

    later = "publish_at" in form.data
    done = _("Scheduled.") if later else _("On its way to the public site.")
    return carry_out(request, pk, form, act, done=done, dialog="when-dialog" if later else "publish-dialog")


@desk_view
@posted_from("desk:claim", "pk")
def reschedule(request: DeskRequest, pk: int) -> HttpResponseBase:
    """Change when it goes out."""
    form = RescheduleForm(request.POST)

    def act(review: Review, data: dict[str, Any]) -> None:
        actions.reschedule(_publication(review), actor=request.user, publish_at=data["publish_at"])

    return carry_out(request, pk, form, act, done=_("The time is changed."), dialog="when-dialog")


@desk_view
@posted_from("desk:claim", "pk")
def call_off(request: DeskRequest, pk: int) -> HttpResponseBase:
    """Call the publication off."""

    def act(review: Review, data: dict[str, Any]) -> None:
        actions.call_off(_publication(review), actor=request.user)

    return carry_out(request, pk, NothingForm(), act, done=_("Called off. It can be published again."))


def _publication(review: Review) -> Publication:
    found: Publication | None = getattr(review, "publication", None)
    if found is None:
        raise NotThere
    return found


def on_claim_page(user: User, review: Review) -> Extension:
    """What stands of a review in public, and whether this person may publish. Two queries at most."""
    publication = getattr(review, "publication", None)
    if publication is None and review.status != Review.Status.APPROVED:
        return Extension(dict.fromkeys(("publish", "reschedule", "call_off"), ""), {"publication": None})
    release = None
    if publication is not None:
        newest = Release.objects.filter(publication=publication, verdict=review.verdict_id)
        release = newest.first()
    scheduled = release is not None and release.is_waiting and release.run_after > timezone.now()
    shown = publication and {
        "state": publication.state,
        "url": publication.path if publication.state == "live" else "",
        "edition": publication.edition,
        "published_at": publication.edition.published_at if publication.edition else None,
        "scheduled_at": release.run_after if release and scheduled else None,
        "job": None if release is None or release.error_code == Release.CALLED_OFF else release,
        "needs_note": publication.edition is not None,
        "longest_note": NOTE_TO_READERS,
    }
    moves = None if scheduled and may(user, Right.PUBLISH) else ""
    approved = review.status == Review.Status.APPROVED
    reasons = {
        "publish": _why_not(user, review, release),
        "reschedule": moves if approved else "",
        "call_off": moves,
    }
    return Extension(reasons, {"publication": shown})


def _why_not(user: User, review: Review, release: Release | None) -> str | None:
    """Say why this person cannot publish now; None where they can, "" where it is not the time."""
    if review.status != Review.Status.APPROVED:
        return ""
    if release is not None and release.status != JobStatus.FAILED:
        return ""
    if not may(user, Right.PUBLISH):
        return _("A publisher can publish it now.")
    return " ".join(each["detail"] for each in blockers(review)) or None
