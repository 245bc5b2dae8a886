"""What every test stands on: settings of its own, a broker, a browser.

Each pytest worker has its own data directory, broker and test database. By default SQLite in a file and
the embedded broker; with ``CHECKDESK_TEST_SERVICES=1`` (``make test-services``) the PostgreSQL and the
Redis that ``tests.services`` names. No worker migrates a database that was migrated before
(``tests.migrated``), and what several tests begin with is made once (``tests.kept``: mark a factory or the
body of a fixture ``@kept``). The environment is set before Django's settings are read.
"""

from __future__ import annotations

import atexit
import gc
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

ROOT = Path(__file__).resolve().parent.parent
SERVICES = os.environ.get("CHECKDESK_TEST_SERVICES") == "1"
DATA_DIR = Path(tempfile.mkdtemp(prefix="desk-test-", dir="/tmp"))
atexit.register(shutil.rmtree, DATA_DIR, ignore_errors=True)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _environment() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name.startswith("CHECKDESK_TEST_")}
    values = {
        "CHECKDESK_TRIAL": "1",
        "CHECKDESK_DATA_DIR": str(DATA_DIR),
        "CHECKDESK_SECRET_KEY": "a key for tests, of no use anywhere else, and long enough",
        "CHECKDESK_PUBLIC_ORIGIN": "http://testserver",
        "CHECKDESK_LOG_LEVEL": "WARNING",
        "DJANGO_SETTINGS_MODULE": "factcheck.settings",
        "DJANGO_ALLOW_ASYNC_UNSAFE": "true",
    }
    if SERVICES:
        values["CHECKDESK_DATABASE_URL"] = os.environ["CHECKDESK_TEST_DATABASE"]
        if os.environ.get("CHECKDESK_TEST_BROKER"):
            values["CHECKDESK_REDIS_URL"] = f"redis://127.0.0.1:{_free_port()}"
    return kept | values


for _name in [name for name in os.environ if name.startswith("CHECKDESK_")]:
    if not _name.startswith("CHECKDESK_TEST_") and _name != "CHECKDESK_NO_SKIPS":
        del os.environ[_name]
os.environ.update(_environment())


# --- The run -------------------------------------------------------------------------------------


def pytest_configure(config: pytest.Config) -> None:
    """Adapt the settings, above all to quick password hashes; bring in what imports models."""
    import django
    from django.conf import settings

    if SERVICES:
        settings.DATABASES["default"]["CONN_MAX_AGE"] = 0
    settings.PASSWORD_HASHERS = [
        "django.contrib.auth.hashers.MD5PasswordHasher",
        *settings.PASSWORD_HASHERS,
    ]
    from hypothesis import settings as by_property

    # How long a thing takes is for `benchmarks/` to say.
    by_property.register_profile("desk", deadline=None)
    by_property.load_profile("desk")
    # The people, and what is done to tables, import models: these come last.
    django.setup()
    for part in ("tests.migrated", "tests.database", "tests.kept", "tests.cast"):
        config.pluginmanager.import_plugin(part)


@pytest.fixture(scope="session", autouse=True)
def _static_files_are_looked_for_once() -> Iterator[None]:
    """A new `Client` has middleware of its own, and WhiteNoise's looks through all files, which stay the same."""
    from whitenoise.middleware import WhiteNoiseMiddleware

    found: dict[str, Any] = {}
    look = WhiteNoiseMiddleware.add_files_from_finders

    def look_once(middleware: Any) -> None:
        if not found:
            look(middleware)
            found.update(middleware.files)
        middleware.files.update(found)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(WhiteNoiseMiddleware, "add_files_from_finders", look_once)
        yield


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_setupnodes() -> None:
    """Hide our settings from the workers about to start: each reads this file and makes its own."""
    del os.environ["DJANGO_SETTINGS_MODULE"]


DATABASE_AND_BROKER = {"db", "transactional_db", "live_server", "django_db_setup", "broker"}


def _says_something_here(item: Any) -> bool:
    """Tell whether the test is one for this pair: the other's own are not, nor is what asks for neither.

    A test that asks for no database, and so can reach none, says on PostgreSQL what it has said already.
    """
    if not SERVICES:
        return not item.get_closest_marker("postgres")
    asks = item.get_closest_marker("django_db") or DATABASE_AND_BROKER.intersection(item.fixturenames)
    return bool(asks) and not item.get_closest_marker("sqlite")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what says nothing on this database and broker; begin with what takes longest.

    A long one that began last would leave the other worker with nothing to do.
    """
    left_out = [item for item in items if not _says_something_here(item)]
    config.hook.pytest_deselected(items=left_out)
    items[:] = [item for item in items if _says_something_here(item)]
    items.sort(key=lambda item: item.get_closest_marker("long") is None)


def pytest_collection_finish(session: pytest.Session) -> None:
    """Let the garbage collector leave alone what stays to the end, and come less often for the rest."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Count a skipped test as a failure where ``CHECKDESK_NO_SKIPS=1`` asks for it."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if os.environ.get("CHECKDESK_NO_SKIPS") == "1" and reporter and reporter.stats.get("skipped"):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


# --- The broker ----------------------------------------------------------------------------------


