"""Bytes kept under their own SHA-256, in Django's default storage.

Content-addressed: storing the same bytes twice is one file, and a file written for a transaction
that then failed harms nobody.
"""

from __future__ import annotations

import hashlib

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage


def put(data: bytes) -> str:
    """Store the bytes and return their digest (64 hex digits)."""
    digest = hashlib.sha256(data).hexdigest()
    name = _name(digest)
    if not default_storage.exists(name):
        default_storage.save(name, ContentFile(data))
    return digest


def get(digest: str) -> bytes:
    """Return the bytes stored under a digest.

    Raises:
        FileNotFoundError: nothing is stored under it.
        ValueError: what is stored there is not what was put there (SECURITY, case D11).
    """
    with default_storage.open(_name(digest)) as file:
        data: bytes = file.read()
    if hashlib.sha256(data).hexdigest() != digest:
        raise ValueError(f"The stored bytes of {digest} were changed.")
    return data


def _name(digest: str) -> str:
    return f"blobs/{digest[:2]}/{digest[2:]}"
