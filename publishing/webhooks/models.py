"""Who is told what happened, and each telling."""

from __future__ import annotations

import hashlib
import json
import uuid
from datetime import datetime, timedelta
from typing import Any, ClassVar
from urllib.parse import urlsplit

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _, gettext_lazy as _lazy

from factcheck.audit.models import Event
from factcheck.jobs.models import Job, JobQuerySet
from publishing.webhooks.kinds import TEST, Kind

WHY_NOT = {
    "url_refused": _lazy("Messages are sent to a plain https address, port 443, without a user name."),
    "url_blocked": _lazy(
        "The address is not one of the public internet, so nothing was sent. Use a public https address."
    ),
    "own_host": _lazy("This is the address of the desk itself, which is told nothing."),
    "unreachable": _lazy("The receiver could not be reached."),
    "timeout": _lazy("The receiver did not answer in time."),
    "untrusted_certificate": _lazy(
        "The receiver could not prove its name: its certificate is expired, self-made or another site's."
    ),
    "bad_answer": _lazy("The receiver's answer was garbled or broke off."),
    "redirected": _lazy(
        "The receiver sent us on to another address (HTTP {status}), which we do not follow. Change the"
        " endpoint's address."
    ),
    "gone": _lazy("The receiver says that it wants no more messages (HTTP 410)."),
    "bad_status": _lazy("The receiver answered with HTTP {status}, not with a 2xx status."),
}
"""What each way of not being delivered means; the fetcher's own words are for whoever wants an article."""


class EndpointQuerySet(JobQuerySet):
    def kept(self) -> EndpointQuerySet:
        """Those that nobody removed."""
        return self.filter(removed_at=None)

    def told(self) -> EndpointQuerySet:
        """Those that are told what happens: neither removed nor switched off."""
        return self.kept().filter(disabled_at=None)


class Endpoint(Job):
    """The address of a program that wants to be told: a job that is never done with.

    One run sends what waits, one after the other and oldest first, so that a receiver gets everything in
    order. `status` is `done` while nothing waits, `queued` while something does, at `run_after` where the
    receiver is away; `failed` means that sending broke something of ours many times over.

    `failures` counts the attempts in a row that did not go well, since `failing_since`. One that is switched
    off keeps its deliveries and is told the rest when it is switched on again. One that was removed is in no
    list; its row stays, with what it was told.
    """

    class Reason(models.TextChoices):
        """Why it is switched off."""

        BY_HAND = "by_hand", _lazy("An administrator switched it off.")
        FAILING = "failing", _lazy("It took nothing for three days, so we switched it off. Nothing is lost.")
        GONE = "gone", _lazy("The receiver said that it wants no more messages (HTTP 410).")

    task = "publishing.tasks.send_deliveries"
    lease = timedelta(seconds=90)
    max_attempts: ClassVar[int] = 20

    url = models.CharField(max_length=2000)
    kinds = models.JSONField(default=list)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    secret_number = models.PositiveIntegerField(default=1)
    secret_changed_at = models.DateTimeField(default=timezone.now)
    failures = models.PositiveIntegerField(default=0)
    failing_since = models.DateTimeField(null=True, blank=True)
    disabled_at = models.DateTimeField(null=True, blank=True)
    disabled_reason = models.CharField(max_length=10, choices=Reason, blank=True)
    removed_at = models.DateTimeField(null=True, blank=True)
    told_until = models.DateTimeField(default=timezone.now)

    # The base class of jobs has a manager of another queryset.
    objects = EndpointQuerySet.as_manager()  # type: ignore[misc]

    class Meta(Job.Meta):
        verbose_name = _lazy("endpoint")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["url"], condition=Q(removed_at=None), name="publishing_endpoint_once"
            ),
            models.CheckConstraint(
                condition=Q(removed_at=None, disabled_at=None) | Q(status="done"),
                name="publishing_endpoint_off_sends_nothing",
            ),
            models.CheckConstraint(
                condition=Q(disabled_at=None, disabled_reason="")
                | (Q(disabled_at__isnull=False) & ~Q(disabled_reason="")),
                name="publishing_endpoint_off_for_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return self.host

    @property
    def host(self) -> str:
        """Host and port, by which it is named in logs: the whole address may be what lets one in."""
        return urlsplit(self.url).netloc

    @property
    def version(self) -> str:
        """A digest of where it is and what it is told: whoever changes them says which they read."""
        return hashlib.sha256(json.dumps([self.url, self.kinds]).encode()).hexdigest()[:16]

    @property
    def is_on(self) -> bool:
        """Whether it is told what happens."""
        return self.disabled_at is None and self.removed_at is None

    @property
    def next_try_at(self) -> datetime | None:
        """When what did not go well is tried again; nothing where all is well."""
        return self.run_after if self.failing_since and self.is_open else None

    @property
    def why_off(self) -> str:
        """The sentence for one that is switched off."""
        return str(self.Reason(self.disabled_reason).label) if self.disabled_reason else ""


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    def waiting(self) -> DeliveryQuerySet:
        """What is still to be sent in its turn, in the order in which it goes."""
        return self.filter(status=Delivery.Status.WAITING).order_by("pk")

    def asked(self) -> DeliveryQuerySet:
        """What somebody asked for out of turn, in that order."""
        return self.filter(status=Delivery.Status.ASKED).order_by("asked_at", "pk")


class Delivery(models.Model):
    """One event, told to one endpoint: what is sent, and what the last attempt came to.

    `key` is its id in every attempt, so that a receiver knows what it has already. What was asked for out
    of turn, a test or what is sent again, is tried once and then `failed` where that did not go well; what
    waits for its turn stays `waiting` until it is taken. `taken_at` is when the receiver first said that it
    has it.
    """

    class Status(models.TextChoices):
        WAITING = "waiting", _lazy("Waiting")
        ASKED = "asked", _lazy("To be sent once")
        DELIVERED = "delivered", _lazy("Delivered")
        FAILED = "failed", _lazy("Not delivered")

    endpoint = models.ForeignKey(
        Endpoint, on_delete=models.PROTECT, related_name="deliveries", db_index=False
    )
    event = models.ForeignKey(Event, null=True, on_delete=models.PROTECT, related_name="+")
    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(max_length=40)
    body = models.TextField()
    status = models.CharField(max_length=10, choices=Status, default=Status.WAITING)
    attempts = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(default=timezone.now)
    asked_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    taken_at = models.DateTimeField(null=True, blank=True)
    took_ms = models.PositiveIntegerField(null=True, blank=True)
    answer_status = models.PositiveSmallIntegerField(null=True, blank=True)
    answer = models.TextField(blank=True)
    error_code = models.CharField(max_length=60, blank=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["endpoint", "-id"], name="deliveries_newest"),
            models.Index(
                fields=["endpoint", "id"],
                condition=Q(status__in=["waiting", "asked"]),
                name="deliveries_open",
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["endpoint", "event"], name="publishing_delivery_once"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"

    @property
    def is_test(self) -> bool:
        """Whether it tells of nothing that happened."""
        return self.kind == TEST

    @property
    def shown_kind(self) -> str:
        """What it tells, in words."""
        return _("A test") if self.is_test else str(Kind(self.kind).label)

    @property
    def shown_error(self) -> str:
        """Why the last attempt did not go well."""
        words: Any = WHY_NOT.get(self.error_code, "")
        return str(words).format(status=self.answer_status)
