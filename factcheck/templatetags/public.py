"""Marks on public pages.

These pages are files that outlive a deployment, so they name static files by addresses that stay, and
their people are names in a frozen payload, not rows.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit
from zlib import crc32

from django import template
from django.conf import settings
from django.utils.safestring import SafeString

from factcheck.templatetags.desk import chip, svg

register = template.Library()


@register.simple_tag
def asset(name: str) -> str:
    """Return the lasting address of one of our static files."""
    return f"{settings.STATIC_URL}checkdesk/{name}"


@register.simple_tag
def icon(name: str, kind: str = "") -> SafeString:
    """Draw one symbol of the sprite."""
    return svg(asset("icons.svg"), name, kind)


@register.simple_tag
def verdict(rating: object, *, big: bool = False) -> SafeString:
    """Draw a verdict, square tile and word."""
    return chip(asset("icons.svg"), rating, big=big)


@register.filter
def rating_symbol(slug: str) -> str:
    """Name the symbol of a rating."""
    return f"v-{slug}"


@register.filter
def as_said(payload: Mapping[str, Any]) -> str:
    """Return the statement, in quotation marks where an article has these very words and not the desk."""
    words = payload["statement"].split()
    quoted = any(place["quote"].split() == words for place in payload["appearances"])
    return f"“{payload['statement']}”" if quoted else str(payload["statement"])


@register.filter
def web_address(url: str | None) -> str:
    """Return an address that a reader may be sent to, or nothing: http and https only (SECURITY X6)."""
    return url if url and urlsplit(url).scheme in {"http", "https"} else ""


@register.filter
def initials(name: str) -> str:
    """Shorten a name to at most two letters."""
    words = name.split()
    return "".join(word[0] for word in words[:1] + words[1:][-1:]).upper()


@register.filter
def tone(name: str) -> int:
    """Choose one of the avatar colours, always the same for a name."""
    return crc32(name.encode()) % 6 + 1
