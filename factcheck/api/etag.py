"""Which version of an object somebody has read (RFC 9110, conditional requests).

The tag is a digest of what was shown. Whoever changes an object has to say which version he read
(`If-Match`), and is refused when it is no longer the one.
"""

from __future__ import annotations

import hashlib
from typing import Any

from django.utils.http import parse_etags, quote_etag
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request

from factcheck.errors import PreconditionFailed, PreconditionRequired


def etag_of(representation: Any) -> str:
    """Return the strong tag of what a serializer gave."""
    shown = JSONRenderer().render(representation)
    return quote_etag(hashlib.sha256(shown).hexdigest()[:32])


def _listed(header: str) -> set[str]:
    # A proxy that compresses marks our tags as weak. They are digests of the content, so the same
    # digest is the same version whatever the mark says.
    return {tag.removeprefix("W/") for tag in parse_etags(header)}


def is_known(request: Request, etag: str) -> bool:
    """Say whether the client has this version already (`If-None-Match`), so that 304 will do."""
    named = _listed(request.headers.get("If-None-Match", ""))
    return etag in named or "*" in named


def require_match(request: Request, etag: str) -> None:
    """Let a change through only if it was made from the version that is current.

    Raises:
        PreconditionRequired: no `If-Match` (428).
        PreconditionFailed: another version, or nothing that is a tag (412).
    """
    header = request.headers.get("If-Match")
    if header is None:
        raise PreconditionRequired
    if not {etag, "*"} & _listed(header):
        raise PreconditionFailed
