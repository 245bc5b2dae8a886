"""The database around a test: emptied where triggers forbid it, watched, and compared before and after.

Tables of history refuse DELETE and TRUNCATE, also those of a test with real transactions that cleans
up behind itself. So the triggers are silent for that moment, and the scale that every desk begins with is
made again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import cache, lru_cache
from itertools import count
from typing import Any

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import OperationalError, connection, transaction
from django.test import TransactionTestCase

from factcheck.audit import triggers
from factcheck.audit.models import Event
from reviews.models import Rating, Scale
from reviews.scales import install


@contextmanager
def triggers_off(*tables: str) -> Iterator[None]:
    """Let the block do to append-only tables what nobody may: all of them, or those named."""
    chosen = tables or tuple(triggers.append_only_tables())
    for table in chosen:
        triggers.drop(connection, table)
    try:
        yield
    finally:
        for table in chosen:
            triggers.create(connection, table)


def empty() -> None:
    """Empty every table. Sequences go on, so that no later test meets the same ids."""
    if connection.vendor == "postgresql":
        _delete_all()
    else:
        with triggers_off():
            _flush()
    install(Scale, Rating)


def _delete_all() -> None:
    """Do what TRUNCATE does to few rows: it would make the files of each table and index anew.

    The role has to be a superuser's, as that of the cluster is which `tests.services` starts.
    """
    tables = [connection.ops.quote_name(table) for table in _statements()]
    for attempt in range(5):
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                # Whoever still writes for a page that a browser left behind is waited for.
                cursor.execute(f"LOCK TABLE {', '.join(tables)} IN ACCESS EXCLUSIVE MODE")
                # No trigger is asked, neither ours nor those of foreign keys.
                cursor.execute("SET LOCAL session_replication_role = replica")
                cursor.execute("; ".join(f"DELETE FROM {table}" for table in tables))
            break
        except OperationalError as error:
            if attempt == 4 or "deadlock" not in str(error):
                raise


def _flush() -> None:
    call_command(
        "flush",
        verbosity=0,
        interactive=False,
        reset_sequences=False,
        allow_cascade=False,
        inhibit_post_migrate=True,
    )


@pytest.fixture(scope="session", autouse=True)
def _tables_can_be_emptied() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", lambda _case: empty())
        yield


# --- Was anything written? -----------------------------------------------------------------------

# Statements after which there is the same as before, but for who is signed in and when a token was used.
_HARMLESS = (
    "SELECT",
    "BEGIN",
    "RELEASE",
    'INSERT INTO "django_session"',
    'UPDATE "django_session"',
    'DELETE FROM "django_session"',
    'UPDATE "accounts_user" SET "last_login" = %s WHERE',
    'UPDATE "accounts_apitoken" SET "last_used_at" = %s WHERE',
)
_SAVEPOINT, _BACK = "SAVEPOINT ", "ROLLBACK TO SAVEPOINT "
_numbers = count(1)
_content = 0
_content_at: dict[str, int] = {}


def content() -> int:
    """A number for what this test's transaction sees: another after each write, the old one once it is undone.

    Nobody else's writes are counted, so outside a transaction it says nothing.
    """
    return _content


def _notice(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
    global _content
    if sql.startswith(_SAVEPOINT):
        _content_at[sql.removeprefix(_SAVEPOINT)] = _content
    elif not sql.startswith(_HARMLESS):
        _content = _content_at.get(sql.removeprefix(_BACK)) or next(_numbers)
    return execute(sql, params, many, context)


@pytest.fixture(autouse=True)
def _nothing_was_written_yet() -> None:
    global _content
    if _notice not in connection.execute_wrappers:
        connection.execute_wrappers.append(_notice)
    _content = next(_numbers)
    _content_at.clear()


# --- Did anything change? ------------------------------------------------------------------------

# A refusal is noted in the log, and a session may be renewed; neither is a change of the desk.
_BESIDE_THE_POINT = {Event._meta.db_table, "django_session"}
_TOUCHED_BY_READING = {"accounts_apitoken": {"last_used_at"}, "accounts_user": {"last_login"}}


def checksums(*, leave_out: Iterable[str] = ()) -> dict[str, str]:
    """A digest of each table's rows; the audit log and sessions are left out."""
    skip = _BESIDE_THE_POINT | set(leave_out)
    all_of_them = _checksums_of(_content) if connection.in_atomic_block else _checksums()
    return {table: digest for table, digest in all_of_them.items() if table not in skip}


def _checksums() -> dict[str, str]:
    found = {}
    with connection.cursor() as cursor:
        for table, statement in _statements().items():
            if table not in _BESIDE_THE_POINT:
                cursor.execute(statement)
                found[table] = hashlib.sha256(repr(cursor.fetchall()).encode()).hexdigest()
    return found


@lru_cache(maxsize=8)
def _checksums_of(_content: int) -> dict[str, str]:
    """The same for as long as nothing is written; truth tables ask a thousand times."""
    return _checksums()


@cache
def _statements() -> dict[str, str]:
    """What reads each table whole. Plain SQL: this is asked hundreds of times."""
    quote = connection.ops.quote_name
    found = {}
    for model in apps.get_models(include_auto_created=True):
        table = model._meta.db_table
        left_out = _TOUCHED_BY_READING.get(table, set())
        columns = [f.column for f in model._meta.concrete_fields if f.column not in left_out]
        key = model._meta.pk.column
        found[table] = f"SELECT {', '.join(map(quote, columns))} FROM {quote(table)} ORDER BY {quote(key)}"
    return found


@contextmanager
def nothing_changes(*, leave_out: Iterable[str] = ()) -> Iterator[None]:
    """Assert that the block leaves every table as it was, the audit log and sessions aside."""
    before = checksums(leave_out=leave_out)
    yield
    after = checksums(leave_out=leave_out)
    assert {table for table in before if before[table] != after[table]} == set()
