"""The whole of it, with a real worker and a real broker that die (SECURITY, F1, F2, F4, F5, F6, F8)."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection
from django.utils import timezone

from articles.actions import request_import
from articles.models import Article, Import
from factcheck.accounts.models import User
from factcheck.audit import verify
from factcheck.audit.models import Event
from factcheck.jobs import wake
from factcheck.jobs.models import Job
from factcheck.jobs.sweep import job_models, sweep
from publishing.models import Edition, Release
from tests import factories as make
from tests.articles.canary import Server, page
from tests.faults.test_kills import HTML
from tests.publishing.conftest import Site

if TYPE_CHECKING:
    from tests.conftest import Broker

pytestmark = pytest.mark.django_db(transaction=True)

PATIENCE_S = 120
Start = Callable[..., subprocess.Popen[bytes]]


def _until(what: Callable[[], Any], why: str) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not what():
        assert time.monotonic() < deadline, why
        time.sleep(0.1)
        if connection.vendor == "sqlite":
            connection.close()


def _kill(worker: subprocess.Popen[bytes]) -> None:
    """End the worker and all its children as a power cut would."""
    os.killpg(worker.pid, signal.SIGKILL)
    worker.wait()


def _done(*jobs: Job) -> bool:
    return all(type(job).objects.filter(pk=job.pk, status="done").exists() for job in jobs)


def _time_passes() -> None:
    """Leases run out and pauses end; then beat would sweep, as here."""
    now = timezone.now()
    for model in job_models():
        model.objects.filter(status="running").update(leased_until=now - timedelta(seconds=1), sent_at=None)
        model.objects.filter(status="queued").update(run_after=now, sent_at=None)
    wake._quiet_until = 0.0
    sweep()


@pytest.mark.long
@pytest.mark.case("F1", "F2", "F5", "F6", "F8")
def test_workers_and_broker_die_and_everything_is_done_once(
    broker: Broker, start_worker: Start, site: Site, ada: User
) -> None:
    # The broker is down when the buttons are pressed.
    broker.kill()
    release = make.requested(slug="ferry")
    job = request_import(actor=ada, text=f"{make.TEXT}Told to nobody.\n")
    broker.start()

    # A worker is killed in the middle of the publication.
    worker = start_worker(FAULT="release.after_edition:kill")
    _time_passes()
    _until(lambda: _done(job) and Edition.objects.exists(), "the first worker did nothing")
    _kill(worker)
    assert not _done(release)

    # The next one is killed in the middle of an import, after the publication; the broker loses all it knew.
    second = request_import(actor=ada, text=f"{make.TEXT}Another one.\n")
    worker = start_worker(FAULT="import.after_extraction:kill")
    _time_passes()
    _until(lambda: _done(release), "the second worker did not publish")
    _until(lambda: Import.objects.filter(pk=second.pk, attempts__gte=1).exists(), "nor begin to import")
    broker.kill()
    _kill(worker)
    broker.start()

    # The third meets a broker that goes away and comes back.
    worker = start_worker()
    _time_passes()
    _until(lambda: _done(second), "the third worker did not import")
    broker.kill()
    third = request_import(actor=ada, text=f"{make.TEXT}The last one.\n")
    broker.start()
    _time_passes()
    _until(lambda: _done(third), "the worker did not find its broker again")

    assert Edition.objects.count() == 1
    assert Event.objects.filter(action="publication.published").count() == 1
    assert Event.objects.filter(action="article.imported").count() == Article.objects.count() == 4
    assert make.QUOTE in site.check("ferry")
    assert set(Import.objects.values_list("status", flat=True)) == {"done"}
    assert set(Release.objects.values_list("status", flat=True)) == {"done"}
    assert list(verify.faults()) == []
    assert sweep() == 0


@pytest.mark.case("F4")
def test_a_deploy_in_the_middle_of_an_import_loses_nothing(
    start_worker: Start, server: Server, site: Site, ada: User
) -> None:
    """SIGTERM goes to the worker and all its children while a slow page is being fetched."""
    asked, go_on = threading.Event(), threading.Event()

    def slowly(client: Any) -> None:
        asked.set()
        go_on.wait(10)
        client.sendall(page(HTML))

    job = request_import(actor=ada, url=server.says("/slow", slowly))
    worker = start_worker()
    assert asked.wait(PATIENCE_S)
    os.killpg(worker.pid, signal.SIGTERM)
    time.sleep(0.5)
    go_on.set()
    worker.wait(PATIENCE_S)
    if not _done(job):
        start_worker()
        _time_passes()
        _until(lambda: _done(job), "the next worker did not finish it")
    assert Article.objects.count() == 1
    assert Event.objects.filter(action="article.imported").count() == 1
