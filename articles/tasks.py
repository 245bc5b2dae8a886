"""Celery's door to importing: take one id, call one action."""

from __future__ import annotations

from celery import shared_task

from articles.actions import carry_out_import
from articles.models import Import
from factcheck.jobs.runner import perform


@shared_task(name="articles.tasks.run_import", time_limit=40)
def run_import(import_id: int) -> None:
    """Import one article."""
    perform(Import, import_id, carry_out_import)
