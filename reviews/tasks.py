"""Celery's door to reviews: call one action."""

from __future__ import annotations

from celery import shared_task

from reviews.rechecks import ask_for_rechecks as ask


@shared_task(name="reviews.tasks.ask_for_rechecks", expires=600)
def ask_for_rechecks() -> int:
    """Look for changes of articles whose claims are open or published (beat)."""
    return ask()
