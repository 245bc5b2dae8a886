"""The heartbeat that makes lost messages and dead workers harmless."""

from __future__ import annotations

from celery import shared_task

from factcheck.jobs import sweep as sweeping


@shared_task(name="factcheck.jobs.tasks.sweep", expires=30)
def sweep() -> int:
    """Send again what is due, stalled or was never sent (beat, see CELERY_BEAT_SCHEDULE)."""
    return sweeping.sweep()
