"""A real process, killed between the commit and the answer."""

from __future__ import annotations

import http.client
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from factcheck.accounts.models import ApiToken, User
from factcheck.api.models import Answer
from factcheck.audit.models import Event
from tests.cast import token
from tests.conftest import ROOT, SERVICES, _free_port

SERVE = """
import sys
from django.conf import settings
settings.ROOT_URLCONF = "tests.api.desk"
from wsgiref.simple_server import make_server
from factcheck.wsgi import application
make_server("127.0.0.1", int(sys.argv[1]), application).serve_forever()
"""
Serve = Callable[..., int]


@pytest.fixture
def serve(transactional_db: None) -> Iterator[Serve]:
    """Give a function that serves the test database and returns the port."""
    from factcheck.demo.processes import die_with_parent

    name = connection.settings_dict["NAME"]
    url = f"sqlite://{name}"
    if SERVICES:
        url = os.environ["CHECKDESK_TEST_DATABASE"].replace("/postgres?", f"/{name}?")
    started: list[subprocess.Popen[bytes]] = []

    def start(**variables: str) -> int:
        port = _free_port()
        process = subprocess.Popen(
            [sys.executable, "-c", SERVE, str(port)],
            cwd=ROOT,
            env={**os.environ, "CHECKDESK_DATABASE_URL": url, **variables},
            stderr=subprocess.DEVNULL,
            preexec_fn=die_with_parent(),
        )
        started.append(process)
        deadline = time.monotonic() + 120
        while True:
            try:
                call(port, "GET", "/api/v1/")
            except OSError:
                assert time.monotonic() < deadline
                assert process.poll() is None
                time.sleep(0.05)
            else:
                return port

    yield start
    for process in started:
        process.kill()
        process.wait()


def call(port: int, method: str, path: str, body: Any = None, **headers: str) -> tuple[int, Any, Any]:
    link = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    headers = {"Host": "127.0.0.1", "Content-Type": "application/json", **headers}
    link.request(method, path, None if body is None else json.dumps(body), headers)
    answer = link.getresponse()
    return answer.status, answer.headers, json.loads(answer.read())


@pytest.mark.case("F3")
def test_a_process_killed_between_commit_and_answer_has_acted_once(serve: Serve, ada: User) -> None:
    wish = {"name": "robot", "scopes": ["read"]}
    headers = {"Authorization": f"Bearer {token(ada, 'admin', 'read')}", "Idempotency-Key": "once"}

    doomed = serve(FAULT="api.before_answer:kill")
    with pytest.raises((OSError, http.client.HTTPException)):
        call(doomed, "POST", "/api/v1/keys/", wish, **headers)
    assert ApiToken.objects.filter(name="robot").count() == 1
    assert Answer.objects.get().status is None

    port = serve()
    Answer.objects.update(leased_until=timezone.now() + timedelta(hours=1))  # however slow we are
    status, answered, body = call(port, "POST", "/api/v1/keys/", wish, **headers)
    assert (status, body["code"]) == (409, "idempotency_conflict")
    assert int(answered["Retry-After"]) > 0

    Answer.objects.update(leased_until=timezone.now())  # the lease runs out
    made = ApiToken.objects.get(name="robot")
    for replayed in (None, "true"):
        status, answered, body = call(port, "POST", "/api/v1/keys/", wish, **headers)
        assert (status, body["id"]) == (201, str(made.pk))
        assert answered["Idempotency-Replayed"] == replayed
    assert Event.objects.filter(object_id=str(made.pk), object_type="accounts.apitoken").count() == 1
