"""Workers to be killed, and a page for them to fetch."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest
from django.conf import settings as django_settings
from django.db import connection

from factcheck.demo.processes import die_with_parent
from tests.conftest import ROOT, SERVICES
from tests.publishing.conftest import site  # noqa: F401  (a fixture)

if TYPE_CHECKING:
    from factcheck.jobs.models import Job
    from tests.articles.canary import Server

KILLED = -9


class Workshop:
    """The process of `tests.faults.workshop`, and what it is told."""

    def __init__(self) -> None:
        name = connection.settings_dict["NAME"]
        url = f"sqlite://{name}"
        if SERVICES:
            url = os.environ["CHECKDESK_TEST_DATABASE"].replace("/postgres?", f"/{name}?")
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.workshop"],
            cwd=ROOT,
            env=os.environ | {"CHECKDESK_DATABASE_URL": url},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            preexec_fn=die_with_parent(),
        )
        assert self._process.stdout is not None
        assert self._process.stdout.readline() == "ready\n"

    def work(self, job: Job, place: str = "", deed: str = "kill") -> dict[str, Any]:
        """Let a worker do the job as far as it gets; `exit` is `KILLED` where it was."""
        changed = {
            "SITE_DIR": str(django_settings.SITE_DIR),
            "FETCH_ALLOW": list(django_settings.FETCH_ALLOW),
            "SEND_ALLOW": list(django_settings.SEND_ALLOW),
        }
        return self._tell({"task": job.task, "pk": job.pk, "place": place, "deed": deed, "settings": changed})

    def go_on(self, stopped: dict[str, Any]) -> dict[str, Any]:
        """Let a worker run to its end that stopped at its place."""
        return self._tell({"go_on": stopped["pid"]})

    def close(self) -> None:
        """Let it end."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(20)

    def _tell(self, order: dict[str, Any]) -> dict[str, Any]:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        answer: dict[str, Any] = json.loads(self._process.stdout.readline())
        return answer


@pytest.fixture(scope="session")
def running_workshop(django_db_setup: None) -> Iterator[Workshop]:
    workshop = Workshop()
    yield workshop
    workshop.close()


@pytest.fixture
def workshop(transactional_db: None, running_workshop: Workshop) -> Workshop:
    return running_workshop


@pytest.fixture
def server(settings: Any) -> Iterator[Server]:
    """A web server that may be fetched from and sent to."""
    from tests.articles.canary import serving

    with serving() as found:
        settings.FETCH_ALLOW = settings.SEND_ALLOW = [found.place]
        yield found
