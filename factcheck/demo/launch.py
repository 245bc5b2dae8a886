"""Run the desk: broker, database, worker with its clock, web.

Everything it keeps lies under one data directory. It serves this machine only (127.0.0.1). Django is
not imported here: this process starts others, watches them, and ends them.
"""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from types import FrameType

from factcheck import trial
from factcheck.demo import broker
from factcheck.demo.leftovers import MARK, AlreadyRunning, clear, lock
from factcheck.demo.prepare import Prepared, migrations_digest
from factcheck.demo.processes import Program, die_with_parent, follow_parent
from factcheck.env import Env

BASE_DIR = Path(__file__).resolve().parent.parent.parent
HOST = "127.0.0.1"
PATIENCE = 60.0
"""Seconds for a program to become ready on a slow machine."""


class CannotStart(Exception):
    """The desk cannot run; the message says why and what to do."""


def say(text: str) -> None:
    """Tell the person at the terminal; it may have been closed."""
    with contextlib.suppress(OSError):
        print(text, flush=True)  # noqa: T201 - the terminal is what this program speaks to


class Desk:
    """One launch, from the first line on the terminal to the last."""

    def __init__(self, data_dir: Path, port: int, origin: str) -> None:
        self.data_dir = data_dir
        self.port = port
        self.origin = origin
        self.logs = data_dir / "logs"
        self.socket = trial.broker_socket(data_dir)
        self.stopping = threading.Event()
        self.programs: list[Program] = []
        # Where it is set, each process compiles each module anew: that was two thirds of a start.
        inherited = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
        self.environment = {
            **inherited,
            MARK: str(data_dir),
            "CHECKDESK_TRIAL": "1",
            "CHECKDESK_DEMO": "1",
            "CHECKDESK_DATA_DIR": str(data_dir),
            "CHECKDESK_PORT": str(port),
            "CHECKDESK_PUBLIC_ORIGIN": origin,
            "PYTHONUNBUFFERED": "1",
        }

    def run(self) -> None:
        """Start everything, keep it running, stop it in reverse order on a signal.

        Raises:
            CannotStart: with a sentence for the person at the terminal.
        """
        for each in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(each, self._asked_to_stop)
        try:
            self.logs.mkdir(parents=True, exist_ok=True)
            holder = lock(self.data_dir, f"{self.origin}/desk/ (process {os.getpid()})")
        except AlreadyRunning as other:
            raise CannotStart(
                f"Check Desk already runs for {self.data_dir}:\n  {other}\n"
                "Stop it there with Ctrl-C, or run a second one: make demo DATA_DIR=… PORT=…"
            ) from None
        except OSError as problem:
            raise CannotStart(f"Cannot keep data in {self.data_dir}: {problem}") from None
        with holder:
            try:
                self._start()
                while not self.stopping.wait(0.25):
                    for program in self.programs:
                        program.look_after(say)
            finally:
                self._stop()

    def _asked_to_stop(self, number: int, frame: FrameType | None) -> None:
        self.stopping.set()

    def _start(self) -> None:
        """Follow the order in which each needs the one before; stop between any two when asked to."""
        if cleared := clear(self.data_dir):
            say(f"Ended {cleared} processes that an earlier launch left behind.")
        self._check_port()
        self._start_broker()
        self._prepare()
        if self.stopping.is_set():
            return
        # The web first: a person waits for it, and the worker's start would slow it down.
        web = self._web()
        self.programs.append(web)
        web.start()
        self._wait_for(web, self._web_answers)
        if self.stopping.is_set():
            return
        for worker in (self._worker(), self._importer()):
            self.programs.insert(-1, worker)
            worker.start()
        self._greet()

    def _stop(self) -> None:
        if not self.programs:
            return
        say("Stopping …")
        for program in reversed(self.programs):
            program.stop()
        if self.socket.parent != self.data_dir:
            with contextlib.suppress(OSError):
                self.socket.parent.rmdir()
        say(f"Stopped. What you did is kept in {self.data_dir}")

    def _program(self, name: str, command: list[str], patience: float) -> Program:
        return Program(name, command, self.environment, self.logs / f"{name}.log", patience, BASE_DIR)

    def _start_broker(self) -> None:
        if broker.answers(self.socket):
            say(f"Using the broker that already listens at {self.socket}.")
            return
        kept = self.data_dir / "broker"
        try:
            broker.make_room(self.socket, kept)
            command = broker.command_line(self.socket, kept)
        except (OSError, LookupError) as problem:
            raise CannotStart(f"Cannot start the broker: {problem}.") from None
        program = self._program("broker", command, patience=5)
        self.programs.append(program)
        program.start()
        self._wait_for(program, lambda: broker.answers(self.socket))

    def _prepare(self) -> None:
        database = self.data_dir / "desk.sqlite3"
        known = Prepared.read(self.data_dir)
        if known and known.migrations == migrations_digest(BASE_DIR) and database.exists():
            return
        say("Preparing the database …" if database.exists() else "Preparing the database and samples …")
        done = subprocess.run(
            [sys.executable, "-m", "factcheck.demo.prepare"],
            env=self.environment,
            cwd=BASE_DIR,
            preexec_fn=die_with_parent(),
            start_new_session=True,
            check=False,
        )
        if done.returncode and not self.stopping.is_set():
            raise CannotStart("The database could not be prepared; the reason stands above.")

    def _worker(self) -> Program:
        beat = ["--beat", "--schedule", str(self.data_dir / "beat-schedule")]
        return self._celery("worker", ["--queues", "celery", "--concurrency", "1", *beat])

    def _importer(self) -> Program:
        return self._celery("importer", ["--queues", "imports,webhooks", "--concurrency", "2"])

    def _celery(self, name: str, options: list[str]) -> Program:
        command = [sys.executable, "-m", "celery", "-A", "factcheck", "worker", "--hostname", name]
        command += ["--without-gossip", "--without-mingle", "--without-heartbeat"]
        return self._program(name, [*command, *options, "--loglevel", "WARNING"], patience=10)

    def _web(self) -> Program:
        command = [sys.executable, "-m", "gunicorn", "factcheck.wsgi", "--preload"]
        command += ["--config", str(BASE_DIR / "deploy" / "gunicorn.conf.py")]
        command += ["--bind", f"{HOST}:{self.port}", "--workers", "2", "--threads", "4"]
        return self._program("web", command, patience=10)

    def _check_port(self) -> None:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((HOST, self.port))
            except (OSError, OverflowError):
                other = self.port + 1 if 0 < self.port < 65535 else 8000
                raise CannotStart(
                    f"Port {self.port} is taken by another program or may not be used. "
                    f"Choose another one: make demo PORT={other}"
                ) from None

    def _web_answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"http://{HOST}:{self.port}/healthz", timeout=2) as answer:
                return bool(answer.status == 200)
        except (urllib.error.URLError, OSError):
            return False

    def _wait_for(self, program: Program, ready: Callable[[], bool]) -> None:
        deadline = time.monotonic() + PATIENCE
        while not ready():
            if self.stopping.wait(0.05):
                return
            if not program.running or time.monotonic() > deadline:
                raise CannotStart(f"The {program.name} did not start:\n{program.last_words()}")

    def _greet(self) -> None:
        prepared = Prepared.read(self.data_dir)
        say(f"\nCheck Desk runs at {self.origin}/desk/\n")
        say(f"  public site  {self.origin}/")
        for line in prepared.sign_ins if prepared else []:
            say(f"  sign in as   {line}")
        say(f"  data         {self.data_dir}")
        say("\nCtrl-C stops everything; what you do is kept.")


def main() -> int:
    """Run the desk where ``CHECKDESK_DATA_DIR`` and ``CHECKDESK_PORT`` say; return the exit code."""
    env = Env()
    if env.flag("FOLLOW_PARENT"):
        follow_parent()
    port = env.number("PORT", 8000)
    origin = env.text("PUBLIC_ORIGIN", f"http://{HOST}:{port}").rstrip("/")
    try:
        Desk(env.path("DATA_DIR", BASE_DIR / "var"), port, origin).run()
    except CannotStart as problem:
        say(str(problem))
        return 1
    return 0
