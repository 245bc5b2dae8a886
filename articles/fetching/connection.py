"""Connections that go to public addresses only, and end in time.

The name is resolved once, all its addresses are checked, and the connection is made to one of those:
there is no second look-up that could answer otherwise. Every read gets what is left of one deadline, so
a byte a second does not hold a worker.
"""

from __future__ import annotations

import socket
import ssl
import threading
import time
from dataclasses import dataclass, field
from functools import cache
from queue import Empty, SimpleQueue
from typing import Any

import certifi
import urllib3
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import ConnectTimeoutError, NewConnectionError

from articles.fetching import failures
from articles.fetching.addresses import is_public

AddressInfo = tuple[socket.AddressFamily, socket.SocketKind, int, str, tuple[Any, ...]]


@dataclass(slots=True)
class Deadline:
    """A moment by which everything has to be over."""

    seconds: float
    at: float = field(init=False)

    def __post_init__(self) -> None:
        self.at = time.monotonic() + self.seconds

    def left(self, at_most: float | None = None) -> float:
        """Return the seconds that are left.

        Raises:
            TimeoutError: If there are none.
        """
        seconds = self.at - time.monotonic()
        if seconds <= 0:
            raise TimeoutError("deadline")
        return seconds if at_most is None else min(seconds, at_most)


@dataclass(frozen=True, slots=True)
class Guard:
    """What a connection has to keep to; `trusted` is for addresses that the settings allow by name."""

    deadline: Deadline
    connect_seconds: float
    trusted: bool = False


class _TimedSocket(socket.socket):
    """A socket whose every read and write has the rest of one deadline."""

    deadline: Deadline

    def recv_into(self, *args: Any, **kwargs: Any) -> int:
        self.settimeout(self.deadline.left())
        return super().recv_into(*args, **kwargs)

    def sendall(self, *args: Any, **kwargs: Any) -> None:
        self.settimeout(self.deadline.left())
        super().sendall(*args, **kwargs)


class _TimedTLSSocket(ssl.SSLSocket):
    """The same under TLS; until it is given its deadline it is shaking hands, with a timeout of its own."""

    deadline: Deadline | None = None

    def recv_into(self, *args: Any, **kwargs: Any) -> int:
        if self.deadline:
            self.settimeout(self.deadline.left())
        return super().recv_into(*args, **kwargs)


class _Guarded(HTTPConnection):
    """What the two kinds of connection share: where their sockets come from."""

    def __init__(self, *args: Any, guard: Guard, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.guard = guard

    def _new_conn(self) -> socket.socket:
        try:
            return connect(self.host, self.port, self.guard)
        except TimeoutError as problem:
            raise ConnectTimeoutError(self, "timed out") from problem
        except OSError as problem:
            raise NewConnectionError(self, "unreachable") from problem


class GuardedHTTPConnection(_Guarded):
    """An HTTP connection to a public address."""


class GuardedHTTPSConnection(_Guarded, HTTPSConnection):
    """An HTTPS connection to a public address; the name in the certificate is checked as ever."""

    def connect(self) -> None:
        super().connect()
        if isinstance(self.sock, _TimedTLSSocket):
            self.sock.deadline = self.guard.deadline


class HTTPPool(urllib3.HTTPConnectionPool):
    """Makes guarded connections."""

    ConnectionCls = GuardedHTTPConnection


class HTTPSPool(urllib3.HTTPSConnectionPool):
    """Makes guarded connections under TLS."""

    ConnectionCls = GuardedHTTPSConnection


@cache
def tls_context() -> ssl.SSLContext:
    """Return the settings of TLS: 1.2 at least, certificates of the system and of Mozilla's list."""
    context = ssl.create_default_context()
    context.load_verify_locations(certifi.where())
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.sslsocket_class = _TimedTLSSocket
    return context


def connect(host: str, port: int, guard: Guard) -> socket.socket:
    """Return a socket that is connected to one of a host's addresses, all of which are public.

    Raises:
        FetchError: `url_blocked` if any one of them is not.
        OSError: When none answers in time.
    """
    found = resolve(host, port, guard.deadline.left(guard.connect_seconds))
    if not guard.trusted and not all(is_public(str(info[4][0])) for info in found):
        raise failures.url_blocked(host)
    problem: OSError = OSError("no address")
    for family, kind, protocol, _name, address in found:
        plain = _TimedSocket(family, kind, protocol)
        plain.deadline = guard.deadline
        try:
            plain.settimeout(guard.deadline.left(guard.connect_seconds))
            plain.connect(address)
        except OSError as failure:
            plain.close()
            problem = failure
            continue
        return plain
    raise problem


def resolve(host: str, port: int, seconds: float) -> list[AddressInfo]:
    """Return a host's addresses, within a time that the system's resolver does not keep to itself.

    Raises:
        OSError: When there are none, or the time is over.
    """
    answer: SimpleQueue[list[AddressInfo] | OSError] = SimpleQueue()

    def ask() -> None:
        try:
            answer.put(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
        except (OSError, UnicodeError) as problem:
            answer.put(problem if isinstance(problem, OSError) else OSError(str(problem)))

    threading.Thread(target=ask, name="resolve", daemon=True).start()
    try:
        found = answer.get(timeout=seconds)
    except Empty:
        raise TimeoutError("resolver") from None
    if isinstance(found, OSError):
        raise found
    if not found:
        raise OSError("no address")
    return found
