"""The process that keeps the parsers loaded and forks a child for each document.

    python -m articles.cage.keeper

It is started by `articles.cage`, with one end of a socket pair as its standard input. Each message on it
is the line for one document: a guard is forked, which forks the child that parses, waits for it and adds
the verdict. When the line closes, everybody who could ask is gone, and so is the keeper; the system
ends the guards and children after it.

The limits are the kernel's, because a parser that hangs in C hears nobody else.
"""

from __future__ import annotations

import ctypes
import gc
import os
import resource
import signal
import socket
import sys
import traceback
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

from articles.batches.reading import read_rows
from articles.cage.seal import seal
from articles.cage.wire import OUT_OF_MEMORY, Limits, Order, packed_answer, packed_verdict, read_order
from articles.extraction import Extracted, ExtractionError, extract, from_text
from articles.feeds.reading import read_feed

_PR_SET_PDEATHSIG = 1
_CLONE_NEWUSER, _CLONE_NEWNET = 0x10000000, 0x40000000
_FILES = 32
Size = tuple[int, int]
_NICENESS = 5


def main() -> None:
    """Load the parsers, then serve until the line closes."""
    _step_back()
    _leave_the_network()
    _load()
    gc.collect()
    gc.freeze()  # children would otherwise copy what the collector touches
    size = _own_size()
    for wall in seal():
        sys.stderr.write(f"What parses foreign documents is not kept from {wall} on this system.\n")
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # guards are not waited for
    keeper = os.getpid()
    with socket.socket(fileno=os.dup(0)) as line:
        while True:
            message, lines, _, _ = socket.recv_fds(line, 1, 1)
            if not message:
                return
            if os.fork() == 0:
                line.close()
                os.close(0)
                _end_with(keeper)
                _guard(socket.socket(fileno=lines[0]), size)
            os.close(lines[0])


def _guard(line: socket.socket, size: Size) -> None:
    """Fork the child, wait for it, add the verdict; never return."""
    try:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        guard = os.getpid()
        child = os.fork()
        if child == 0:
            _end_with(guard)
            os._exit(_parse(line, size))
        _, status, usage = os.wait4(child, 0)
        code = os.waitstatus_to_exitcode(status)
        line.sendall(packed_verdict(code, usage.ru_utime + usage.ru_stime))
    finally:
        os._exit(0)


def _parse(line: socket.socket, size: Size) -> int:
    """Read the order, carry it out within its limits, answer; return the exit code."""
    try:
        with line.makefile("rb") as sent:
            order, data = read_order(sent.read())
        _confine(order.limits, size)
        line.sendall(packed_answer(_carried_out(order, data)))
    except MemoryError:
        return OUT_OF_MEMORY
    except BaseException:  # whatever it is, it ends here and not in the keeper's code
        traceback.print_exc()
        return 1
    return 0


def _carried_out(order: Order, data: bytes) -> Extracted | ExtractionError | dict[str, Any] | str:
    try:
        if order.work != "article":
            return _READERS[order.work](data, order)
        if not order.pasted:
            return extract(
                data,
                content_type=order.content_type,
                filename=order.filename,
                url=order.url,
                known=order.known,
                now=order.now,
            )
        known = order.known
        return from_text(
            data.decode("utf-8", "surrogatepass"),
            title=known.title,
            byline=known.byline,
            published_at=known.published_at,
            outlet_name=known.outlet_name,
            language=known.language,
            url=order.url,
            now=order.now,
        )
    except ExtractionError as refusal:
        return refusal
    except MemoryError:
        raise
    except Exception:  # a parser's own fault; the desk logs it
        return traceback.format_exc()[-4000:]


def _feed(data: bytes, order: Order) -> dict[str, Any]:
    return read_feed(data, url=order.url or "", content_type=order.content_type or "", now=order.now)


def _batch(data: bytes, order: Order) -> dict[str, Any]:
    return read_rows(data, content_type=order.content_type or "")


_READERS: dict[str, Callable[[bytes, Order], dict[str, Any]]] = {"feed": _feed, "batch": _batch}


def _confine(limits: Limits, size: Size) -> None:
    """Set the limits of this process; what a system does not have it goes without."""
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.setitimer(signal.ITIMER_REAL, limits.wall)
    resource.setrlimit(resource.RLIMIT_CPU, (limits.cpu, limits.cpu + 1))  # told apart from a kill
    for what, most in (
        (resource.RLIMIT_AS, _mapped_at_most(limits.memory, size)),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NOFILE, _FILES),
        (resource.RLIMIT_NPROC, 0),
    ):
        with suppress(OSError, ValueError):
            resource.setrlimit(what, (most, most))


def _mapped_at_most(memory: int, size: Size) -> int:
    """Return the address space with which no more than `memory` can be in use.

    Libraries reserve more than they use, so what counts is what is resident in the keeper and what may be
    added.
    """
    mapped, resident = size
    return mapped + max(memory - resident, memory // 4)


def _own_size() -> Size:
    """Return how much this process has mapped, and how much of that is resident; 0 where nobody says."""
    try:
        with open("/proc/self/statm") as statm:  # noqa: PTH123
            mapped, resident = (int(pages) * resource.getpagesize() for pages in statm.read().split()[:2])
    except OSError:  # not Linux
        return 0, 0
    return mapped, resident


def _end_with(parent: int) -> None:
    """Have the system end this process when its parent ends (Linux; elsewhere its own limits do)."""
    if sys.platform != "linux":
        return
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)


def _step_back() -> None:
    """Let whoever answers a person go first; on Linux sessions are weighed against each other too."""
    os.nice(_NICENESS)
    with suppress(OSError), open("/proc/self/autogroup", "w") as ours:  # noqa: PTH123
        ours.write(str(_NICENESS))


def _leave_the_network() -> None:
    """Move into a network of its own, with nothing in it, where the system lets us (Linux).

    Containers mostly do not; there the seal is what keeps a child from the network.
    """
    if sys.platform != "linux":
        return
    unshare = ctypes.CDLL(None).unshare
    if unshare(_CLONE_NEWNET) != 0:
        unshare(_CLONE_NEWUSER | _CLONE_NEWNET)  # as nobody special; some systems refuse that too


def _load() -> None:
    """Use each parser once, for what is slow to load is loaded with its first use."""
    import mammoth  # noqa: F401

    import articles.extraction.docx
    import articles.extraction.epub
    import articles.extraction.mail
    import articles.extraction.odt
    import articles.extraction.pdf
    import articles.extraction.rtf
    import articles.extraction.subtitles  # noqa: F401

    page = "<p>The ferry carried 41,000 passengers last year, the board said on 3 March 2025.</p>" * 4
    now = datetime.now(UTC)
    extract(f"<article><h1>Ferry</h1>{page}</article>".encode(), content_type="text/html", now=now)
    from_text("# Ferry\n\nPublished on 3 March 2025\n\n" + "It **carried** 41,000 passengers.\n" * 4, now=now)
    read_feed(
        b"<rss version='2.0'><channel><item><link>/1</link></item></channel></rss>",
        url="https://a.example/",
        content_type="",
        now=now,
    )
    extract("Die Fähre fährt für 41.000 Gäste.\n\n".encode("cp1252") * 4, now=now)


if __name__ == "__main__":
    main()
