"""Which kind of document the bytes are, by their content; what we cannot read is named and refused."""

from __future__ import annotations

import re
from typing import Literal

from articles.extraction.document import ExtractionError

BinaryKind = Literal["pdf", "docx", "odt", "epub", "rtf", "mail"]

PASTE = "Open it and paste its text instead."
PROGRAM = "a program"

# (bytes at the start, what it is). Checked before anything is decoded.
_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"\x89PNG\r\n", "a picture (PNG)"),
    (b"\xff\xd8\xff", "a picture (JPEG)"),
    (b"GIF87a", "a picture (GIF)"),
    (b"GIF89a", "a picture (GIF)"),
    (b"II*\x00", "a picture (TIFF)"),
    (b"MM\x00*", "a picture (TIFF)"),
    (b"\x00\x00\x01\x00", "a picture (icon)"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Office document (.doc, .xls, .ppt), or an encrypted one"),
    (b"%!PS", "a PostScript file"),
    (b"\x1f\x8b", "a compressed archive (gzip)"),
    (b"BZh", "a compressed archive (bzip2)"),
    (b"\xfd7zXZ\x00", "a compressed archive (xz)"),
    (b"7z\xbc\xaf\x27\x1c", "a compressed archive (7z)"),
    (b"\x28\xb5\x2f\xfd", "a compressed archive (zstd)"),
    (b"Rar!\x1a\x07", "a compressed archive (RAR)"),
    (b"ID3", "a sound file (MP3)"),
    (b"OggS", "a sound or video file (Ogg)"),
    (b"fLaC", "a sound file (FLAC)"),
    (b"\x1aE\xdf\xa3", "a video file (WebM, Matroska)"),
    (b"wOFF", "a font"),
    (b"wOF2", "a font"),
    (b"\x7fELF", PROGRAM),
    (b"MZ\x90\x00", PROGRAM),
    (b"SQLite format 3\x00", "a database"),
)
_ZIP = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
# (a part, what it is), in the order in which they are looked for.
_PACKED: tuple[tuple[str, BinaryKind | None, str], ...] = (
    ("word/vbaProject.bin", None, "a Word document with macros (.docm)"),
    ("word/document.xml", "docx", ""),
    ("xl/workbook.xml", None, "an Excel workbook (.xlsx)"),
    ("ppt/presentation.xml", None, "a PowerPoint file (.pptx)"),
)
_TYPED: dict[bytes, BinaryKind] = {
    b"application/vnd.oasis.opendocument.text": "odt",
    b"application/vnd.oasis.opendocument.text-template": "odt",
    b"application/epub+zip": "epub",
}
_MAIL = re.compile(rb"(?:From [^\n]*\n)?(?:[A-Z][A-Za-z0-9-]+:[^\n]*\n(?:[ \t][^\n]*\n)*+)++", re.IGNORECASE)
_MAIL_HEADER = re.compile(
    rb"^(?:MIME-Version|Received|Message-ID|Return-Path):", re.IGNORECASE | re.MULTILINE
)
_MAIL_ORIGIN = re.compile(rb"^(?:From|Date|Subject|Content-Type):", re.IGNORECASE | re.MULTILINE)


def binary_kind(data: bytes) -> BinaryKind | None:
    """Say which kind of document this is; none for what may be text.

    Raises:
        ExtractionError: `unsupported_type` for what we cannot read, `damaged` and `too_large_unpacked` for
            archives.
    """
    if b"%PDF-" in data[:1024]:
        return "pdf"
    if data.startswith(_ZIP):
        return _packed(data)
    if data[:16].lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"{\\rtf"):
        return "rtf"
    if what := _what_else(data):
        raise _unsupported(what)
    return "mail" if _is_mail(data[:100_000].replace(b"\r\n", b"\n").lstrip()) else None


def _packed(data: bytes) -> BinaryKind:
    from articles.extraction.zipped import Archive  # only where there is one

    archive = Archive(data)
    for part, kind, what in _PACKED:
        if part in archive:
            if kind is None:
                raise _unsupported(what)
            return kind
    media = archive.read("mimetype").strip() if "mimetype" in archive else b""
    if media in _TYPED:
        return _TYPED[media]
    if media.startswith(b"application/vnd.oasis.opendocument"):
        raise _unsupported("an OpenDocument spreadsheet, drawing or presentation")
    raise _unsupported("a zip archive")


def _what_else(data: bytes) -> str | None:
    """Name what the bytes are when they are neither text nor a document of ours, else nothing."""
    for magic, name in _MAGIC:
        if data.startswith(magic):
            return name
    if data[4:8] == b"ftyp":
        return "a picture or video (MP4, HEIC, AVIF)"
    if data[:4] == b"RIFF" and data[8:12] in {b"WEBP", b"WAVE", b"AVI "}:
        return "a picture, sound or video file"
    return "a tape archive (tar)" if data[257:262] == b"ustar" else None


def _is_mail(head: bytes) -> bool:
    headers = _MAIL.match(head)
    return bool(headers and _MAIL_HEADER.search(headers[0]) and _MAIL_ORIGIN.search(headers[0]))


def _unsupported(what: str) -> ExtractionError:
    if what == PROGRAM:
        return ExtractionError(
            "unsupported_type", "This is a program and no document. Do not open it; ask whoever sent it."
        )
    return ExtractionError("unsupported_type", f"This is {what}, which we cannot read yet. {PASTE}")
