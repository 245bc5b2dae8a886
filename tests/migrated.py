"""The test database: a copy of one that was migrated before, as migrating takes four seconds.

SQLite's is a file under `.venv`, named by a digest of the product's source and of what it stands on: whoever
changes a line migrates anew. PostgreSQL's is a database of the run's own cluster, from which each worker
copies. One worker migrates, and the others wait for it.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection

from tests.conftest import DATA_DIR, SERVICES
from tests.source import PACKAGES, ROOT

KEPT = ROOT / ".venv" / "migrated"
A_DAY = 86_400


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment: None, django_db_blocker: Any) -> None:
    """Take the place of pytest-django's, which migrates for each worker. The run's end takes it all away."""
    with django_db_blocker.unblock():
        _go_to(_postgres_copy() if SERVICES else _sqlite_copy())


def _go_to(name: str) -> None:
    connection.close()
    connection.settings_dict["NAME"] = name


def _migrate(name: str) -> None:
    _go_to(name)
    call_command("migrate", verbosity=0, interactive=False)
    connection.close()


# --- SQLite --------------------------------------------------------------------------------------


def _sqlite_copy() -> str:
    copy = str(DATA_DIR / "test.sqlite3")
    KEPT.mkdir(parents=True, exist_ok=True)
    template = KEPT / f"{_digest()}.sqlite3"
    with _alone(KEPT / "lock"):
        if not template.exists():
            _migrate(copy)
            shutil.copyfile(copy, KEPT / "new")
            (KEPT / "new").replace(template)
            _forget_the_old()
        else:
            shutil.copyfile(template, copy)
    return copy


def _digest() -> str:
    """What the tables may depend on: our source, and which libraries are installed."""
    digest = hashlib.sha256(sys.version.encode())
    digest.update((ROOT / "requirements" / "runtime.lock").read_bytes())
    for package in PACKAGES:
        for place in sorted((ROOT / package).rglob("*.py")):
            digest.update(b"\0%s\0" % place.relative_to(ROOT).as_posix().encode())
            digest.update(place.read_bytes())
    return digest.hexdigest()


@contextmanager
def _alone(place: Path) -> Iterator[None]:
    """Let one worker in at a time."""
    with place.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _forget_the_old() -> None:
    for place in KEPT.glob("*.sqlite3"):
        if place.stat().st_mtime < time.time() - A_DAY:
            place.unlink()


# --- PostgreSQL ----------------------------------------------------------------------------------


def _postgres_copy() -> str:
    """Copy the run's migrated database; make it where there is none yet."""
    import psycopg

    copy, template = f"test_{os.getpid()}", "migrated"
    url = os.environ["CHECKDESK_TEST_DATABASE"].replace("postgres://", "postgresql://")
    with psycopg.connect(url, autocommit=True) as admin:
        # Held until this connection ends: nobody copies what is still being made.
        admin.execute("SELECT pg_advisory_lock(1)")
        if not admin.execute("SELECT 1 FROM pg_database WHERE datname = %s", [template]).fetchone():
            admin.execute(f"CREATE DATABASE {template} TEMPLATE template0")
            _migrate(template)
        admin.execute(f"CREATE DATABASE {copy} TEMPLATE {template}")
    return copy
