"""Proving that the log was not touched.

Within a chain an altered, missing, added or moved event breaks a digest or a number. Cutting off a
chain's tail breaks neither: that is seen by comparing with heads that were kept elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterator

from factcheck.audit.models import Event


def heads() -> dict[str, str]:
    """The newest digest of every chain, as `{"type/id": "sequence:digest"}`, to be kept elsewhere."""
    found: dict[str, str] = {}
    for event in Event.objects.order_by("object_type", "object_id", "sequence").iterator(5_000):
        found[f"{event.object_type}/{event.object_id}"] = f"{event.sequence}:{event.digest}"
    return found


def faults(kept_heads: dict[str, str] | None = None) -> Iterator[str]:
    """Yield a sentence for each break found; nothing where every chain holds. Reads the whole log."""
    chain, expected, previous = ("", ""), 1, ""
    wanted = dict(kept_heads or {})
    for event in Event.objects.order_by("object_type", "object_id", "sequence").iterator(5_000):
        if (event.object_type, event.object_id) != chain:
            chain, expected, previous = (event.object_type, event.object_id), 1, ""
        if event.sequence != expected:
            yield f"{event}: expected number {expected}; an event before it is missing or moved"
        if event.previous != previous:
            yield f"{event}: does not follow the event before it"
        if event.digest != event.compute_digest():
            yield f"{event}: its content does not match its digest"
        key = f"{event.object_type}/{event.object_id}"
        if wanted.get(key) == f"{event.sequence}:{event.digest}":
            del wanted[key]
        expected, previous = event.sequence + 1, event.digest
    for key, head in sorted(wanted.items()):
        yield f"{key}: the kept head {head[:20]}… is not in the chain; its end was cut or rewritten"
