"""The guarded fetcher: where it goes, what it carries, and what it tells when it refuses."""

from __future__ import annotations

import ast
import socket
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from django.test import override_settings

from articles.fetching import FetchError, Policy, fetch
from articles.fetching.addresses import is_public
from tests.articles.canary import (
    WAYS,
    Go,
    Server,
    allowing,
    page,
    post,
    redirect,
    refused,
    resolving,
    serving,
)

# SECURITY.md 2.3: forms that resolve, by whatever rules, to where no page of the internet is.
HOSTILE_LITERALS = [
    "127.0.0.1",
    "127.1",
    "127.0.1",
    "2130706433",
    "0x7f000001",
    "0x7f.1",
    "0x7f.0.0.1",
    "0177.0.0.1",
    "0177.1",
    "017700000001",
    "127.255.255.254",
    "１２７.０.０.１",
    "①②⑦.⓪.⓪.①",
    "127。0。0。1",
    "127．0．0．1",
    "ⓛⓞⓒⓐⓛⓗⓞⓢⓣ",
    "LOCALHOST",
    "localhost.",
    "127.0.0.1.",
    "0.0.0.0",
    "0",
    "0x0",
    "10.0.0.1",
    "0xa000001",
    "172.16.0.1",
    "192.168.0.1",
    "169.254.169.254",
    "2852039166",
    "0xa9fea9fe",
    "0251.0376.0251.0376",
    "100.64.0.1",
    "100.100.100.200",
    "168.63.129.16",
    "192.0.0.192",
    "192.88.99.1",
    "198.18.0.1",
    "203.0.113.9",
    "224.0.0.1",
    "255.255.255.255",
    "[::1]",
    "[::]",
    "[0:0:0:0:0:0:0:1]",
    "[::ffff:127.0.0.1]",
    "[::ffff:7f00:1]",
    "[::ffff:169.254.169.254]",
    "[::ffff:0:127.0.0.1]",
    "[::127.0.0.1]",
    "[64:ff9b::7f00:1]",
    "[64:ff9b::a9fe:a9fe]",
    "[64:ff9b:1::1]",
    "[2002:7f00:1::]",
    "[2002:a9fe:a9fe::]",
    "[2001:0:7f00:1::1]",
    "[2001:0:4136:e378:8000:63bf:80ff:fffe]",
    "[fd00::1]",
    "[fc00::1]",
    "[fe80::1]",
    "[fec0::1]",
    "[ff02::1]",
    "[5f00::1]",
    "[2001:db8::1]",
    "[3fff::1]",
    "[100::1]",
    "[2606:4700::5efe:7f00:1]",
]
PUBLIC = ["8.8.8.8", "93.184.215.14", "2606:4700:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"]


# --- A page ---------------------------------------------------------------------------------------


def test_a_page_is_fetched_whole(server: Server) -> None:
    when = datetime(2026, 3, 1, tzinfo=UTC)
    url = server.says("/news?id=1", page("<p>Grüße", 'ETag: "x"', "Set-Cookie: a=b", "X-Inner: secret"))
    fetched = fetch(f"{url}#part", policy=allowing(server), now=when)
    assert fetched.body == "<p>Grüße".encode()
    assert (fetched.status, fetched.final_url, fetched.fetched_at) == (200, url, when)
    assert fetched.content_type == "text/html; charset=utf-8"
    assert fetched.headers == {"content-type": "text/html; charset=utf-8", "etag": '"x"'}


@pytest.mark.case("S18")
def test_it_says_who_asks_and_carries_nothing_else(server: Server) -> None:
    server.says("/", redirect("/next"))
    server.says("/next", page("x", "Set-Cookie: a=b"))
    url = server.url()
    for _ in range(2):
        fetch(url, policy=allowing(server, origin="https://desk.example"))
    for request in server.requests:
        head = request.decode().lower()
        assert "user-agent: checkdesk/1.0 (+https://desk.example)" in head
        assert not any(name in head for name in ("cookie", "authorization", "referer"))


def test_settings_name_what_is_ours_and_what_is_allowed(server: Server) -> None:
    url = server.says("/", page("hello"))
    ours = {"PUBLIC_ORIGIN": "http://desk.example", "ALLOWED_HOSTS": ["desk.example", ".inner.example", "*"]}
    with override_settings(**ours, FETCH_ALLOW=[server.place]):
        assert fetch(url).body == b"hello"
        assert b"+http://desk.example" in server.requests[0]
        for host in ("desk.example", "DESK.example.", "inner.example", "a.inner.example"):
            with pytest.raises(FetchError) as caught:
                fetch(f"http://{host}/")
            assert caught.value.code == "own_host"
    with override_settings(**ours, FETCH_ALLOW=[], SEND_ALLOW=[server.place]), pytest.raises(FetchError):
        fetch(url)


