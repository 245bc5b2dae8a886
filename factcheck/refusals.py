"""What a person sees when the desk refuses: the HTML twin of `factcheck.api.problems`.

A view that holds typed words answers with its own page, which keeps them, and asks here only how to
say it. What a view does not catch ends in a page of its own, or in a problem document where a script
asked.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import structlog
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _

from factcheck.accounts.decorators import wants_json
from factcheck.api.problems import describe
from factcheck.errors import DomainError, FourEyes

log = structlog.get_logger("factcheck.refusals")

UNNAMED = {401: "unauthenticated", 403: "forbidden"}
"""The codes of refusals that Django or a decorator answered without naming one."""

PAGES = {400: "400.html", 403: "403.html", 404: "404.html"}


class RefusalLogMiddleware:
    """Write one line for each refusal that may be an attempt, whichever door it came to.

    Who, which rule, and where; no word of what was sent, and no query string (decision record 0009).
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        status = response.status_code
        code = getattr(response, "refused_as", UNNAMED.get(status, ""))
        if status in UNNAMED or code == FourEyes.code:
            person = _person(request)
            if status != 401 or person is not None:
                log.warning("refused", person=person, code=code, method=request.method, path=request.path)
        return response


def _person(request: HttpRequest) -> int | None:
    """The id of whoever was refused, also by a token that is over; None for the nameless."""
    try:
        return getattr(request, "owner_of_token", None) or request.user.pk
    except (AttributeError, DatabaseError):
        return None  # the body was too large to look further, or the database is away


class RefusalMiddleware:
    """Answer the refusals that a view leaves to us."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, problem: Exception) -> HttpResponse | None:
        """Turn a refusal into its answer; anything else is not ours."""
        if not isinstance(problem, DomainError):
            return None
        return in_json(problem) if wants_json(request) else in_html(request, problem)


def in_json(error: DomainError) -> HttpResponse:
    """Return the refusal as the API would."""
    problem = describe(error)
    assert problem is not None  # every DomainError has a description
    return problem.response()


def in_html(request: HttpRequest, error: DomainError) -> HttpResponse:
    """Return the refusal as a page of its own."""
    words = {"title": _("This cannot be done now"), "detail": sentence(error)}
    page = render(request, PAGES.get(error.status, "refusal.html"), words, status=error.status)
    return refused_as(page, error.code)


def refused_as(response: HttpResponse, code: str) -> HttpResponse:
    """Note on an answer which refusal it is, for `RefusalLogMiddleware`."""
    response.refused_as = code  # type: ignore[attr-defined]
    return response


def sentence(error: DomainError) -> str:
    """Say all that is wrong, in one run: the refusal, then each thing that it names."""
    parts = [error.detail] if not error.facts.get("errors") else []
    parts += [each["detail"] for each in error.facts.get("errors", ())]
    parts += [each["detail"] for each in error.facts.get("blockers", ())]
    return " ".join(parts)


def by_field(error: DomainError) -> Mapping[str, str]:
    """Return the sentences of a refusal by the field that they are about; "all" is none of them."""
    found: dict[str, Any] = {}
    for each in error.facts.get("errors", ()):
        name = each["pointer"].strip("/") or "all"
        found[name] = f"{found[name]} {each['detail']}" if name in found else each["detail"]
    return found
