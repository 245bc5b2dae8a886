"""Writing to the audit log."""

from __future__ import annotations

import json
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models, transaction
from django.utils import timezone

from factcheck.accounts.models import User
from factcheck.audit.models import Event
from factcheck.gesture import current_gesture


def record(action: str, obj: models.Model, *, actor: User | None, **data: Any) -> Event:
    """Append one event to the object's chain. Two queries; `actor` is None for the system.

    Belongs in the transaction of the change it tells of, after that change has taken the object's
    row lock: then two events cannot want the same place in the chain, and where they do all the
    same the unique constraint undoes the later transaction.

    Raises:
        RuntimeError: outside a transaction, where the event could outlive a failed change.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("record() belongs inside the transaction of the change it tells of")
    object_type, object_id = obj._meta.label_lower, str(obj.pk)
    last = (
        Event.objects.filter(object_type=object_type, object_id=object_id)
        .order_by("-sequence")
        .values_list("sequence", "digest")
        .first()
    )
    sequence, previous = last or (0, "")
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
