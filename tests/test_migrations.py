"""Every migration forward, back and forward again, with data, on either database (SECURITY, D3)."""

from __future__ import annotations

from collections.abc import Iterator
from io import StringIO
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.operations import CreateModel

from factcheck.audit.triggers import AppendOnly, append_only_tables
from publishing.models import Summary
from reviews.models import Rating
from tests import factories as make
from tests.database import checksums
from tests.publishing.conftest import Site, site  # noqa: F401  (a fixture)
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


def _back_without_loss() -> list[tuple[str, str]]:
    """For each app the oldest migration to go back to that takes no row along with its table."""
    executor = MigrationExecutor(connection)
    targets = []
    for label in OURS:
        mine = sorted((key for key in executor.loader.graph.nodes if key[0] == label), reverse=True)
        for newer, key in pairwise(mine):
            made = [o for o in executor.loader.graph.nodes[newer].operations if isinstance(o, CreateModel)]
            if any(apps.get_model(label, each.name)._default_manager.exists() for each in made):
                break
            targets = [target for target in targets if target[0] != label] + [key]
    return targets


def _made_append_only_after(targets: list[tuple[str, str]]) -> set[str]:
    """The tables whose triggers go when the migrations after these are taken back."""
    nodes = MigrationExecutor(connection).loader.graph.nodes
    return {
        operation.table
        for label, target in targets
        for key, migration in nodes.items()
        if key[0] == label and key[1] > target
        for operation in migration.operations
        if isinstance(operation, AppendOnly)
    }


@pytest.mark.long
@pytest.mark.case("D3")
def test_every_migration_goes_forward_back_and_forward(empty_database: None) -> None:
    _migrate()
    make.requested()
    make.returned()
    rows, schema, triggers = checksums(), _schema(), _triggers()
    assert len(triggers) >= 2 * len(append_only_tables())

    # As far back as the rows can stay where they are.
    back = _back_without_loss()
    assert {("reviews", "0001_initial"), ("audit", "0001_initial")} <= set(back)
    _migrate(*back)
    undone = _made_append_only_after(back)
    assert _triggers() == {name for name in triggers if name.partition("_no_")[0] not in undone}
    _migrate()
    assert (checksums(), _schema(), _triggers()) == (rows, schema, triggers)

    # All the way.
    migrated = {label for label, _ in MigrationExecutor(connection).loader.graph.nodes}
    _migrate(*((label, None) for label in OURS if label in migrated))
    ours = {model._meta.db_table for label in OURS for model in apps.get_app_config(label).get_models()}
    assert not _tables() & ours
    _migrate()
    assert (_schema(), _triggers()) == (schema, triggers)
    assert Rating.objects.count() == 9
    make.requested()


def test_checks_of_before_are_on_the_pages_of_their_articles(empty_database: None, site: Site) -> None:  # noqa: F811
    _migrate()
    publication = make.published()
    before = list(publication.summaries.all())
    # Linked since: readers are told of that by the next edition.
    place = make.second_place(publication.review.claim)
    Summary.objects.create(article=place.revision.article, slug="another-page")
    _migrate(("publishing", "0006_verdicts_have_releases"))
    _migrate()
    assert list(publication.summaries.all()) == before != []


@pytest.mark.case("D3")
def test_the_migrations_make_what_the_models_say(db: None) -> None:
    for model in apps.get_models(include_auto_created=True):
        with connection.cursor() as cursor:
            columns = connection.introspection.get_table_description(cursor, model._meta.db_table)
        assert {c.name for c in columns} == {f.column for f in model._meta.concrete_fields}, model
    out = StringIO()
    call_command("makemigrations", check=True, dry_run=True, stdout=out)
    assert "No changes" in out.getvalue()
