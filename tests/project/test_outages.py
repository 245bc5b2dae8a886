"""Broker or database away: the desk says so at once and comes back by itself."""

from __future__ import annotations

import signal
import time
from typing import Any

import pytest
from django.core.cache import cache
from django.db import OperationalError, connection
from django.test import Client

from factcheck.jobs import wake
from tests.conftest import Broker

PATIENCE = 0.8
"""Seconds. A click may take one second; the broker's part of it has to be less."""


def seconds(action: Any) -> float:
    start = time.perf_counter()
    action()
    return time.perf_counter() - start


def nudge() -> None:
    wake.send("factcheck.jobs.tasks.sweep", 1)


@pytest.fixture
def nudged(broker: Broker) -> Broker:
    """Have a connection open, and everything imported, before the broker goes away."""
    nudge()
    cache.set("known", 1)
    return broker


@pytest.mark.case("F7")
def test_a_frozen_broker_holds_nobody_up(nudged: Broker, client: Client, db: None) -> None:
    nudged.signal(signal.SIGSTOP)
    try:
        assert seconds(nudge) < PATIENCE
        assert seconds(nudge) < 0.05, "after one failure it is left alone"
        assert seconds(lambda: cache.get("known")) < PATIENCE
        assert seconds(lambda: cache.get("known")) < 0.05
        answer = client.get("/readyz")
        assert (answer.status_code, answer.json()["broker"]) == (200, "away")
        assert client.get("/accounts/login/").status_code == 200
    finally:
        nudged.signal(signal.SIGCONT)


@pytest.mark.case("F8")
def test_an_absent_broker_costs_the_desk_nothing(nudged: Broker, client: Client, db: None) -> None:
    nudged.kill()
    assert seconds(nudge) < PATIENCE
    assert cache.get("known", "nothing") == "nothing"
    assert cache.incr("count") == 1
    assert cache.add("first", 1)
    assert client.get("/accounts/login/").status_code == 200


@pytest.mark.case("F5")
def test_a_broker_that_comes_back_is_used_again(nudged: Broker) -> None:
    for _ in range(5):
        nudged.kill()
        assert wake.send("factcheck.jobs.tasks.sweep", 1) is False
        nudged.start()
        wake._quiet_until = 0.0
        assert wake.send("factcheck.jobs.tasks.sweep", 1) is True


# --- The database --------------------------------------------------------------------------------


@pytest.fixture
def database_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every query fail as if the server had gone."""

    def fail(*args: Any, **kwargs: Any) -> None:
        raise OperationalError("server closed the connection unexpectedly")

    monkeypatch.setattr("django.db.backends.utils.CursorWrapper.execute", fail)


@pytest.mark.case("F9")
@pytest.mark.django_db
def test_a_page_without_database_is_a_503_that_says_when_to_come_back(
    client: Client, ada: Any, database_cut: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.cookies["sessionid"] = "x" * 32
    client.raise_request_exception = False
    answer = client.get("/desk/")
    assert answer.status_code == 503
    assert answer["Retry-After"] == "5"
    assert answer["Cache-Control"] == "no-store"
    assert "cannot reach its database" in answer.content.decode()
    assert "default-src 'none'" in answer["Content-Security-Policy"]


@pytest.mark.case("F9")
@pytest.mark.django_db
def test_a_call_without_database_is_a_problem_document(client: Client, database_cut: None) -> None:
    client.raise_request_exception = False
    answer = client.get("/api/v1/claims/", headers={"Authorization": "Bearer fc_" + "x" * 43})
    assert answer.status_code == 503
    assert answer["Retry-After"] == "5"
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["code"] == "unavailable"


@pytest.mark.django_db
def test_not_ready_without_database(client: Client, database_cut: None) -> None:
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["database"]) == (503, "away")
    assert client.get("/healthz").status_code == 200


@pytest.mark.case("F9")
@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_25_cut_connections_cost_one_answer_each_at_most(client: Client, ada: Any) -> None:
    import psycopg

    client.force_login(ada)
    client.raise_request_exception = False
    given = connection.get_connection_params()
    where = {"host": given["host"], "user": given["user"], "dbname": "postgres"}
    for _ in range(25):
        assert client.get("/desk/").status_code == 200
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            pid = cursor.fetchone()[0]
        with psycopg.connect(**where, autocommit=True) as other:
            other.execute("SELECT pg_terminate_backend(%s)", [pid])
        cut = client.get("/desk/")
        assert cut.status_code == 503
        assert cut["Retry-After"] == "5"
        connection.close()  # As Django does at the end of a request whose connection is broken.


# --- What holds for every staff page -------------------------------------------------------------


@pytest.mark.case("C6")
@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/desk/", "/accounts/login/", "/api/v1/claims/"])
def test_nobody_keeps_a_staff_page(client: Client, path: str) -> None:
    assert client.get(path)["Cache-Control"] == "no-store"


def test_a_body_that_is_too_large_is_refused_unread(client: Client, settings: Any) -> None:
    headers: dict[str, Any] = {"CONTENT_LENGTH": str(settings.MAX_UPLOAD_BYTES + 65_537)}
    answer = client.post("/api/v1/imports/", data=b"", content_type="application/json", **headers)
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")
    page = client.post("/accounts/login/", **headers)
    assert page.status_code == 413
    assert "20 MB" in page.content.decode()


def test_each_gesture_has_an_id_of_ours(client: Client) -> None:
    first = client.get("/healthz", headers={"X-Request-ID": "mine"})["X-Request-ID"]
    second = client.get("/healthz")["X-Request-ID"]
    assert first != second
    assert len(first) == len(second) == 32
