"""Many articles in one file, one a row: CSV, XLSX, NDJSON, or the export of a WordPress site.

Reading such a file happens in the cage; taking its rows is `articles.actions.batches`.
"""

from __future__ import annotations

_NAMES = (".csv", ".tsv", ".xlsx", ".ndjson", ".jsonl")


def holds_many(start: bytes, filename: str) -> bool:
    """Say from its name and first bytes whether a file is one with many articles."""
    return filename.lower().endswith(_NAMES) or b"http://wordpress.org/export/" in start[:16_384]
