"""Settings refuse to start unsafely, and say why."""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as project
from django.core.checks import run_checks
from django.core.exceptions import ImproperlyConfigured

from factcheck import trial
from factcheck.env import Env, database, redis_database

ROOT = Path(__file__).resolve().parents[2]
PRODUCTION = {
    "CHECKDESK_SECRET_KEY": secrets.token_urlsafe(64),
    "CHECKDESK_DATABASE_URL": "postgres://desk:word@database.invalid/desk",
    "CHECKDESK_REDIS_URL": "redis://broker.invalid:6379",
    "CHECKDESK_PUBLIC_ORIGIN": "https://desk.example",
}


def manage(*words: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run manage.py with these CHECKDESK_ variables and no others."""
    clean = {
        name: value for name, value in os.environ.items() if not name.startswith(("CHECKDESK_", "DJANGO_"))
    }
    command = [sys.executable, "manage.py", *words]
    return subprocess.run(
        command, cwd=ROOT, env={**clean, **variables}, capture_output=True, text=True, check=False
    )


@pytest.mark.case("Z9")
def test_the_deployment_check_has_nothing_to_say_and_nothing_is_silenced() -> None:
    done = manage("check", "--deploy", "--fail-level", "WARNING", **PRODUCTION)
    assert done.returncode == 0, done.stderr
    assert "no issues (0 silenced)" in done.stdout


@pytest.mark.case("A24")
@pytest.mark.parametrize("name", PRODUCTION)
def test_production_does_not_start_without(name: str) -> None:
    done = manage("check", **{key: value for key, value in PRODUCTION.items() if key != name})
    assert done.returncode != 0
    assert f"{name} is not set" in done.stderr


def codes(**changes: Any) -> set[str]:
    return {str(message.id) for message in run_checks(include_deployment_checks=True, tags=["security"])}


@pytest.mark.case("A20")
@pytest.mark.parametrize("number", [0, -1])
def test_a_desk_that_needs_no_sign_off_does_not_start(settings: Any, number: int) -> None:
    settings.SIGNOFFS_REQUIRED = number
    assert "factcheck.E001" in {str(message.id) for message in run_checks(tags=["security"])}


@pytest.mark.parametrize(
    ("code", "changes"),
    [
        ("E002", {"SECRET_KEY": "short"}),
        ("E002", {"SECRET_KEY": "a" * 80}),
        ("E003", {"DEBUG": True}),
        ("E004", {"SECURE_ORIGIN": False}),
        ("E006", {"ALLOWED_HOSTS": ["*"]}),
        ("E006", {"ALLOWED_HOSTS": [".example"]}),
        ("E006", {"ALLOWED_HOSTS": []}),
        ("E007", {"DEMO": True}),
        ("E007", {"TRIAL": True}),
    ],
)
def test_what_is_unsafe_has_a_number(settings: Any, code: str, changes: dict[str, Any]) -> None:
    safe = {
        "SECRET_KEY": PRODUCTION["CHECKDESK_SECRET_KEY"],
        "DEBUG": False,
        "SECURE_ORIGIN": True,
        "ALLOWED_HOSTS": ["desk.example"],
        "DEMO": False,
        "TRIAL": False,
    }
    for name, value in safe.items():
        setattr(settings, name, value)
    assert f"factcheck.{code}" not in codes()
    for name, value in changes.items():
        setattr(settings, name, value)
    assert f"factcheck.{code}" in codes()


@pytest.mark.case("C4")
def test_cookies_of_production_are_bound_to_this_host_and_to_https() -> None:
    script = (
        "import django; django.setup()\n"
        "from django.conf import settings as s\n"
        "print(s.SESSION_COOKIE_NAME, s.CSRF_COOKIE_NAME, s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE)\n"
        "print(s.SESSION_COOKIE_HTTPONLY, s.SESSION_COOKIE_SAMESITE, s.SESSION_COOKIE_DOMAIN)\n"
        "print(s.SESSION_COOKIE_PATH)\n"
    )
    done = manage("shell", "--no-imports", "-c", script, **PRODUCTION)
    assert done.stdout.split() == [
        "__Host-sessionid",
        "__Host-csrftoken",
        "True",
        "True",
        "True",
        "Lax",
        "None",
        "/",
    ]


# --- The reader ----------------------------------------------------------------------------------


def test_the_reader_names_the_variable_that_is_wrong() -> None:
    env = Env({"CHECKDESK_PORT": "eighty", "CHECKDESK_TRIAL": "maybe", "CHECKDESK_HOSTS": "a, b,,"})
    with pytest.raises(ImproperlyConfigured, match="CHECKDESK_PORT must be a whole number"):
        env.number("PORT", 80)
    with pytest.raises(ImproperlyConfigured, match="CHECKDESK_TRIAL must be 1 or 0"):
        env.flag("TRIAL")
    with pytest.raises(ImproperlyConfigured, match="CHECKDESK_SECRET_KEY is not set: why"):
        env.required("SECRET_KEY", "why")
    assert env.listed("HOSTS") == ["a", "b"]
    assert env.listed("OTHERS", ["c"]) == ["c"]


def test_database_urls() -> None:
    assert database("sqlite:////data/a%20b/desk.sqlite3")["NAME"] == "//data/a b/desk.sqlite3"
    there = database("postgres://us%40er:p%2Fw@host:6543/desk?sslmode=require")
    assert [there[key] for key in ("USER", "PASSWORD", "HOST", "PORT", "NAME")] == [
        "us@er",
        "p/w",
        "host",
        "6543",
        "desk",
    ]
    assert there["OPTIONS"] == {"connect_timeout": 5, "sslmode": "require"}
    assert database("postgres://desk@/desk?host=/run/pg")["HOST"] == "/run/pg"
    with pytest.raises(ImproperlyConfigured, match="not 'mysql'"):
        database("mysql://host/desk")


def test_redis_databases() -> None:
    assert redis_database("unix:///data/v.sock", 2) == "unix:///data/v.sock?db=2"
    assert redis_database("redis://:word@host:6379", 2) == "redis://:word@host:6379/2"
    assert redis_database("redis://host:6379/7", 2) == "redis://host:6379/2"


# --- The trial -----------------------------------------------------------------------------------


def test_the_trials_key_is_made_once_and_is_its_owners(tmp_path: Path) -> None:
    key = trial.secret_key(tmp_path / "new")
    assert len(key) > 60
    assert trial.secret_key(tmp_path / "new") == key
    assert (tmp_path / "new" / "secret_key").stat().st_mode & 0o777 == 0o600
    assert [place.name for place in (tmp_path / "new").iterdir()] == ["secret_key"]


@pytest.mark.parametrize("folder", ["/data/" + "long/" * 30, "/data/with space", "/data/größe", "/data/a%41"])
def test_the_brokers_socket_fits_and_needs_no_escaping(folder: str) -> None:
    place = trial.broker_socket(Path(folder))
    assert len(os.fsencode(place)) <= trial.SOCKET_PATH_LIMIT
    assert place == trial.broker_socket(Path(folder))
    assert str(place).startswith("/tmp/checkdesk-")
    assert place != trial.broker_socket(Path(folder + "2"))


def test_a_short_data_directory_holds_the_socket() -> None:
    assert trial.broker_socket(Path("/data/desk")) == Path("/data/desk/valkey.sock")


@pytest.mark.sqlite
@pytest.mark.django_db
def test_sqlite_is_set_up_for_several_processes() -> None:
    from django.db import connection

    assert project.DATABASES["default"]["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
    with connection.cursor() as cursor:
        facts = {}
        for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout"):
            facts[name] = cursor.execute(f"PRAGMA {name}").fetchone()[0]
    assert facts == {"journal_mode": "wal", "synchronous": 1, "foreign_keys": 1, "busy_timeout": 60_000}
