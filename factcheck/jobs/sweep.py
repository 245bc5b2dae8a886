"""Finding every job that is due, stalled or was never sent, and sending it again."""

from __future__ import annotations

from django.apps import apps
from django.utils import timezone

from factcheck.jobs.models import Job
from factcheck.jobs.wake import send

BATCH = 500


def job_models() -> list[type[Job]]:
    """Every concrete kind of job."""
    return [model for model in apps.get_models() if issubclass(model, Job)]


def sweep() -> int:
    """Send what is waiting; return how many were sent. One query for each kind, one for each job sent."""
    now, sent = timezone.now(), 0
    for model in job_models():
        for pk in list(model.objects.unsent(now).values_list("pk", flat=True)[:BATCH]):
            if not send(model.task, pk):
                return sent
            model.objects.filter(pk=pk).update(sent_at=now)
            sent += 1
    return sent
