"""Telling a worker that there is something to do.

The row is the job; this message is only a nudge, and `sweep` sends it again if it is lost. So it
may fail, and it must never make a request wait: after one failure nothing is sent for a while.
"""

from __future__ import annotations

import logging
import time
from functools import partial

from celery import current_app
from django.db import transaction

from factcheck.jobs.models import Job

logger = logging.getLogger(__name__)

PAUSE_AFTER_FAILURE_S = 10.0
_quiet_until = 0.0


def wake_on_commit(job: Job) -> None:
    """Nudge a worker once the transaction that asks for the job has committed."""
    send_on_commit(job.task, job.pk)


def send_on_commit(task: str, pk: int) -> None:
    """Send a nudge once the transaction has committed; at once where there is none."""
    transaction.on_commit(partial(send, task, pk), robust=True)


def send(task: str, pk: int) -> bool:
    """Send one nudge; say whether the broker took it. Never raises."""
    global _quiet_until
    if time.monotonic() < _quiet_until:
        return False
    try:
        current_app.send_task(task, args=[pk], retry=False, ignore_result=True)
    except Exception as error:
        _quiet_until = time.monotonic() + PAUSE_AFTER_FAILURE_S
        logger.warning("The broker did not take %s(%s): %s. The sweep will send it.", task, pk, error)
        return False
    return True
