"""Looking in the audit log for what endpoints have not been told yet."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import Any, Final

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from factcheck.audit.models import Event
from factcheck.jobs.models import JobStatus
from factcheck.jobs.wake import wake_on_commit
from publishing.webhooks.kinds import wanted
from publishing.webhooks.models import Delivery, Endpoint
from publishing.webhooks.payloads import messages_of

logger = logging.getLogger(__name__)

MOST_AT_ONCE: Final = 500
"""How many events one look takes for one endpoint; the rest is for the next."""
SLACK: Final = timedelta(minutes=10)
"""How long before a look an event may have its time that was not there at the look before.

An event has its time when it is recorded, and is there when its transaction commits. None takes as long.
"""

AFRESH: Final[dict[str, Any]] = {
    "attempts": 0, "sent_at": None, "leased_until": None, "error_code": "", "error_detail": "",
}  # fmt: skip
"""What an endpoint forgets of its last run when it waits for the next."""


def tell_endpoints() -> int:
    """Make a delivery of everything that an endpoint wants and has none of; return how many were made.

    One query for each endpoint that there is nothing for. What goes wrong for one is logged, and holds up
    no other.
    """
    made = 0
    for endpoint in Endpoint.objects.told().order_by("pk"):
        try:
            made += tell(endpoint)
        except Exception:
            logger.exception("Endpoint %s (%s) could not be told", endpoint.pk, endpoint)
    return made


def tell(endpoint: Endpoint) -> int:
    """Make the deliveries for one endpoint, and have a worker send them; return how many were made.

    Safe at any time and by any number at once: looks at one endpoint wait for each other, and an event is
    told once.
    """
    began = timezone.now()
    if untold(endpoint).exists():
        return _tell(endpoint.pk)
    # Not at each look: a row that is written every ten seconds costs more than a few minutes of the log.
    if endpoint.told_until < began - 2 * SLACK:
        here = Endpoint.objects.filter(pk=endpoint.pk, told_until=endpoint.told_until)
        here.update(told_until=began - SLACK)
    return 0


def untold(endpoint: Endpoint) -> QuerySet[Event]:
    """What the endpoint wants and has not been told, oldest first."""
    told = Delivery.objects.filter(endpoint=endpoint.pk, event=OuterRef("pk"))
    since = Event.objects.filter(wanted(endpoint.kinds), at__gte=endpoint.told_until)
    return since.exclude(Exists(told)).order_by("at", "pk")


@transaction.atomic(durable=True)
def _tell(pk: int) -> int:
    began = timezone.now()
    endpoint = Endpoint.objects.select_for_update().told().filter(pk=pk).first()
    if endpoint is None:  # switched off or removed just now
        return 0
    events = list(untold(endpoint)[:MOST_AT_ONCE])
    if not events:
        return 0
    made = Delivery.objects.bulk_create(
        Delivery(endpoint=endpoint, event=event, kind=kind, body=text, created_at=began)
        for event, kind, text in messages_of(events)
    )
    seen_until = events[-1].at if len(events) == MOST_AT_ONCE else began
    until = max(endpoint.told_until, min(seen_until, began) - SLACK)
    Endpoint.objects.filter(pk=pk).update(told_until=until)
    if made:
        wake(endpoint)
    return len(made)


def wake(endpoint: Endpoint) -> None:
    """Have a worker send what waits, in the caller's transaction, unless one is at it or a pause runs."""
    asleep = Endpoint.objects.told().filter(pk=endpoint.pk, status=JobStatus.DONE)
    if asleep.update(status=JobStatus.QUEUED, run_after=timezone.now(), **AFRESH):
        wake_on_commit(endpoint)
