"""Five hundred ways to falsify the log, all of them seen (SECURITY, D6)."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction

from factcheck.accounts.models import User
from factcheck.audit import verify
from factcheck.audit.models import Event
from tests import factories as make
from tests.database import triggers_off

MUTATIONS = 500
SEED = 20_261_122
FIELDS = [field.attname for field in Event._meta.concrete_fields if field.attname != "id"]


def _another(field: str, value: Any, chance: random.Random, people: list[int]) -> Any:
    match field:
        case "at":
            return value + timedelta(microseconds=chance.choice([-1, 1, 10**9]))
        case "actor_id":
            return chance.choice([pk for pk in [*people, None] if pk != value])
        case "sequence":
            return value + chance.choice([100, 1000])
        case "data":
            return value | {"forged": chance.random()}
        case "digest" | "previous":
            return chance.randbytes(32).hex()
        case _:
            return f"{value}{chance.choice('xyz')}"[-40:]


def _alter(events: list[Event], chance: random.Random, people: list[int]) -> str:
    event, field = chance.choice(events), chance.choice(FIELDS)
    was = getattr(event, field)
    Event.objects.filter(pk=event.pk).update(**{field: _another(field, was, chance, people)})
    return f"alter {field}"


def _alter_and_seal(events: list[Event], chance: random.Random, people: list[int]) -> str:
    """Alter an event and give it a digest that fits: the event after it, or the kept head, does not."""
    event = chance.choice(events)
    event.label = f"{event.label[:100]} (forged)"
    Event.objects.filter(pk=event.pk).update(label=event.label, digest=event.compute_digest())
    return "alter and seal"


def _rewrite(events: list[Event], chance: random.Random, people: list[int]) -> str:
    """Alter an event and seal the whole rest of its chain again."""
    first = chance.choice(events)
    rest = [e for e in _chain_of(first, events) if e.sequence >= first.sequence]
    first.action = "review.forged"
    previous = first.previous
    for event in [first, *rest[1:]]:
        event.previous = previous
        event.digest = previous = event.compute_digest()
        Event.objects.filter(pk=event.pk).update(
            action=event.action, previous=event.previous, digest=event.digest
        )
    return "rewrite the rest"


def _delete(events: list[Event], chance: random.Random, people: list[int]) -> str:
    Event.objects.filter(pk=chance.choice(events).pk).delete()
    return "delete one"


def _delete_chain(events: list[Event], chance: random.Random, people: list[int]) -> str:
    Event.objects.filter(pk__in=[e.pk for e in _chain_of(chance.choice(events), events)]).delete()
    return "delete a chain"


def _truncate(events: list[Event], chance: random.Random, people: list[int]) -> str:
    event = chance.choice(events)
    tail = [e.pk for e in _chain_of(event, events) if e.sequence >= event.sequence]
    Event.objects.filter(pk__in=tail).delete()
    return "cut the tail"


def _insert(events: list[Event], chance: random.Random, people: list[int]) -> str:
    """Put an event between two others; the ones after it move up."""
    event = chance.choice(events)
    after = [e for e in _chain_of(event, events) if e.sequence > event.sequence]
    for later in reversed(after):
        Event.objects.filter(pk=later.pk).update(sequence=later.sequence + 1)
    forged = Event(**{field: getattr(event, field) for field in FIELDS if field != "digest"})
    forged.sequence, forged.previous, forged.action = event.sequence + 1, event.digest, "review.forged"
    forged.digest = forged.compute_digest() if after else "0" * 64
    forged.save(force_insert=True)
    return "insert"


def _reorder(events: list[Event], chance: random.Random, people: list[int]) -> str:
    chains = [chain for chain in (_chain_of(event, events) for event in events) if len(chain) > 1]
    one, other = chance.sample(chance.choice(chains), 2)
    Event.objects.filter(pk=one.pk).update(sequence=10_000)
    Event.objects.filter(pk=other.pk).update(sequence=one.sequence)
    Event.objects.filter(pk=one.pk).update(sequence=other.sequence)
    return "reorder"


def _chain_of(event: Event, events: list[Event]) -> list[Event]:
    whose = (event.object_type, event.object_id)
    return sorted((e for e in events if (e.object_type, e.object_id) == whose), key=lambda e: e.sequence)


KINDS: list[Callable[[list[Event], random.Random, list[int]], str]] = [
    _alter, _alter, _alter, _alter_and_seal, _rewrite, _delete, _delete_chain, _truncate, _insert, _reorder,
]  # fmt: skip


@pytest.mark.case("D6")
def test_each_of_500_falsifications_is_seen(ada: User, cleo: User) -> None:
    make.approved()
    make.returned()
    assert list(verify.faults()) == []
    kept, chance, tried, unseen = verify.heads(), random.Random(SEED), Counter[str](), []
    people = [ada.pk, cleo.pk]
    with triggers_off("audit_event"):
        for number in range(MUTATIONS):
            undo = transaction.savepoint()
            what = chance.choice(KINDS)(list(Event.objects.order_by("pk")), chance, people)
            if next(verify.faults(kept), None) is None:
                unseen.append((number, what))
            tried[what] += 1
            transaction.savepoint_rollback(undo)
    assert unseen == []
    assert sum(tried.values()) == MUTATIONS
    assert {kind for kind in tried if kind.startswith("alter ")} >= {f"alter {field}" for field in FIELDS}
    assert list(verify.faults(kept)) == []
