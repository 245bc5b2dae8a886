"""The HTML door to feeds, pages of the settings: which the desk reads, and how that goes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _, gettext_lazy

from articles.actions import add_feed, change_feed, pause_feed, poll_feed_now, remove_feed
from articles.feeds.models import Feed
from articles.forms import FeedForm, NewFeedForm
from factcheck.accounts.decorators import SAFE, DeskRequest, desk_view
from factcheck.accounts.roles import Right, may, require
from factcheck.errors import Conflict, DomainError
from factcheck.forms import errors_of, malformed, where_it_shows
from factcheck.jobs.models import JobStatus
from factcheck.redirects import posted_from, see_other
from factcheck.refusals import by_field, sentence

WITH_ROOM = {"url", "title", "outlet", "language", "interval_minutes"}
MOST_SHOWN = 500
MOST_FAILED = 50


@desk_view
def feeds(request: DeskRequest) -> HttpResponseBase:
    """The feeds, those in trouble first; or one more of them. One query of its own to show them."""
    if request.method in SAFE:
        return _list(request)
    form = NewFeedForm(request.POST)
    try:
        require(request.user, Right.ADMINISTER)
        if not form.is_valid():
            raise malformed(form)
        added = add_feed(actor=request.user, **form.wish())
    except DomainError as error:
        return _list(request, status=error.status, **_refused(request, error, form))
    messages.success(request, _("Feed added. It is being read now."))
    return see_other("desk:feed", added.pk)


@desk_view
def feed(request: DeskRequest, pk: int) -> HttpResponseBase:
    """Show one feed and which of its entries are no article, or change it. Three queries of its own.

    For the list of feeds only how reading it goes.
    """
    found = get_object_or_404(Feed.objects.select_related("outlet"), pk=pk)
    if request.headers.get("HX-Target") == f"feed-{pk}-state":
        return render(request, "desk/_feed_state.html", {"feed": found, "is_update": True})
    if request.method in SAFE:
        return _one(request, found)
    form = FeedForm(request.POST)
    try:
        require(request.user, Right.ADMINISTER)
        if not form.is_valid():
            raise malformed(form)
        change_feed(found, actor=request.user, **form.wish())
    except DomainError as error:
        return _one(request, found, status=error.status, **_refused(request, error, form))
    messages.success(request, _("Feed changed."))
    return see_other("desk:feed", pk)


def _step(action: Callable[..., Feed], done: Promise) -> Callable[..., HttpResponseBase]:
    """Make the view behind a button that does something to a feed."""

    @desk_view
    @posted_from("desk:feed", "pk")
    def step(request: DeskRequest, pk: int) -> HttpResponseBase:
        try:
            action(get_object_or_404(Feed, pk=pk), actor=request.user)
        except Conflict as error:
            messages.warning(request, sentence(error))
        else:
            messages.success(request, str(done))
        return see_other("desk:feed", pk)

    return step


feed_poll = _step(poll_feed_now, gettext_lazy("The feed is being read."))
feed_pause = _step(pause_feed, gettext_lazy("The feed is paused."))
feed_remove = _step(
    remove_feed, gettext_lazy("The desk follows this feed no more. The articles that it brought stay.")
)


def _refused(request: DeskRequest, error: DomainError, form: NewFeedForm | FeedForm) -> dict[str, Any]:
    """Return what the page shows of a form that was refused: what was typed, and what is wrong with it."""
    if error.status == 403:
        raise error
    faults = errors_of(form) or by_field(error) or {"all": sentence(error)}
    return {
        "values": request.POST.dict(),
        "faults": where_it_shows(faults, WITH_ROOM),
        "open_dialog": "feed-dialog",
    }


def _list(request: DeskRequest, *, status: int = 200, **context: Any) -> HttpResponse:
    found = Feed.objects.followed().select_related("outlet").order_by("-failures", "-pk")[:MOST_SHOWN]
    shown = {"feeds": found, "values": {"interval_minutes": 30}, "can": _may(request)}
    return render(request, "desk/feeds.html", shown | context, status=status)


def _one(request: DeskRequest, feed: Feed, *, status: int = 200, **context: Any) -> HttpResponse:
    failed = Q(job__status=JobStatus.FAILED)
    counts = feed.entries.aggregate(
        all=Count("pk"),
        done=Count("pk", filter=Q(job__status=JobStatus.DONE)),
        failed=Count("pk", filter=failed),
        open=Count("pk", filter=Q(job__status__in=[JobStatus.QUEUED, JobStatus.RUNNING])),
    )
    shown = {
        "feed": feed,
        "values": {
            "title": feed.title,
            "outlet": feed.outlet or "",
            "language": feed.language,
            "interval_minutes": feed.interval_minutes,
        },
        "counts": counts,
        "is_going": feed.is_being_read or counts["open"],
        "failed": feed.entries.filter(failed).select_related("job").order_by("-pk")[:MOST_FAILED],
        "can": _may(request),
    }
    return render(request, "desk/feed.html", shown | context, status=status)


def _may(request: DeskRequest) -> dict[str, bool]:
    rights = {"administer": Right.ADMINISTER, "import": Right.IMPORT}
    return {name: may(request.user, right) for name, right in rights.items()}
