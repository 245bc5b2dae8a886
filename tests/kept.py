"""Worlds that are made once and given again: the rows that a factory's actions wrote, without the actions.

A factory that is `kept` does its work through the real actions the first time that a test begins in this
way. The next test that begins with the same calls is given the same rows and an equal object, which takes
a thirtieth of the time. That nothing else has a part in it is seen to:

* the test lives in one transaction, which is rolled back;
* since it began, nothing was written but by kept factories;
* neither the test nor a fixture of its own patches anything, the clock is the world's, and language and
  settings that are another than usual are part of the call;
* the factory leaves what it was given as it was.

Where one of these does not hold, the factory works through the actions, as if it were not kept. What is
given bears the times at which it was made, some minutes ago.
"""

from __future__ import annotations

import hashlib
import io
import pickle
import time
from collections.abc import Callable
from functools import cache, wraps
from inspect import signature
from itertools import chain
from typing import Any, TypeVar

import pytest
from django.apps import apps
from django.conf import settings
from django.db import connection
from django.utils.translation import get_language

from factcheck.accounts.models import User
from reviews.models import Rating
from tests.database import content

Made = TypeVar("Made")
Rows = dict[str, dict[Any, tuple[Any, ...]]]
Statements = list[tuple[str, list[Any]]]

# Where the public site's files lie has no part in what is written.
NO_PART = {"SITE_DIR", "default_settings", "SETTINGS_MODULE", "_deleted"}

# Tests that travel in time leave this counter alone.
_CLOCK = time.time() - time.perf_counter()

_kept: dict[bytes, tuple[Statements, bytes]] = {}
"""What is to be written, and what is given back, by what there is then."""
_known: dict[int, bytes] = {}
"""By `content()`, what stands for what there is then, where kept factories alone have made it."""


def kept(make: Callable[..., Made]) -> Callable[..., Made]:
    """Have what this factory makes, where a test begins with it, given again to tests that begin like it."""

    @wraps(make)
    def give(*args: Any, **wishes: Any) -> Made:
        at = content()
        here = _known.get(at) if connection.in_atomic_block and _clock_is_right() else None
        call = _call(make, args, wishes) if here is not None else None
        if here is None or call is None:
            return make(*args, **wishes)
        then = hashlib.sha256((here or _beginning()) + call).digest()
        if then in _kept:
            statements, given = _kept[then]
            _write(statements)
            _known[content()] = then
            return pickle.loads(given)
        before = rows()
        del _known[at]  # the factories that it calls are a part of it
        try:
            made = make(*args, **wishes)
        finally:
            _known[at] = here
        if _call(make, args, wishes) == call:
            _kept[then] = _difference(before, rows()), pickle.dumps(made)
            _known[content()] = then
        return made

    return give


def _clock_is_right() -> bool:
    return abs(time.time() - time.perf_counter() - _CLOCK) < 60


def _beginning() -> bytes:
    """What every desk begins with is made again after a test that was no transaction, and has other keys then."""
    return repr(list(Rating.objects.order_by("pk").values_list("pk", "scale"))).encode()


def _call(make: Callable[..., Any], args: Any, wishes: dict[str, Any]) -> bytes | None:
    """What is asked of whom, in bytes; None where that cannot be said."""
    said = io.BytesIO()
    try:
        around = get_language(), sorted(_changed_settings().items())
        _Saying(said).dump((make.__module__, make.__name__, args, wishes, around))
    except (pickle.PicklingError, TypeError, AttributeError):
        return None
    return said.getvalue()


def _changed_settings() -> dict[str, Any]:
    """The settings that are another than usual; each test that changes one lays a layer over those below."""
    changed: dict[str, Any] = {}
    layer = settings._wrapped
    while hasattr(layer, "default_settings"):
        if layer._deleted:
            raise AttributeError("A setting is gone.")
        changed = vars(layer) | changed
        layer = layer.default_settings
    return {name: value for name, value in changed.items() if name not in NO_PART}


class _Saying(pickle.Pickler):
    """Says of people who they are, and not when they were seen last, which their object may know."""

    def persistent_id(self, thing: Any) -> Any:
        return (thing.pk, sorted(thing.roles)) if isinstance(thing, User) and thing.pk else None


@pytest.fixture(autouse=True)
def _there_is_nothing_yet(request: pytest.FixtureRequest, _nothing_was_written_yet: None) -> None:
    _known.clear()
    if not _patches(request):
        _known[content()] = b""


def _patches(request: pytest.FixtureRequest) -> bool:
    """Whether the test, or one of our fixtures that it uses, may patch something."""
    fixtures = chain.from_iterable(request.node._fixtureinfo.name2fixturedefs.values())
    ours = [fixture.func for fixture in fixtures if fixture.func.__module__.startswith("tests.")]
    return any("monkeypatch" in signature(function).parameters for function in (request.function, *ours))


# --- Rows ----------------------------------------------------------------------------------------


@cache
def _tables() -> dict[str, tuple[str, list[str]]]:
    """The key and the columns of each table."""
    found = {}
    for model in apps.get_models(include_auto_created=True):
        columns = [field.column for field in model._meta.concrete_fields]
        found[model._meta.db_table] = (model._meta.pk.column, columns)
    return found


def rows() -> Rows:
    """Every row there is, by table and key."""
    quote, found = connection.ops.quote_name, {}
    with connection.cursor() as cursor:
        for table, (key, columns) in _tables().items():
            cursor.execute(f"SELECT {', '.join(map(quote, columns))} FROM {quote(table)}")
            place = columns.index(key)
            found[table] = {row[place]: row for row in cursor.fetchall()}
    return found


def _difference(before: Rows, after: Rows) -> Statements:
    """What takes the database from the one to the other."""
    quote, statements = connection.ops.quote_name, []
    for table, (key, columns) in _tables().items():
        was, now = before[table], after[table]
        new = [row for number, row in now.items() if number not in was]
        if new:
            row_of = f"({', '.join(['%s'] * len(columns))})"
            names, places = ", ".join(map(quote, columns)), ", ".join([row_of] * len(new))
            insert = f"INSERT INTO {quote(table)} ({names}) VALUES {places}"
            statements.append((insert, [value for row in new for value in row]))
        for number in was.keys() & now.keys():
            if was[number] != now[number]:
                places = ", ".join(f"{quote(column)} = %s" for column in columns)
                update = f"UPDATE {quote(table)} SET {places} WHERE {quote(key)} = %s"
                statements.append((update, [*now[number], number]))
        gone = f"DELETE FROM {quote(table)} WHERE {quote(key)} = %s"
        statements += [(gone, [number]) for number in was.keys() - now.keys()]
    return statements


def _write(statements: Statements) -> None:
    if connection.vendor == "postgresql" and statements:  # all at once
        values = [value for _, more in statements for value in more]
        statements = [("; ".join(sql for sql, _ in statements), values)]
    with connection.cursor() as cursor:
        for sql, values in statements:
            cursor.execute(sql, values)