class Broker:
    """The run's Redis or Valkey, which a test may kill, freeze and start again."""

    def __init__(self, url: str, command: list[str]) -> None:
        self.url = url
        self._command = command
        self.process: subprocess.Popen[bytes] | None = None

    def start(self, patience: float = 10) -> None:
        """Start it, unless it runs; return when it answers."""
        from factcheck.demo.processes import die_with_parent

        if self.process is None or self.process.poll() is not None:
            self.process = subprocess.Popen(
                self._command, stdout=subprocess.DEVNULL, preexec_fn=die_with_parent()
            )
        deadline = time.monotonic() + patience
        while not self.answers():
            assert time.monotonic() < deadline, "the broker does not start"
            time.sleep(0.02)

    def answers(self) -> bool:
        """Tell whether it answers."""
        from factcheck.health import broker_answers

        return broker_answers()

    def kill(self) -> None:
        """End it as a power cut would."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()

    def signal(self, number: int) -> None:
        """Send it a signal: SIGSTOP freezes it, SIGCONT lets it go on."""
        assert self.process is not None
        self.process.send_signal(number)


@pytest.fixture(scope="session")
def running_broker() -> Iterator[Broker]:
    """Run this worker's broker for the whole run."""
    from django.conf import settings

    from factcheck.demo.broker import command_line

    kept = DATA_DIR / "broker"
    kept.mkdir()
    command = command_line(DATA_DIR / "valkey.sock", kept)
    program = os.environ.get("CHECKDESK_TEST_BROKER")
    if SERVICES and program:
        port = settings.REDIS_URL.rsplit(":", 1)[1]
        command = [program, "--port", port, "--bind", "127.0.0.1", "--dir", str(kept), "--save", ""]
        command += ["--appendonly", "yes"]
    broker = Broker(settings.REDIS_URL, command)
    broker.start()
    yield broker
    broker.kill()


@pytest.fixture
def broker(running_broker: Broker) -> Iterator[Broker]:
    """Give the broker; whatever a test does to it, the next one finds it running."""
    yield running_broker
    if not running_broker.answers():
        running_broker.kill()
        running_broker.start()


@pytest.fixture(autouse=True)
def _broker_is_asked(running_broker: Broker) -> Iterator[None]:
    """Let no test suffer for the one before, after which nobody asks the broker for a while."""
    from factcheck.cache import ForgivingRedisCache
    from factcheck.jobs import wake

    yield
    wake._quiet_until = ForgivingRedisCache._quiet_until = 0.0


@pytest.fixture
def start_worker(
    transactional_db: None, running_broker: Broker
) -> Iterator[Callable[..., subprocess.Popen[bytes]]]:
    """Give a function that starts a real Celery worker on the test database.

    It takes the queues that it serves, all unless told, and environment variables
    (``FAULT="publish.after_commit:kill"``); it returns the process.
    """
    from django.conf import settings
    from django.db import connection

    from factcheck.demo.processes import die_with_parent

    name = connection.settings_dict["NAME"]
    url = f"sqlite://{name}"
    if SERVICES:
        url = os.environ["CHECKDESK_TEST_DATABASE"].replace("/postgres?", f"/{name}?")
    started: list[subprocess.Popen[bytes]] = []

    def start(queues: str = "", **variables: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "celery", "-A", "factcheck", "worker", "--beat"]
        command += ["--schedule", str(DATA_DIR / f"beat-{len(started)}"), "--pool", "prefork"]
        command += ["--concurrency", "1", "--loglevel", "WARNING"]
        command += ["--without-gossip", "--without-mingle", "--without-heartbeat"]
        command += ["--queues", queues] if queues else []
        changes = {
            "CHECKDESK_DATABASE_URL": url,
            "CHECKDESK_SITE_DIR": str(settings.SITE_DIR),
            "CHECKDESK_MEDIA_DIR": str(settings.MEDIA_ROOT),
            "CHECKDESK_PUBLIC_ORIGIN": settings.PUBLIC_ORIGIN,
            "CHECKDESK_FETCH_ALLOW": ",".join(settings.FETCH_ALLOW),
            "CHECKDESK_SEND_ALLOW": ",".join(settings.SEND_ALLOW),
        }
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            env={**os.environ, **changes, **variables},
            start_new_session=True,
            preexec_fn=die_with_parent(),
        )
        started.append(process)
        return process

    yield start
    for process in started:
        process.terminate()
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, 9)
            process.wait()


# --- The browser ---------------------------------------------------------------------------------

LAUNCH = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Run one Chromium for all browser tests of this worker; skip them where there is none."""
    from playwright.sync_api import sync_playwright

    from tests.services import CHROMIUM_NAMES, PLAYWRIGHT

    named = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, CHROMIUM_NAMES)), None)
    if not named:
        pytest.skip("no Chromium: `make test` looks for one")
    where: dict[str, Any] = {} if named == PLAYWRIGHT else {"executable_path": named}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(args=LAUNCH, **where)
        yield browser
        browser.close()


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """Give a browser without cookies, 1440 px wide."""
    context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="en-GB", timezone_id="UTC")
    context.set_default_timeout(10_000)
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext) -> Page:
    """Give one tab of it."""
    return context.new_page()


@pytest.fixture
def desk_server(live_server: Any, settings: Any) -> str:
    """Serve the product to a browser; return its origin, which absolute links use too."""
    origin = live_server.url.replace("localhost", "127.0.0.1")
    settings.PUBLIC_ORIGIN = origin
    settings.CSRF_TRUSTED_ORIGINS = [origin]
    settings.ALLOWED_HOSTS = ["127.0.0.1", "localhost", "testserver"]
    return str(origin)
