"""Celery's door to publishing: take one id, call one action."""

from __future__ import annotations

from celery import shared_task

from factcheck.jobs.runner import perform
from publishing import site
from publishing.actions import carry_out_release, release_again
from publishing.models import Release
from publishing.webhooks import telling
from publishing.webhooks.models import Endpoint
from publishing.webhooks.sending import carry_out_deliveries


@shared_task(name="publishing.tasks.run_release", time_limit=25)
def run_release(release_id: int) -> None:
    """Publish one verdict."""
    perform(Release, release_id, carry_out_release)


@shared_task(name="publishing.tasks.show_changes", expires=120)
def show_changes() -> int:
    """Say on public pages that an article was changed after its check (beat)."""
    return site.show_changes()


@shared_task(name="publishing.tasks.repair_site", expires=600)
def repair_site() -> int:
    """Mend pages of the site that are missing, cut short or old (beat, see CELERY_BEAT_SCHEDULE).

    First of all the releases that were to make them: a page that is put up without is told to nobody.
    """
    release_again()
    return site.repair()


@shared_task(name="publishing.tasks.tell_endpoints", expires=10, time_limit=60)
def tell_endpoints() -> int:
    """Look for what endpoints have not been told yet (beat)."""
    return telling.tell_endpoints()


@shared_task(name="publishing.tasks.send_deliveries", soft_time_limit=75, time_limit=80)
def send_deliveries(endpoint_id: int) -> None:
    """Send one endpoint what waits for it."""
    perform(Endpoint, endpoint_id, carry_out_deliveries)
