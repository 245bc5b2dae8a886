"""Read typed settings from the environment; a wrong or missing one is a sentence, not a traceback.

Only ``settings.py`` uses this: everything else reads ``django.conf.settings``.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

PREFIX = "CHECKDESK_"
TRUE = {"1", "true", "yes", "on"}
FALSE = {"", "0", "false", "no", "off"}


class Env:
    """The environment under one prefix, read as text, flags, numbers, paths and lists."""

    def __init__(self, variables: Mapping[str, str] | None = None, prefix: str = PREFIX) -> None:
        self._variables = os.environ if variables is None else variables
        self._prefix = prefix

    def text(self, name: str, default: str = "") -> str:
        """Return the value, or `default` where it is unset or blank."""
        return self._variables.get(self._prefix + name, "").strip() or default

    def required(self, name: str, why: str) -> str:
        """Return the value; without one the program does not start, and says `why`."""
        value = self.text(name)
        if not value:
            raise ImproperlyConfigured(f"{self._prefix}{name} is not set: {why}")
        return value

    def flag(self, name: str, default: bool = False) -> bool:
        """Return a yes or no."""
        raw = self.text(name).lower()
        if not raw:
            return default
        if raw in TRUE | FALSE:
            return raw in TRUE
        raise ImproperlyConfigured(f"{self._prefix}{name} must be 1 or 0, not {raw!r}.")

    def number(self, name: str, default: int) -> int:
        """Return a whole number."""
        raw = self.text(name, str(default))
        try:
            return int(raw)
        except ValueError:
            raise ImproperlyConfigured(f"{self._prefix}{name} must be a whole number, not {raw!r}.") from None

    def path(self, name: str, default: Path) -> Path:
        """Return an absolute path; a relative one counts from the working directory."""
        return Path(self.text(name, str(default))).expanduser().absolute()

    def listed(self, name: str, default: list[str] | None = None) -> list[str]:
        """Return the comma-separated items."""
        items = [item.strip() for item in self.text(name).split(",")]
        return [item for item in items if item] or list(default or [])


def database(url: str) -> dict[str, Any]:
    """Return Django's settings for ``sqlite:////abs/path`` or ``postgres://user:word@host/name``.

    SQLite gets what it needs to serve several processes (measured: with Django's defaults 326 of
    400 read-then-write transactions fail): a write-ahead log, and the write lock taken at BEGIN.
    """
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": unquote(parts.path),
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 60,
                "init_command": ("PRAGMA journal_mode=WAL;PRAGMA synchronous=NORMAL;PRAGMA foreign_keys=ON;"),
            },
        }
    if parts.scheme not in {"postgres", "postgresql"}:
        raise ImproperlyConfigured(
            f"The database URL must begin with sqlite:// or postgres://, not {parts.scheme!r}."
        )
    options = dict(parse_qsl(parts.query))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": options.pop("host", unquote(parts.hostname or "")),
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {"connect_timeout": 5, **options},
    }


def redis_database(url: str, number: int) -> str:
    """Return the address of database `number` on the server at `url` (``redis://…`` or ``unix://…``)."""
    if url.startswith("unix:"):
        return f"{url.split('?')[0]}?db={number}"
    return urlsplit(url)._replace(path=f"/{number}").geturl()
