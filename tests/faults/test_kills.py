"""A worker dies at each step of its work, and the work is done, once (SECURITY, F1, F2, F4)."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from articles.actions import request_import
from articles.models import Article, Import, Revision
from factcheck.accounts.models import User
from factcheck.audit import verify
from factcheck.audit.models import Event
from factcheck.jobs import sweep as sweeping
from factcheck.jobs.models import Job, JobStatus
from publishing.models import Edition, Release
from tests import factories as make, source
from tests.articles.canary import Server, page
from tests.cast import person
from tests.faults.conftest import KILLED, Workshop
from tests.publishing.conftest import Site

TEXT_IMPORT = ("import.after_extraction", "import.after_done")
URL_IMPORT = ("import.before_fetch", "import.after_fetch", *TEXT_IMPORT)
RELEASE = ("release.after_edition", "release.after_pages", "release.after_done")
# tests/faults/test_feeds.py.
FEED = ("feed.before_fetch", "feed.after_fetch", "feed.after_rechecks", "feed.after_done")
# tests/faults/test_batches.py.
BATCH = ("batch.after_rows",)
# tests/faults/test_webhooks.py.
ENDPOINT = ("endpoint.before_send", "endpoint.after_send", "endpoint.after_done")
# The web process between commit and answer: tests/api/test_crash.py.
ELSEWHERE = ("api.before_answer",)

PARAGRAPHS = "".join(f"<p>{line}</p>" for line in make.TEXT.splitlines())
HTML = f"<html><body><article><h1>Night ferry</h1>{PARAGRAPHS}</article></body></html>"


def _places() -> Iterator[str]:
    for name, tree in source.modules().items():
        for called, call in source.calls(tree):
            if called == "point" and not name.endswith("faults.py"):
                [place] = call.args
                assert isinstance(place, ast.Constant), name
                yield place.value


@pytest.mark.case("F1")
def test_every_fault_point_is_tried() -> None:
    places = list(_places())
    assert sorted(places) == sorted(
        {*URL_IMPORT, *TEXT_IMPORT, *RELEASE, *FEED, *BATCH, *ENDPOINT, *ELSEWHERE}
    )


# --- What there is to be done --------------------------------------------------------------------


def _text_import(server: Server) -> Job:
    return request_import(actor=person("Ada"), text=make.TEXT)


def _url_import(server: Server) -> Job:
    return request_import(actor=person("Ada"), url=server.says("/ferry", page(HTML)))


def _release(server: Server) -> Job:
    return make.requested(slug="ferry")


def _article_is_there_once(job: Job, site: Site) -> None:
    assert isinstance(job, Import)
    assert Article.objects.count() == Revision.objects.count() == 1
    assert job.article == Article.objects.get()
    assert make.QUOTE in Revision.objects.get().text
    assert Event.objects.filter(action="article.imported").count() == 1


def _edition_is_there_once(job: Job, site: Site) -> None:
    assert isinstance(job, Release)
    assert Edition.objects.count() == 1
    assert Event.objects.filter(action="publication.published").count() == 1
    assert Event.objects.filter(action="publication.shown").count() == 1
    assert Event.objects.filter(action="publication.held").count() == 0
    assert len([name for name in site.files() if name.startswith("checks/ferry")]) == 3
    for name in ("checks/ferry/index.html", "index.html", "feed.atom"):
        assert make.QUOTE in site.text(name)


Ask = Callable[[Server], Job]
Check = Callable[[Job, Site], None]
WORK: list[Any] = [
    *(pytest.param(_text_import, place, _article_is_there_once, id=f"text {place}") for place in TEXT_IMPORT),
    *(pytest.param(_url_import, place, _article_is_there_once, id=f"url {place}") for place in URL_IMPORT),
    *(pytest.param(_release, place, _edition_is_there_once, id=place) for place in RELEASE),
]


def _time_passes(job: Job) -> None:
    """The lease of a dead worker runs out, the pause after a failure, and the wait for an answer."""
    now = timezone.now()
    mine = type(job).objects.filter(pk=job.pk)
    mine.filter(sent_at__isnull=False).update(sent_at=now - Import.resend_after * 2)
    mine.filter(status="running").update(leased_until=now - timedelta(seconds=1))
    mine.filter(status="queued").update(run_after=now)


def _fresh(job: Job) -> Job:
    job.refresh_from_db()
    return job


@pytest.mark.case("F1")
@pytest.mark.parametrize(("ask", "place", "check"), WORK)
def test_a_worker_is_killed_there_and_the_work_is_done_once(
    ask: Ask, place: str, check: Check, workshop: Workshop, server: Server, site: Site
) -> None:
    job = ask(server)
    for attempt in (1, 2, 3):
        assert workshop.work(job, place)["exit"] == KILLED
        if place.endswith("after_done"):
            break
        assert (_fresh(job).status, job.attempts) == (JobStatus.RUNNING, attempt)
        # Nobody else begins while the dead worker's lease still runs.
        assert workshop.work(job)["exit"] == 0
        assert _fresh(job).attempts == attempt
        _time_passes(job)
        assert sweeping.sweep() == 1
    assert workshop.work(job)["exit"] == 0
    assert _fresh(job).status == JobStatus.DONE
    check(job, site)
    # However often the message comes again.
    assert workshop.work(job)["exit"] == 0
    check(_fresh(job), site)
    assert list(verify.faults()) == []
    assert sweeping.sweep() == 0


@pytest.mark.case("F1")
@pytest.mark.parametrize(("ask", "place", "check"), WORK)
def test_a_worker_stands_still_there_while_another_does_the_work(
    ask: Ask, place: str, check: Check, workshop: Workshop, server: Server, site: Site
) -> None:
    """It comes to long after it lost its lease, and must not do harm."""
    job = ask(server)
    asleep = workshop.work(job, place, "stop")
    assert asleep["exit"] is None
    _time_passes(job)
    assert workshop.work(job)["exit"] == 0
    assert _fresh(job).status == JobStatus.DONE
    finished_at = job.finished_at
    assert workshop.go_on(asleep)["exit"] == 0
    assert (_fresh(job).status, job.finished_at) == (JobStatus.DONE, finished_at)
    check(job, site)
    assert list(verify.faults()) == []


@pytest.mark.parametrize(("ask", "place", "check"), WORK)
def test_something_breaks_there_and_is_tried_again(
    ask: Ask, place: str, check: Check, workshop: Workshop, server: Server, site: Site
) -> None:
    job = ask(server)
    assert workshop.work(job, place, "raise")["exit"] == 0
    if not place.endswith("after_done"):
        assert _fresh(job).status == JobStatus.QUEUED
        assert "Fault" in job.error_detail
        _time_passes(job)
        assert workshop.work(job)["exit"] == 0
    assert _fresh(job).status == JobStatus.DONE
    check(job, site)


@pytest.mark.case("F1")
def test_a_worker_that_dies_each_time_ends_in_a_failure_that_says_so(
    workshop: Workshop, server: Server, ada: User
) -> None:
    job = request_import(actor=ada, text=make.TEXT)
    for _ in range(Import.max_attempts):
        assert workshop.work(job, "import.after_extraction")["exit"] == KILLED
        _time_passes(job)
    assert workshop.work(job)["exit"] == 0
    assert (_fresh(job).status, job.error_code) == (JobStatus.FAILED, "gave_up")
    assert not Article.objects.exists()
