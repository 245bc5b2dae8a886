"""The durable job: what it is to be a row that a worker carries out (decision record 0001).

An app makes its own job by inheriting `Job`, naming its Celery task, and writing an action that
does the work. Here is only what all jobs share; running them is `factcheck.jobs.runner`.
"""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _, gettext_lazy as _lazy


class JobStatus(models.TextChoices):
    QUEUED = "queued", _lazy("Waiting")
    RUNNING = "running", _lazy("Running")
    DONE = "done", _lazy("Done")
    FAILED = "failed", _lazy("Failed")


class JobQuerySet(models.QuerySet[Any]):
    def claimable(self, now: datetime) -> Self:
        """Jobs that a worker may take: due, or left behind by a worker whose lease ran out."""
        due = Q(status=JobStatus.QUEUED, run_after__lte=now)
        stalled = Q(status=JobStatus.RUNNING, leased_until__lt=now)
        return self.filter(due | stalled)

    def unsent(self, now: datetime) -> Self:
        """Claimable jobs that nobody was told of lately, oldest first."""
        lately = now - self.model.resend_after
        return self.claimable(now).filter(Q(sent_at=None) | Q(sent_at__lt=lately)).order_by("run_after", "pk")

    def take(self, pk: int, now: datetime) -> bool:
        """Claim one job for the caller; False where it is done or somebody else's. One query."""
        return bool(
            self.claimable(now)
            .filter(pk=pk)
            .update(
                status=JobStatus.RUNNING,
                attempts=F("attempts") + 1,
                leased_until=now + self.model.lease,
            )
        )


class Job(models.Model):
    """Something to be carried out once, in the background, however often workers die.

    Subclasses set `task` (the Celery task's name) and may set `lease` (longer than the task's time
    limit) and `max_attempts`. `attempts` is also the fence: a worker that lost its lease holds an
    old number and can no longer finish.
    """

    task: ClassVar[str]
    lease: ClassVar[timedelta] = timedelta(seconds=45)
    resend_after: ClassVar[timedelta] = timedelta(seconds=30)
    max_attempts: ClassVar[int] = 5

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    status = models.CharField(max_length=10, choices=JobStatus, default=JobStatus.QUEUED)
    attempts = models.PositiveSmallIntegerField(default=0)
    run_after = models.DateTimeField(default=timezone.now)
    sent_at = models.DateTimeField(null=True, blank=True)
    leased_until = models.DateTimeField(null=True, blank=True)
    error_code = models.CharField(max_length=60, blank=True)
    error_detail = models.TextField(blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(null=True, blank=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        abstract = True
        indexes = [
            models.Index(
                fields=["run_after"],
                condition=Q(status__in=["queued", "running"]),
                name="%(class)s_open",
            ),
        ]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"

    @property
    def shown_error(self) -> str:
        """What to tell the person who asked; a worker's own words stay in `error_detail`."""
        if self.error_code == "gave_up":
            return (
                _("It failed %d times and was given up. Try again, or ask an administrator.") % self.attempts
            )
        return self.error_detail if self.error_code else ""

    @property
    def waits_to_try_again(self) -> bool:
        """Whether an attempt went wrong and the next one is to come, at `run_after`."""
        return self.status == JobStatus.QUEUED and self.attempts > 0 and self.run_after > timezone.now()

    @property
    def is_open(self) -> bool:
        """Whether something is still to be done."""
        return self.status in {JobStatus.QUEUED, JobStatus.RUNNING}
