"""Read a PDF: its lines by pdfium, their order, paragraphs and headings by where they stand.

`lines` asks pdfium what stands where, `layout` finds columns and what repeats on every page,
`paragraphs` joins lines. A page number goes along as the locator of each block.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, timezone
from itertools import accumulate
from operator import itemgetter

import pypdfium2 as pdfium
from pypdfium2.raw import FPDF_ERR_PASSWORD

from articles.extraction.canonical import one_line
from articles.extraction.dates import plausible
from articles.extraction.document import Draft, ExtractionError, Metadata, check_count, damaged
from articles.extraction.pdf.layout import in_reading_order, without_running_heads
from articles.extraction.pdf.lines import Line, cautions, read_page
from articles.extraction.pdf.paragraphs import on_page, page_of, paragraphs
from articles.extraction.properties import file_author, file_title, without_head
from articles.extraction.zipped import encrypted

MAX_PAGES = 500

_DATE = re.compile(r"(?:D:)?(\d{4})(\d\d)?(\d\d)?(\d\d)?(\d\d)?(\d\d)?(?:([+-])(\d\d)'?(\d\d)?'?|Z.*)?")


def read_pdf(data: bytes) -> tuple[list[Draft], Metadata]:
    """Return the blocks of a PDF in reading order, and its properties.

    Raises:
        ExtractionError: `encrypted`, `damaged`, `too_large` (pages), `no_text` for a scan, `too_complex`.
    """
    try:
        document = pdfium.PdfDocument(data)
    except pdfium.PdfiumError as problem:
        if getattr(problem, "err_code", None) == FPDF_ERR_PASSWORD or "password" in str(problem).lower():
            raise encrypted() from problem
        raise damaged("it is a damaged PDF") from problem
    try:
        count = len(document)
        if count > MAX_PAGES:
            raise ExtractionError(
                "too_large",
                f"This PDF has {count:,} pages; we read {MAX_PAGES} at most. Save the pages of the article as"
                " a PDF of their own, or paste its text.",
            )
        metadata = _properties(document)
        pages = [read_page(document, number) for number in range(count)]
    finally:
        document.close()
    lines = [page.lines for page in pages]
    if not any(lines):
        raise ExtractionError(
            "no_text",
            "There is no text in this PDF: its pages are pictures, as of a scan. Run text recognition (OCR)"
            " over it first, or type or paste the article's text.",
        )
    metadata.cautions.extend(cautions(pages))
    kept, running = without_running_heads(lines)
    drafts = paragraphs([in_reading_order(page) for page in kept])
    check_count(len(drafts))
    unseen = [line for page in pages for line in (*page.hidden, *page.across)]
    return _by_page(without_head(drafts, metadata), [*unseen, *running]), metadata


def _left_out(line: Line) -> Draft:
    return Draft(line.text, locator=on_page(line.page), is_left_out=True)


def _by_page(drafts: list[Draft], left_out: Sequence[Line]) -> list[Draft]:
    """Return the drafts as they are, each page's lines that were left out behind those that begin there."""
    pages = list(accumulate((page_of(draft) for draft in drafts), max))
    found = [*zip(pages, drafts, strict=True), *((line.page, _left_out(line)) for line in left_out)]
    return [draft for _page, draft in sorted(found, key=itemgetter(0))]


def _properties(document: pdfium.PdfDocument) -> Metadata:
    said = {name: one_line(value) for name, value in document.get_metadata_dict().items()}
    return Metadata(
        title=file_title(said.get("Title", "")),
        byline=file_author(said.get("Author", "")),
        made_at=_moment(said.get("CreationDate", "")) or _moment(said.get("ModDate", "")),
    )


def _moment(said: str) -> datetime | None:
    """Return the moment of a PDF date, `D:20240312101500+01'00'`."""
    match = _DATE.fullmatch(said)
    if not match:
        return None
    year, month, day, hour, minute, second = (
        int(part) if part else least
        for part, least in zip(match.groups()[:6], (0, 1, 1, 0, 0, 0), strict=True)
    )
    offset = timedelta(hours=int(match[8] or 0), minutes=int(match[9] or 0))
    try:
        zone = timezone(-offset if match[7] == "-" else offset) if match[7] else UTC
        return plausible(datetime(year, month, day, hour, minute, min(second, 59), tzinfo=zone))
    except ValueError:
        return None
