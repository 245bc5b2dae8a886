"""Reading a feed: each entry becomes an import once, and one that was edited leads to another look.

The work of a worker. What is new, and when the feed is read next, is written in one transaction: a worker
killed before it leaves a lease that runs out, one killed after it has nothing left to do.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from articles import cage
from articles.actions.feeds import AFRESH
from articles.actions.importing import request_recheck
from articles.extraction import ExtractionError
from articles.feeds.entries import Entry, Found, read_found
from articles.feeds.models import OURS, Feed, FeedEntry
from articles.fetching import FEED_TYPES, Fetched, FetchError, fetch_if_changed, normalise_url
from articles.models import Article, Import
from factcheck import blobs, faults
from factcheck.audit.actions import Before, record
from factcheck.jobs.models import JobStatus
from factcheck.jobs.runner import LeaseLost
from factcheck.jobs.wake import wake_on_commit

MOST_AT_ONCE = 100
"""How many entries of one poll become imports, or are looked at again; the rest is for the next."""
SOON = timedelta(minutes=1)
LONGEST_PAUSE = timedelta(days=1)
HTML = "text/html; charset=utf-8"


@dataclass(slots=True)
class Sorted:
    """What the desk has to do about the entries of a feed."""

    new: list[Entry] = field(default_factory=list)
    edited: list[tuple[FeedEntry, Entry]] = field(default_factory=list)
    moved: list[tuple[FeedEntry, Entry]] = field(default_factory=list)

    @property
    def is_more(self) -> bool:
        """Whether something is left for the next poll."""
        return len(self.new) > MOST_AT_ONCE or len(self.edited) > MOST_AT_ONCE


def carry_out_poll(feed: Feed) -> None:
    """Fetch the feed if it has changed, import what is new, and set the time of the next poll.

    Safe to run again. A feed that cannot be had or read is tried later, with growing pauses.
    """
    try:
        faults.point("feed.before_fetch")
        fetched = fetch_if_changed(feed.url, feed.validators, types=FEED_TYPES)
        if fetched is None:
            _await_next(feed, timezone.now())
            return
        found = cage.read(
            "feed", fetched.body, read_found, url=fetched.final_url, content_type=fetched.content_type
        )
    except (FetchError, ExtractionError) as error:
        _await_better_times(feed, error)
        return
    faults.point("feed.after_fetch")
    sorted_ = _sorted(feed, found.entries)
    _look_again(sorted_.edited[:MOST_AT_ONCE])
    faults.point("feed.after_rechecks")
    _take(feed, fetched, found, sorted_, texts=_kept_texts(sorted_))
    faults.point("feed.after_done")


def _sorted(feed: Feed, entries: Iterable[Entry]) -> Sorted:
    """Tell new entries from known ones and from edited ones, in the order of the feed. Two queries.

    An edited one whose article is not there yet is looked at when it is.

    An entry is known by its address; by its id where only the address was changed. An id alone is not
    trusted, for some feeds give all their entries the same.
    """
    entries = list({entry.key: entry for entry in entries}.values())
    rows = FeedEntry.objects.filter(feed=feed).select_related("job__article")
    by_key = {row.key: row for row in rows.filter(key__in=[entry.key for entry in entries])}
    by_guid = {
        (row.guid, row.title): row
        for row in rows.filter(guid__in={entry.guid_key for entry in entries} - {""})
    }
    result = Sorted()
    for entry in entries:
        known = by_key.get(entry.key)
        if known is None:
            known = by_guid.pop((entry.guid_key, entry.title), None)
            if known is not None and known.key in by_key:
                known = None  # that one stands elsewhere in the feed
            elif known is not None:
                result.moved.append((known, entry))
        if known is None:
            result.new.append(entry)
        elif known.digest != entry.digest and known.job.article is not None:
            result.edited.append((known, entry))
    return result


def _look_again(edited: Iterable[tuple[FeedEntry, Entry]]) -> None:
    """Ask for the text that the articles of edited entries have now."""
    for row, _entry in edited:
        article = row.job.article
        if article is not None and article.canonical_url:
            request_recheck(article, actor=None)


def _kept_texts(sorted_: Sorted) -> dict[str, str]:
    """Keep the texts that the feed itself has; return where, by the keys of their entries."""
    entries = sorted_.new[:MOST_AT_ONCE] + [entry for _row, entry in sorted_.edited[:MOST_AT_ONCE]]
    return {
        entry.key: blobs.put(entry.html.encode())
        for entry in entries
        if entry.html and (entry.is_whole or not entry.link)
    }


@transaction.atomic(durable=True)
def _take(feed: Feed, fetched: Fetched, found: Found, sorted_: Sorted, *, texts: dict[str, str]) -> None:
    """Write down what is new, and when to come again."""
    now = timezone.now()
    facts: dict[str, Any] = {}
    if not sorted_.is_more:
        facts |= {
            "etag": fetched.headers.get("etag", ""),
            "last_modified": fetched.headers.get("last-modified", ""),
        }
    _await_next(feed, now, soon=sorted_.is_more, **facts)
    if Feed.objects.filter(pk=feed.pk, title="").update(title=found.title):
        feed.title = found.title
    _follow(feed, fetched.lasting_url)
    new = sorted_.new[:MOST_AT_ONCE]
    jobs = Import.objects.bulk_create(_wish(feed, entry, texts) for entry in new)
    FeedEntry.objects.bulk_create(
        FeedEntry(
            feed=feed, key=entry.key, guid=entry.guid_key, title=entry.title, digest=entry.digest, job=job
        )
        for entry, job in zip(new, jobs, strict=True)
    )
    for row, entry in sorted_.moved:
        FeedEntry.objects.filter(pk=row.pk).update(key=entry.key)
    for row, entry in sorted_.edited[:MOST_AT_ONCE]:
        FeedEntry.objects.filter(pk=row.pk).update(digest=entry.digest, title=entry.title)
        article = row.job.article
        if article is not None and not article.canonical_url and entry.key in texts:
            newer = _wish(feed, entry, texts, revises=article)
            newer.save(force_insert=True)
            jobs.append(newer)
    for job in jobs:
        record(
            "import.requested",
            job,
            actor=None,
            after=Before.NOTHING,
            kind=job.kind,
            what=job.what,
            feed=str(feed),
            feed_id=feed.pk,
        )
        wake_on_commit(job)


def _wish(feed: Feed, entry: Entry, texts: dict[str, str], revises: Article | None = None) -> Import:
    """The import of an entry: its page, and its own text for where the page cannot be had."""
    facts = {"title": entry.title, "byline": entry.byline, "published_at": entry.published_at}
    facts = {name: value for name, value in facts.items() if value}
    own = {"outlet_name": feed.outlet.name if feed.outlet else "", "language": feed.language}
    given: dict[str, Any] = {name: value for name, value in own.items() if value}
    return Import(
        kind=Import.Kind.FEED_ENTRY,
        url=entry.link,
        given=given | ({"entry": facts} if entry.link else facts),
        original=texts.get(entry.key, ""),
        content_type=HTML if entry.key in texts else "",
        revises=revises,
    )


def _follow(feed: Feed, lasting_url: str) -> None:
    """Read the feed where it moved for good, unless the desk reads another one there."""
    try:
        url = normalise_url(lasting_url)
    except FetchError:
        return
    if url == feed.url or Feed.objects.followed().filter(url=url).exists():
        return
    try:
        with transaction.atomic():
            Feed.objects.filter(pk=feed.pk).update(url=url)
    except IntegrityError:  # another one came there just now
        return
    record("feed.moved", feed, actor=None, was=feed.url, now=url)


def _await_next(feed: Feed, now: datetime, *, soon: bool = False, **facts: Any) -> None:
    wait = SOON if soon else timedelta(minutes=feed.interval_minutes)
    _put_back(feed, now + wait, polled_at=now, failures=0, **AFRESH, **facts)


def _await_better_times(feed: Feed, error: FetchError | ExtractionError) -> None:
    """Come again later, after ever longer pauses of a day at most; not before the site wants it.

    After the longest at once where it was the desk that refused.
    """
    now = timezone.now()
    failures = feed.failures + 1
    usual = timedelta(minutes=feed.interval_minutes)
    longest = max(LONGEST_PAUSE, usual)
    pause = longest if error.code in OURS else min(usual * 2 ** min(failures - 1, 10), longest)
    asked = min(getattr(error, "retry_after", timedelta()), 7 * LONGEST_PAUSE)
    said = {**AFRESH, "error_code": error.code, "error_detail": error.detail}
    _put_back(feed, now + max(pause, asked), polled_at=now, failures=failures, **said)


def _put_back(feed: Feed, run_after: datetime, **facts: Any) -> None:
    """End the poll, in the caller's transaction.

    Raises:
        LeaseLost: the feed was paused meanwhile, or another worker has it.
    """
    mine = Feed.objects.filter(pk=feed.pk, status=JobStatus.RUNNING, attempts=feed.attempts)
    if not mine.update(status=JobStatus.QUEUED, attempts=0, run_after=run_after, **facts):
        raise LeaseLost(str(feed))
