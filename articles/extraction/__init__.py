"""Make an article of whatever was handed in: bytes of a file or a page, or pasted text.

`extract` and `from_text` are pure: no network, no database, no clock but the one passed in. They decide
by content what they have, read it into blocks, set the page's furniture aside, and lay out canonical
text with code-point offsets. What cannot be read whole is refused (`ExtractionError`) or carries a
caution; it is never passed off as whole.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from articles.extraction.document import (
    MAX_BYTES,
    MAX_FILE_BYTES,
    Block,
    Caution,
    Draft,
    Extracted,
    ExtractionError,
    Kind,
    Metadata,
)

if TYPE_CHECKING:
    from articles.extraction.binary import BinaryKind
    from articles.extraction.sniff import TextKind

__all__ = [
    "MAX_BYTES",
    "Block",
    "Caution",
    "Extracted",
    "ExtractionError",
    "Kind",
    "Known",
    "extract",
    "from_text",
]


@dataclass(frozen=True, slots=True)
class Known:
    """What the person knows better than the machine; it wins over anything found."""

    title: str = ""
    byline: str = ""
    published_at: datetime | None = None
    outlet_name: str = ""
    language: str = ""


def extract(
    data: bytes,
    *,
    content_type: str | None = None,
    filename: str | None = None,
    url: str | None = None,
    known: Known | None = None,
    now: datetime | None = None,
) -> Extracted:
    """Make an article of the bytes of a file or of a fetched page.

    Args:
        data: Plain text, Markdown, HTML or subtitles in any encoding; a PDF, DOCX, ODT, RTF or EPUB
            document; a saved mail or web archive (EML, MHTML).
        content_type: What the server or browser said; believed only for the charset, and to tell one kind
            of text from another.
        filename: The same, from the name.
        url: Where it was fetched from: for the outlet, and to make the page's own address absolute.
        known: What the person typed.
        now: The clock, for dates that cannot be; the real one if left out.

    Raises:
        ExtractionError: With a code and a sentence; see there.
    """
    from articles.extraction.binary import binary_kind

    if len(data) > MAX_FILE_BYTES:
        raise _too_large(MAX_FILE_BYTES)
    known = known or Known()
    kind = binary_kind(data)
    if kind:
        return _assembled(_read_binary(kind, data, url, known.title), url, known, now)
    if len(data) > MAX_BYTES:
        raise _too_large(MAX_BYTES)
    if not data.strip():
        raise _empty()
    from articles.extraction.sniff import decode

    decoded = decode(data, content_type)
    found = _extracted(decoded.text, content_type, filename, url, known, now)
    return _with_cautions(found, decoded.cautions)


def from_text(
    text: str,
    *,
    title: str = "",
    byline: str = "",
    published_at: datetime | None = None,
    outlet_name: str = "",
    language: str = "",
    url: str | None = None,
    now: datetime | None = None,
) -> Extracted:
    """Make an article of pasted text, which may be plain, Markdown or the source of a page.

    Raises:
        ExtractionError: With a code and a sentence; see there.
    """
    if len(text.encode("utf-8", "surrogatepass")) > MAX_BYTES:
        raise _too_large(MAX_BYTES)
    known = Known(title or "", byline or "", published_at, outlet_name or "", language or "")
    return _extracted(text, None, None, url, known, now)


def _extracted(
    text: str,
    content_type: str | None,
    filename: str | None,
    url: str | None,
    known: Known,
    now: datetime | None,
) -> Extracted:
    from articles.extraction.sniff import text_kind

    kind = text_kind(text, content_type=content_type, filename=filename)
    return _assembled(_read(kind, text, url), url, known, now, marked_up=kind != "plain")


def _assembled(
    read: tuple[list[Draft], Metadata],
    url: str | None,
    known: Known,
    now: datetime | None,
    *,
    marked_up: bool = True,
) -> Extracted:
    from articles.extraction.assembly import assemble

    return assemble(*read, known=known, url=url, now=now, marked_up=marked_up)


def _read(kind: TextKind, text: str, url: str | None) -> tuple[list[Draft], Metadata]:
    """Read a text by its kind; each reader is loaded only when it is needed."""
    if kind == "html":
        from articles.extraction.html_reader import read_html

        return read_html(text, url)
    if kind == "markdown":
        from articles.extraction.markdown import read_markdown

        return read_markdown(text)
    if kind == "subtitles":
        from articles.extraction.subtitles import read_subtitles

        return read_subtitles(text)
    from articles.extraction.plain import read_plain

    return read_plain(text), Metadata()


def _read_binary(kind: BinaryKind, data: bytes, url: str | None, wanted: str) -> tuple[list[Draft], Metadata]:
    """Read a document by its kind; each reader is loaded only when it is needed."""
    match kind:
        case "pdf":
            from articles.extraction.pdf import read_pdf

            return read_pdf(data)
        case "docx":
            from articles.extraction.docx import read_docx

            return read_docx(data)
        case "odt":
            from articles.extraction.odt import read_odt

            return read_odt(data)
        case "epub":
            from articles.extraction.epub import read_epub

            return read_epub(data, wanted)
        case "rtf":
            from articles.extraction.rtf import read_rtf

            return read_rtf(data)
        case "mail":
            from articles.extraction.mail import read_mail

            return read_mail(data, url)


def _with_cautions(found: Extracted, cautions: tuple[Caution, ...]) -> Extracted:
    from dataclasses import replace

    return replace(found, warnings=(*cautions, *found.warnings)) if cautions else found


def _too_large(most: int) -> ExtractionError:
    return ExtractionError(
        "too_large",
        f"This is larger than {most // 1024 // 1024} MB. Paste the article's text alone.",
    )


def _empty() -> ExtractionError:
    return ExtractionError("empty", "There is no text in this. Paste the article's text instead.")
