"""Fetch one page, redirects and all, within fixed limits of where, how long and how much."""

from __future__ import annotations

import ssl
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any, TypeVar
from urllib.parse import urljoin

import urllib3
from urllib3.exceptions import HTTPError, NewConnectionError, SSLError

from articles.fetching import failures
from articles.fetching.connection import Deadline, Guard, HTTPPool, HTTPSPool, tls_context
from articles.fetching.failures import FetchError
from articles.fetching.policy import Policy, check_place
from articles.fetching.unpacking import ANNOUNCED, ENCODINGS, unpacked
from articles.fetching.urls import Target, normalise_url, target

T = TypeVar("T")
_REDIRECTS = {301, 302, 303, 307, 308}
_PERMANENT = {301, 308}
_KEPT_HEADERS = ("content-type", "content-language", "date", "etag", "last-modified")
_CHUNK = 64 * 1024
_LONGEST_WAIT_S = 10**8
_RATIO_MATTERS_FROM = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Hop:
    """Where a redirect leads, and whether for good."""

    place: Target
    permanent: bool


@dataclass(frozen=True, slots=True)
class Fetched:
    """A page as it was delivered: always whole, always 200.

    `lasting_url` is as far as the redirects go that the sites call permanent.
    """

    url: str
    lasting_url: str
    final_url: str
    status: int
    content_type: str
    headers: Mapping[str, str]
    body: bytes
    fetched_at: datetime


def fetch(
    url: str,
    *,
    now: datetime | None = None,
    policy: Policy | None = None,
    types: Collection[str] | None = None,
) -> Fetched:
    """Fetch a page of the public internet.

    Sends no cookie, no login and no referrer, uses no proxy, runs nothing. Redirects are followed up to
    a limit, each checked like the first. The time limit covers all of it.

    Args:
        url: An http or https address.
        now: What `fetched_at` is to say.
        policy: Other limits than the settings'.
        types: Other media types than those of text.

    Raises:
        FetchError: With a code, and a sentence that may be shown as it is.
    """
    fetched = _fetch(url, {}, now=now, policy=policy, types=types)
    assert fetched is not None  # only who asks on a condition is told that it does not hold
    return fetched


def fetch_if_changed(url: str, validators: Mapping[str, str], **options: Any) -> Fetched | None:
    """Fetch a page as `fetch` does; None where the site says that it is still the one that we had.

    Args:
        url: An http or https address.
        validators: `If-None-Match` and `If-Modified-Since`, with what the site said of the page we had.
        options: As `fetch` takes them.
    """
    return _fetch(url, validators, **options)


def _fetch(
    url: str,
    validators: Mapping[str, str],
    *,
    now: datetime | None = None,
    policy: Policy | None = None,
    types: Collection[str] | None = None,
) -> Fetched | None:
    limits = policy or Policy.from_settings()
    deadline = Deadline(limits.seconds)
    place = target(url)
    lasting_url, lasting = place.url, True
    for _ in range(limits.redirects + 1):
        check_place(place, limits)
        answer = _ask(place, limits, deadline, frozenset(types or limits.types), validators)
        if answer is None:
            return None
        if isinstance(answer, Hop):
            place, lasting = answer.place, lasting and answer.permanent
            lasting_url = place.url if lasting else lasting_url
            continue
        headers, body = answer
        return Fetched(
            url=url,
            lasting_url=lasting_url,
            final_url=place.url,
            status=200,
            content_type=headers.get("content-type", ""),
            headers=headers,
            body=body,
            fetched_at=now or datetime.now(UTC),
        )
    raise failures.too_many_redirects(place.host, limits.redirects)


def address_to_fetch(url: str) -> str:
    """Return an address in its normal form, if it may be fetched by its name; nothing is looked up.

    Raises:
        FetchError: `url_refused` or `own_host`.
    """
    url = normalise_url(url)
    check_place(target(url), Policy.from_settings())
    return url


def _ask(
    place: Target, limits: Policy, deadline: Deadline, types: frozenset[str], validators: Mapping[str, str]
) -> Hop | tuple[dict[str, str], bytes] | None:
    """Ask one place; return where it sends us, or its headers and body; None where nothing changed."""

    def read(response: urllib3.BaseHTTPResponse) -> Hop | tuple[dict[str, str], bytes] | None:
        if validators and response.status == 304:
            return None
        return _read(response, place, limits, types)

    return exchange("GET", place, limits, deadline, {**_headers(place, limits), **validators}, read)


def exchange(
    method: str,
    place: Target,
    limits: Policy,
    deadline: Deadline,
    headers: Mapping[str, str],
    read: Callable[[urllib3.BaseHTTPResponse], T],
    *,
    body: bytes | None = None,
) -> T:
    """Put one request to one place; return what `read` makes of the answer.

    Every failure of the network becomes one of ours here, so that none carries an inner fact out.
    """
    guard = Guard(deadline, limits.connect_seconds, trusted=limits.allows(place))
    pool = _pool(place, guard)
    try:
        response = pool.urlopen(
            method,
            place.path,
            body=body,
            headers=headers,
            redirect=False,
            retries=False,
            preload_content=False,
            decode_content=False,
            timeout=urllib3.Timeout(connect=limits.connect_seconds, read=deadline.left()),
        )
        try:
            return read(response)
        finally:
            response.close()
    except FetchError:
        raise
    except (HTTPError, OSError, ValueError) as problem:
        raise _failure(problem, place, deadline) from problem
    finally:
        pool.close()


