"""What every template may show: the desk's name, and whether this is the demo."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest


def desk(request: HttpRequest) -> dict[str, object]:
    """Return the values; no queries."""
    return {
        "desk_name": settings.DESK_NAME,
        "public_origin": settings.PUBLIC_ORIGIN,
        "is_demo": settings.DEMO,
    }
