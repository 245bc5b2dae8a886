"""What the desk shows of endpoints: how it goes, what they were told last, and when to look again."""

from __future__ import annotations

import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from factcheck.counts import CountUpTo
from factcheck.jobs.models import JobStatus
from publishing.webhooks.kinds import Kind
from publishing.webhooks.models import Delivery, Endpoint, EndpointQuerySet
from publishing.webhooks.sending import PATIENCE
from publishing.webhooks.signing import BOTH_FOR, ending_of

LATEST: Final = 10
OPEN: Final = [Delivery.Status.WAITING, Delivery.Status.ASKED]
IN_TROUBLE: Final = {"broken", "failing", "off"}
_SOON: Final = timedelta(seconds=10)
_BUSY_S, _RESTING_S = 2, 30

RESULTS: Final[dict[str, Q]] = {
    "delivered": Q(status=Delivery.Status.DELIVERED),
    "failed": ~Q(error_code=""),
    "waiting": Q(status__in=OPEN),
}
"""What a list of deliveries can be narrowed to: what the last attempt came to, or that one is to come."""


@dataclass(frozen=True)
class Panel:
    """One endpoint as it stands now."""

    endpoint: Endpoint
    deliveries: list[Delivery]
    waiting: int
    """How many messages are to be sent, counted up to `factcheck.counts.MOST`."""
    has_delivered: bool
    held_up_by: Delivery | None
    """The first message that waits, which the others wait for."""

    @property
    def state(self) -> str:
        """One word for how it goes."""
        endpoint = self.endpoint
        if endpoint.removed_at:
            return "removed"
        if endpoint.disabled_at:
            return "off"
        if endpoint.status == JobStatus.FAILED:
            return "broken"
        if endpoint.failing_since:
            return "failing"
        if self.has_delivered:
            return "working"
        return "undelivered" if any(each.sent_at for each in self.deliveries) else "unsent"

    @property
    def kinds(self) -> list[Kind]:
        """What it is told."""
        return [kind for kind in Kind if kind in self.endpoint.kinds]

    @property
    def ending(self) -> str:
        """By which people tell its secret from another."""
        return ending_of(self.endpoint)

    @property
    def both_until(self) -> datetime | None:
        """Until when messages are signed with the secret before as well; nothing where that is over."""
        until = self.endpoint.secret_changed_at + BOTH_FOR
        return until if self.endpoint.secret_number > 1 and until > timezone.now() else None

    @property
    def last_failure(self) -> str:
        """Why the message that holds up the others was not taken."""
        return self.held_up_by.shown_error if self.held_up_by else ""

    @property
    def off_at(self) -> datetime | None:
        """When it is switched off if it goes on like this."""
        since = self.endpoint.failing_since
        return since + PATIENCE if since else None

    @property
    def look_again(self) -> int:
        """In how many seconds there may be something new of what is on its way; 0 where nothing is."""
        if not self.endpoint.is_on or not self.endpoint.is_open:
            return 0
        return _RESTING_S if self.rests else _BUSY_S

    @property
    def rests(self) -> bool:
        """Whether the next try is some time off, and worth saying when."""
        queued = self.endpoint.status == JobStatus.QUEUED
        return queued and self.endpoint.run_after >= timezone.now() + _SOON

    @property
    def seen(self) -> str:
        """What whoever watches it has seen of it; another word says that there is more to see."""
        endpoint = self.endpoint
        facts = [
            *(self.state, self.waiting, self.look_again, endpoint.failures, endpoint.disabled_reason),
            *(endpoint.url, endpoint.kinds, endpoint.secret_number),
            *((each.pk, each.status, each.attempts) for each in self.deliveries),
        ]
        return f"{zlib.crc32(repr(facts).encode()):08x}"


def panels() -> list[Panel]:
    """Return those that nobody removed with their latest deliveries, those in trouble first. Two queries."""
    endpoints = list(_with_facts(Endpoint.objects.kept()).order_by("-pk"))
    latest = Q(pk__in=[each.held_up_by_id for each in endpoints if each.held_up_by_id])
    for each in endpoints:
        latest |= Q(endpoint=each.pk, pk__gte=each.oldest_shown or 0)
    told: dict[int, list[Delivery]] = {each.pk: [] for each in endpoints}
    for delivery in Delivery.objects.filter(latest).order_by("-pk") if endpoints else ():
        told[delivery.endpoint_id].append(delivery)
    found = [_panel(each, told[each.pk][:LATEST], told[each.pk]) for each in endpoints]
    return sorted(found, key=lambda panel: panel.state not in IN_TROUBLE)


def panel_of(pk: int, deliveries: list[Delivery] | None = None) -> Panel:
    """Return one endpoint, also a removed one, with these deliveries or else its latest. Three queries.

    Raises:
        Endpoint.DoesNotExist: there is none.
    """
    endpoint = _with_facts(Endpoint.objects.all()).get(pk=pk)
    mine = Delivery.objects.filter(endpoint=pk)
    shown = list(mine.order_by("-pk")[:LATEST]) if deliveries is None else deliveries
    first = mine.filter(pk=endpoint.held_up_by_id)
    return _panel(endpoint, shown, [*shown, *first] if endpoint.held_up_by_id else shown)


def _with_facts(endpoints: EndpointQuerySet) -> QuerySet[Any]:
    told = Delivery.objects.filter(endpoint=OuterRef("pk"))
    found: QuerySet[Any] = endpoints.annotate(
        waiting=CountUpTo(told.filter(status__in=OPEN)),
        has_delivered=Exists(told.exclude(taken_at=None)),
        held_up_by_id=Subquery(told.waiting().values("pk")[:1]),
        # The latest of twenty endpoints in one query: a window over all that they were ever told is slow.
        oldest_shown=Subquery(told.order_by("-pk").values("pk")[LATEST - 1 : LATEST]),
    )
    return found


def _panel(endpoint: Any, shown: list[Delivery], known: Iterable[Delivery]) -> Panel:
    first = next((each for each in known if each.pk == endpoint.held_up_by_id), None)
    return Panel(endpoint, shown, endpoint.waiting, endpoint.has_delivered, first)
