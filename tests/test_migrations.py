"""Every migration forward, back and forward again, with data, on either database (SECURITY, D3)."""

from __future__ import annotations

from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.operations import CreateModel

from factcheck.audit.triggers import append_only_tables
from reviews.models import Rating
from tests import factories as make
from tests.database import checksums
from tests.source import PACKAGES

OURS = [config.label for config in apps.get_app_configs() if config.name.split(".")[0] in PACKAGES]


@pytest.fixture
def empty_database(django_db_setup: None, django_db_blocker: Any, tmp_path: Path) -> Iterator[None]:
    """A database of the test's own, without a single table, in the place of the usual one."""
    usual = connection.settings_dict["NAME"]
    name = (
        f"{usual}_migrations" if connection.vendor == "postgresql" else str(tmp_path / "migrations.sqlite3")
    )
    with django_db_blocker.unblock():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE template0')
        connection.close()
        connection.settings_dict["NAME"] = name
        try:
            yield
        finally:
            connection.close()
            connection.settings_dict["NAME"] = usual
            if connection.vendor == "postgresql":
                with connection.cursor() as cursor:
                    cursor.execute(f'DROP DATABASE "{name}"')
                connection.close()


def _migrate(*targets: tuple[str, str | None]) -> None:
    """Go to these migrations; to the newest of all where none is named. Faster than the command."""
    executor = MigrationExecutor(connection)
    executor.migrate(list(targets) or executor.loader.graph.leaf_nodes())


def _tables() -> set[str]:
    with connection.cursor() as cursor:
        return set(connection.introspection.table_names(cursor))


def _triggers() -> set[str]:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT tgname FROM pg_trigger WHERE NOT tgisinternal")
        else:
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        return {name for (name,) in cursor.fetchall()}


def _schema() -> dict[str, list[str]]:
    """The columns and the constraints of each of our tables, as the database has them."""
    found = {}
    with connection.cursor() as cursor:
        for model in apps.get_models(include_auto_created=True):
            table = model._meta.db_table
            columns = connection.introspection.get_table_description(cursor, table)
            constraints = connection.introspection.get_constraints(cursor, table)
            found[table] = sorted(f"{c.name} {c.null_ok}" for c in columns) + sorted(constraints)
    return found


def _ways_back() -> dict[str, list[tuple[str, str]]]:
    """For each app the migrations to go back to, one by one, that take no table along."""
    executor = MigrationExecutor(connection)
    ways: dict[str, list[tuple[str, str]]] = {}
    for label in OURS:
        mine = sorted((key for key in executor.loader.graph.nodes if key[0] == label), reverse=True)
        ways |= {label: []} if mine else {}
        for key in mine[1:]:
            plan = [migration for migration, _ in executor.migration_plan([key])]
            if any(isinstance(operation, CreateModel) for each in plan for operation in each.operations):
                break
            ways[label].append(key)
    return ways


@pytest.mark.case("D3")
def test_each_migration_goes_forward_back_and_forward_with_data(empty_database: None) -> None:
    _migrate()
    make.requested()
    make.returned()
    rows, schema, triggers = checksums(), _schema(), _triggers()
    assert len(triggers) >= 2 * len(append_only_tables())
    ways = _ways_back()
    assert ("reviews", "0001_initial") in ways["reviews"]
    for label, way in ways.items():
        for step in way:
            _migrate(step)
        _migrate()
        assert checksums() == rows, label
        assert _schema() == schema, label
        assert _triggers() == triggers, label


@pytest.mark.case("D3")
def test_all_of_it_can_be_taken_back_and_made_again(empty_database: None) -> None:
    _migrate()
    schema, triggers = _schema(), _triggers()
    _migrate(*((label, None) for label in _ways_back()))
    ours = {model._meta.db_table for label in OURS for model in apps.get_app_config(label).get_models()}
    assert not _tables() & ours
    _migrate()
    assert _schema() == schema
    assert _triggers() == triggers
    assert Rating.objects.count() == 9
    make.requested()


@pytest.mark.case("D3")
def test_the_migrations_make_what_the_models_say(empty_database: None) -> None:
    _migrate()
    for model in apps.get_models(include_auto_created=True):
        with connection.cursor() as cursor:
            columns = connection.introspection.get_table_description(cursor, model._meta.db_table)
        assert {c.name for c in columns} == {f.column for f in model._meta.concrete_fields}, model
    out = StringIO()
    call_command("makemigrations", check=True, dry_run=True, stdout=out)
    assert "No changes" in out.getvalue()
