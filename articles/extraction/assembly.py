"""Put an article together from its blocks, what the page said, and what the person knows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from articles.extraction.addresses import canonical_address, domain_of
from articles.extraction.canonical import one_line
from articles.extraction.dates import from_words
from articles.extraction.document import (
    Caution,
    Draft,
    Extracted,
    ExtractionError,
    Metadata,
    check_length,
    lay_out,
    nearest,
)
from articles.extraction.furniture import Cleaned, is_headline, without_furniture
from articles.extraction.language import language_of, well_formed
from articles.extraction.plain import with_headings
from articles.extraction.provenance import how_found

if TYPE_CHECKING:
    from articles.extraction import Known

_TITLE_AT_MOST = 500
_BYLINE_AT_MOST = 300
_NAME_AT_MOST = 200
_GUESSED_WORDS = 12


def assemble(
    drafts: Sequence[Draft],
    metadata: Metadata,
    *,
    known: Known,
    url: str | None,
    now: datetime | None,
    marked_up: bool,
) -> Extracted:
    """Return the article: furniture set aside, headings found, language and dates told.

    Raises:
        ExtractionError: `empty` when no text is left, `too_large` when more is than an article has.
    """
    kept = [draft for draft in drafts if not draft.is_left_out]
    headline = _headline(kept, metadata)
    title = one_line(known.title) or headline
    cleaned = without_furniture(kept, title=title, headline=headline, marked_up=marked_up)
    text, blocks, left_out = lay_out(_marked(drafts, cleaned, marked_up=marked_up))
    if not text:
        raise ExtractionError("empty", "There is no article text in this. Paste the article's text instead.")
    check_length(text)
    cautions = [*metadata.cautions, *cleaned.cautions]
    language = well_formed(known.language) or language_of(text, metadata.language)
    published_at = known.published_at or metadata.published_at
    published_at = published_at or _dated(cleaned, language, now, cautions)
    if published_at is None and metadata.made_at:
        published_at = metadata.made_at
        cautions.append(
            Caution("date_of_file", "The date is the day on which the file was made. Check when it came out.")
        )
    modified_at = metadata.modified_at or from_words(cleaned.updated, language, now=now)
    if modified_at and published_at and modified_at <= published_at:
        modified_at = None  # many sites write the time of publication there
    canonical_url = canonical_address(metadata.canonical_url, url)
    extracted = Extracted(
        title=_title(known, cleaned, text, cautions),
        byline=one_line(known.byline or metadata.byline or cleaned.byline)[:_BYLINE_AT_MOST],
        published_at=published_at,
        modified_at=modified_at,
        outlet_name=one_line(known.outlet_name or metadata.outlet_name)[:_NAME_AT_MOST],
        outlet_domain=domain_of(canonical_url or url),
        language=language,
        canonical_url=canonical_url,
        image_credit=metadata.image_credit,
        text=text,
        blocks=blocks,
        warnings=tuple(cautions),
        left_out=nearest(left_out, len(blocks)),
    )
    return replace(extracted, found=how_found(extracted, known, metadata))


def _marked(drafts: Sequence[Draft], cleaned: Cleaned, *, marked_up: bool) -> list[Draft]:
    """Return the drafts in order, the furniture and the repeated headline marked as left out."""
    body = cleaned.body if marked_up else with_headings(cleaned.body)
    if not body and any(is_headline(draft.text, cleaned.title) for draft in cleaned.left_out):
        return [Draft(cleaned.title)]  # a single line is the text
    becomes = {id(was): draft for was, draft in zip(cleaned.body, body, strict=True)}
    becomes |= {id(draft): replace(draft, is_left_out=True) for draft in cleaned.left_out}
    becomes |= {id(draft): draft for draft in drafts if draft.is_left_out}
    return [becomes[id(draft)] for draft in drafts if id(draft) in becomes]


def _headline(drafts: Sequence[Draft], metadata: Metadata) -> str:
    """Return the title that the page gives, or its first heading where that opens the text."""
    if metadata.title:
        return one_line(metadata.title)
    first = drafts[0] if drafts else None
    return first.text if first and first.kind == "heading" and len(drafts) > 1 else ""


def _title(known: Known, cleaned: Cleaned, text: str, cautions: list[Caution]) -> str:
    title = one_line(known.title) or cleaned.title
    if not title:
        words = text.split("\n", 1)[0].split(" ")
        title = " ".join(words[:_GUESSED_WORDS]) + ("…" if len(words) > _GUESSED_WORDS else "")
        cautions.append(
            Caution(
                "title_guessed", "We found no headline and used the first words. Give the article a title."
            )
        )
    return title if len(title) <= _TITLE_AT_MOST else title[: _TITLE_AT_MOST - 1] + "…"


def _dated(cleaned: Cleaned, language: str, now: datetime | None, cautions: list[Caution]) -> datetime | None:
    """Return the day that the head of the page names; that of an update only for want of a better."""
    published = from_words(cleaned.published, language, now=now)
    if published or not cleaned.updated:
        return published
    updated = from_words(cleaned.updated, language, now=now)
    if updated:
        cautions.append(
            Caution(
                "date_of_update",
                "The page names only the day of its last update; it may have been published earlier.",
            )
        )
    return updated
