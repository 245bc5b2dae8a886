"""Rows of history, which the database itself refuses to change (SECURITY, D7)."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import pytest
from django.apps import apps
from django.db import DatabaseError, connection, models, transaction
from django.db.models import F

from articles.models import Extraction, Revision
from factcheck.audit.triggers import append_only_tables
from reviews.models import Rating
from tests import factories as make
from tests.database import checksums, empty, nothing_changes, triggers_off

HISTORY = {
    "audit_event",
    "articles_revision",
    "articles_extraction",
    "reviews_verdict",
    "reviews_signature",
    "publishing_edition",
}
WORDS = models.CharField | models.TextField | models.JSONField


def _history() -> list[type[models.Model]]:
    return [model for model in apps.get_models() if model._meta.db_table in HISTORY]


@pytest.fixture
def chain(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """One row at least in each table of history."""
    monkeypatch.setattr("publishing.actions.build_for", lambda _publication: None)
    make.published()


def test_what_is_history_says_so() -> None:
    assert set(append_only_tables()) == HISTORY


@pytest.mark.case("D7")
def test_every_table_of_history_has_its_triggers_after_all_migrations(db: None) -> None:
    verbs = {"update", "delete"} | ({"truncate"} if connection.vendor == "postgresql" else set())
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT relname || ' ' || tgname FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid"
                " WHERE NOT tgisinternal AND tgenabled = 'O'"
            )
        else:
            cursor.execute("SELECT tbl_name || ' ' || name FROM sqlite_master WHERE type = 'trigger'")
        found = {name.lower() for (name,) in cursor.fetchall()}
    assert found == {f"{table} {table}_no_{verb}" for table in HISTORY for verb in verbs}


def _attempts(model: type[models.Model]) -> dict[str, Any]:
    table = model._meta.db_table
    column = next(f for f in model._meta.concrete_fields if isinstance(f, WORDS))
    row = model._base_manager.latest("pk")

    def sql(statement: str) -> Any:
        def run() -> None:
            with connection.cursor() as cursor:
                cursor.execute(statement)

        return run

    return {
        "update": lambda: model._base_manager.update(**{column.name: F(column.name)}),
        "save": lambda: row.save(),
        "delete": lambda: model._base_manager.filter(pk=row.pk).delete(),
        "raw delete": lambda: model._base_manager.filter(pk=row.pk)._raw_delete(using="default"),
        "upsert": lambda: model._base_manager.bulk_create(
            [row], update_conflicts=True, unique_fields=["pk"], update_fields=[column.name]
        ),
        "sql update": sql(f"UPDATE {table} SET {column.column} = {column.column}"),
        "sql delete": sql(f"DELETE FROM {table}"),
    }


@pytest.mark.case("D7")
@pytest.mark.parametrize("model", _history(), ids=lambda model: model._meta.label)
def test_history_can_be_neither_changed_nor_deleted(model: type[models.Model], chain: None) -> None:
    rows = list(model._base_manager.order_by("pk").values_list())
    assert rows
    for name, attempt in _attempts(model).items():
        # PROTECT is a guard in Python and answers before the trigger where something refers to the row.
        with pytest.raises((DatabaseError, models.ProtectedError)), transaction.atomic():
            attempt()
        assert list(model._base_manager.order_by("pk").values_list()) == rows, name


@pytest.mark.case("D7")
@pytest.mark.postgres
def test_history_cannot_be_truncated(chain: None) -> None:
    connection.check_constraints()  # what is still to be checked would refuse as well
    with connection.cursor() as cursor:
        for table in sorted(HISTORY):
            with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
                cursor.execute(f"TRUNCATE {table} CASCADE")


@pytest.mark.case("D7")
def test_it_is_the_trigger_that_refuses(chain: None) -> None:
    """The test above does not pass for another reason."""
    with triggers_off("audit_event"), connection.cursor() as cursor:
        cursor.execute("UPDATE audit_event SET label = 'forged'")
        cursor.execute("DELETE FROM audit_event WHERE sequence > 1")
        cursor.execute("SELECT DISTINCT label, sequence FROM audit_event")
        assert cursor.fetchall() == [("forged", 1)]


# --- What the tests themselves stand on ----------------------------------------------------------


def _texts(model: type[models.Model]) -> list[str]:
    return [f.column for f in model._meta.concrete_fields if isinstance(f, WORDS)]


def test_the_checksum_of_the_tests_sees_each_column(chain: None) -> None:
    before, seen = checksums(), set()
    with triggers_off(), connection.cursor() as cursor:
        for model in apps.get_models(include_auto_created=True):
            table = model._meta.db_table
            for column in _texts(model) if table in before and model._base_manager.exists() else ():
                undo = transaction.savepoint()
                with suppress(DatabaseError):  # a constraint knows the column's values
                    cursor.execute(f"UPDATE {table} SET {column} = '\"x\"'")
                    assert checksums()[table] != before[table], (table, column)
                    seen.add(table)
                transaction.savepoint_rollback(undo)
    assert seen >= HISTORY - {"audit_event"} | {"reviews_review", "articles_claim", "publishing_release"}
    with pytest.raises(AssertionError, match="articles_article"), nothing_changes():
        make.imported_article()


@pytest.mark.django_db(transaction=True)
def test_a_test_that_cleans_up_leaves_triggers_and_scale() -> None:
    make.imported_article()
    empty()
    assert not Revision.objects.exists()
    assert Rating.objects.count() == 9
    make.imported_article()
    with pytest.raises(DatabaseError, match="append-only"):
        Extraction.objects.all().delete()
