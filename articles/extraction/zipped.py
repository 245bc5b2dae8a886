"""Open a zip archive that somebody else made, with every claim in it checked.

Nothing is ever written to disk; a name that leads out of the archive is refused all the same, for no
honest program writes one. Sizes are what the archive claims and, while reading, what comes out.
"""

from __future__ import annotations

import io
import re
import stat
import zipfile
import zlib

from articles.extraction.document import ExtractionError, damaged, too_complex

MAX_ENTRIES = 5_000
MAX_UNPACKED = 100 * 1024 * 1024
MAX_PART = 40 * 1024 * 1024
MAX_RATIO = 200  # of parts that come to more than a megabyte
MAX_NAME = 500

_LOCAL_HEADER = 30
_MEGABYTE = 1024 * 1024
_LEADS_OUT = re.compile(
    r"\A[/\\]|\A[A-Za-z]:|(?:\A|[/\\])\.\.(?:[/\\]|\Z)|[\x00-\x1f]|\\"
    r"|(?:\A|/)(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|/|\Z)",
    re.IGNORECASE,
)
_ARCHIVES = (b"PK\x03\x04", b"PK\x05\x06", b"\x1f\x8b", b"BZh", b"\xfd7zXZ", b"7z\xbc\xaf", b"Rar!")
# Workbooks behind charts and the like: office programs put them there, and we never open them.
_EMBEDDED = re.compile(r"\w+/embeddings/[^/]+\.(?:xls|doc|ppt|sld)[xmb]", re.IGNORECASE)
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, ValueError)


class Archive:
    """An archive in memory whose table of contents is in order."""

    def __init__(self, data: bytes) -> None:
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
            entries = self._zip.infolist()
        except _BROKEN as problem:
            raise damaged("it is a damaged archive") from problem
        self._unpacked = 0
        _check_entries(entries)
        for entry in entries:
            self._check_nested(entry)

    def __contains__(self, name: str) -> bool:
        return name in self._zip.NameToInfo

    @property
    def names(self) -> list[str]:
        return self._zip.namelist()

    def read(self, name: str) -> bytes:
        """Return the bytes of a part, counted as they come out.

        Raises:
            ExtractionError: `too_large_unpacked`, or `damaged` where it is missing or not what was claimed.
        """
        entry = self._zip.NameToInfo.get(name)
        if entry is None:
            raise damaged(f"its part {name[:60]} is missing")
        if entry.file_size > MAX_PART:
            raise _too_large_unpacked()
        content = self._unpacked_of(entry, MAX_PART + 1)
        self._unpacked += len(content)
        if len(content) > MAX_PART or self._unpacked > MAX_UNPACKED:
            raise _too_large_unpacked()
        return content

    def _unpacked_of(self, entry: zipfile.ZipInfo, most: int) -> bytes:
        """Return the first bytes of a part; read to its end, its sum is checked as well."""
        try:
            with self._zip.open(entry) as part:
                return part.read(most)
        except _BROKEN as problem:
            raise damaged(f"its part {entry.filename[:60]} is damaged") from problem

    def _check_nested(self, entry: zipfile.ZipInfo) -> None:
        """Refuse archives inside, by their first bytes."""
        if entry.file_size < 4 or _EMBEDDED.fullmatch(entry.filename):
            return
        if self._unpacked_of(entry, 6).startswith(_ARCHIVES):
            raise too_complex("it holds another archive")


def _check_entries(entries: list[zipfile.ZipInfo]) -> None:
    if len(entries) > MAX_ENTRIES:
        raise _too_large_unpacked()
    if sum(entry.file_size for entry in entries) > MAX_UNPACKED:
        raise _too_large_unpacked()
    if len({entry.filename for entry in entries}) != len(entries):
        raise damaged("it has two parts of one name")
    end = 0
    for entry in sorted(entries, key=lambda entry: entry.header_offset):
        _check_entry(entry)
        if entry.header_offset < end:
            raise damaged("its parts overlap")
        end = entry.header_offset + _LOCAL_HEADER + len(entry.filename) + entry.compress_size


def _check_entry(entry: zipfile.ZipInfo) -> None:
    if entry.flag_bits & 1:
        raise encrypted()
    if len(entry.orig_filename) > MAX_NAME or _LEADS_OUT.search(entry.orig_filename):
        raise damaged("a part of it has a name that leads elsewhere")
    if stat.S_ISLNK(entry.external_attr >> 16):
        raise damaged("a part of it is a link")
    if entry.file_size > _MEGABYTE and entry.file_size > MAX_RATIO * max(entry.compress_size, 1):
        raise _too_large_unpacked()


def encrypted() -> ExtractionError:
    """Make the refusal of what needs a password."""
    return ExtractionError(
        "encrypted", "This file is protected by a password. Save it without one, or paste the article's text."
    )


def _too_large_unpacked() -> ExtractionError:
    return ExtractionError(
        "too_large_unpacked",
        "Unpacked, this file is larger than any article, or packed as no program packs. Paste the article's"
        " text.",
    )
