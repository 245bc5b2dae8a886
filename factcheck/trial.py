"""What the trial mode keeps under its data directory: a secret key and the broker's socket.

Settings read this when ``CHECKDESK_TRIAL=1``; production never does.
"""

from __future__ import annotations

import hashlib
import os
import re
import secrets
from pathlib import Path

SOCKET_PATH_LIMIT = 100
"""Bytes. The kernel allows 107 on Linux and 103 on macOS, with the closing zero."""


def secret_key(data_dir: Path) -> str:
    """Return the key kept in `data_dir`, made on first use and readable by its owner only.

    Of two processes that start at once one creates the file and the other reads it.
    """
    place = data_dir / "secret_key"
    data_dir.mkdir(parents=True, exist_ok=True)
    draft = place.with_name(f".secret_key.{os.getpid()}")
    if not place.exists():
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "w") as file:
            file.write(secrets.token_urlsafe(64))
        try:
            os.link(draft, place)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return place.read_text().strip()


def broker_socket(data_dir: Path) -> Path:
    """Return where the embedded broker listens.

    In `data_dir`, unless the path is too long for a Unix socket, or has characters that would need
    escaping in a URL; then in a directory of /tmp whose name follows from `data_dir`, so that every
    process finds the same one.
    """
    place = data_dir / "valkey.sock"
    if len(os.fsencode(place)) <= SOCKET_PATH_LIMIT and re.fullmatch(r"[\w./-]+", str(place), re.ASCII):
        return place
    digest = hashlib.sha256(os.fsencode(data_dir)).hexdigest()[:16]
    return Path("/tmp") / f"checkdesk-{os.getuid()}-{digest}" / "valkey.sock"  # noqa: S108