def _pool(place: Target, guard: Guard) -> urllib3.HTTPConnectionPool:
    """Return a pool for one request: nothing is kept between fetches."""
    if place.scheme == "https":
        return HTTPSPool(place.host, place.port, maxsize=1, ssl_context=tls_context(), guard=guard)
    return HTTPPool(place.host, place.port, maxsize=1, guard=guard)


def _headers(place: Target, limits: Policy) -> dict[str, str]:
    return {
        "Host": place.authority,
        "User-Agent": user_agent(limits, "fetches single pages for editors"),
        "Accept": "text/html,application/xhtml+xml,text/markdown;q=0.9,text/plain;q=0.8,*/*;q=0.1",
        "Accept-Encoding": ANNOUNCED,
        "Accept-Language": "*",
        "Connection": "close",
    }


def user_agent(limits: Policy, does: str) -> str:
    """Return how we name ourselves, with what this request is for."""
    who = f" (+{limits.origin})" if limits.origin else ""
    return f"CheckDesk/1.0{who}; fact-checking desk, {does}"


def _read(
    response: urllib3.BaseHTTPResponse, place: Target, limits: Policy, types: frozenset[str]
) -> Hop | tuple[dict[str, str], bytes]:
    location = response.headers.get("location")
    if response.status in _REDIRECTS and location:
        return Hop(target(urljoin(place.url, _as_sent(location))), response.status in _PERMANENT)
    if response.status != 200:
        raise failures.bad_status(place.host, response.status, retry_after(response))
    _check_headers(response, place, limits, types)
    headers = {name: response.headers[name][:1000] for name in _KEPT_HEADERS if name in response.headers}
    return headers, _body(response, place, limits)


def retry_after(response: urllib3.BaseHTTPResponse) -> timedelta:
    """How long the site asks us to wait, in seconds or until a date; nothing where it says no such thing."""
    said = response.headers.get("retry-after", "").strip()
    if said.isascii() and said.isdecimal():
        return timedelta(seconds=min(int(said[:9]), _LONGEST_WAIT_S))
    try:
        until = parsedate_to_datetime(said)
    except ValueError:
        return timedelta()
    if until.tzinfo is None:
        until = until.replace(tzinfo=UTC)
    return max(until - datetime.now(UTC), timedelta())


def _as_sent(location: str) -> str:
    """Return a redirect's address as its bytes were meant: UTF-8, where they are that."""
    try:
        return location.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return location


def _check_headers(
    response: urllib3.BaseHTTPResponse, place: Target, limits: Policy, types: frozenset[str]
) -> None:
    media = response.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media and media not in types:
        raise failures.wrong_type(place.host, media if media.isascii() and len(media) < 80 else "")
    if _encoding(response) not in ENCODINGS:
        raise failures.bad_answer(place.host)
    length = response.headers.get("content-length", "")
    if length.isdecimal() and int(length[:20]) > limits.max_bytes:
        raise failures.too_large(place.host, limits.max_bytes)


def _body(response: urllib3.BaseHTTPResponse, place: Target, limits: Policy) -> bytes:
    """Return the whole body, unpacked, or refuse it: a part is never passed off as a page."""
    came = size = 0

    def packed() -> Iterator[bytes]:
        nonlocal came
        for part in response.stream(_CHUNK, decode_content=False):
            came += len(part)
            yield part

    pieces: list[bytes] = []
    for piece in unpacked(packed(), _encoding(response)):
        pieces.append(piece)
        size += len(piece)
        bomb = size > _RATIO_MATTERS_FROM and size > came * limits.max_ratio
        if size > limits.max_bytes or bomb:
            raise failures.too_large(place.host, limits.max_bytes)
    return b"".join(pieces)


def _encoding(response: urllib3.BaseHTTPResponse) -> str:
    return response.headers.get("content-encoding", "").strip().lower()


def _failure(problem: Exception, place: Target, deadline: Deadline) -> FetchError:
    """Return what a failure of the network means to whoever asked."""
    causes = _causes(problem)
    if any(isinstance(cause, FetchError) for cause in causes):
        return next(cause for cause in causes if isinstance(cause, FetchError))
    if isinstance(problem, NewConnectionError):
        return failures.unreachable(place.host)
    if any(isinstance(cause, ssl.SSLCertVerificationError) for cause in causes):
        return failures.untrusted(place.host)
    if any(isinstance(cause, TimeoutError | urllib3.exceptions.TimeoutError) for cause in causes):
        return failures.timed_out(place.host, deadline.seconds)
    if any(isinstance(cause, ssl.SSLError | SSLError) for cause in causes):
        return failures.untrusted(place.host)
    if isinstance(problem, HTTPError | ValueError):
        return failures.bad_answer(place.host)
    return failures.unreachable(place.host)


def _causes(problem: BaseException | None) -> list[BaseException]:
    found: list[BaseException] = []
    while problem and problem not in found:
        found.append(problem)
        problem = problem.__cause__ or problem.__context__
    return found
