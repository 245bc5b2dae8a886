"""Nothing that is to be done is forgotten, whoever dies and whatever the broker loses (F5, F6, F8)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.core.management import call_command
from django.db import transaction
from django.utils import timezone

from articles.actions import request_batch, request_import
from articles.batches.models import Batch
from articles.feeds.models import Feed
from articles.models import Article, Import
from factcheck.accounts.models import User
from factcheck.jobs import sweep as sweeping, wake
from factcheck.jobs.models import JobStatus
from publishing.models import Release
from publishing.webhooks.actions import send_test
from publishing.webhooks.models import Endpoint
from tests import factories as make
from tests.cast import person

pytestmark = pytest.mark.django_db


class Messages(list[tuple[str, int]]):
    """What the broker was told; it can be made to refuse."""

    broken = False

    def send(self, task: str, pk: int) -> bool:
        if not self.broken:
            self.append((task, pk))
        return not self.broken


@pytest.fixture
def messages(monkeypatch: pytest.MonkeyPatch) -> Messages:
    found = Messages()
    monkeypatch.setattr(wake, "send", found.send)
    monkeypatch.setattr(sweeping, "send", found.send)
    return found


@pytest.fixture
def new_job(ada: User) -> Callable[..., Import]:
    def new(**fields: Any) -> Import:
        return Import.objects.create(kind=Import.Kind.TEXT, requested_by=ada, **fields)

    return new


# --- Waking --------------------------------------------------------------------------------------


def test_a_worker_is_told_when_the_wish_is_committed_and_not_before(
    messages: Messages, ada: User, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=False) as callbacks:
        job = request_import(actor=ada, text="A text to import.")
    assert messages == []
    for callback in callbacks:
        callback()
    assert messages == [("articles.tasks.run_import", job.pk)]


@pytest.mark.django_db(transaction=True)
def test_of_a_wish_that_is_taken_back_nobody_is_told(messages: Messages, ada: User) -> None:
    with transaction.atomic():
        wake.wake_on_commit(Import.objects.create(kind=Import.Kind.TEXT, requested_by=ada))
        transaction.set_rollback(True)
    assert messages == []
    assert not Import.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_each_wish_wakes_its_own_task(messages: Messages) -> None:
    review = make.approved()
    [article] = Article.objects.all()
    assert messages == [("articles.tasks.compare_article", article.pk)]
    release = make.requested(review)
    assert messages[1:] == [("publishing.tasks.run_release", release.pk)]


# --- Sweeping ------------------------------------------------------------------------------------


@pytest.mark.case("F5", "F6", "F8")
def test_what_was_never_sent_is_sent(messages: Messages, new_job: Callable[..., Import]) -> None:
    job = new_job()
    assert sweeping.sweep() == 1
    assert messages == [(Import.task, job.pk)]


def test_sweeping_often_does_not_flood_the_broker(messages: Messages, new_job: Callable[..., Import]) -> None:
    jobs = [new_job() for _ in range(3)]
    with time_machine.travel(timezone.now() + timedelta(seconds=1), tick=False) as clock:
        for _ in range(3):
            sweeping.sweep()
            clock.shift(timedelta(seconds=9))
        assert len(messages) == len(jobs)
        clock.shift(Import.resend_after)
        sweeping.sweep()
    assert len(messages) == 2 * len(jobs)


@pytest.mark.parametrize(
    ("fields", "sent"),
    [
        ({"run_after": timedelta(minutes=5)}, False),
        ({"status": "running", "leased_until": timedelta(seconds=20)}, False),
        ({"status": "running", "leased_until": timedelta(seconds=-1)}, True),
        (
            {"status": "running", "leased_until": timedelta(seconds=-1), "sent_at": timedelta(seconds=-60)},
            True,
        ),
        ({"sent_at": timedelta(seconds=-5)}, False),
        ({"sent_at": timedelta(seconds=-60)}, True),
        ({"status": "done"}, False),
        ({"status": "failed"}, False),
    ],
)
def test_only_what_waits_is_sent(
    fields: dict[str, Any], sent: bool, messages: Messages, new_job: Callable[..., Import]
) -> None:
    now = timezone.now()
    new_job(
        **{name: now + value if isinstance(value, timedelta) else value for name, value in fields.items()}
    )
    assert sweeping.sweep() == sent


def test_a_broker_that_refuses_costs_one_try_and_no_job(
    messages: Messages, new_job: Callable[..., Import]
) -> None:
    jobs = [new_job() for _ in range(3)]
    messages.broken = True
    assert sweeping.sweep() == 0
    messages.broken = False
    assert sweeping.sweep() == len(jobs)
    assert {pk for _, pk in messages} == {job.pk for job in jobs}


def test_the_oldest_are_sent_first_and_not_all_at_once(
    messages: Messages, new_job: Callable[..., Import], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sweeping, "BATCH", 2)
    now = timezone.now()
    jobs = [new_job(run_after=now - timedelta(minutes=age)) for age in (1, 3, 2)]
    assert sweeping.sweep() == 2
    assert [pk for _, pk in messages] == [jobs[1].pk, jobs[2].pk]
    sweeping.sweep()
    assert messages[-1] == (Import.task, jobs[0].pk)


def test_every_kind_of_job_is_swept(messages: Messages, new_job: Callable[..., Import]) -> None:
    make.requested()
    new_job()
    make.feed()
    send_test(make.endpoint(), actor=person("Max"))
    request_batch(actor=person("Ada"), file=b"text\nA text.", filename="a.csv")
    assert sweeping.sweep() == 5
    assert {task for task, _ in messages} == {model.task for model in sweeping.job_models()}
    assert set(sweeping.job_models()) == {Batch, Endpoint, Feed, Import, Release}


def test_the_cost_is_one_query_for_each_kind_and_one_for_each_job(
    messages: Messages, new_job: Callable[..., Import], django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(len(sweeping.job_models())):
        sweeping.sweep()
    for _ in range(3):
        new_job()
    with django_assert_num_queries(len(sweeping.job_models()) + 3):
        sweeping.sweep()


def test_the_command_says_how_many(messages: Messages, new_job: Callable[..., Import]) -> None:
    new_job()
    out = StringIO()
    call_command("sweep", stdout=out)
    assert "1 jobs sent" in out.getvalue()
    assert Import.objects.get().status == JobStatus.QUEUED


def test_beat_sweeps_at_least_every_half_minute() -> None:
    beat = settings.CELERY_BEAT_SCHEDULE["sweep"]
    assert beat["task"] == "factcheck.jobs.tasks.sweep"
    assert float(beat["schedule"]) <= 30