# --- Where it goes --------------------------------------------------------------------------------


@pytest.mark.case("S1")
@pytest.mark.parametrize(("go", "scheme"), WAYS)
@pytest.mark.parametrize("host", HOSTILE_LITERALS)
def test_no_form_of_an_inner_address_is_reached(host: str, go: Go, scheme: str, server: Server) -> None:
    policy = Policy(ports=frozenset({server.port}), seconds=5)
    problem = refused(f"{scheme}://{host}:{server.port}/", policy, go)
    assert problem.code == "url_blocked"
    assert server.connections == 0


def test_there_are_enough_hostile_forms() -> None:
    assert len(set(HOSTILE_LITERALS)) >= 53


@pytest.mark.parametrize("address", PUBLIC)
def test_public_addresses_are_public(address: str) -> None:
    assert is_public(address)


@pytest.mark.case("S2", "S3")
@pytest.mark.parametrize(("go", "scheme"), WAYS)
@pytest.mark.parametrize(
    "addresses",
    [
        ["127.0.0.1"],
        ["::1"],
        ["8.8.8.8", "127.0.0.1"],
        ["2606:4700:4700::1111", "10.0.0.8"],
        ["169.254.169.254"],
    ],
)
def test_a_name_that_leads_inside_is_refused_whole(
    addresses: list[str], go: Go, scheme: str, server: Server
) -> None:
    with resolving(news_example=[addresses]):
        policy = Policy(ports=frozenset({server.port}))
        assert refused(f"{scheme}://news.example:{server.port}/", policy, go).code == "url_blocked"
    assert server.connections == 0


@pytest.mark.case("S4")
@pytest.mark.parametrize(("go", "scheme"), WAYS)
def test_an_answer_that_changes_between_two_questions_leads_nowhere(
    go: Go, scheme: str, server: Server
) -> None:
    """The first answer is a public address that nothing listens on here, the second one is ours."""
    url = f"{scheme}://news.example:{server.port}/"
    policy = Policy(ports=frozenset({server.port}), connect_seconds=0.05, seconds=5)
    with (
        resolving(news_example=[["192.0.2.1"], ["127.0.0.1"]]),
        mock.patch(
            "articles.fetching.connection.is_public",
            lambda address: address == "192.0.2.1" or is_public(address),
        ),
    ):
        codes = {refused(url, policy, go).code for _ in range(50)}
    assert codes <= {"url_blocked", "unreachable", "timeout"}
    assert server.connections == 0


@pytest.mark.case("S5")
@pytest.mark.parametrize(
    "status", ["301 Moved", "302 Found", "303 See Other", "307 Temporary", "308 Permanent"]
)
def test_a_redirect_inside_is_refused_at_that_hop(status: str, server: Server) -> None:
    with serving() as inner:
        inner.says("/", page("secret"))
        url = server.says("/", redirect(inner.url(), status))
        policy = allowing(server, ports=frozenset({80, 443, inner.port}))
        assert refused(url, policy).code == "url_blocked"
        assert inner.connections == 0


@pytest.mark.case("S5")
def test_other_ways_to_send_us_on_are_not_followed(server: Server) -> None:
    with serving() as inner:
        sends = f'<meta http-equiv="refresh" content="0; url={inner.url()}">'
        url = server.says(
            "/", page(sends, f"Refresh: 0; url={inner.url()}", f"Link: <{inner.url()}>; rel=canonical")
        )
        assert fetch(url, policy=allowing(server)).final_url == url
        assert inner.connections == 0


@pytest.mark.case("S6")
def test_five_redirects_are_followed_and_six_are_not(server: Server) -> None:
    for hop in range(1, 7):
        server.says(f"/{hop}", redirect(f"{hop + 1}"))
    server.says("/7", page("there"))
    assert fetch(server.url("/2"), policy=allowing(server)).final_url == server.url("/7")
    assert refused(server.url("/1"), allowing(server)).code == "too_many_redirects"
    assert refused(server.says("/loop", redirect("/loop")), allowing(server)).code == "too_many_redirects"


