"""The HTML door to feeds, a page of the settings: which the desk reads, and how that goes."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _

from articles.actions import add_feed, change_feed, pause_feed, poll_feed_now
from articles.feeds.models import Feed
from articles.forms import FeedForm, NewFeedForm
from factcheck.accounts.decorators import SAFE, DeskRequest, desk_view
from factcheck.accounts.roles import Right, may, require
from factcheck.errors import DomainError
from factcheck.forms import errors_of, malformed, where_it_shows
from factcheck.redirects import posted_from, see_other
from factcheck.refusals import by_field, sentence

WITH_ROOM = {"url", "title", "outlet", "language", "interval_minutes"}
MOST_SHOWN = 500


@desk_view
def feeds(request: DeskRequest) -> HttpResponseBase:
    """The feeds, those in trouble first; or one more of them. One query of its own to show them."""
    if request.method in SAFE:
        return _page(request)
    form = NewFeedForm(request.POST)
    try:
        require(request.user, Right.ADMINISTER)
        if not form.is_valid():
            raise malformed(form)
        add_feed(actor=request.user, **form.wish())
    except DomainError as error:
        return _refused(request, error, form, open_dialog="feed-dialog")
    messages.success(request, _("Feed added. It is being read now."))
    return see_other("desk:feeds")


@desk_view
def feed(request: DeskRequest, pk: int) -> HttpResponseBase:
    """Show one feed with the form to change it, or change it. One query of its own to show it."""
    found = get_object_or_404(Feed.objects.select_related("outlet"), pk=pk)
    if request.method in SAFE:
        return _page(request, chosen=found, open_dialog="feed-dialog")
    form = FeedForm(request.POST)
    try:
        require(request.user, Right.ADMINISTER)
        if not form.is_valid():
            raise malformed(form)
        change_feed(found, actor=request.user, **form.wish())
    except DomainError as error:
        return _refused(request, error, form, chosen=found, open_dialog="feed-dialog")
    messages.success(request, _("Feed changed."))
    return see_other("desk:feeds")


@desk_view
@posted_from("desk:feeds")
def feed_poll(request: DeskRequest, pk: int) -> HttpResponseBase:
    """Read a feed now; also one that was paused or stopped."""
    poll_feed_now(get_object_or_404(Feed, pk=pk), actor=request.user)
    messages.success(request, _("The feed is being read."))
    return see_other("desk:feeds")


@desk_view
@posted_from("desk:feeds")
def feed_pause(request: DeskRequest, pk: int) -> HttpResponseBase:
    """Stop reading a feed."""
    pause_feed(get_object_or_404(Feed, pk=pk), actor=request.user)
    messages.success(request, _("The feed is paused."))
    return see_other("desk:feeds")


def _refused(
    request: DeskRequest, error: DomainError, form: NewFeedForm | FeedForm, **context: Any
) -> HttpResponse:
    """Return the page with what was typed and what is wrong with it."""
    if error.status == 403:
        raise error
    faults = errors_of(form) or by_field(error) or {"all": sentence(error)}
    context |= {"values": request.POST.dict(), "faults": where_it_shows(faults, WITH_ROOM)}
    return _page(request, status=error.status, **context)


def _page(
    request: DeskRequest, *, status: int = 200, chosen: Feed | None = None, **context: Any
) -> HttpResponse:
    context.setdefault("values", _values(chosen) if chosen else {"interval_minutes": 30})
    context |= {
        "feeds": Feed.objects.select_related("outlet").order_by("-failures", "-pk")[:MOST_SHOWN],
        "chosen": chosen,
        "can": {"administer": may(request.user, Right.ADMINISTER)},
    }
    return render(request, "desk/feeds.html", context, status=status)


def _values(feed: Feed) -> dict[str, Any]:
    return {
        "title": feed.title,
        "outlet": feed.outlet or "",
        "language": feed.language,
        "interval_minutes": feed.interval_minutes,
    }
