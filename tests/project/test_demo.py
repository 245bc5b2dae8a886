"""``make demo``: it starts, survives what is killed under it, keeps what was done, and stops."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from factcheck.demo.leftovers import leftovers

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 150
"""Seconds; the machine may be busy with the rest of the suite."""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Launch:
    """A running ``manage.py demo`` and what it has said."""

    def __init__(self, data_dir: Path, port: int, said: Path, *, by_make: bool) -> None:
        clean = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("CHECKDESK_", "DJANGO_"))
        }
        here = {
            "CHECKDESK_DATA_DIR": str(data_dir),
            "CHECKDESK_PORT": str(port),
            "PYTHONDONTWRITEBYTECODE": "1",
        }
        self.data_dir, self.port, self._said = data_dir, port, said
        command = [sys.executable, "manage.py", "demo"]
        if by_make:
            command = ["make", "-o", ".venv/.runtime", "demo", f"PORT={port}", f"DATA_DIR={data_dir}"]
        with said.open("wb") as output:
            self.process = subprocess.Popen(
                command,
                cwd=ROOT,
                env=clean | here,
                stdout=output,
                stderr=subprocess.STDOUT,
            )

    @property
    def said(self) -> str:
        return self._said.read_text()

    def until(self, condition: Callable[[], object], what: str) -> None:
        deadline = time.monotonic() + PATIENCE
        while not condition():
            assert time.monotonic() < deadline, f"not {what}:\n{self.said}"
            time.sleep(0.1)

    def until_up(self) -> None:
        self.until(lambda: "Ctrl-C stops everything" in self.said or self.process.poll() is not None, "up")
        assert self.process.poll() is None, self.said

    def answers(self, path: str = "/readyz") -> bool:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=5) as answer:
                return answer.status == 200
        except OSError:
            return False

    def people(self) -> int:
        import sqlite3

        with sqlite3.connect(self.data_dir / "desk.sqlite3") as database:
            return int(database.execute("SELECT count(*) FROM accounts_user").fetchone()[0])

    def stop(self, number: int = signal.SIGTERM) -> int:
        self.process.send_signal(number)
        return self.process.wait(60)


def of_kind(data_dir: Path, word: str) -> list[int]:
    """The processes of this launch with a word in their command line, the oldest first."""
    found = []
    for process in sorted(leftovers(data_dir)):
        try:
            command = Path(f"/proc/{process}/cmdline").read_bytes().replace(b"\0", b" ").decode()
        except OSError:
            continue
        if word in command:
            found.append(process)
    return found


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., Launch]]:
    started: list[Launch] = []

    def begin(port: int, folder: str = "desk data", *, by_make: bool = False) -> Launch:
        launch = Launch(tmp_path / folder, port, tmp_path / f"said-{len(started)}", by_make=by_make)
        started.append(launch)
        return launch

    yield begin
    for launch in started:
        launch.process.kill()
        for process in leftovers(launch.data_dir):
            os.kill(process, signal.SIGKILL)


@pytest.mark.long
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")
def test_the_demo_from_first_start_to_last(start: Callable[..., Launch]) -> None:
    port = free_port()
    first = start(port)
    first.until_up()
    assert first.answers()
    assert first.answers("/")
    assert "sign in as" in first.said
    people = first.people()
    assert people > 1

    # A second launch for the same data, and one for the same port, say so and leave.
    second = start(free_port())
    assert second.process.wait(PATIENCE) == 1
    assert f"already runs for {first.data_dir}" in second.said
    assert f":{port}/desk/" in second.said
    third = start(port, folder="elsewhere")
    assert third.process.wait(PATIENCE) == 1
    assert f"Port {port} is taken" in third.said

    # What is killed comes back, and no child of it stays.
    first.until(lambda: of_kind(first.data_dir, "celery"), "worker started")
    # What it compiled it keeps, also where whoever started it keeps nothing.
    for process in of_kind(first.data_dir, "celery"):
        assert b"PYTHONDONTWRITEBYTECODE" not in Path(f"/proc/{process}/environ").read_bytes()
    for word in ("valkey-server", "celery", "gunicorn"):
        os.kill(of_kind(first.data_dir, word)[0], signal.SIGKILL)
    first.until(lambda: first.said.count("starting it again") >= 3, "noticed")
    first.until(lambda: of_kind(first.data_dir, "celery") and first.answers(), "back")

    # Killed itself, it leaves what the next launch clears away; what was done is there.
    first.stop(signal.SIGKILL)
    fourth = start(port, by_make=True)
    fourth.until_up()
    assert fourth.answers()
    assert fourth.people() == people
    assert "Preparing" not in fourth.said

    # A signal to make reaches it.
    fourth.stop(signal.SIGTERM)
    fourth.until(lambda: "Stopped." in fourth.said, "stopped")
    assert leftovers(fourth.data_dir) == []

    fifth = start(port)
    fifth.until_up()
    assert fifth.stop(signal.SIGINT) == 0
    assert leftovers(fifth.data_dir) == []
