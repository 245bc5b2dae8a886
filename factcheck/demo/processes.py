"""Keep a few programs running, and let none of them outlive this one.

Each program leads a process group of its own: Ctrl-C in the terminal reaches only us, and when one dies
its children can be ended with it. If we are killed ourselves, the kernel tells the programs (Linux).
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

FIRST_PAUSE = 0.5
LONGEST_PAUSE = 30.0
LONG_ENOUGH = 30.0
"""Seconds after which a program counts as healthy, and its next pause is short again."""
LOG_LIMIT = 5 * 1024 * 1024
PR_SET_PDEATHSIG = 1

Say = Callable[[str], None]


def follow_parent() -> None:
    """Be asked to stop when the process that started us ends, however it ends (Linux)."""
    if sys.platform.startswith("linux"):
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def die_with_parent() -> Callable[[], None] | None:
    """Return what a child runs before it becomes its program, where the kernel can do it."""
    if not sys.platform.startswith("linux"):
        return None
    libc = ctypes.CDLL(None)
    parent = os.getpid()

    def ask() -> None:
        libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent:
            os._exit(1)

    return ask


@dataclass
class Program:
    """A program to keep running: its command line, and how long it may take to stop."""

    name: str
    command: list[str]
    environment: dict[str, str]
    log: Path
    patience: float = 5.0
    directory: Path | None = None
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    pause: float = FIRST_PAUSE
    due: float | None = field(default=None)

    def start(self) -> None:
        """Start it; what it prints goes to its log file."""
        if self.log.exists() and self.log.stat().st_size > LOG_LIMIT:
            self.log.replace(self.log.with_suffix(".old"))
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(  # noqa: S603 - our own command lines
                self.command,
                env=self.environment,
                cwd=self.directory,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=die_with_parent(),  # noqa: PLW1509 - only the main thread forks
            )
        self.started = time.monotonic()
        self.due = None

    @property
    def running(self) -> bool:
        """Tell whether it runs."""
        return self.process is not None and self.process.poll() is None

    def last_words(self, lines: int = 12) -> str:
        """Return the end of its log."""
        if not self.log.exists():
            return ""
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:])

    def end_group(self) -> None:
        """Kill what is left of its process group."""
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, signal.SIGKILL)

    def stop(self) -> None:
        """Ask it to stop, wait, then leave nothing of it."""
        if self.process is None:
            return
        if self.running:
            self.process.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(self.patience)
        self.end_group()
        self.process.wait()

    def look_after(self, say: Say) -> None:
        """Start it again if it died, after a pause that doubles while it keeps dying."""
        if self.running:
            return
        now = time.monotonic()
        if self.due is None:
            code = self.process.returncode if self.process is not None else 0
            how = f"signal {-code}" if code < 0 else f"exit code {code}"
            self.end_group()
            if now - self.started > LONG_ENOUGH:
                self.pause = FIRST_PAUSE
            say(f"The {self.name} stopped ({how}); starting it again in {self.pause:g} s. Log: {self.log}")
            self.due = now + self.pause
            self.pause = min(self.pause * 2, LONGEST_PAUSE)
        elif now >= self.due:
            self.start()
