"""From what was handed in to the text of an article; nothing is written here."""

from __future__ import annotations

import hashlib
from dataclasses import asdict
from typing import Any

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _

from articles import cage
from articles.extraction import Extracted, ExtractionError, Known
from articles.fetching import FetchError
from factcheck.errors import DomainError


class Unimportable(DomainError):
    """The article could not be had; `code` and sentence come from fetching or extraction."""

    code, status = "unimportable", 400
    template = _("The article could not be had.")

    def __init__(self, error: FetchError | ExtractionError) -> None:
        self.code = error.code  # type: ignore[misc]
        super().__init__(detail=error.detail)


def read_text(text: str, given: dict[str, str]) -> Extracted:
    """Return the text that somebody pasted or sent, with what they know of it.

    Raises:
        ExtractionError: there is no text in it, or too much.
    """
    return cage.from_text(text, known=known_in(given), url=given.get("canonical_url") or None)


def known_in(given: dict[str, str]) -> Known:
    """Return what the person typed about the article, dates from ISO 8601."""
    return Known(
        title=given.get("title", ""),
        byline=given.get("byline", ""),
        published_at=parse_datetime(given.get("published_at", "")),
        outlet_name=given.get("outlet_name", ""),
        language=given.get("language", ""),
    )


def digest_of(text: str) -> str:
    """Return the SHA-256 by which a text is recognised."""
    return hashlib.sha256(text.encode()).hexdigest()


def columns_of(extracted: Extracted) -> dict[str, Any]:
    """Return what a revision keeps of an extracted text."""
    return {
        "text": extracted.text,
        "blocks": [asdict(block) for block in extracted.blocks],
        "digest": digest_of(extracted.text),
        "warnings": [asdict(caution) for caution in extracted.warnings],
    }
