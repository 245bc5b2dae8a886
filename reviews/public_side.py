"""What may leave the desk of a piece of evidence: in a verdict, on a public page, in an annotated copy."""

from __future__ import annotations

from typing import Any

from reviews.models import Evidence


def public_side(piece: Evidence) -> dict[str, Any]:
    """What a reader may see of one piece of evidence; of a confidential one, its description."""
    if piece.confidential:
        return {
            "number": piece.number,
            "confidential": True,
            "public_description": piece.public_description,
        }
    source = piece.source
    return {
        "number": piece.number,
        "confidential": False,
        "stance": piece.stance,
        "quote": piece.quote,
        "locator": piece.locator,
        "note": piece.note,
        "source": {
            "kind": source.kind,
            "title": source.title,
            "url": source.url,
            "publisher": source.publisher,
            "author": source.author,
            "published_on": source.published_on.isoformat() if source.published_on else None,
            "primary": source.is_primary,
        },
    }
