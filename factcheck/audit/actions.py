"""Writing to the audit log."""

from __future__ import annotations

import json
from enum import Enum
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models, transaction
from django.utils import timezone

from factcheck.accounts.models import User
from factcheck.audit.models import Event
from factcheck.gesture import current_gesture


class Before(Enum):
    """What is known of the events before the one that is recorded, where it is not one of them."""

    LOOK = "to be looked for"
    NOTHING = "none: the object was made in this transaction"


def record(
    action: str,
    obj: models.Model,
    *,
    actor: User | None,
    after: Event | Before = Before.LOOK,
    **data: Any,
) -> Event:
    """Append one event to the object's chain. Two queries; `actor` is None for the system.

    One query where the caller knows what is before it: `after` is the event that this transaction
    recorded last of the same object, or `Before.NOTHING`.

    Belongs in the transaction of the change it tells of, after that change has taken the object's
    row lock: then two events cannot want the same place in the chain, and where they do all the
    same the unique constraint undoes the later transaction.

    Raises:
        RuntimeError: outside a transaction, where the event could outlive a failed change.
        ValueError: `after` tells of another object.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("record() belongs inside the transaction of the change it tells of")
    object_type, object_id = obj._meta.label_lower, str(obj.pk)
    sequence, previous = _head(object_type, object_id, after)
    event = Event(
        object_type=object_type,
        object_id=object_id,
        sequence=sequence + 1,
        label=str(obj)[:200],
        action=action,
        actor=actor,
        at=timezone.now(),
        # Through JSON once, so that the digest is over what the database will give back.
        data=json.loads(json.dumps(data, cls=DjangoJSONEncoder)),
        gesture=current_gesture(),
        previous=previous,
    )
    event.digest = event.compute_digest()
    event.save(force_insert=True)
    return event


def _head(object_type: str, object_id: str, after: Event | Before) -> tuple[int, str]:
    """Number and digest of the last event of an object; 0 and nothing where there is none."""
    if isinstance(after, Event):
        if (after.object_type, after.object_id) != (object_type, object_id):
            raise ValueError(f"{after} is no event of {object_type} {object_id}")
        return after.sequence, after.digest
    if after is Before.NOTHING:
        return 0, ""
    chain = Event.objects.filter(object_type=object_type, object_id=object_id).order_by("-sequence")
    return chain.values_list("sequence", "digest").first() or (0, "")
