"""A worker dies while it reads a feed of 500 entries; each is imported once, and none is lost."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from articles.actions.polling import MOST_AT_ONCE
from articles.feeds.models import Feed, FeedEntry
from articles.models import Article, Import
from factcheck.audit import verify
from factcheck.jobs.models import Job
from tests import factories as make
from tests.articles.canary import Server
from tests.articles.feeding import article, feed_page, item, rss
from tests.faults.conftest import KILLED, Workshop
from tests.faults.test_kills import FEED

ENTRIES = 500
POLLS = ENTRIES // MOST_AT_ONCE


def _time_passes(job: Job) -> None:
    now = timezone.now()
    mine = type(job).objects.filter(pk=job.pk)
    mine.filter(status="running").update(leased_until=now - timedelta(seconds=1))
    mine.filter(status="queued").update(run_after=now)


def _read_whole(feed: Feed, workshop: Workshop) -> None:
    """Poll until nothing is left for the next poll."""
    for _ in range(POLLS + 1):
        _time_passes(feed)
        assert workshop.work(feed)["exit"] == 0


def _feed(server: Server) -> Feed:
    items = [item(number) for number in range(ENTRIES)]
    return make.feed(url=server.says("/feed", feed_page(rss(*items))))


@pytest.mark.long
@pytest.mark.case("F1", "P15", "P20")
@pytest.mark.parametrize("place", FEED)
def test_a_feed_of_500_entries_polled_three_times_imports_each_once(
    place: str, workshop: Workshop, server: Server
) -> None:
    feed = _feed(server)
    # In the first poll the worker dies at once, in the second in the middle of it all.
    assert workshop.work(feed, place)["exit"] == KILLED
    _time_passes(feed)
    assert workshop.work(feed)["exit"] == 0
    _time_passes(feed)
    assert workshop.work(feed, place)["exit"] == KILLED
    for _ in range(3):
        _read_whole(feed, workshop)
    wanted = {server.url(f"/articles/{number}") for number in range(ENTRIES)}
    assert sorted(Import.objects.values_list("url", flat=True)) == sorted(wanted)
    assert FeedEntry.objects.values("key").distinct().count() == FeedEntry.objects.count() == ENTRIES
    feed.refresh_from_db()
    assert (feed.status, feed.failures) == ("queued", 0)
    assert list(verify.faults()) == []


@pytest.mark.case("F1")
def test_a_worker_that_comes_to_long_after_another_read_the_feed_does_no_harm(
    workshop: Workshop, server: Server
) -> None:
    feed = _feed(server)
    asleep = workshop.work(feed, "feed.after_rechecks", "stop")
    assert asleep["exit"] is None
    _time_passes(feed)
    assert workshop.work(feed)["exit"] == 0
    assert workshop.go_on(asleep)["exit"] == 0
    assert Import.objects.count() == MOST_AT_ONCE
    feed.refresh_from_db()
    assert feed.status == "queued"


@pytest.mark.case("F1", "P20")
def test_the_articles_of_a_feed_are_there_once_though_workers_die(workshop: Workshop, server: Server) -> None:
    """As above, to the end: a smaller feed, whose pages are fetched."""
    few = 12
    for number in range(few):
        server.says(f"/articles/{number}", article(number))
    feed = make.feed(url=server.says("/feed", feed_page(rss(*(item(number) for number in range(few))))))
    assert workshop.work(feed, "feed.after_rechecks")["exit"] == KILLED
    for _ in range(3):
        _time_passes(feed)
        assert workshop.work(feed)["exit"] == 0
    for turn, job in enumerate(Import.objects.order_by("pk")):
        place = ("import.after_fetch", "import.after_extraction", "import.after_done", "")[turn % 4]
        workshop.work(job, place)
        _time_passes(job)
        workshop.work(job)
    assert set(Import.objects.values_list("status", flat=True)) == {"done"}
    assert Article.objects.count() == Import.objects.count() == few
    assert list(verify.faults()) == []
