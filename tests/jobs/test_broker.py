"""A broker that is away, frozen or empty delays work, and stops nobody (SECURITY, F7 and F8)."""

from __future__ import annotations

import signal
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest
import redis
from django.conf import settings

from articles.actions import request_import
from articles.models import Import
from factcheck.accounts.models import User
from factcheck.jobs import sweep as sweeping, wake
from tests import factories as make

if TYPE_CHECKING:
    from tests.conftest import Broker

PATIENCE_S = 1.0


@pytest.fixture
def queue(broker: Broker) -> Iterator[redis.Redis]:
    """The queue itself, emptied."""
    client = redis.Redis.from_url(settings.REDIS_URL.replace("redis+socket://", "unix://"))
    client.delete("celery", "imports")
    yield client
    client.close()


def test_a_nudge_names_the_task_and_the_row(queue: redis.Redis) -> None:
    assert wake.send(Import.task, 7)
    assert queue.llen("imports") == 1
    assert b"articles.tasks.run_import" in queue.lindex("imports", 0)


def _seconds(click: Any) -> float:
    began = time.perf_counter()
    click()
    return time.perf_counter() - began


@pytest.mark.case("F7")
@pytest.mark.django_db(transaction=True)
def test_publish_answers_at_once_while_the_broker_is_frozen(broker: Broker, queue: redis.Redis) -> None:
    reviews = [make.approved() for _ in range(3)]
    usual = _seconds(lambda: make.requested(reviews[0]))
    broker.signal(signal.SIGSTOP)
    try:
        frozen = _seconds(lambda: make.requested(reviews[1]))
        after = _seconds(lambda: make.requested(reviews[2]))
    finally:
        broker.signal(signal.SIGCONT)
    assert frozen - usual < PATIENCE_S
    assert after - usual < PATIENCE_S
    wake._quiet_until = 0.0
    assert sweeping.sweep() == 3


@pytest.mark.case("F8")
@pytest.mark.django_db(transaction=True)
def test_work_goes_on_while_the_broker_is_away_and_is_caught_up(
    broker: Broker, queue: redis.Redis, ada: User
) -> None:
    broker.kill()
    began = time.perf_counter()
    jobs = [request_import(actor=ada, text=f"Text number {number}.") for number in range(5)]
    assert time.perf_counter() - began < 5 * PATIENCE_S
    assert sweeping.sweep() == 0
    broker.start()
    wake._quiet_until = 0.0
    assert sweeping.sweep() == len(jobs)


def test_after_one_failure_nobody_waits_for_the_next(broker: Broker, monkeypatch: pytest.MonkeyPatch) -> None:
    tried = []

    def refuse(*_: Any, **__: Any) -> None:
        tried.append(1)
        raise ConnectionError("no broker")

    monkeypatch.setattr("factcheck.jobs.wake.current_app.send_task", refuse)
    assert [wake.send(Import.task, 1) for _ in range(5)] == [False] * 5
    assert len(tried) == 1
    wake._quiet_until = time.monotonic() - 1
    assert not wake.send(Import.task, 1)
    assert len(tried) == 2


@pytest.mark.case("F7")
@pytest.mark.django_db(transaction=True)
def test_a_broker_without_room_refuses_the_message_and_not_the_click(queue: redis.Redis, ada: User) -> None:
    queue.config_set("maxmemory-policy", "noeviction")
    queue.config_set("maxmemory", 1)
    try:
        job = request_import(actor=ada, text="A text to import.")
        assert sweeping.sweep() == 0
    finally:
        queue.config_set("maxmemory", 0)
    wake._quiet_until = 0.0
    assert sweeping.sweep() == 1
    assert Import.objects.get() == job


@pytest.mark.case("F6")
@pytest.mark.django_db(transaction=True)
def test_a_broker_that_was_emptied_is_told_again(queue: redis.Redis, ada: User) -> None:
    jobs = [request_import(actor=ada, text=f"Text number {number}.") for number in range(3)]
    queue.flushall()
    assert sweeping.sweep() == len(jobs)
    assert queue.llen("imports") == len(jobs)
