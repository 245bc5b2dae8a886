"""Addresses: one form for each page, and no way in for what is no page."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from articles.fetching import FetchError, normalise_url
from articles.fetching.urls import target


@pytest.mark.parametrize(
    ("url", "normal"),
    [
        ("HTTP://News.Example:80/a/../b", "http://news.example/b"),
        ("https://news.example:443", "https://news.example/"),
        ("https://news.example/a?utm_source=x&id=5&fbclid=y&UTM_medium=z", "https://news.example/a?id=5"),
        ("https://news.example/a?b=2&a=1", "https://news.example/a?b=2&a=1"),
        ("https://news.example/a#comments", "https://news.example/a"),
        ("https://news.example/a?utm_source=x#y", "https://news.example/a"),
        ("https://bücher.example/ä", "https://xn--bcher-kva.example/%C3%A4"),
        ("https://BÜCHER.example./%c3%a4", "https://xn--bcher-kva.example/%C3%A4"),
        ("https://ｎｅｗｓ.example/", "https://news.example/"),
        ("https://news.example:8443/a", "https://news.example:8443/a"),
        ("https://news.example/a/", "https://news.example/a/"),
        ("https://news.example/?q=a+b%20c", "https://news.example/?q=a+b%20c"),
        ("https://[2606:4700:0::1111]/", "https://[2606:4700::1111]/"),
        ("  https://news.example/a  ", "https://news.example/a"),
    ],
)
def test_one_page_has_one_address(url: str, normal: str) -> None:
    assert normalise_url(url) == normal
    assert normalise_url(normal) == normal


@pytest.mark.case("S7")
@pytest.mark.case("X6")
@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "gopher://x/",
        "ftp://x/a",
        "dict://x:11211/",
        "ldap://x/",
        "jar:http://x!/",
        "netdoc:///etc/passwd",
        "unix:/var/run/x",
        "view-source:http://x/",
        "\\\\host\\c$",
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "data:text/html,x",
        "vbscript:x",
        "mailto:a@b.example",
        "about:blank",
        "//news.example/a",
        "/desk/",
        "news.example",
        "http:",
        "http:/x",
        "http:///x",
        "http://",
        "https:x",
    ],
)
def test_only_web_pages_have_addresses(url: str) -> None:
    with pytest.raises(FetchError) as caught:
        normalise_url(url)
    assert caught.value.code == "url_refused"


@pytest.mark.parametrize(
    "url", ["", "   ", "java\tscript:alert(1)", " javascript:alert(1)", "http://x/" + "a" * 2000]
)
def test_broken_addresses_are_refused(url: str) -> None:
    with pytest.raises(FetchError, match="not the address of a web page"):
        normalise_url(url)


@pytest.mark.case("S8")
@pytest.mark.parametrize(
    "url",
    [
        "http://good@127.0.0.1/",
        "http://good:word@127.0.0.1/",
        "http://@127.0.0.1/",
        "http://good\\@127.0.0.1/",
        "http://good%00.evil/",
        "http://good%2eevil/",
        "http://good%40evil/",
        "http://good;evil/",
        "http://good,evil/",
        "http://good evil/",
    ],
)
def test_no_two_parsers_see_two_hosts(url: str) -> None:
    with pytest.raises(FetchError):
        target(url)


@pytest.mark.case("S8")
@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("http://127.0.0.1#@good.example", "127.0.0.1"),
        ("http://127.0.0.1/@good.example", "127.0.0.1"),
        ("http://127.0.0.1?@good.example", "127.0.0.1"),
    ],
)
def test_an_at_sign_behind_the_host_names_no_host(url: str, host: str) -> None:
    assert target(url).host == host


@pytest.mark.case("S9")
@pytest.mark.parametrize(
    "host",
    [
        "a" * 64 + ".example",
        ".".join(["abcdefgh"] * 40),
        "a..example",
        ".example",
        "-a.example",
        "a-.example",
        ".",
    ],
)
def test_hosts_that_cannot_be_are_refused(host: str) -> None:
    with pytest.raises(FetchError):
        target(f"http://{host}/")


@pytest.mark.case("S10")
@pytest.mark.parametrize("port", ["0", "65536", "99999", "80:80", "", "x", "-1", "8 0"])
def test_ports_that_cannot_be_are_refused(port: str) -> None:
    with pytest.raises(FetchError):
        target(f"http://news.example:{port}/")


@pytest.mark.case("S10")
@pytest.mark.parametrize("port", [22, 25, 6379, 5432, 8080])
def test_other_ports_are_not_fetched_from(port: int) -> None:
    from articles.fetching import Policy, fetch

    with pytest.raises(FetchError) as caught:
        fetch(f"http://news.example:{port}/", policy=Policy())
    assert caught.value.code == "url_refused"


@given(
    st.text(max_size=60), st.sampled_from(["", "http://", "https://news.example/", "https://news.example/?"])
)
def test_any_text_is_normalised_once_or_refused(text: str, before: str) -> None:
    try:
        normal = normalise_url(before + text)
    except FetchError:
        return
    assert normal.isascii()
    assert normal.startswith(("http://", "https://"))
    assert normalise_url(normal) == normal
