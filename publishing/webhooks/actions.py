"""Who is told what: what administrators do about endpoints."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from articles.fetching import FetchError, address_to_send
from factcheck.accounts.models import User
from factcheck.accounts.roles import Right, require
from factcheck.audit.actions import Before, record
from factcheck.errors import Conflict, Malformed, StaleVersion
from factcheck.jobs.models import JobStatus
from factcheck.jobs.wake import wake_on_commit
from publishing.limits import ENDPOINTS
from publishing.webhooks.kinds import TEST, Kind
from publishing.webhooks.models import WHY_NOT, Delivery, Endpoint
from publishing.webhooks.payloads import message_for_test
from publishing.webhooks.signing import secret_of
from publishing.webhooks.telling import AFRESH

_WELL: dict[str, Any] = {"failures": 0, "failing_since": None}


@transaction.atomic(durable=True)
def add_endpoint(*, actor: User, url: str, kinds: Collection[str]) -> tuple[Endpoint, str]:
    """Begin to tell a program of what happens from now on; return it with its secret, which is shown once.

    Raises:
        Forbidden: they do not administer the desk.
        Malformed: an address that nothing can be sent to, or the desk's own; no kind, or one that is not.
        Conflict: the desk tells this address already, or as many as it can.
    """
    require(actor, Right.ADMINISTER)
    url, wanted = _address(url), _chosen(kinds)
    _wait_for_others()
    # Asked once the rows are held: what came with them may be older.
    if Endpoint.objects.kept().count() >= ENDPOINTS:
        raise Conflict(
            detail=_("The desk tells at most %d endpoints. Remove one that is not needed any more.")
            % ENDPOINTS
        )
    now = timezone.now()
    endpoint = Endpoint(
        url=url,
        kinds=wanted,
        added_by=actor,
        created_at=now,
        secret_changed_at=now,
        told_until=now,
        status=JobStatus.DONE,
    )
    try:
        with transaction.atomic():
            endpoint.save(force_insert=True)
    except IntegrityError:
        raise _taken() from None
    record("endpoint.added", endpoint, actor=actor, after=Before.NOTHING, host=endpoint.host, kinds=wanted)
    return endpoint, secret_of(endpoint)


@transaction.atomic(durable=True)
def change_endpoint(
    endpoint: Endpoint,
    *,
    actor: User,
    version: str | None = None,
    url: str | None = None,
    kinds: Collection[str] | None = None,
) -> Endpoint:
    """Change where an endpoint is and what it is told; what is left out stays.

    `version` is that of the endpoint which the caller read.

    A kind that is added counts from the last look on: some minutes back, for one that is switched off since
    it was. What waits stays, also of a kind that is taken away. A new address is tried at once.

    Raises:
        Forbidden, Malformed: as `add_endpoint`.
        StaleVersion: somebody changed it since the caller read it.
        Conflict: it was removed, or the desk tells this address already.
    """
    require(actor, Right.ADMINISTER)
    changes: dict[str, Any] = {}
    if url is not None:
        changes["url"] = _address(url)
    if kinds is not None:
        changes["kinds"] = _chosen(kinds)
    here = Endpoint.objects.kept().filter(pk=endpoint.pk)
    now: Endpoint | None = here.select_for_update().first()
    if now is None:
        raise _removed()
    if version is not None and version != now.version:
        raise StaleVersion(
            current=_plain(now),
            detail=_(
                "Somebody else changed this endpoint in the meantime. Compare, and save again to replace it."
            ),
        )
    if all(getattr(now, name) == value for name, value in changes.items()):
        return now
    try:
        with transaction.atomic():
            here.update(**changes)
    except IntegrityError:
        raise _taken() from None
    if changes.get("url", now.url) != now.url:
        here.update(**_WELL)
        _try_now(endpoint)
    endpoint.refresh_from_db()
    record(
        "endpoint.changed",
        endpoint,
        actor=actor,
        fields=sorted(changes),
        was=_plain(now),
        now=_plain(endpoint),
    )
    return endpoint


@transaction.atomic(durable=True)
def renew_secret(endpoint: Endpoint, *, actor: User) -> str:
    """Give an endpoint another secret; return it, it is shown once. The one before counts for a day more.

    Raises:
        Forbidden: they do not administer the desk.
        Conflict: it was removed, or somebody renewed it just now.
    """
    require(actor, Right.ADMINISTER)
    number, now = endpoint.secret_number, timezone.now()
    here = Endpoint.objects.kept().filter(pk=endpoint.pk, secret_number=number)
    if not here.update(secret_number=number + 1, secret_changed_at=now):
        raise Conflict(detail=_("Its secret was renewed just now, or it was removed. Look at it again."))
    endpoint.secret_number, endpoint.secret_changed_at = number + 1, now
    record("endpoint.secret_renewed", endpoint, actor=actor, number=number + 1)
    return secret_of(endpoint)


@transaction.atomic(durable=True)
def switch_off_endpoint(endpoint: Endpoint, *, actor: User) -> Endpoint:
    """Send an endpoint nothing more until it is switched on; what waits stays, and what is being sent."""
    require(actor, Right.ADMINISTER)
    on = Endpoint.objects.told().filter(pk=endpoint.pk)
    reason = Endpoint.Reason.BY_HAND.value
    if on.update(status=JobStatus.DONE, disabled_at=timezone.now(), disabled_reason=reason, **AFRESH):
        record("endpoint.switched_off", endpoint, actor=actor, reason=reason)
    endpoint.refresh_from_db()
    return endpoint


@transaction.atomic(durable=True)
def switch_on_endpoint(endpoint: Endpoint, *, actor: User) -> Endpoint:
    """Go on with what waits, and with all that happened meanwhile. Also where a worker gave it up.

    Raises:
        Forbidden: they do not administer the desk.
        Conflict: it was removed.
    """
    require(actor, Right.ADMINISTER)
    kept = Endpoint.objects.kept().filter(pk=endpoint.pk)
    off = kept.exclude(disabled_at=None) | kept.filter(status=JobStatus.FAILED)
    again = {"disabled_at": None, "disabled_reason": "", **_WELL, **_due()}
    if off.update(**again):
        record("endpoint.switched_on", endpoint, actor=actor)
        wake_on_commit(endpoint)
    elif not kept.exists():
        raise _removed()
    endpoint.refresh_from_db()
    return endpoint


@transaction.atomic(durable=True)
def remove_endpoint(endpoint: Endpoint, *, actor: User) -> Endpoint:
    """Tell an endpoint nothing more: no list has it. Its row stays, with what it was told."""
    require(actor, Right.ADMINISTER)
    kept = Endpoint.objects.kept().filter(pk=endpoint.pk)
    if kept.update(status=JobStatus.DONE, removed_at=timezone.now(), **AFRESH):
        record("endpoint.removed", endpoint, actor=actor)
    endpoint.refresh_from_db()
    return endpoint


@transaction.atomic(durable=True)
def send_test(endpoint: Endpoint, *, actor: User) -> Delivery:
    """Have a message sent that tells of nothing, once, before all that waits; return it.

    Raises:
        Forbidden: they do not administer the desk.
        Conflict: it is switched off or was removed.
    """
    require(actor, Right.ADMINISTER)
    now = timezone.now()
    _hold_and_wake(endpoint)
    delivery = Delivery.objects.create(
        endpoint=endpoint,
        kind=TEST,
        body=message_for_test(endpoint, now),
        status=Delivery.Status.ASKED,
        created_at=now,
        asked_at=now,
    )
    record("endpoint.test_requested", endpoint, actor=actor, delivery=delivery.key)
    return delivery


@transaction.atomic(durable=True)
def redeliver(delivery: Delivery, *, actor: User) -> Delivery:
    """Have a message sent again, with the same id and body, once, before all that waits; return it.

    One that still waits for its turn keeps it: the first that waits is tried now.

    Raises:
        Forbidden: they do not administer the desk.
        Conflict: its endpoint is switched off or was removed.
    """
    require(actor, Right.ADMINISTER)
    _hold_and_wake(delivery.endpoint)
    over = [Delivery.Status.DELIVERED, Delivery.Status.FAILED]
    Delivery.objects.filter(pk=delivery.pk, status__in=over).update(
        status=Delivery.Status.ASKED, asked_at=timezone.now()
    )
    record("endpoint.redelivery_requested", delivery.endpoint, actor=actor, delivery=delivery.key)
    delivery.refresh_from_db()
    return delivery


def _wait_for_others() -> None:
    """Let one at a time add an endpoint, by the rows of those there are; with none, no limit is near."""
    list(Endpoint.objects.kept().select_for_update().order_by("pk").values_list("pk"))


def _hold_and_wake(endpoint: Endpoint) -> None:
    """Take the row of an endpoint that is on, and have its worker come now.

    Raises:
        Conflict: it is switched off or was removed.
    """
    # Changes nothing, but holds the row: a run that ends meanwhile looks for more once it has it.
    if not Endpoint.objects.told().filter(pk=endpoint.pk).update(removed_at=None):
        raise Conflict(detail=_("This endpoint is switched off or was removed. Switch it on first."))
    _try_now(endpoint)


def _try_now(endpoint: Endpoint) -> None:
    """Have a worker come now, whatever pause it is in; one that is at it looks again before it ends."""
    resting = Endpoint.objects.told().filter(pk=endpoint.pk).exclude(status=JobStatus.RUNNING)
    if resting.update(**_due()):
        wake_on_commit(endpoint)


def _due() -> dict[str, Any]:
    return {"status": JobStatus.QUEUED, "run_after": timezone.now(), **AFRESH}


def _address(url: str) -> str:
    try:
        return address_to_send(url)
    except FetchError as error:
        words = WHY_NOT.get(error.code, error.detail)
        raise Malformed.at("/url", words, code=error.code) from error


def _chosen(kinds: Collection[str]) -> list[str]:
    """The kinds in the order in which they are listed, each once."""
    if not kinds:
        raise Malformed.at("/kinds", _("Say what it is to be told."), code="required")
    if strange := set(kinds) - set(Kind.values):
        words = _("There is no %(kind)s. Choose from: %(kinds)s.")
        named = {"kind": min(strange), "kinds": ", ".join(Kind.values)}
        raise Malformed.at("/kinds", words % named, code="invalid_choice")
    return [kind for kind in Kind.values if kind in kinds]


def _plain(endpoint: Endpoint) -> dict[str, Any]:
    """What the log has of it: not the address, which others may read there who must not use it."""
    return {"host": endpoint.host, "kinds": endpoint.kinds}


def _taken() -> Conflict:
    return Conflict(detail=_("The desk has an endpoint at this address already."))


def _removed() -> Conflict:
    return Conflict(detail=_("This endpoint was removed. Add its address again."))
