"""Carrying out one job: claim, work, finish; or fail, now or for good.

The work runs outside any transaction. It calls `finish` inside the transaction that writes its
result, so that a result and "done" are one fact; a worker killed before that leaves a lease that
runs out, one killed after it has nothing left to do.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import timedelta
from typing import Any, TypeVar

from django.utils import timezone

from factcheck.errors import DomainError
from factcheck.jobs.models import Job, JobStatus

logger = logging.getLogger(__name__)

J = TypeVar("J", bound=Job)

FIRST_PAUSE = timedelta(seconds=5)
LONGEST_PAUSE = timedelta(hours=1)


class LeaseLost(Exception):
    """Another worker has the job now; what this one did must not be written."""


class TryLater(Exception):
    """It may go well later: `detail` is fit for whoever asked, `after` is the least wait."""

    def __init__(self, *, code: str, detail: str, after: timedelta = timedelta()) -> None:
        super().__init__(detail)
        self.code, self.detail, self.after = code, detail, after


def perform(model: type[J], pk: int, work: Callable[[J], None]) -> None:
    """Claim the job and do `work` on it; nothing happens where it is not to be had.

    A `DomainError` fails the job for good with its code and sentence. `TryLater` and anything else is
    tried again with growing pauses, `max_attempts` times in all.
    """
    if not model.objects.take(pk, timezone.now()):
        return
    job = model.objects.get(pk=pk)
    if job.attempts > model.max_attempts:
        fail(job, code="gave_up", detail=job.error_detail or "The worker died each time.")
        return
    try:
        work(job)
    except LeaseLost:
        logger.warning("%s: the lease ran out, another worker has it", job)
    except TryLater as later:
        retry(job, code=later.code, detail=later.detail, after=later.after)
    except DomainError as error:
        fail(job, code=error.code, detail=error.detail)
    except Exception as error:
        logger.exception("%s: attempt %s failed", job, job.attempts)
        retry(job, detail=f"{type(error).__name__}: {error}"[:500])
    else:
        if _mine(job).exists():
            finish(job)


def finish(job: Job, **result: Any) -> None:
    """Mark the job done and store its result, in the caller's transaction. One query.

    Raises:
        LeaseLost: where it is no longer this worker's; the caller's transaction must roll back.
    """
    changed = _mine(job).update(
        status=JobStatus.DONE,
        finished_at=timezone.now(),
        leased_until=None,
        error_code="",
        error_detail="",
        **result,
    )
    if not changed:
        raise LeaseLost(str(job))
    job.status = JobStatus.DONE


def fail(job: Job, *, code: str, detail: str) -> None:
    """Give the job up; the sentence is shown to whoever asked for it."""
    _mine(job).update(
        status=JobStatus.FAILED,
        finished_at=timezone.now(),
        leased_until=None,
        error_code=code,
        error_detail=detail,
    )


def retry(job: Job, *, detail: str, code: str = "", after: timedelta = timedelta()) -> None:
    """Put the job back with a growing pause, or give it up: after the last attempt, or where it is too long.

    `code` says that `detail` may be shown meanwhile; `after` is the least pause.
    """
    if job.attempts >= job.max_attempts or after > LONGEST_PAUSE:
        fail(job, code=code or "gave_up", detail=detail)
        return
    pause = max(pause_after(job.attempts), after)
    _mine(job).update(
        status=JobStatus.QUEUED,
        run_after=timezone.now() + pause,
        sent_at=None,
        leased_until=None,
        error_code=code,
        error_detail=detail,
    )


def pause_after(failures: int) -> timedelta:
    """Return the pause after so many attempts in a row that went wrong; it grows to an hour."""
    grown: timedelta = FIRST_PAUSE * 4 ** min(failures - 1, 10)
    return min(grown, LONGEST_PAUSE)


def _mine(job: Job) -> Any:
    return type(job).objects.filter(pk=job.pk, status=JobStatus.RUNNING, attempts=job.attempts)