@pytest.mark.case("S6")
@pytest.mark.parametrize(
    "to",
    [
        "file:///etc/passwd",
        "gopher://x/",
        "ftp://x/",
        "data:text/html,x",
        "javascript:1",
        "ldap://x/",
        "dict://x:1/",
    ],
)
def test_a_redirect_to_another_scheme_is_refused(to: str, server: Server) -> None:
    assert refused(server.says("/", redirect(to)), allowing(server)).code == "url_refused"


@pytest.mark.case("S11")
@pytest.mark.parametrize("go", [fetch, post])
def test_the_desk_asks_itself_for_nothing(go: Go, server: Server) -> None:
    policy = Policy(own_hosts=frozenset({"desk.example", "127.0.0.1"}), ports=frozenset({server.port}))
    assert refused("https://desk.example/desk/", policy, go).code == "own_host"
    assert refused(server.url(), policy, go).code == "own_host"
    assert server.connections == 0


@pytest.mark.case("S13")
@pytest.mark.parametrize("go", [fetch, post])
def test_proxies_and_netrc_are_not_looked_at(
    go: Go, server: Server, monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    (tmp_path / ".netrc").write_text("machine 127.0.0.1 login a password b")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("NETRC", str(tmp_path / ".netrc"))
    with serving() as proxy:
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
            monkeypatch.setenv(name, proxy.url())
        assert go(server.says("/", page("direct")), policy=allowing(server)).status == 200
        assert proxy.connections == 0
    assert b"uthorization" not in server.requests[0]


# --- What it says ------------------------------------------------------------------------------------


@pytest.mark.case("S23")
def test_errors_tell_nothing_from_inside(server: Server) -> None:
    """A port that is open, one that is closed and a host that is not there read the same."""
    server.says("/", page("banner"))
    with socket.create_server(("127.0.0.1", 0)) as closed:
        free = closed.getsockname()[1]
    details = set()
    for address, port in (("127.0.0.1", server.port), ("127.0.0.1", free), ("10.255.255.1", 80)):
        with resolving(inner_example=[[address]]):
            details.add(refused(f"http://inner.example:{port}/", Policy(ports=frozenset({port}))).detail)
    assert len(details) == 1
    assert not {"127.0.0.1", "10.255.255.1", "banner"} & set(details.pop().split())
    assert server.connections == 0


@pytest.mark.case("S10")
@pytest.mark.parametrize("place", ["news.example:8443", "news.example:22", "news.example:80443", "[::1"])
def test_messages_go_to_the_ports_of_the_web_only(place: str) -> None:
    assert refused(f"https://{place}/", Policy(), post).code == "url_refused"


def test_messages_go_under_tls_but_where_the_settings_allow_it(server: Server) -> None:
    url = server.says("/", page("taken"))
    assert refused("http://news.example/", Policy(), post).code == "url_refused"
    assert post(url, policy=allowing(server)).beginning == b"taken"
    [request] = server.requests
    assert request.startswith(b"POST / HTTP/1.1\r\n")
    assert request.endswith(b"\r\n\r\n{}")


@pytest.mark.case("S22")
@pytest.mark.parametrize("app", ["articles", "reviews", "publishing", "assist"])
def test_nothing_goes_out_but_through_the_fetcher(app: str) -> None:
    root = Path(__file__).resolve().parents[2]
    network = {
        "socket",
        "ssl",
        "http.client",
        "urllib.request",
        "urllib3",
        "requests",
        "httpx",
        "aiohttp",
        "ftplib",
    }
    around = [
        f"{place.relative_to(root)}: {name}"
        for place in (root / app).rglob("*.py")
        if "articles/fetching/" not in place.as_posix()
        for node in ast.walk(ast.parse(place.read_text(encoding="utf-8")))
        for name in imported(node)
        if any(name == module or name.startswith(f"{module}.") for module in network)
        # The cage talks to its children through a socket that has no address.
        if (place.parent.name, name) != ("cage", "socket")
    ]
    assert around == []


def imported(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom) and node.module:
        return [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
    return []


def test_nobody_there(server: Server) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        place = f"127.0.0.1:{closed.getsockname()[1]}"
    problem = refused(f"http://{place}/", Policy(allow=frozenset({place})))
    assert (problem.code, problem.transient) == ("unreachable", True)
    with mock.patch("socket.getaddrinfo", side_effect=socket.gaierror("no such name")):
        assert refused("http://nowhere.example/", Policy()).code == "unreachable"


def test_tls_with_somebody_who_does_not_speak_it(server: Server) -> None:
    server.says("/", page("plain"))
    problem = refused(f"https://{server.place}/", allowing(server, seconds=5))
    assert problem.code in {"untrusted_certificate", "bad_answer"}
