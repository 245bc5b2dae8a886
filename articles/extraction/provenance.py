"""How each field of an article was found, so that a person knows which of them to look at."""

from __future__ import annotations

from typing import TYPE_CHECKING

from articles.extraction.addresses import normalised
from articles.extraction.document import Extracted, How, Metadata
from articles.extraction.language import well_formed

if TYPE_CHECKING:
    from articles.extraction import Known

FIELDS = (
    "title", "byline", "published_at", "modified_at", "outlet_name", "language", "canonical_url",
    "image_credit",
)  # fmt: skip


def how_found(extracted: Extracted, known: Known, metadata: Metadata) -> dict[str, How]:
    """Return how each field that is not empty was found."""
    return {
        name: "typed" if getattr(known, name, None) else _how(name, extracted, metadata)
        for name in FIELDS
        if getattr(extracted, name)
    }


def _how(name: str, extracted: Extracted, metadata: Metadata) -> How:
    told = getattr(metadata, name)
    if name == "language":
        told = told if well_formed(told) == extracted.language else ""
    elif name == "canonical_url":
        told = told if normalised(told) == extracted.canonical_url else ""
    if told:
        return metadata.found.get(name, "meta")
    cautions = {caution.code for caution in extracted.warnings}
    match name:
        case "canonical_url":
            return "address"
        case "language":
            return "words"
        case "published_at" if "date_of_file" in cautions:
            return "file"
        case "title" if "title_guessed" in cautions:
            return "guessed"
    return "text"
