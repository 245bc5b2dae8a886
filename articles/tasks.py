"""Celery's door to importing: take one id, call one action."""

from __future__ import annotations

from celery import shared_task

from articles.actions import carry_out_import
from articles.models import Import
from factcheck.jobs.runner import perform


@shared_task(name="articles.tasks.run_import", soft_time_limit=38, time_limit=40)
def run_import(import_id: int) -> None:
    """Import one article.

    The soft limit is later than the fetcher's own, which says what happened in a sentence.
    """
    perform(Import, import_id, carry_out_import)
