"""What a person sees when the desk refuses: the HTML twin of `factcheck.api.problems`.

A view that holds typed words answers with its own page, which keeps them, and asks here only how to
say it. What a view does not catch ends in a page of its own, or in a problem document where a script
asked.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _

from factcheck.accounts.decorators import wants_json
from factcheck.api.problems import describe
from factcheck.errors import DomainError

PAGES = {400: "400.html", 403: "403.html", 404: "404.html"}


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
    return render(request, PAGES.get(error.status, "refusal.html"), words, status=error.status)


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
