"""Send one message to a receiver, through the same guard as pages are fetched."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

import urllib3
from urllib3.exceptions import HTTPError

from articles.fetching import failures
from articles.fetching.client import exchange, retry_after, user_agent
from articles.fetching.connection import Deadline
from articles.fetching.policy import Policy, check_place
from articles.fetching.urls import MAX_LENGTH, Target, target

MOST_OF_AN_ANSWER = 1024


@dataclass(frozen=True, slots=True)
class Answered:
    """What a receiver said to a message: the status, and the first of what came with it, as its bytes were.

    `retry_after` is how long it asks us to wait before the next one.
    """

    status: int
    beginning: bytes
    retry_after: timedelta

    @property
    def is_taken(self) -> bool:
        """Whether the receiver says that it has the message."""
        return 200 <= self.status < 300


def send(url: str, body: bytes, headers: Mapping[str, str], *, policy: Policy | None = None) -> Answered:
    """Post a message to a receiver, guarded as `fetch` is; an answer of any status is one.

    Redirects are not followed. Of what the receiver says no more than its first bytes is read, as much of
    them as comes in time.

    Args:
        url: An https address; http where the settings name its host and port.
        body: What is sent.
        headers: What describes it; the ones that say who sends come with them.
        policy: Other limits than the settings'.

    Raises:
        FetchError: There was no answer. With a code; the sentence is for somebody who wants a page.
    """
    limits = policy or Policy.to_send()
    place = _place_to_send(url, limits)
    who = {"Host": place.authority, "User-Agent": user_agent(limits, "tells what happened")}
    plain = {"Accept": "*/*", "Accept-Encoding": "identity", "Connection": "close"}
    deadline = Deadline(limits.seconds)
    return exchange("POST", place, limits, deadline, {**who, **plain, **headers}, _answered, body=body)


def address_to_send(url: str) -> str:
    """Return an address as messages are sent to it, if they may be by its name; nothing is looked up.

    Raises:
        FetchError: `url_refused` or `own_host`.
    """
    return _place_to_send(url, Policy.to_send()).url


def _place_to_send(url: str, limits: Policy) -> Target:
    place = target(url)
    if len(place.url) > MAX_LENGTH:
        raise failures.url_refused(f"it has more than {MAX_LENGTH:,} characters")
    check_place(place, limits)
    if place.scheme != "https" and not limits.allows(place):
        raise failures.url_refused("messages are sent to https addresses only")
    return place


def _answered(response: urllib3.BaseHTTPResponse) -> Answered:
    """Return the status and the first bytes; one whose words are slow or break off has answered."""
    came = b""
    try:
        while len(came) < MOST_OF_AN_ANSWER and (part := response.read1(MOST_OF_AN_ANSWER - len(came))):
            came += part
    except (HTTPError, OSError, ValueError):
        pass
    return Answered(response.status, came[:MOST_OF_AN_ANSWER], retry_after(response))
