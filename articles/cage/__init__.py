"""The one way to parse what came from outside: in a process of its own, that may be lost.

`extract` and `from_text` are those of `articles.extraction`, with the same answers. A keeper process
(`articles.cage.keeper`), started with the first use and shared by what this process forks, has the
parsers loaded and forks a child for each document: no secrets in its memory or environment, limits on
time and memory, and no way to other files, programs and the network (`articles.cage.seal`). A document
that hangs or breaks a parser costs its own import.
"""

from __future__ import annotations

import logging
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any, TypeVar

from articles.cage.wire import (
    LIMITS,
    Garbage,
    Limits,
    Order,
    Verdict,
    opened,
    packed_order,
    read_answer,
    read_article,
)
from articles.extraction import Extracted, ExtractionError, Known
from articles.extraction.document import too_complex

__all__ = ["Limits", "busy", "extract", "from_text", "read", "warm"]

T = TypeVar("T")

logger = logging.getLogger(__name__)

_PATIENCE = 60  # seconds: for a keeper that has to load the parsers on a busy machine
_LONGEST_ANSWER = 64 * 1024 * 1024


def extract(
    data: bytes,
    *,
    content_type: str | None = None,
    filename: str | None = None,
    url: str | None = None,
    known: Known | None = None,
    limits: Limits = LIMITS,
) -> Extracted:
    """Make an article of the bytes of a file or of a fetched page: see `articles.extraction.extract`.

    Raises:
        ExtractionError: What the parser says; `too_complex` where it was ended for what it took, or died;
            `busy` (transient) where the machine is to blame.
    """
    known = known or Known()
    order = Order(False, content_type, filename, url, known, datetime.now(UTC), limits)
    return _carried_out(order, data, read_article)


def from_text(text: str, *, known: Known, url: str | None = None, limits: Limits = LIMITS) -> Extracted:
    """Make an article of pasted text: see `articles.extraction.from_text`.

    Short plain text goes through the cage too: telling its language takes a model of 100 MB, which is
    loaded once, in the keeper.

    Raises:
        ExtractionError: As for `extract`.
    """
    order = Order(True, None, None, url, known, datetime.now(UTC), limits)
    return _carried_out(order, text.encode("utf-8", "surrogatepass"), read_article)


def read(
    work: str,
    data: bytes,
    into: Callable[[Any], T],
    *,
    content_type: str | None = None,
    filename: str | None = None,
    url: str | None = None,
    limits: Limits = LIMITS,
) -> T:
    """Have one of the keeper's other readers read these bytes; return what `into` makes of its answer.

    Raises:
        ExtractionError: As for `extract`.
    """
    order = Order(False, content_type, filename, url, Known(), datetime.now(UTC), limits, work)
    return _carried_out(order, data, lambda answer: into(answer["found"]))


def warm() -> None:
    """Start the keeper, so that nobody waits for it later."""
    _Keeper.current()


class _Keeper:
    """The process that forks the children. Its end of the line closes when the last of us is gone."""

    _lock = threading.Lock()
    _running: _Keeper | None = None

    def __init__(self) -> None:
        ours, theirs = socket.socketpair()
        with theirs:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "articles.cage.keeper"],
                stdin=theirs.fileno(),
                stdout=subprocess.DEVNULL,
                cwd=_ROOT,
                env=_ENVIRONMENT,
                start_new_session=True,  # a signal to our group ends us first, and it by that
            )
        self.line = ours

    @classmethod
    def current(cls) -> _Keeper:
        with cls._lock:
            if cls._running is None:
                cls._running = cls()
            return cls._running

    @classmethod
    def forget(cls, lost: _Keeper) -> None:
        """Start another one next time, unless somebody else already has."""
        with cls._lock:
            if cls._running is lost:
                cls._running = None
                lost.line.close()

    def begin(self) -> socket.socket:
        """Have a child forked; return the line to it.

        Raises:
            OSError: the keeper is gone.
        """
        ours, theirs = socket.socketpair()
        with theirs:
            try:
                socket.send_fds(self.line, [b"!"], [theirs.fileno()])
            except OSError:
                ours.close()
                raise
        return ours


_ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))  # noqa: PTH100, PTH120
# No secret of the desk; one thread, for a fork takes only one along.
_ENVIRONMENT = {
    **{name: os.environ[name] for name in ("PATH", "LANG", "LC_ALL", "TZ") if name in os.environ},
    "PYTHONDONTWRITEBYTECODE": os.environ.get("PYTHONDONTWRITEBYTECODE", ""),
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
}


def _carried_out(order: Order, data: bytes, read: Callable[[dict[str, Any]], T]) -> T:
    for _ in range(2):  # a keeper that was killed is started once more
        keeper = _Keeper.current()
        try:
            with keeper.begin() as line:
                answer = _asked(line, packed_order(order, data))
        except TimeoutError:
            logger.error("The keeper of the parsers did not answer in %s seconds", _PATIENCE)
            break
        except OSError:
            answer = b""
        try:
            body, verdict = opened(answer)
        except Garbage:
            _Keeper.forget(keeper)
            continue
        return _judged(body, verdict, order.limits, read)
    raise busy()


def _asked(line: socket.socket, order: bytes) -> bytes:
    """Send all, then read all; the child ends by its own limits, so this ends too."""
    line.settimeout(_PATIENCE)
    pieces, length = [], 0
    with suppress(BrokenPipeError):  # it died before it had read all; the verdict says of what
        line.sendall(order)
        line.shutdown(socket.SHUT_WR)
    with suppress(ConnectionResetError):  # how that line ends
        while piece := line.recv(1 << 20):
            pieces.append(piece)
            length += len(piece)
            if length > _LONGEST_ANSWER:
                raise too_complex("its text is longer than any article's")
    return b"".join(pieces)


def _judged(body: bytes, verdict: Verdict, limits: Limits, read: Callable[[dict[str, Any]], T]) -> T:
    """Return what a child made of a document, or say of what it died.

    Raises:
        ExtractionError: `too_complex`, or what the parser said; `busy`.
    """
    if verdict.late and verdict.cpu < limits.wall / 2:
        raise busy()  # it had to wait more than it ran: the machine is to blame
    if verdict.late or verdict.overworked:
        raise too_complex(f"reading it takes longer than {limits.wall} seconds")
    if verdict.out_of_memory:
        raise too_complex(f"reading it takes more than {limits.memory >> 20} MB of memory")
    try:
        if verdict.code == 0:
            return read_answer(body, read)
    except Garbage as problem:
        logger.warning("A parser broke: %s", problem)
    else:
        logger.warning("A parser died: exit %s after %.1f s", verdict.code, verdict.cpu)
    raise too_complex("it breaks what reads it")


def busy() -> ExtractionError:
    """Make the refusal that says nothing about the document."""
    return ExtractionError(
        "busy", "The desk is too busy to read this now; it tries again in a moment.", transient=True
    )
