"""The two doors that are compared: the product's WSGI application, and a bare one beside it.

Both are called in this process as a server would call them, request bytes in, answer bytes out. The
bare one runs through the middleware that `startproject` gives.
"""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.core.handlers.wsgi import WSGIHandler, WSGIRequest
from django.http.response import HttpResponseBase
from django.test.utils import override_settings

from benchmarks.ground import HOST
from benchmarks.meter import Call
from factcheck.accounts.models import User

DEFAULT_MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]


class BareHandler(WSGIHandler):
    """Django as it comes, with the addresses of `benchmarks.bare`."""

    def load_middleware(self, is_async: bool = False) -> None:
        """Take the middleware of a new project."""
        with override_settings(MIDDLEWARE=DEFAULT_MIDDLEWARE):
            super().load_middleware(is_async)

    def get_response(self, request: WSGIRequest) -> HttpResponseBase:  # type: ignore[override]
        """Answer by our own addresses."""
        request.urlconf = "benchmarks.bare.urls"
        return super().get_response(request)


class Door:
    """One of the two, with the credentials of one caller."""

    def __init__(self, application: WSGIHandler, **headers: str) -> None:
        self._application = application
        self._headers = headers

    def get(self, path: str) -> Call:
        """Return a call that reads a page."""
        return self._call("GET", path, b"", "", 200)

    def post(self, path: str, body: Mapping[str, Any], *, expect: int = 200) -> Call:
        """Return a call that sends JSON."""
        return self._call("POST", path, json.dumps(body).encode(), "application/json", expect)

    def submit(self, path: str, form: Mapping[str, Any]) -> Call:
        """Return a call that sends a form, which leads on to a page."""
        token = {"csrfmiddlewaretoken": CSRF}
        return self._call(
            "POST", path, urlencode({**token, **form}).encode(), "application/x-www-form-urlencoded", 303
        )

    def _call(self, method: str, path: str, body: bytes, content_type: str, expect: int) -> Call:
        address, _, query = path.partition("?")
        environ = {
            "REQUEST_METHOD": method,
            "PATH_INFO": address,
            "QUERY_STRING": query,
            "SERVER_NAME": HOST,
            "SERVER_PORT": "443",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "REMOTE_ADDR": "127.0.0.1",
            "HTTP_HOST": HOST,
            "HTTP_X_FORWARDED_PROTO": "https",
            "HTTP_REFERER": f"https://{HOST}/",
            "CONTENT_LENGTH": str(len(body)) if body else "",
            "CONTENT_TYPE": content_type,
            "wsgi.url_scheme": "http",
            **self._headers,
        }

        def call() -> int:
            told: list[str] = []
            answer = self._application(
                {**environ, "wsgi.input": io.BytesIO(body)}, lambda status, *_rest: told.append(status)
            )
            content = b"".join(answer)
            if hasattr(answer, "close"):
                answer.close()
            if not told[0].startswith(str(expect)):
                raise RuntimeError(f"{method} {path}: {told[0]}, not {expect}: {content[:600]!r}")
            return len(content)

        return call


CSRF = "a" * 32


def bearer(secret: str) -> dict[str, str]:
    """Return the headers of a program with this token."""
    return {"HTTP_AUTHORIZATION": f"Bearer {secret}"}


def cookies(user: User) -> dict[str, str]:
    """Sign the person in; return the headers that their browser sends."""
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    jar = {settings.SESSION_COOKIE_NAME: session.session_key, settings.CSRF_COOKIE_NAME: CSRF}
    return {"HTTP_COOKIE": "; ".join(f"{name}={value}" for name, value in jar.items())}
