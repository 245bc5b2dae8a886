"""Files with many articles, and what became of each of their rows."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from articles.batches.querysets import BatchQuerySet, Outcome
from factcheck.jobs.models import Job, JobStatus


class Batch(Job):
    """A file with an article in each row; done once each row is an import or has its error."""

    task = "articles.tasks.run_batch"
    lease = timedelta(seconds=60)

    filename = models.CharField(max_length=255, blank=True)
    content_type = models.CharField(max_length=100, blank=True)
    original = models.CharField(max_length=64, blank=True)  # digest of the bytes in `blobs`
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    total = models.PositiveIntegerField(null=True, blank=True)  # rows; not known before it is read
    # Somebody has seen that it failed, and wants no more to do with it.
    dismissed_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[Any] = BatchQuerySet.as_manager()

    class Meta(Job.Meta):
        verbose_name = _("batch")
        ordering = ["-pk"]

    # Counted by `with_counts`.
    imported: int
    failed: int
    refused: int
    waiting: int

    def __str__(self) -> str:
        return self.filename or str(_("Lines sent by a program"))

    @property
    def is_going(self) -> bool:
        """Whether a row has still to be read or imported."""
        return self.is_open or self.waiting > 0

    @property
    def progress(self) -> float:
        """How much of it is over with, in [0, 1]."""
        if not self.total:
            return 0.0 if self.is_open else 1.0
        return (self.imported + self.failed + self.refused) / self.total


class BatchRow(models.Model):
    """One row: the import that it became, or why it became none. `number` is that of its line or row."""

    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, related_name="rows")
    number = models.PositiveIntegerField()
    job = models.OneToOneField(
        "articles.Import", null=True, blank=True, on_delete=models.PROTECT, related_name="batch_row"
    )
    error_code = models.CharField(max_length=60, blank=True)
    error_detail = models.TextField(blank=True)

    class Meta:
        ordering = ["batch", "number"]
        constraints = [
            models.UniqueConstraint(fields=["batch", "number"], name="articles_batch_row_once"),
            models.CheckConstraint(
                condition=Q(job__isnull=False, error_code="") | (Q(job__isnull=True) & ~Q(error_code="")),
                name="articles_batch_row_import_or_error",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.batch_id}, row {self.number}"

    @property
    def outcome(self) -> Outcome:
        """What became of it."""
        if self.job is None:
            return Outcome.REFUSED
        over = {JobStatus.DONE: Outcome.IMPORTED, JobStatus.FAILED: Outcome.FAILED}
        return over.get(JobStatus(self.job.status), Outcome.WAITING)
