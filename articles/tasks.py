"""Celery's door to importing: take one id, call one action."""

from __future__ import annotations

from celery import shared_task

from articles.actions import (
    carry_out_batch,
    carry_out_import,
    carry_out_poll,
    compare_one,
    compare_waiting,
)
from articles.batches.models import Batch
from articles.feeds.models import Feed
from articles.models import Import
from factcheck.jobs.runner import perform


@shared_task(name="articles.tasks.run_import", soft_time_limit=38, time_limit=40)
def run_import(import_id: int) -> None:
    """Import one article.

    The soft limit is later than the fetcher's own, which says what happened in a sentence.
    """
    perform(Import, import_id, carry_out_import)


@shared_task(name="articles.tasks.poll_feed", soft_time_limit=50, time_limit=55)
def poll_feed(feed_id: int) -> None:
    """Read one feed. `sweep` sends it whenever its time has come."""
    perform(Feed, feed_id, carry_out_poll)


@shared_task(name="articles.tasks.run_batch", soft_time_limit=290, time_limit=300)
def run_batch(batch_id: int) -> None:
    """Take the rows of one file. Its lease is renewed as it goes, and a later run goes on where it ended."""
    perform(Batch, batch_id, carry_out_batch)


@shared_task(name="articles.tasks.look_alive", expires=30)
def look_alive() -> None:
    """Do nothing, so that whoever watches an importer without work sees that it would do some (beat)."""


@shared_task(name="articles.tasks.compare_article", time_limit=60)
def compare_article(article_id: int) -> None:
    """Look for near copies of one article."""
    compare_one(article_id)


@shared_task(name="articles.tasks.compare_waiting", expires=30, time_limit=60)
def compare_articles() -> int:
    """Look for near copies where that was not done when the text came (beat)."""
    return compare_waiting()
