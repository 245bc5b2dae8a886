"""Publishing waits for no import: not for sites that do not answer, nor for thousands of texts (F17, L4)."""

from __future__ import annotations

import threading
from typing import Any

import pytest
import yaml
from django.conf import settings

from articles.actions import request_import
from articles.models import Import
from factcheck.accounts.models import User
from factcheck.celery import app
from factcheck.demo.launch import Desk
from factcheck.jobs.models import JobStatus
from factcheck.jobs.sweep import job_models
from tests import factories as make
from tests.articles.canary import Server
from tests.conftest import ROOT
from tests.faults.test_worker import Start, _done, _until
from tests.publishing.conftest import Site

STALLED, PUBLISHED, TEXTS = 50, 5, 120
OPEN = (JobStatus.QUEUED, JobStatus.RUNNING)


@pytest.mark.case("F17")
@pytest.mark.django_db(transaction=True)
def test_fifty_sites_that_do_not_answer_hold_up_no_publication(
    start_worker: Start, server: Server, site: Site, ada: User
) -> None:
    over, asked = threading.Event(), threading.Event()

    def stall(client: Any) -> None:
        asked.set()
        over.wait(60)

    for number in range(STALLED):
        request_import(actor=ada, url=server.says(f"/{number}", stall))
    start_worker("imports")
    start_worker("celery")
    assert asked.wait(120)
    begun = server.connections
    releases = [make.requested(slug=f"ferry-{number}") for number in range(PUBLISHED)]
    _until(lambda: _done(*releases), "nothing was published")
    # Not one fetch came to its end meanwhile: nobody waited for it.
    assert (begun, server.connections) == (1, 1)
    assert Import.objects.filter(kind=Import.Kind.URL, status__in=OPEN).count() == STALLED
    over.set()


@pytest.mark.case("L4")
@pytest.mark.django_db(transaction=True)
def test_publications_go_before_the_imports_that_were_asked_for_first(
    start_worker: Start, site: Site, ada: User
) -> None:
    """`python -m benchmarks.queues` has 5,000 and 1,000 of them, and the figures."""
    for number in range(TEXTS):
        request_import(actor=ada, text=f"{make.TEXT}Text number {number}.\n")
    releases = [make.requested(slug=f"ferry-{number}") for number in range(PUBLISHED)]
    start_worker("imports")
    start_worker("celery")
    _until(lambda: _done(*releases), "nothing was published")
    assert Import.objects.filter(status__in=OPEN).count() > TEXTS / 2


# --- Who serves what -----------------------------------------------------------------------------


def test_what_waits_for_others_has_a_queue_of_its_own() -> None:
    queues = {model.task: app.amqp.router.route({}, model.task)["queue"].name for model in job_models()}
    assert {task for task, queue in queues.items() if queue == "celery"} == {"publishing.tasks.run_release"}
    assert set(queues.values()) == set(settings.CELERY_TASK_QUEUES)


def test_each_queue_is_served_where_the_desk_is_started(tmp_path: Any) -> None:
    services = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]
    desk = Desk(tmp_path, 8000, "http://127.0.0.1:8000")
    demo = [program.command for program in (desk._worker(), desk._importer())]
    production = [services[name]["command"] for name in ("worker", "importer")]
    for commands in (demo, production):
        served = [name for one in commands for name in one[one.index("--queues") + 1].split(",")]
        assert sorted(served) == sorted(settings.CELERY_TASK_QUEUES)
