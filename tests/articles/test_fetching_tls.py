"""Whose word is taken for an https page: only a host's that proves its name, now, with TLS of today."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from socket import create_server
from typing import Any
from unittest import mock

import pytest
import trustme

from articles.fetching import Policy, fetch
from articles.fetching.connection import tls_context
from tests.articles.canary import Go, page, post, refused, resolving

NAME = "news.example"


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@contextmanager
def speaking(context: ssl.SSLContext) -> Iterator[int]:
    """Answer every TLS connection with a page; give the port."""
    with create_server(("127.0.0.1", 0)) as listening:

        def answer() -> None:
            while True:
                try:
                    plain, _ = listening.accept()
                except OSError:
                    return
                try:
                    with context.wrap_socket(plain, server_side=True) as connection:
                        connection.recv(65536)
                        connection.sendall(page("<p>Proven.</p>"))
                except OSError:
                    plain.close()  # the fetcher would not have it

        threading.Thread(target=answer, daemon=True).start()
        yield listening.getsockname()[1]


def of_server(certificate: trustme.LeafCert) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate.configure_cert(context)
    return context


@contextmanager
def trusting(authority: trustme.CA) -> Iterator[None]:
    """Let the fetcher know one more authority, everything else as it is."""

    def context() -> ssl.SSLContext:
        real = tls_context()
        authority.configure_trust(real)
        return real

    with mock.patch("articles.fetching.client.tls_context", context), resolving(news_example=[["127.0.0.1"]]):
        yield


def policy(port: int) -> Policy:
    return Policy(allow=frozenset({f"{NAME}:{port}"}), seconds=5)


@pytest.mark.case("S14")
def test_a_host_that_proves_its_name_is_believed(authority: trustme.CA) -> None:
    context = of_server(authority.issue_cert(NAME))
    with speaking(context) as port, trusting(authority):
        assert fetch(f"https://{NAME}:{port}/", policy=policy(port)).body == b"<p>Proven.</p>"


def _expired(authority: trustme.CA) -> ssl.SSLContext:
    long_ago = datetime.now(UTC) - timedelta(days=30)
    return of_server(authority.issue_cert(NAME, not_before=long_ago, not_after=long_ago + timedelta(days=1)))


def _of_another_name(authority: trustme.CA) -> ssl.SSLContext:
    return of_server(authority.issue_cert("other.example"))


def _of_an_unknown_authority(_: trustme.CA) -> ssl.SSLContext:
    return of_server(trustme.CA().issue_cert(NAME))


def _of_yesterday(authority: trustme.CA) -> ssl.SSLContext:
    context = of_server(authority.issue_cert(NAME))
    context.set_ciphers("ALL:@SECLEVEL=0")
    with pytest.warns(DeprecationWarning, match="TLSv1 is deprecated"):
        context.minimum_version = context.maximum_version = ssl.TLSVersion.TLSv1
    return context


@pytest.mark.case("S14")
@pytest.mark.parametrize("go", [fetch, post])
@pytest.mark.parametrize("server", [_expired, _of_another_name, _of_an_unknown_authority, _of_yesterday])
def test_a_host_that_does_not_is_refused_with_the_reason(authority: trustme.CA, server: Any, go: Go) -> None:
    with speaking(server(authority)) as port, trusting(authority):
        problem = refused(f"https://{NAME}:{port}/", policy(port), go)
    assert problem.code == "untrusted_certificate"
    assert NAME in problem.detail
    assert not problem.transient
