"""Rows that the database itself refuses to change or delete.

A guard in Python is bypassed by `update()`, upserts and raw SQL; a trigger is not. A model says
`append_only = True`, and the migration that creates its table adds `AppendOnly(table)`. SQLite
drops triggers when a later migration rebuilds the table: that migration must add them again, and
`tests/audit` asserts that every append-only table has its triggers after all migrations.
"""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.db import migrations
from django.db.backends.base.base import BaseDatabaseWrapper

_SQLITE = """
CREATE TRIGGER {table}_no_{verb} BEFORE {verb} ON {table}
BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END
"""

_POSTGRESQL_FUNCTION = """
CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN
  RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
END $$
"""

_POSTGRESQL = """
CREATE TRIGGER {table}_no_{verb} BEFORE {verb} ON {table}
FOR EACH {level} EXECUTE FUNCTION refuse_change()
"""

_VERBS = {
    "sqlite": {"UPDATE": "ROW", "DELETE": "ROW"},
    "postgresql": {"UPDATE": "ROW", "DELETE": "ROW", "TRUNCATE": "STATEMENT"},
}


def append_only_tables() -> list[str]:
    """The tables of every model that says `append_only = True`."""
    return [m._meta.db_table for m in apps.get_models() if getattr(m, "append_only", False)]


def create(connection: BaseDatabaseWrapper, table: str) -> None:
    """Add the triggers to one table."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(_POSTGRESQL_FUNCTION)
        template = _POSTGRESQL if connection.vendor == "postgresql" else _SQLITE
        for verb, level in _VERBS[connection.vendor].items():
            cursor.execute(template.format(table=table, verb=verb, level=level))


def drop(connection: BaseDatabaseWrapper, table: str) -> None:
    """Take the triggers off one table, where they exist."""
    on = f" ON {table}" if connection.vendor == "postgresql" else ""
    with connection.cursor() as cursor:
        for verb in _VERBS[connection.vendor]:
            cursor.execute(f"DROP TRIGGER IF EXISTS {table}_no_{verb}{on}")


class AppendOnly(migrations.RunPython):
    """Migration operation: make one table append-only."""

    def __init__(self, table: str) -> None:
        def forwards(_apps: Any, schema_editor: Any) -> None:
            create(schema_editor.connection, table)

        def backwards(_apps: Any, schema_editor: Any) -> None:
            drop(schema_editor.connection, table)

        self.table = table
        super().__init__(forwards, backwards)

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        return ("AppendOnly", [self.table], {})
