"""Addresses that leave the house: always of the configured origin, never of the Host header (Z6)."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.urls import reverse

NAMESPACE = "api"


def absolute(path: str) -> str:
    """Return the address of a path (and query) on this desk."""
    return f"{settings.PUBLIC_ORIGIN}{path}"


def link(name: str, **kwargs: Any) -> str:
    """Return the address of a named endpoint: ``link("review-detail", pk=5)``."""
    return absolute(reverse(f"{NAMESPACE}:{name}", kwargs=kwargs))
