"""What holds for whole families of pages.

Nobody keeps staff pages, no body is too large, and an absent database is a 503. Rules about people and
states do not belong here.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable

from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.template.loader import render_to_string

Handler = Callable[[HttpRequest], HttpResponseBase]
STAFF = ("/desk", "/accounts", "/api")
AWAY = (OperationalError, InterfaceError)
RETRY_AFTER = 5
"""Seconds."""

log = logging.getLogger("factcheck.outage")


def refusal(request: HttpRequest, status: int, code: str, title: str, detail: str) -> HttpResponse:
    """Return an answer that needs neither database nor session: problem+json or a bare page."""
    if request.path_info.startswith("/api/"):
        return JsonResponse(
            {"type": "about:blank", "title": title, "status": status, "detail": detail, "code": code},
            status=status,
            content_type="application/problem+json",
        )
    page = render_to_string("refusal.html", {"title": title, "detail": detail})
    return HttpResponse(page, status=status)


class StaffPagesMiddleware:
    """Let nobody keep a copy of a staff page, and give away nothing that a browser need not know."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if request.path_info.startswith(STAFF):
            response.headers["Cache-Control"] = "no-store"
            response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
        response.headers.setdefault(
            "Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=()"
        )
        return response


class LimitsMiddleware:
    """Refuse a body that is too large before reading it.

    Django limits what it keeps in memory but not the size of an uploaded file.
    """

    ROOM_FOR_FORM = 64 * 1024

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        length = request.META.get("CONTENT_LENGTH") or "0"
        limit = settings.MAX_UPLOAD_BYTES + self.ROOM_FOR_FORM
        if not (length.isascii() and length.isdigit()) or int(length[:20]) > limit:
            megabytes = settings.MAX_UPLOAD_BYTES // (1024 * 1024)
            return refusal(request, 413, "too_large", "Too large", f"The limit is {megabytes} MB at a time.")
        return self.get_response(request)


def database_away(request: HttpRequest, problem: BaseException) -> HttpResponse:
    """Return 503 with Retry-After: nothing was changed, and trying again is right."""
    log.error("database away: %s", problem)
    response = refusal(
        request,
        503,
        "unavailable",
        "The desk cannot reach its database",
        "Nothing was changed. Go back, keep what you typed, and try again in a moment.",
    )
    response.headers["Retry-After"] = str(RETRY_AFTER)
    response.headers["Cache-Control"] = "no-store"
    return response


class DatabaseAwayMiddleware:
    """Answer 503 when a view finds no database."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, problem: Exception) -> HttpResponse | None:
        """Turn the exception of a view into the answer."""
        return database_away(request, problem) if isinstance(problem, AWAY) else None


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer what nobody caught (``handler500``); a middleware may have found no database."""
    problem = sys.exc_info()[1]
    if isinstance(problem, AWAY):
        return database_away(request, problem)
    if request.path_info.startswith("/api/"):
        return refusal(request, 500, "internal", "Something went wrong here", "The fault is ours.")
    return HttpResponse(render_to_string("500.html"), status=500)
