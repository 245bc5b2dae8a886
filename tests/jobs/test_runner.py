"""One job, carried out once: claimed with a lease, finished behind a fence, tried again with pauses."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import transaction
from django.utils import timezone

from articles.batches.models import Batch
from articles.models import Article, Import
from factcheck.accounts.models import User
from factcheck.errors import NotReady
from factcheck.jobs.models import JobStatus
from factcheck.jobs.runner import FIRST_PAUSE, LONGEST_PAUSE, LeaseLost, fail, finish, perform, retry
from factcheck.jobs.sweep import job_models

pytestmark = pytest.mark.django_db


@pytest.fixture
def new_job(ada: User) -> Callable[..., Import]:
    def new(**fields: Any) -> Import:
        return Import.objects.create(kind=Import.Kind.TEXT, requested_by=ada, **fields)

    return new


@pytest.fixture
def job(new_job: Callable[..., Import]) -> Import:
    return new_job()


def _taken(job: Import) -> Import:
    """The job as the worker has it that claimed it just now."""
    assert Import.objects.take(job.pk, timezone.now())
    return Import.objects.get(pk=job.pk)


def _lose_lease(job: Import) -> None:
    Import.objects.filter(pk=job.pk).update(leased_until=timezone.now() - timedelta(seconds=1))


# --- Claiming ------------------------------------------------------------------------------------


def test_of_two_workers_one_gets_the_job(job: Import) -> None:
    now = timezone.now()
    assert [Import.objects.take(job.pk, now) for _ in range(3)] == [True, False, False]
    job.refresh_from_db()
    assert (job.status, job.attempts, job.leased_until) == ("running", 1, now + Import.lease)


@pytest.mark.parametrize(
    ("fields", "to_be_had"),
    [
        ({}, True),
        ({"run_after": timedelta(seconds=5)}, False),
        ({"status": "running", "leased_until": timedelta(seconds=5)}, False),
        ({"status": "running", "leased_until": timedelta(seconds=-5)}, True),
        ({"status": "done"}, False),
        ({"status": "failed"}, False),
    ],
)
def test_only_what_is_due_or_left_behind_is_to_be_had(
    fields: dict[str, Any], to_be_had: bool, new_job: Callable[..., Import]
) -> None:
    job, now = new_job(), timezone.now()
    moments = {name: now + value if isinstance(value, timedelta) else value for name, value in fields.items()}
    if moments:
        Import.objects.filter(pk=job.pk).update(**moments)
    assert Import.objects.claimable(now).filter(pk=job.pk).exists() == to_be_had
    assert Import.objects.take(job.pk, now) == to_be_had


def test_a_job_that_is_not_there_is_nobodys(db: None) -> None:
    perform(Import, 10**9, lambda _: pytest.fail("there is nothing to do"))


# A batch renews its lease between rows, so that a dead worker's is taken over soon (tests/faults/test_batches).
@pytest.mark.parametrize("model", [model for model in job_models() if model is not Batch])
def test_a_lease_is_longer_than_the_task_may_run(model: Any) -> None:
    from celery import current_app

    current_app.loader.import_default_modules()
    task = current_app.tasks[model.task]
    assert timedelta(seconds=task.time_limit) < model.lease


# --- Carrying out --------------------------------------------------------------------------------


def test_what_is_done_is_not_done_again(job: Import) -> None:
    done: list[int] = []
    for _ in range(3):
        perform(Import, job.pk, lambda each: done.append(each.attempts))
    job.refresh_from_db()
    assert done == [1]
    assert (job.status, job.leased_until) == (JobStatus.DONE, None)
    assert job.finished_at is not None


def test_a_refusal_is_for_good_and_says_why(job: Import) -> None:
    def refuse(_: Import) -> None:
        raise NotReady([], detail="It has no text.")

    perform(Import, job.pk, refuse)
    perform(Import, job.pk, lambda _: pytest.fail("it was refused"))
    job.refresh_from_db()
    assert (job.status, job.error_code, job.error_detail) == ("failed", "not_ready", "It has no text.")


@pytest.mark.case("F19")
def test_what_goes_wrong_is_tried_again_with_growing_pauses_and_then_given_up(job: Import) -> None:
    pauses = []

    def break_down(_: Import) -> None:
        raise OSError("the disk is full")

    with time_machine.travel(timezone.now(), tick=False) as clock:
        for attempt in range(1, Import.max_attempts + 1):
            perform(Import, job.pk, break_down)
            job.refresh_from_db()
            assert job.attempts == attempt
            if attempt < Import.max_attempts:
                assert (job.status, job.sent_at, job.leased_until) == (JobStatus.QUEUED, None, None)
                pauses.append(job.run_after - timezone.now())
                clock.shift(pauses[-1] - timedelta(seconds=1))
                assert not Import.objects.take(job.pk, timezone.now())
                clock.shift(timedelta(seconds=1))
    assert pauses == [FIRST_PAUSE * 4**n for n in range(Import.max_attempts - 1)]
    assert (job.status, job.error_code) == (JobStatus.FAILED, "gave_up")
    assert "the disk is full" in job.error_detail


def test_no_pause_is_longer_than_an_hour(job: Import, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Import, "max_attempts", 50)
    Import.objects.filter(pk=job.pk).update(attempts=10)
    taken = _taken(job)
    retry(taken, detail="again")
    job.refresh_from_db()
    assert job.run_after - timezone.now() <= LONGEST_PAUSE


@pytest.mark.case("F19")
def test_a_job_that_kills_its_worker_each_time_is_given_up(job: Import) -> None:
    for _ in range(Import.max_attempts):
        _taken(job)
        _lose_lease(job)
    perform(Import, job.pk, lambda _: pytest.fail("it would kill this one too"))
    job.refresh_from_db()
    assert (job.status, job.error_code) == (JobStatus.FAILED, "gave_up")


# --- The fence -----------------------------------------------------------------------------------


def test_a_worker_that_lost_its_lease_finishes_nothing(job: Import) -> None:
    slow = _taken(job)
    _lose_lease(job)
    quick = _taken(job)
    with pytest.raises(LeaseLost), transaction.atomic():
        finish(slow, stage=Import.Stage.DONE)
    for report in (lambda: fail(slow, code="no", detail="no"), lambda: retry(slow, detail="no")):
        report()
        job.refresh_from_db()
        assert (job.status, job.attempts, job.error_code) == (JobStatus.RUNNING, 2, "")
    finish(quick)
    job.refresh_from_db()
    assert job.status == JobStatus.DONE


def test_what_a_worker_wrote_that_lost_its_lease_is_undone(job: Import, ada: User) -> None:
    def work(mine: Import) -> None:
        _lose_lease(mine)
        _taken(mine)
        with transaction.atomic():
            Article.objects.create(title="Ghost", text_digest="0" * 64, origin="text", imported_by=ada)
            finish(mine)

    perform(Import, job.pk, work)
    assert not Article.objects.exists()
    job.refresh_from_db()
    assert (job.status, job.attempts) == (JobStatus.RUNNING, 2)


def test_work_that_finishes_nothing_cannot_finish_for_another(job: Import) -> None:
    def work(mine: Import) -> None:
        _lose_lease(mine)
        _taken(mine)

    perform(Import, job.pk, work)
    job.refresh_from_db()
    assert (job.status, job.attempts) == (JobStatus.RUNNING, 2)


def test_result_and_done_are_one_fact(job: Import, ada: User) -> None:
    def work(mine: Import) -> None:
        with transaction.atomic():
            Article.objects.create(title="Half", text_digest="0" * 64, origin="text", imported_by=ada)
            finish(mine)
            raise OSError("power cut")

    perform(Import, job.pk, work)
    job.refresh_from_db()
    assert (job.status, Article.objects.count()) == (JobStatus.QUEUED, 0)


def test_what_fails_after_it_is_done_stays_done(job: Import) -> None:
    def work(mine: Import) -> None:
        finish(mine)
        raise OSError("too late to matter")

    perform(Import, job.pk, work)
    job.refresh_from_db()
    assert job.status == JobStatus.DONE


def test_a_new_attempt_forgets_the_old_complaint(job: Import) -> None:
    def break_down(_: Import) -> None:
        raise OSError("once")

    perform(Import, job.pk, break_down)
    Import.objects.filter(pk=job.pk).update(run_after=timezone.now())
    perform(Import, job.pk, lambda _: None)
    job.refresh_from_db()
    assert (job.status, job.error_code, job.error_detail) == (JobStatus.DONE, "", "")
