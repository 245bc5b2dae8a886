"""One launch per data directory: a lock for the living, and an end for what a killed one left.

Every process of a launch carries `MARK` with its data directory in its environment, so what is ours is
known for certain, whatever happened to the process that started it.
"""

from __future__ import annotations

import fcntl
import os
import signal
import time
from pathlib import Path
from typing import IO

MARK = "CHECKDESK_LAUNCHED_FOR"
PROC = Path("/proc")


class AlreadyRunning(Exception):
    """Another launch holds this data directory; the message says where it serves."""


def lock(data_dir: Path, about_us: str) -> IO[str]:
    """Take the data directory for as long as the returned file stays open.

    Raises:
        AlreadyRunning: with what the holder said about itself.
    """
    file = (data_dir / "demo.lock").open("a+")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        file.seek(0)
        raise AlreadyRunning(file.read().strip()) from None
    file.truncate(0)
    file.write(about_us)
    file.flush()
    return file


def leftovers(data_dir: Path) -> list[int]:
    """Return the processes of earlier launches for this data directory (Linux; else none)."""
    mark = f"{MARK}={data_dir}".encode()
    found = []
    for place in PROC.glob("[0-9]*"):
        try:
            environment = (place / "environ").read_bytes().split(b"\0")
        except OSError:
            continue
        if mark in environment and int(place.name) != os.getpid():
            found.append(int(place.name))
    return found


def clear(data_dir: Path, patience: float = 3.0) -> int:
    """End what earlier launches left: asked first, then killed. Return how many there were."""
    first = found = leftovers(data_dir)
    for kind, until in ((signal.SIGTERM, patience), (signal.SIGKILL, 2.0)):
        for process in found:
            try:
                os.kill(process, kind)
            except ProcessLookupError:
                continue
        deadline = time.monotonic() + until
        while found and time.monotonic() < deadline:
            time.sleep(0.05)
            found = leftovers(data_dir)
    return len(first)
