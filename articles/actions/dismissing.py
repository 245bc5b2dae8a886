"""Putting what failed out of sight, once somebody has seen it."""

from __future__ import annotations

from typing import TypeVar

from django.db import transaction
from django.utils import timezone

from articles.batches.models import Batch
from articles.models import Import
from articles.permissions import require_dismiss
from factcheck.accounts.models import User
from factcheck.audit.actions import record
from factcheck.errors import IllegalTransition
from factcheck.jobs.models import JobStatus

J = TypeVar("J", Import, Batch)


@transaction.atomic(durable=True)
def dismiss_import(job: Import, *, actor: User) -> Import:
    """Put a failed import out of sight; it can still be tried again.

    Raises:
        Forbidden: somebody else asked for it, and they are no editor.
        IllegalTransition: it did not fail.
    """
    return _dismiss(job, "import.dismissed", actor)


@transaction.atomic(durable=True)
def dismiss_batch(batch: Batch, *, actor: User) -> Batch:
    """Put a batch of which nothing could be read out of sight; raises as `dismiss_import`."""
    return _dismiss(batch, "batch.dismissed", actor)


def _dismiss(job: J, action: str, actor: User) -> J:
    """Dismiss it; done before, nothing happens again."""
    require_dismiss(actor, job)
    failed = type(job).objects.filter(pk=job.pk, status=JobStatus.FAILED)
    if failed.filter(dismissed_at=None).update(dismissed_at=timezone.now()):
        record(action, job, actor=actor)
    elif not failed.exists():
        raise IllegalTransition(was=job.status, to="dismissed")
    job.refresh_from_db(fields=["dismissed_at"])
    return job
