"""Read one chapter of an e-book: the one that was asked for by name, else the longest."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass
from urllib.parse import unquote

from articles.extraction.canonical import one_line, size
from articles.extraction.dates import from_stamp
from articles.extraction.document import Caution, Draft, ExtractionError, Metadata, damaged
from articles.extraction.html_reader import read_marked_up
from articles.extraction.language import well_formed
from articles.extraction.phrases import plain_key
from articles.extraction.sniff import decode
from articles.extraction.xml_parts import parse_xml
from articles.extraction.zipped import Archive, encrypted

_CONTAINER = "META-INF/container.xml"
_MAX_CHAPTERS = 1_000
_OPF = "{http://www.idpf.org/2007/opf}"
_DC = "{http://purl.org/dc/elements/1.1/}"
_ROOTFILE = "{urn:oasis:names:tc:opendocument:xmlns:container}rootfile"
_PAGES = frozenset({"application/xhtml+xml", "text/html"})


@dataclass(frozen=True, slots=True)
class _Chapter:
    drafts: list[Draft]

    @property
    def name(self) -> str:
        return next((draft.text for draft in self.drafts if draft.kind == "heading"), "")

    @property
    def weight(self) -> int:
        return sum(size(draft.text) for draft in self.drafts)


def read_epub(data: bytes, wanted: str) -> tuple[list[Draft], Metadata]:
    """Return the blocks of a chapter, and what the book says about itself.

    Args:
        data: The book.
        wanted: The headline of a chapter, or the beginning of it; nothing for the longest.

    Raises:
        ExtractionError: see `zipped` and `xml_parts`; `encrypted` for a book with copy protection.
    """
    archive = Archive(data)
    package_at = _package(archive)
    package = parse_xml(archive.read(package_at))
    chapters = _chapters(archive, package, package_at)
    if not chapters:
        raise ExtractionError("empty", "There is no text in this book.")
    chosen = _chosen(chapters, one_line(wanted))
    metadata = _properties(package)
    if len(chapters) > 1:
        metadata.cautions.append(
            Caution(
                "one_chapter",
                f"The book has {len(chapters)} parts; this is “{chosen.name or chosen.drafts[0].text[:60]}”."
                " For another one import the book again, with the chapter's title as headline.",
            )
        )
    metadata.title = chosen.name or metadata.title
    return chosen.drafts, metadata


def _package(archive: Archive) -> str:
    if "META-INF/rights.xml" in archive or (
        "META-INF/encryption.xml" in archive and b"EncryptedKey" in archive.read("META-INF/encryption.xml")
    ):
        raise encrypted()
    root = parse_xml(archive.read(_CONTAINER)).find(f".//{_ROOTFILE}")
    if root is None:
        raise damaged("it does not say where the book begins")
    return unquote(str(root.get("full-path") or ""))


def _chapters(archive: Archive, package: object, package_at: str) -> list[_Chapter]:
    """Return the parts of the book that have text, in reading order."""
    items = {
        item.get("id"): item
        for item in package.iter(f"{_OPF}item")  # type: ignore[attr-defined]
        if item.get("media-type") in _PAGES and "nav" not in (item.get("properties") or "").split()
    }
    found: list[_Chapter] = []
    folder = posixpath.dirname(package_at)
    spine = [reference.get("idref") for reference in package.iter(f"{_OPF}itemref")]  # type: ignore[attr-defined]
    for identity in list(dict.fromkeys(spine))[:_MAX_CHAPTERS]:
        if identity not in items:
            continue
        name = posixpath.normpath(posixpath.join(folder, unquote(items[identity].get("href") or "")))
        if name in archive:
            drafts = _read(archive.read(name))
            if drafts:
                found.append(_Chapter(drafts))
    return found


def _read(page: bytes) -> list[Draft]:
    try:
        return read_marked_up(decode(page, "application/xhtml+xml").text) if page.strip() else []
    except ExtractionError as problem:
        if problem.code == "empty":
            return []
        raise


def _chosen(chapters: list[_Chapter], wanted: str) -> _Chapter:
    key = plain_key(wanted)
    if key:
        for chapter in chapters:
            if plain_key(chapter.name) == key:
                return chapter
        for chapter in chapters:
            if plain_key(chapter.name).startswith(key):
                return chapter
    return max(chapters, key=lambda chapter: chapter.weight)


def _properties(package: object) -> Metadata:
    def said(name: str) -> list[str]:
        return [one_line("".join(found.itertext())) for found in package.iter(f"{_DC}{name}")]  # type: ignore[attr-defined]

    dates = filter(None, map(from_stamp, said("date")))
    return Metadata(
        title=next(iter(said("title")), ""),
        byline=", ".join(dict.fromkeys(filter(None, said("creator")))),
        outlet_name=next(iter(said("publisher")), ""),
        language=well_formed(next(iter(said("language")), "")),
        published_at=next(dates, None),
    )
