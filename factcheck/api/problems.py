"""Every error the API answers with, as `application/problem+json` (RFC 9457).

The one place that turns exceptions into answers. `code` is stable and made for programs, `detail` is
a sentence for a person; neither tells what happened inside. An exception that is not known here is a
bug: it goes on to `factcheck.middleware.server_error`, and the log has the traceback.
"""

from __future__ import annotations

import json
import logging
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from django.core import exceptions as django_errors
from django.core.serializers.json import DjangoJSONEncoder
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse, UnreadablePostError
from django.views import defaults
from rest_framework import exceptions as drf
from rest_framework.serializers import as_serializer_error

from factcheck.errors import (
    Busy,
    DomainError,
    FieldError,
    Forbidden,
    Malformed,
    NotThere,
    TooLarge,
    Unreadable,
)

log = logging.getLogger("factcheck.api")

CODES = {
    "permission_denied": "forbidden",
    "not_authenticated": "unauthenticated",
    "authentication_failed": "unauthenticated",
    "parse_error": "malformed",
}
"""Codes of REST framework that have another name here."""

NO_FIELD = {"non_field_errors", "__all__"}


@dataclass(frozen=True)
class Problem:
    """A refusal as the client gets it."""

    status: int
    code: str
    detail: str
    members: Mapping[str, Any] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)

    def response(self) -> HttpResponse:
        """Return it as an HTTP answer, in JSON whatever the client would rather have."""
        body = {
            "type": "about:blank",
            "title": HTTPStatus(self.status).phrase,
            "status": self.status,
            "code": self.code,
            "detail": self.detail,
            **self.members,
        }
        response = HttpResponse(
            json.dumps(body, cls=DjangoJSONEncoder),
            status=self.status,
            content_type="application/problem+json",
            headers=dict(self.headers),
        )
        response.refused_as = self.code  # type: ignore[attr-defined]
        return response


def handle(exc: Exception, context: Mapping[str, Any]) -> HttpResponse | None:
    """Answer an exception raised in a view; None for one that nobody expected."""
    problem = describe(exc)
    if isinstance(exc, (OperationalError, InterfaceError)):
        log.warning("The database did not answer.", exc_info=exc)
    return problem.response() if problem else None


def describe(exc: Exception) -> Problem | None:
    """Say what an exception means to the client; None for one that nobody expected."""
    match exc:
        case DomainError():
            return _of_domain(exc)
        case Http404() | drf.NotFound():
            # The same words whatever was missing: not there and not for you read alike.
            return _of_domain(NotThere())
        case django_errors.PermissionDenied():
            return _of_domain(Forbidden())
        case drf.ValidationError():
            return _of_domain(Malformed(list(field_errors(exc.detail))))
        case django_errors.ValidationError():
            return _of_domain(Malformed(list(field_errors(as_serializer_error(exc)))))
        case drf.APIException():
            return _of_framework(exc)
        case OperationalError() | InterfaceError():
            return _of_domain(Busy())
        case django_errors.RequestDataTooBig():
            from django.conf import settings

            return _of_domain(TooLarge(limit=settings.DATA_UPLOAD_MAX_MEMORY_SIZE))
        case django_errors.SuspiciousOperation() | UnreadablePostError():
            return _of_domain(Unreadable())
    return None


def _of_domain(error: DomainError) -> Problem:
    headers = {}
    if "retry_after_seconds" in error.facts:
        headers["Retry-After"] = str(error.facts["retry_after_seconds"])
    return Problem(error.status, error.code, error.detail, error.members, headers)


def _of_framework(exc: drf.APIException) -> Problem:
    headers = {}
    if challenge := getattr(exc, "auth_header", None):
        headers["WWW-Authenticate"] = challenge
    wait = getattr(exc, "wait", None)
    if wait is not None:
        headers["Retry-After"] = str(math.ceil(wait))
    codes = exc.get_codes()
    code = codes if isinstance(codes, str) else "invalid"
    detail = exc.detail if isinstance(exc.detail, str) else exc.default_detail
    return Problem(exc.status_code, CODES.get(code, code), str(detail), headers=headers)


def field_errors(detail: Any, pointer: str = "") -> Iterator[FieldError]:
    """Flatten what a serializer found into one entry per fault, each with its JSON pointer."""
    if isinstance(detail, Mapping):
        for name, inner in detail.items():
            step = "" if name in NO_FIELD else "/" + str(name).replace("~", "~0").replace("/", "~1")
            yield from field_errors(inner, pointer + step)
    elif isinstance(detail, list):
        for place, inner in enumerate(detail):
            nested = isinstance(inner, (Mapping, list))
            yield from field_errors(inner, f"{pointer}/{place}" if nested else pointer)
    else:
        code = getattr(detail, "code", None) or "invalid"
        yield FieldError(pointer=pointer, code=code, detail=str(detail))


# Outside of views: handlers of the urlconf. They answer for the API in JSON, else as Django does.


def is_api(request: HttpRequest) -> bool:
    """Say whether whoever asks is a program."""
    return request.path.startswith("/api/")


def unknown(request: HttpRequest, **kwargs: Any) -> HttpResponse:
    """Answer for addresses under `/api/` that do not exist."""
    return _of_domain(NotThere()).response()


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """`handler400`: what Django itself refused (host, fields, cookies)."""
    if is_api(request):
        return (describe(exception) or _of_domain(Unreadable())).response()
    return defaults.bad_request(request, exception)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """`handler403`."""
    if is_api(request):
        return _of_domain(Forbidden()).response()
    return defaults.permission_denied(request, exception)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """`handler404`."""
    if is_api(request):
        return unknown(request)
    return defaults.page_not_found(request, exception)
