"""Housekeeping of the API's own table."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from factcheck.api.models import Answer


@shared_task(ignore_result=True)
def forget_answers() -> None:
    """Delete the answers that are older than we promise to remember. One query."""
    Answer.objects.expired(timezone.now()).delete()
