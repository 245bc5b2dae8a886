"""Sending what waits: the work of a worker, one endpoint at a time.

No transaction is open while a receiver is waited for. What came of an attempt is written together with what
it means for the endpoint, and only while the endpoint is still this worker's: one that was killed or lost
its lease after sending has the same message sent again, under the same id.
"""

from __future__ import annotations

import logging
import time
import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Coalesce
from django.utils import timezone

from articles.fetching import FetchError, send
from factcheck import faults
from factcheck.audit.actions import record
from factcheck.jobs.models import JobStatus
from factcheck.jobs.runner import LONGEST_PAUSE, LeaseLost, pause_after
from factcheck.jobs.wake import wake_on_commit
from publishing.webhooks.models import Delivery, Endpoint
from publishing.webhooks.signing import signed
from publishing.webhooks.telling import AFRESH, tell

logger = logging.getLogger(__name__)

MOST_AT_ONCE: Final = 100
"""How many messages one run sends; the rest is for the next, which begins at once."""
SECONDS: Final = 40.0
"""After how long a run begins with no further message. The last one may take 15 more, within the lease."""
PATIENCE: Final = timedelta(days=3)
"""How long a receiver may fail before it is switched off."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """What one attempt came to."""

    at: datetime
    took_ms: int
    error_code: str = ""
    answer_status: int | None = None
    answer: str = ""
    retry_after: timedelta = timedelta()

    @property
    def facts(self) -> dict[str, Any]:
        """What the delivery keeps of it."""
        return {
            "sent_at": self.at,
            "took_ms": self.took_ms,
            "error_code": self.error_code,
            "answer_status": self.answer_status,
            "answer": self.answer,
        }


def carry_out_deliveries(endpoint: Endpoint) -> None:
    """Send what was asked for out of turn, then what waits in its order, until one does not go well.

    Safe to run again at any point.

    Raises:
        LeaseLost: it was switched off or removed meanwhile, or another worker has it.
    """
    tell(endpoint)
    over = time.monotonic() + SECONDS
    mine = Delivery.objects.filter(endpoint=endpoint)
    for delivery in [*mine.asked()[:MOST_AT_ONCE], *mine.waiting()[:MOST_AT_ONCE]]:
        if time.monotonic() > over:
            break
        _look_again(endpoint)
        faults.point("endpoint.before_send")
        attempt = _attempt(endpoint, delivery)
        faults.point("endpoint.after_send")
        if not _write(endpoint, delivery, attempt):
            return
    _await_more(endpoint)
    faults.point("endpoint.after_done")


def _look_again(endpoint: Endpoint) -> None:
    """Take over what an administrator has changed since the message before.

    Raises:
        LeaseLost: as `carry_out_deliveries`.
    """
    fields = ["url", "secret_number", "secret_changed_at"]
    try:
        endpoint.refresh_from_db(fields=fields, from_queryset=_mine(endpoint))
    except Endpoint.DoesNotExist:
        raise LeaseLost(str(endpoint)) from None


def _attempt(endpoint: Endpoint, delivery: Delivery) -> Attempt:
    """Send one message; whatever comes of it, it is an answer."""
    at, began = timezone.now(), time.monotonic()
    try:
        answered = send(endpoint.url, delivery.body.encode(), signed(endpoint, delivery, at=at))
    except FetchError as error:
        return Attempt(at, _since(began), error.code)
    return Attempt(
        at,
        _since(began),
        "" if answered.is_taken else _code_of(answered.status),
        answered.status,
        shown(answered.beginning),
        answered.retry_after,
    )


def _since(began: float) -> int:
    return round((time.monotonic() - began) * 1000)


def _code_of(status: int) -> str:
    if status == 410:
        return "gone"
    return "redirected" if 300 <= status < 400 else "bad_status"


def shown(answer: bytes) -> str:
    """Return what a receiver said with every character that does something instead of showing as its sign."""
    return "".join(map(_shown, answer.decode(errors="replace")))


def _shown(character: str) -> str:
    number = ord(character)
    if number < 0x20:
        return chr(0x2400 + number)
    if unicodedata.category(character) in {"Cc", "Cf", "Zl", "Zp"}:
        return f"\\u{number:04x}"
    return character


@transaction.atomic(durable=True)
def _write(endpoint: Endpoint, delivery: Delivery, attempt: Attempt) -> bool:
    """Write down what came of an attempt; say whether the run goes on.

    Raises:
        LeaseLost: as `carry_out_deliveries`.
    """
    in_turn, taken = delivery.status == Delivery.Status.WAITING, not attempt.error_code
    went_on = True
    tried_at = endpoint.url
    _hold(endpoint, leased_until=endpoint.leased_until)
    endpoint.refresh_from_db(fields=["url", "failures", "failing_since"])
    if not taken and endpoint.url != tried_at:  # what the old one said is nothing to the new one
        went_on = not in_turn
        if in_turn:
            _come_again(endpoint)
    elif attempt.error_code == "gone":
        _switch_off(endpoint, Endpoint.Reason.GONE)
        went_on = False
    elif in_turn and not taken:
        _await_better_times(endpoint, attempt)
        went_on = False
    elif in_turn:
        _hold(endpoint, failures=0, failing_since=None)
    facts: dict[str, Any] = {"attempts": F("attempts") + 1, **attempt.facts}
    if taken:
        facts |= {"status": Delivery.Status.DELIVERED, "taken_at": Coalesce("taken_at", attempt.at)}
    elif not in_turn:
        facts["status"] = Delivery.Status.FAILED
    Delivery.objects.filter(pk=delivery.pk).update(**facts)
    return went_on


def _await_better_times(endpoint: Endpoint, attempt: Attempt) -> None:
    """Try again after a pause of an hour at most, or switch it off where that went on for too long."""
    now = timezone.now()
    since = endpoint.failing_since or attempt.at
    if now - since >= PATIENCE:
        _switch_off(endpoint, Endpoint.Reason.FAILING)
        return
    failures = endpoint.failures + 1
    pause = min(max(pause_after(failures), attempt.retry_after), LONGEST_PAUSE)
    sleeping = {"status": JobStatus.QUEUED, "run_after": now + pause, **AFRESH}
    _hold(endpoint, failures=failures, failing_since=since, **sleeping)
    if Delivery.objects.filter(endpoint=endpoint).asked().exists():  # since this run began
        Endpoint.objects.filter(pk=endpoint.pk).update(run_after=now)


def _switch_off(endpoint: Endpoint, reason: Endpoint.Reason) -> None:
    """Tell it nothing more until somebody switches it on; what waits goes on waiting."""
    _hold(endpoint, status=JobStatus.DONE, disabled_at=timezone.now(), disabled_reason=reason.value, **AFRESH)
    record("endpoint.switched_off", endpoint, actor=None, reason=reason.value)
    logger.warning("Endpoint %s (%s) was switched off: %s", endpoint.pk, endpoint, reason.value)


@transaction.atomic(durable=True)
def _await_more(endpoint: Endpoint) -> None:
    """End the run: at rest, or queued for the next one where something is left."""
    _hold(endpoint, status=JobStatus.DONE, **AFRESH)
    # Asked after the row is taken: whoever makes a delivery takes it too.
    mine = Delivery.objects.filter(endpoint=endpoint)
    if mine.waiting().exists() or mine.asked().exists():
        rested = Endpoint.objects.filter(pk=endpoint.pk)
        rested.update(status=JobStatus.QUEUED, run_after=timezone.now())
        wake_on_commit(endpoint)


def _come_again(endpoint: Endpoint) -> None:
    """End the run, and have the next one begin at once."""
    _hold(endpoint, status=JobStatus.QUEUED, run_after=timezone.now(), **AFRESH)
    wake_on_commit(endpoint)


def _hold(endpoint: Endpoint, **facts: Any) -> None:
    """Write to the endpoint while it is this worker's, and take its row for the rest of the transaction.

    Raises:
        LeaseLost: it is not.
    """
    if not _mine(endpoint).update(**facts):
        raise LeaseLost(str(endpoint))
    for name, value in facts.items():
        setattr(endpoint, name, value)


def _mine(endpoint: Endpoint) -> Any:
    """The row while this run has it: `attempts` begins anew with each, so the end of the lease says which."""
    return Endpoint.objects.filter(
        pk=endpoint.pk, status=JobStatus.RUNNING, leased_until=endpoint.leased_until
    )
