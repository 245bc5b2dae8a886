"""Rows that wait to be written together, and the hash chain of one object's history."""

from __future__ import annotations

from datetime import datetime
from typing import Any, TypeVar

from django.core.management.color import no_style
from django.db import connection, models, transaction
from django.db.models import Max

from factcheck.audit.models import Event

M = TypeVar("M", bound=models.Model)
AT_ONCE = 2_000


class Rows:
    """Rows by model. Each has its id from the start, so that circles close and nothing is read back."""

    def __init__(self) -> None:
        self._waiting: dict[type[models.Model], list[models.Model]] = {}
        self._last: dict[type[models.Model], int] = {}

    def add(self, row: M) -> M:
        """Give the row its id and keep it until `write`."""
        model = type(row)
        if model not in self._last:
            self._last[model] = model._base_manager.aggregate(last=Max("pk"))["last"] or 0
        self._last[model] += 1
        row.pk = self._last[model]
        self._waiting.setdefault(model, []).append(row)
        return row

    def write(self) -> None:
        """Write what waits, in one transaction: foreign keys are checked at its end."""
        with transaction.atomic():
            for model, rows in self._waiting.items():
                model._base_manager.bulk_create(rows, batch_size=AT_ONCE)
        self._waiting.clear()

    def close(self) -> None:
        """Let the database go on counting where we stopped; forget the last ids, which others move on."""
        with connection.cursor() as cursor:
            for statement in connection.ops.sequence_reset_sql(no_style(), list(self._last)):
                cursor.execute(statement)
        self._last.clear()


class History:
    """The events of one object, chained as `factcheck.audit.actions.record` chains them."""

    def __init__(self, rows: Rows, obj: models.Model, label: str) -> None:
        self._rows = rows
        self._type, self._id, self._label = obj._meta.label_lower, str(obj.pk), label[:200]
        self._sequence, self._previous = 0, ""

    def tell(self, action: str, *, actor: int | None, at: datetime, **data: Any) -> None:
        """Append one event."""
        self._sequence += 1
        event = Event(
            object_type=self._type,
            object_id=self._id,
            sequence=self._sequence,
            label=self._label,
            action=action,
            actor_id=actor,
            at=at,
            data=data,
            gesture="",
            previous=self._previous,
        )
        event.digest = self._previous = event.compute_digest()
        self._rows.add(event)
