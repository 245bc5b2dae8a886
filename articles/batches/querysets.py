"""Reading batches."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Count, Q

from factcheck.jobs.models import JobQuerySet, JobStatus

if TYPE_CHECKING:
    from articles.batches.models import Batch  # noqa: F401


class BatchQuerySet(JobQuerySet):
    def with_counts(self) -> BatchQuerySet:
        """Tell each how many of its rows are imported (`imported`), failed, refused, and still open."""
        over = Q(rows__job__status=JobStatus.FAILED)
        counted: BatchQuerySet = self.annotate(
            imported=Count("rows", filter=Q(rows__job__status=JobStatus.DONE)),
            failed=Count("rows", filter=over),
            refused=Count("rows", filter=Q(rows__job=None, rows__isnull=False)),
            waiting=Count("rows", filter=Q(rows__job__status__in=[JobStatus.QUEUED, JobStatus.RUNNING])),
        )
        return counted
