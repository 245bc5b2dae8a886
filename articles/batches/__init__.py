"""Many articles in one file, one a row: CSV, XLSX, NDJSON, or the export of a WordPress site.

Reading such a file happens in the cage; taking its rows is `articles.actions.batches`.
"""

from __future__ import annotations

from django.core.files import File

WORDPRESS = b"http://wordpress.org/export/"
_NAMES = (".csv", ".tsv", ".xlsx", ".ndjson", ".jsonl")


def holds_many(file: File[bytes]) -> bool:
    """Say from its name and first bytes whether an upload is one with many articles."""
    start = file.read(16_384)
    file.seek(0)
    return (file.name or "").lower().endswith(_NAMES) or WORDPRESS in start
