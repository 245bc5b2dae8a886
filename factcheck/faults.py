"""Named places where a test can make the process die, stop or fail (SECURITY, H4).

Nothing happens unless the environment variable FAULT names the place: `FAULT=name:kill`, `:stop` or
`:raise`. The tests list every place by reading the source, so that none is left out.
"""

from __future__ import annotations

import os
import signal

_PLACE, _, _DEED = os.environ.get("FAULT", "").partition(":")


class Fault(Exception):
    """Raised at a place by `FAULT=name:raise`."""


def point(place: str) -> None:
    """Die, stop or raise here if the environment says so."""
    if place != _PLACE:
        return
    if _DEED == "raise":
        raise Fault(place)
    os.kill(os.getpid(), signal.SIGSTOP if _DEED == "stop" else signal.SIGKILL)
