"""The guarded fetcher: how long it waits, how much it takes, and which answers are no page."""

from __future__ import annotations

import gzip
import random
import socket
import time
import zlib
from collections.abc import Callable
from unittest import mock

import brotli  # type: ignore[import-untyped]
import pytest

from articles.fetching import Policy, fetch
from tests.articles.canary import Answer, Server, allowing, page, post, redirect, refused

# --- How long -------------------------------------------------------------------------------------


def drip(first: bytes) -> Answer:
    def send(connection: socket.socket) -> None:
        connection.sendall(first)
        for _ in range(200):
            time.sleep(0.05)
            connection.sendall(b"x")

    return send


def stall(connection: socket.socket) -> None:
    connection.recv(1)


def go_on(connection: socket.socket) -> None:
    while True:
        connection.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")


@pytest.mark.case("S15")
@pytest.mark.parametrize(
    "answer",
    [
        drip(b"HTTP/1.1 200 OK\r\nX: "),
        drip(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 9000\r\n\r\n"),
        drip(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n"),
        stall,
        go_on,
    ],
    ids=["slow head", "slow body", "slow body without length", "silence", "continue, continue"],
)
def test_a_slow_page_is_cut_at_the_deadline(answer: Answer, server: Server) -> None:
    url = server.says("/", answer)
    began = time.monotonic()
    problem = refused(url, allowing(server, seconds=0.6))
    assert problem.code == "timeout"
    assert problem.transient
    assert time.monotonic() - began < 3


@pytest.mark.case("S15")
@pytest.mark.parametrize("answer", [drip(b"HTTP/1.1 200 OK\r\nX: "), stall, go_on])
def test_a_receiver_that_says_no_status_in_time_is_not_waited_for(answer: Answer, server: Server) -> None:
    url = server.says("/", answer)
    began = time.monotonic()
    assert refused(url, allowing(server, seconds=0.6), post).code == "timeout"
    assert time.monotonic() - began < 3


def test_a_resolver_that_does_not_answer_is_not_waited_for() -> None:
    with mock.patch("socket.getaddrinfo", side_effect=lambda *args, **kwargs: time.sleep(2)):
        began = time.monotonic()
        assert refused("http://slow.example/", Policy(connect_seconds=0.2)).code == "timeout"
        assert time.monotonic() - began < 1.5


def test_the_deadline_is_over_all_the_redirects(server: Server) -> None:
    def late(connection: socket.socket) -> None:
        time.sleep(0.25)
        connection.sendall(redirect("/"))

    problem = refused(server.says("/", late), allowing(server, seconds=0.6))
    assert problem.code == "timeout"


# --- How much -------------------------------------------------------------------------------------

MEGABYTE = 1024 * 1024


@pytest.mark.case("S16")
@pytest.mark.parametrize(
    ("header", "body"),
    [
        ("Content-Encoding: gzip", gzip.compress(b"a" * 30 * MEGABYTE)),
        ("Content-Encoding: deflate", zlib.compress(b"a" * 30 * MEGABYTE)),
        ("Content-Encoding: br", brotli.compress(b"a" * 30 * MEGABYTE, quality=5)),
        ("X-Plain: yes", b"a" * 3 * MEGABYTE),
    ],
    ids=["gzip", "deflate", "br", "plain"],
)
def test_the_cap_counts_what_is_unpacked(header: str, body: bytes, server: Server) -> None:
    url = server.says("/", page(body, header))
    assert refused(url, allowing(server, max_bytes=2 * MEGABYTE)).code == "too_large"


@pytest.mark.case("S16")
def test_a_bomb_is_known_by_its_ratio(server: Server) -> None:
    url = server.says("/", page(gzip.compress(b"a" * 10 * MEGABYTE), "Content-Encoding: gzip"))
    assert refused(url, allowing(server)).code == "too_large"


@pytest.mark.case("S16")
def test_an_endless_body_and_a_boast_are_cut(server: Server) -> None:
    def endless(connection: socket.socket) -> None:
        connection.sendall(
            b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n"
        )
        while True:
            connection.sendall(b"10000\r\n" + b"a" * 0x10000 + b"\r\n")

    policy = allowing(server, max_bytes=2 * MEGABYTE)
    assert refused(server.says("/endless", endless), policy).code == "too_large"
    boast = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 10737418240\r\n\r\n"
    assert refused(server.says("/boast", boast), policy).code == "too_large"


@pytest.mark.case("S16")
def test_packed_twice_or_unknown_is_refused(server: Server) -> None:
    for number, encoding in enumerate(("gzip, gzip", "zstd", "compress")):
        url = server.says(f"/{number}", page(b"x", f"Content-Encoding: {encoding}"))
        assert refused(url, allowing(server)).code == "bad_answer"


def bare_deflate(data: bytes) -> bytes:
    return zlib.compress(data)[2:-4]


def in_two_members(data: bytes) -> bytes:
    return gzip.compress(data[:3]) + gzip.compress(data[3:]) + bytes(8)


PACKERS: list[tuple[str, Callable[[bytes], bytes]]] = [
    ("gzip", gzip.compress),
    ("x-gzip", in_two_members),
    ("deflate", zlib.compress),
    ("deflate", bare_deflate),
    ("br", brotli.compress),
    ("identity", bytes),
]


@pytest.mark.parametrize(("encoding", "pack"), PACKERS)
def test_packed_pages_are_unpacked(encoding: str, pack: Callable[[bytes], bytes], server: Server) -> None:
    body = random.Random(1).randbytes(400_000).hex().encode()
    url = server.says("/", page(pack(body), f"Content-Encoding: {encoding}"))
    assert fetch(url, policy=allowing(server)).body == body


@pytest.mark.parametrize(("encoding", "pack"), PACKERS[:-1])
def test_half_a_packed_page_is_no_page(encoding: str, pack: Callable[[bytes], bytes], server: Server) -> None:
    packed = pack(random.Random(1).randbytes(40_000).hex().encode())
    url = server.says("/", page(packed[: len(packed) // 3], f"Content-Encoding: {encoding}"))
    assert refused(url, allowing(server)).code == "bad_answer"


# --- What else may come ---------------------------------------------------------------------------


@pytest.mark.case("S17")
@pytest.mark.parametrize(
    ("status", "code", "transient"),
    [
        ("401 Unauthorized", "refused_by_site", False),
        ("403 Forbidden", "refused_by_site", False),
        ("402 Payment Required", "refused_by_site", False),
        ("404 Not Found", "not_found", False),
        ("410 Gone", "not_found", False),
        ("429 Too Many Requests", "rate_limited", True),
        ("500 Oops", "site_error", True),
        ("503 Away", "site_error", True),
        ("204 No Content", "unexpected_status", False),
        ("206 Partial Content", "unexpected_status", False),
        ("304 Not Modified", "unexpected_status", False),
        ("302 Found", "unexpected_status", False),
        ("418 Teapot", "unexpected_status", False),
    ],
)
def test_each_status_is_explained(status: str, code: str, transient: bool, server: Server) -> None:
    problem = refused(server.says("/", page("nothing to see", status=status)), allowing(server))
    assert (problem.code, problem.transient) == (code, transient)
    assert status[:3] in problem.detail
    assert "nothing to see" not in problem.detail


@pytest.mark.case("S17")
@pytest.mark.parametrize("kind", ["application/pdf", "image/png", "video/mp4", "application/json"])
def test_what_is_no_text_is_not_taken(kind: str, server: Server) -> None:
    problem = refused(server.says("/", page(b"x", f"Content-Type: {kind}")), allowing(server))
    assert problem.code == "unsupported_type"
    assert kind in problem.detail


def test_a_page_without_a_type_is_left_to_the_reader(server: Server) -> None:
    url = server.says("/", b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nwords")
    assert fetch(url, policy=allowing(server)).body == b"words"


@pytest.mark.case("S17")
@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 100\r\n\r\nhalf a page",
        b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhalf",
        b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nx\r\n",
        page(b"junk", "Content-Encoding: gzip"),
        b"<html>HTTP/0.9</html>",
        b"HTTP/1.1 200 OK\r\n" + b"X-Many: 1\r\n" * 1000 + b"\r\n",
        b"HTTP/1.1 200 OK\r\nX-Long: " + b"x" * 200_000 + b"\r\n\r\n",
        b"",
    ],
    ids=["short", "short chunks", "bad chunks", "not gzip", "0.9", "many headers", "long header", "nothing"],
)
def test_a_broken_answer_is_never_taken_for_a_page(answer: bytes, server: Server) -> None:
    problem = refused(server.says("/", answer), allowing(server))
    assert problem.code == "bad_answer"
    assert problem.transient


@pytest.mark.case("S12")
@pytest.mark.parametrize(
    "path", ["/a\r\nX: y", "/a b", "/a\tb", "/a\u00a0b", "/a\u2003b", "/?q=a\nb", "/\x00"]
)
def test_a_space_or_a_line_break_never_reaches_the_wire(path: str, server: Server) -> None:
    assert refused(server.url() + path[1:], allowing(server)).code == "url_refused"
    assert server.connections == 0


@pytest.mark.case("S12")
def test_other_characters_are_encoded(server: Server) -> None:
    server.says("/%C3%A4?q=%E2%98%83", page("found"))
    assert fetch(server.url("/ä?q=☃"), policy=allowing(server)).body == b"found"


def test_a_redirect_in_raw_utf8_is_followed(server: Server) -> None:
    server.says("/", b"HTTP/1.1 302 Found\r\nLocation: /\xc3\xa4\r\nContent-Length: 0\r\n\r\n")
    server.says("/%C3%A4", page("found"))
    assert fetch(server.url(), policy=allowing(server)).body == b"found"
