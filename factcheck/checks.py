"""System checks: what would make this desk unsafe says so by number before it serves.

``E001`` holds always. The others are for production: ``manage.py check --deploy``.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register

Apps = Sequence[AppConfig] | None


@register(Tags.security)
def check_four_eyes(app_configs: Apps, **_: Any) -> list[CheckMessage]:
    """E001: a verdict needs at least one person's sign-off."""
    if settings.SIGNOFFS_REQUIRED >= 1:
        return []
    return [
        Error(
            "SIGNOFFS_REQUIRED is below 1: verdicts would go out that nobody signed.",
            hint="Set CHECKDESK_SIGNOFFS_REQUIRED to 1 or more.",
            id="factcheck.E001",
        )
    ]


@register(Tags.security, deploy=True)
def check_production(app_configs: Apps, **_: Any) -> list[CheckMessage]:
    """E002 to E007: nothing of the trial is left, and links and cookies are safe."""
    key = settings.SECRET_KEY
    weak = len(key) < 50 or len(set(key)) < 10 or key.startswith("django-insecure")
    engine = settings.DATABASES["default"]["ENGINE"]
    wild = [host for host in settings.ALLOWED_HOSTS if "*" in host or host.startswith(".")]
    rules = [
        (weak, "E002", "The secret key can be guessed.", "Make one with secrets.token_urlsafe(64)."),
        (settings.DEBUG, "E003", "DEBUG shows the program's insides.", "Unset CHECKDESK_DEBUG."),
        (
            not settings.SECURE_ORIGIN,
            "E004",
            f"The public origin {settings.PUBLIC_ORIGIN} is not https.",
            "Set CHECKDESK_PUBLIC_ORIGIN to an https:// address.",
        ),
        (
            engine.endswith("sqlite3"),
            "E005",
            "SQLite is for the trial.",
            "Set CHECKDESK_DATABASE_URL to postgres://…",
        ),
        (
            bool(wild) or not settings.ALLOWED_HOSTS,
            "E006",
            f"Allowed hosts are not exact: {wild or 'none'}.",
            "Name each host in CHECKDESK_ALLOWED_HOSTS.",
        ),
        (
            settings.TRIAL or settings.DEMO,
            "E007",
            "The trial's or demo's defaults are on.",
            "Unset CHECKDESK_TRIAL and CHECKDESK_DEMO.",
        ),
    ]
    return [Error(text, hint=hint, id=f"factcheck.{number}") for bad, number, text, hint in rules if bad]
