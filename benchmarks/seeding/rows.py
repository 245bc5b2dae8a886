"""Rows that wait to be written together, and the hash chain of one object's history.

A desk of 100,000 claims has some two million rows. `bulk_create` would take a quarter of an hour for
them; here the models say which columns there are and how a value is stored, and the rows go to
PostgreSQL by COPY and to SQLite by `executemany`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any, TypeVar

from django.core.management.color import no_style
from django.db import connection, connections, models, transaction
from django.db.models import Max

from factcheck.audit.models import Event

M = TypeVar("M", bound=models.Model)
Row = tuple[Any, ...]

# Values of these fields are stored as they are; on PostgreSQL, of every field but JSON.
_PLAIN = (models.CharField, models.TextField, models.IntegerField, models.ForeignKey)


class Rows:
    """Rows by model. Each has its id from the start, so that circles close and nothing is read back."""

    def __init__(self) -> None:
        self._waiting: dict[type[models.Model], list[models.Model | Row]] = {}
        self._last: dict[type[models.Model], int] = {}

    def add(self, row: M) -> M:
        """Give the row its id and keep it until `write`; it may be changed until then."""
        model = type(row)
        row.pk = self.next_id(model)
        self._waiting.setdefault(model, []).append(row)
        return row

    def add_values(self, model: type[models.Model], values: Row) -> None:
        """Add a row as the values of its columns, in the order of the model's fields, the id first."""
        self._waiting.setdefault(model, []).append(values)

    def next_id(self, model: type[models.Model]) -> int:
        """Return an id that no row has."""
        if model not in self._last:
            self._last[model] = model._base_manager.aggregate(last=Max("pk"))["last"] or 0
        self._last[model] += 1
        return self._last[model]

    def write(self, *, checked: bool) -> None:
        """Write what waits, in one transaction; `checked` has PostgreSQL look at each foreign key."""
        postgresql = connection.vendor == "postgresql"
        with transaction.atomic(), connection.cursor() as cursor:
            if postgresql and not checked:
                cursor.execute("SET LOCAL session_replication_role = replica")
            for model, rows in self._waiting.items():
                fields = model._meta.concrete_fields
                table = connection.ops.quote_name(model._meta.db_table)
                columns = ", ".join(connection.ops.quote_name(field.column) for field in fields)
                values = _values(fields, rows)
                if postgresql:
                    with cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
                        for value in values:
                            copy.write_row(value)
                else:
                    marks = ", ".join("?" * len(fields))
                    cursor.connection.executemany(f"INSERT INTO {table} ({columns}) VALUES ({marks})", values)
        self._waiting.clear()

    def close(self) -> None:
        """Let the database go on counting where we stopped; forget the last ids, which others move on."""
        with connection.cursor() as cursor:
            for statement in connection.ops.sequence_reset_sql(no_style(), list(self._last)):
                cursor.execute(statement)
        self._last.clear()


class History:
    """The events of one object, chained as `factcheck.audit.actions.record` chains them."""

    _event = Event()  # one for all: what is kept of it are its values

    def __init__(self, rows: Rows, obj: models.Model, label: str) -> None:
        self._rows = rows
        self._type, self._id, self._label = obj._meta.label_lower, str(obj.pk), label[:200]
        self._sequence, self._previous = 0, ""

    def tell(self, action: str, *, actor: int, at: datetime, **data: Any) -> None:
        """Append one event."""
        self._sequence += 1
        event = self._event
        event.object_type, event.object_id, event.label = self._type, self._id, self._label
        event.sequence, event.previous, event.action = self._sequence, self._previous, action
        event.actor_id, event.at, event.data = actor, at, data
        event.digest = self._previous = event.compute_digest()
        event.pk = self._rows.next_id(Event)
        self._rows.add_values(Event, tuple(getattr(event, name) for name in _EVENT))


_EVENT = [field.attname for field in Event._meta.concrete_fields]


def _values(fields: Iterable[models.Field[Any, Any]], rows: Iterable[models.Model | Row]) -> Iterable[Row]:
    names = [field.attname for field in fields]
    database = connections["default"]
    converters: list[tuple[int, Callable[..., Any]]] = [
        (index, field.get_db_prep_save)
        for index, field in enumerate(fields)
        if _is_converted(field, database)
    ]
    for row in rows:
        values = list(row) if isinstance(row, tuple) else [getattr(row, name) for name in names]
        for index, converter in converters:
            values[index] = converter(values[index], database)
        yield tuple(values)


def _is_converted(field: models.Field[Any, Any], database: Any) -> bool:
    if database.vendor == "postgresql":
        return isinstance(field, models.JSONField)
    return not (isinstance(field, _PLAIN) or field.primary_key)
