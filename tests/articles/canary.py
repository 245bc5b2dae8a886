"""Servers on the loopback for the fetcher's tests: one that behaves, and one that says raw bytes."""

from __future__ import annotations

import itertools
import re
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from unittest import mock

import pytest

from articles.fetching import Answered, FetchError, Policy, fetch, send

Go = Callable[..., Any]
Answer = bytes | Callable[[socket.socket], None]


@dataclass
class Server:
    """A listening socket that keeps what it was asked and answers by path."""

    port: int
    answers: dict[str, Answer] = field(default_factory=dict)
    requests: list[bytes] = field(default_factory=list)
    connections: int = 0

    @property
    def place(self) -> str:
        return f"127.0.0.1:{self.port}"

    def url(self, path: str = "/") -> str:
        return f"http://{self.place}{path}"

    def says(self, path: str, answer: Answer) -> str:
        """Answer a path from now on; return its address."""
        self.answers[path] = answer
        return self.url(path)


def page(body: bytes | str, *headers: str, status: str = "200 OK", length: bool = True) -> bytes:
    """Return a whole answer, HTML unless the headers say otherwise."""
    data = body.encode() if isinstance(body, str) else body
    lines = [f"HTTP/1.1 {status}", *headers]
    if not any(header.lower().startswith("content-type") for header in headers):
        lines.append("Content-Type: text/html; charset=utf-8")
    if length:
        lines.append(f"Content-Length: {len(data)}")
    return "\r\n".join([*lines, "Connection: close", "", ""]).encode() + data


def redirect(to: str, status: str = "302 Found") -> bytes:
    return f"HTTP/1.1 {status}\r\nLocation: {to}\r\nContent-Length: 0\r\n\r\n".encode()


@contextmanager
def serving() -> Iterator[Server]:
    """Run a server in threads of its own."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        server = Server(listening.getsockname()[1])
        threading.Thread(target=_accept, args=(listening, server), daemon=True).start()
        yield server
        listening.shutdown(socket.SHUT_RDWR)


def _accept(listening: socket.socket, server: Server) -> None:
    while True:
        try:
            connection, _ = listening.accept()
        except OSError:
            return
        server.connections += 1
        threading.Thread(target=_answer, args=(connection, server), daemon=True).start()


def _answer(connection: socket.socket, server: Server) -> None:
    with connection:
        try:
            request = _request(connection)
            server.requests.append(request)
            path = request.split(b" ", 2)[1].decode("latin-1") if request.count(b" ") > 1 else "/"
            answer: Any = server.answers.get(path, page("not here", status="404 Not Found"))
            if callable(answer):
                answer(connection)
            else:
                connection.sendall(answer)
        except OSError:
            pass  # the fetcher hung up, which is what many tests want


def allowing(*servers: Server, **limits: Any) -> Policy:
    return Policy(allow=frozenset(s.place for s in servers), **limits)


def refused(url: str, policy: Policy, go: Go = fetch) -> FetchError:
    with pytest.raises(FetchError) as caught:
        go(url, policy=policy)
    return caught.value


def post(url: str, *, policy: Policy) -> Answered:
    """Send a message to the address."""
    return send(url, b"{}", {"Content-Type": "application/json"}, policy=policy)


WAYS: list[Any] = [pytest.param(fetch, "http", id="fetch"), pytest.param(post, "https", id="send")]
"""How something goes out, and the scheme that it goes by."""


def _request(connection: socket.socket) -> bytes:
    """Read a request with as much of a body as its head says, or what came before the other side hung up."""
    came = connection.recv(65536)
    length = re.search(rb"\r\ncontent-length: (\d+)\r\n", came, re.IGNORECASE)
    whole = came.find(b"\r\n\r\n") + 4 + int(length[1]) if length else 0
    while len(came) < whole and (more := connection.recv(65536)):
        came += more
    return came


class Resolver:
    """Stands in for DNS: numeric hosts are the system's, names answer in turn from a list."""

    def __init__(self, **names: list[list[str]]) -> None:
        self._answers = {name.replace("_", "."): itertools.cycle(turns) for name, turns in names.items()}
        self._lock = threading.Lock()
        self._real = socket.getaddrinfo
        self.asked: list[str] = []

    def __call__(self, host: str, port: int, *args: Any, **kwargs: Any) -> list[Any]:
        self.asked.append(host)
        if host not in self._answers:
            return self._real(host, port, *args, **kwargs)
        with self._lock:
            addresses = next(self._answers[host])
        return [info for address in addresses for info in self._real(address, port, type=socket.SOCK_STREAM)]


def resolving(**names: list[list[str]]) -> Any:
    return mock.patch("socket.getaddrinfo", Resolver(**names))
