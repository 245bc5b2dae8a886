"""One id for everything that one gesture of a person caused: a click, a call, a command, a task.

The audit log keeps it with each event, the log lines carry it, and the answer shows it as
``X-Request-ID``. An id that comes in with a request is not believed: a caller could join his doings
to those of somebody else.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.http import HttpRequest
from django.http.response import HttpResponseBase

_gesture: ContextVar[str | None] = ContextVar("gesture", default=None)


def current_gesture() -> str:
    """Return the id of the gesture that is being carried out; a new one where there is none."""
    known = _gesture.get()
    if known is None:
        known = uuid.uuid4().hex
        _gesture.set(known)
    return known


@contextmanager
def gesture(name: str | None = None) -> Iterator[str]:
    """Carry out the block as one gesture, under a new id or the one given."""
    token = _gesture.set(name or uuid.uuid4().hex)
    try:
        yield current_gesture()
    finally:
        _gesture.reset(token)


class GestureMiddleware:
    """Give each request its id and tell it to the caller."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        with gesture() as name:
            response = self.get_response(request)
        response.headers["X-Request-ID"] = name
        return response
