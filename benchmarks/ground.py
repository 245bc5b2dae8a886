"""What a run stands on: a database, a broker, settings, and a directory that goes with it.

PostgreSQL is measured with the settings of production, SQLite with those of the trial, which is where
each of them serves. This must run before Django's settings are read.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from factcheck.demo import broker
from factcheck.demo.processes import die_with_parent
from tests import services

HOST = "desk.example"
KEY = "a key for measuring, of no use anywhere else: 7hQ2 vX9p Lw3z Rk8d"


@contextlib.contextmanager
def ground(*, sqlite: bool) -> Iterator[Path]:
    """Start what is needed, set Django up on an empty migrated database; yield the data directory."""
    with contextlib.ExitStack() as stack:
        data_dir = Path(
            stack.enter_context(tempfile.TemporaryDirectory(prefix="desk-bench-", ignore_cleanup_errors=True))
        )
        url = f"sqlite://{data_dir}/desk.sqlite3" if sqlite else stack.enter_context(services.postgres())
        _set_environment(data_dir, url, trial=sqlite)
        stack.enter_context(_broker(data_dir))
        _set_up(sqlite=sqlite)
        yield data_dir


def _set_environment(data_dir: Path, url: str, *, trial: bool) -> None:
    for name in [name for name in os.environ if name.startswith("CHECKDESK_")]:
        del os.environ[name]
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "factcheck.settings",
        "CHECKDESK_TRIAL": "1" if trial else "0",
        "CHECKDESK_SECRET_KEY": KEY,
        "CHECKDESK_PUBLIC_ORIGIN": f"https://{HOST}",
        "CHECKDESK_BEHIND_PROXY": "1",
        "CHECKDESK_ALLOWED_HOSTS": HOST,
        "CHECKDESK_DATABASE_URL": url,
        "CHECKDESK_REDIS_URL": f"unix://{data_dir}/valkey.sock",
        "CHECKDESK_DATA_DIR": str(data_dir),
        "CHECKDESK_LOG_LEVEL": "WARNING",
        "CHECKDESK_API_CALLS_PER_MINUTE": "1000000000",
    }


@contextlib.contextmanager
def _broker(data_dir: Path) -> Iterator[None]:
    socket, kept = data_dir / "valkey.sock", data_dir / "broker"
    broker.make_room(socket, kept)
    server = subprocess.Popen(
        broker.command_line(socket, kept), stdout=subprocess.DEVNULL, preexec_fn=die_with_parent()
    )
    try:
        deadline = time.monotonic() + 10
        while not broker.answers(socket):
            if time.monotonic() > deadline:
                raise SystemExit("The broker did not start.")
            time.sleep(0.02)
        yield
    finally:
        server.kill()
        server.wait()


def _set_up(*, sqlite: bool) -> None:
    import django
    from django.conf import settings

    # One connection for the whole run, so that its backend's CPU time can be read.
    settings.DATABASES["default"]["CONN_MAX_AGE"] = None
    if not sqlite:
        # As in production, but without the half minute of compressing what is not measured.
        settings.STORAGES["staticfiles"]["BACKEND"] = (
            "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"
        )
        options = settings.DATABASES["default"]["OPTIONS"]
        # A parallel worker's CPU time would be counted nowhere. VACUUM takes longer than a page may.
        options["options"] += " -c max_parallel_workers_per_gather=0 -c statement_timeout=0"
    django.setup()

    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    if not sqlite:
        call_command("collectstatic", verbosity=0, interactive=False)
