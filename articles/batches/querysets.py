"""Reading batches."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Q, TextChoices
from django.utils.translation import gettext_lazy as _

from articles.querysets import DismissibleQuerySet
from factcheck.jobs.models import JobStatus


class Outcome(TextChoices):
    """What became of a row."""

    WAITING = "waiting", _("Waiting")
    IMPORTED = "imported", _("Imported")
    FAILED = "failed", _("Failed")
    REFUSED = "refused", _("Refused")


_CONDITIONS: dict[Outcome, dict[str, Any]] = {
    Outcome.WAITING: {"job__status__in": [JobStatus.QUEUED, JobStatus.RUNNING]},
    Outcome.IMPORTED: {"job__status": JobStatus.DONE},
    Outcome.FAILED: {"job__status": JobStatus.FAILED},
    Outcome.REFUSED: {"error_code__gt": ""},
}


def that_are(*outcomes: Outcome, path: str = "") -> Q:
    """Return the condition for rows of one of these outcomes; `path` leads to the rows."""
    wanted = Q()
    for outcome in outcomes:
        wanted |= Q(**{path + name: value for name, value in _CONDITIONS[outcome].items()})
    return wanted


class BatchQuerySet(DismissibleQuerySet):
    def with_counts(self) -> BatchQuerySet:
        """Tell each how many of its rows are imported (`imported`), failed, refused, and still waiting."""
        counts = {each.value: Count("rows", filter=that_are(each, path="rows__")) for each in Outcome}
        counted: BatchQuerySet = self.annotate(**counts)
        return counted
