"""Which feeds the desk reads, and how often."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from articles.actions.articles import outlet_named
from articles.feeds.models import WHY_NOT, Feed
from articles.fetching import FetchError, address_to_fetch
from articles.models import Outlet
from factcheck.accounts.models import User
from factcheck.accounts.roles import Right, require
from factcheck.audit.actions import Before, record
from factcheck.audit.models import Event
from factcheck.errors import Conflict, Malformed
from factcheck.jobs.models import JobStatus
from factcheck.jobs.wake import wake_on_commit

AFRESH: dict[str, Any] = {"sent_at": None, "leased_until": None, "error_code": "", "error_detail": ""}
"""What a feed forgets of its last poll when it waits for the next."""


@transaction.atomic(durable=True)
def add_feed(
    *,
    actor: User,
    url: str,
    title: str = "",
    outlet_name: str = "",
    language: str = "",
    interval_minutes: int = 30,
) -> Feed:
    """Begin to read a feed; it is polled at once. One that was removed is the same one again.

    That one is known by its address, or else by those that it had before it moved, and is read at the one
    that is given now.

    Raises:
        Forbidden: they do not administer the desk.
        Malformed: an address that cannot be fetched, or is the desk's own.
        Conflict: the desk reads this feed already.
    """
    require(actor, Right.ADMINISTER)
    try:
        url = address_to_fetch(url)
    except FetchError as error:
        words = WHY_NOT.get(error.code, error.detail)
        raise Malformed.at("/url", words, code=error.code) from error
    facts = {
        "url": url,
        "title": title,
        "language": language,
        "interval_minutes": interval_minutes,
        "outlet": outlet_named(outlet_name, ""),
    }
    try:
        with transaction.atomic():
            feed = _taken_up(facts, actor) or _begun(facts, actor)
    except IntegrityError:
        raise Conflict(detail=_("The desk has this feed already.")) from None
    wake_on_commit(feed)
    return feed


def _taken_up(facts: dict[str, Any], actor: User) -> Feed | None:
    """Follow the feed again that was removed; None where there is none, or somebody was faster."""
    url = facts["url"]
    moved = Event.objects.filter(action="feed.moved", object_type=Feed._meta.label_lower, data__was=url)
    removed = Feed.objects.filter(removed_at__isnull=False).order_by("removed_at")
    feed: Feed | None = removed.filter(url=url).last()
    if feed is None:
        feed = removed.filter(pk__in=[int(pk) for pk in moved.values_list("object_id", flat=True)]).last()
    again = {"etag": "", "last_modified": "", "failures": 0, **facts, **_due(timezone.now())}
    if feed is None or not removed.filter(pk=feed.pk).update(**again):
        return None
    if feed.url != url:
        record("feed.moved", feed, actor=actor, was=feed.url, now=url)
    feed.refresh_from_db()
    record("feed.added", feed, actor=actor, url=url)
    return feed


def _begun(facts: dict[str, Any], actor: User) -> Feed:
    feed = Feed(added_by=actor, **facts)
    feed.save(force_insert=True)
    record("feed.added", feed, actor=actor, after=Before.NOTHING, url=feed.url)
    return feed


@transaction.atomic(durable=True)
def change_feed(feed: Feed, *, actor: User, **changes: Any) -> Feed:
    """Change what the desk knows of a feed (title, language, outlet_name, interval_minutes).

    A new interval counts from the next poll on.
    """
    require(actor, Right.ADMINISTER)
    if "outlet_name" in changes:
        changes["outlet"] = outlet_named(changes.pop("outlet_name"), "")
    was = {name: getattr(feed, name) for name in changes}
    if was == changes:
        return feed
    Feed.objects.filter(pk=feed.pk).update(**changes)
    if changes.get("title") == "":  # its own name comes with the next poll, which must not be a 304
        Feed.objects.filter(pk=feed.pk).update(etag="", last_modified="")
    for name, value in changes.items():
        setattr(feed, name, value)
    record("feed.changed", feed, actor=actor, was=_plain(was), now=_plain(changes))
    return feed


@transaction.atomic(durable=True)
def pause_feed(feed: Feed, *, actor: User) -> Feed:
    """Stop reading a feed; its entries stay known. A poll under way writes nothing more."""
    require(actor, Right.ADMINISTER)
    going = Feed.objects.filter(pk=feed.pk).exclude(status=JobStatus.DONE)
    if going.update(status=JobStatus.DONE, **AFRESH):
        record("feed.paused", feed, actor=actor)
    feed.refresh_from_db(fields=["status", *AFRESH])
    return feed


@transaction.atomic(durable=True)
def remove_feed(feed: Feed, *, actor: User) -> Feed:
    """Follow a feed no more: no list has it. What it brought stays, and says where it is from."""
    require(actor, Right.ADMINISTER)
    followed = Feed.objects.followed().filter(pk=feed.pk)
    if followed.update(status=JobStatus.DONE, removed_at=timezone.now(), **AFRESH):
        record("feed.removed", feed, actor=actor)
    feed.refresh_from_db(fields=["status", "removed_at", *AFRESH])
    return feed


@transaction.atomic(durable=True)
def poll_feed_now(feed: Feed, *, actor: User) -> Feed:
    """Read a feed now, or again where it was paused, stopped or removed; one that is being read goes on.

    Raises:
        Forbidden: they do not administer the desk.
        Conflict: it was removed, and the desk has come to follow another feed at its address.
    """
    require(actor, Right.ADMINISTER)
    now = timezone.now()
    waiting = Feed.objects.filter(pk=feed.pk).exclude(status=JobStatus.RUNNING, leased_until__gt=now)
    due = _due(now)
    try:
        with transaction.atomic():
            is_due = waiting.update(**due)
    except IntegrityError:
        raise Conflict(detail=_("The desk follows another feed at this address already.")) from None
    if is_due:
        record("feed.poll_requested", feed, actor=actor)
        wake_on_commit(feed)
    feed.refresh_from_db(fields=[*due])
    return feed


def _due(now: datetime) -> dict[str, Any]:
    return {"status": JobStatus.QUEUED, "run_after": now, "attempts": 0, "removed_at": None, **AFRESH}


def _plain(facts: dict[str, Any]) -> dict[str, Any]:
    return {name: str(value) if isinstance(value, Outlet) else value for name, value in facts.items()}
