"""Read an OpenDocument text: its own XML, for the format says plainly what we need."""

from __future__ import annotations

from lxml import etree

from articles.extraction.canonical import one_line
from articles.extraction.dates import from_stamp
from articles.extraction.document import Draft, Kind, Metadata, check_count, damaged
from articles.extraction.properties import file_author, file_title, without_head
from articles.extraction.xml_parts import parse_xml
from articles.extraction.zipped import Archive, encrypted

_OASIS = "{urn:oasis:names:tc:opendocument:xmlns:"
_TEXT, _TABLE, _OFFICE = f"{_OASIS}text:1.0}}", f"{_OASIS}table:1.0}}", f"{_OASIS}office:1.0}}"
_STYLE, _DRAW = f"{_OASIS}style:1.0}}", f"{_OASIS}drawing:1.0}}"
_META = f"{_OASIS}meta:1.0}}"
_DC = "{http://purl.org/dc/elements/1.1/}"
_MOST_SPACES = 80
_UNREAD = frozenset(
    {
        f"{_OFFICE}annotation",
        f"{_OFFICE}annotation-end",
        f"{_TEXT}tracked-changes",
        f"{_TEXT}note",
        f"{_TEXT}sequence-decls",
        f"{_TEXT}variable-decls",
        f"{_TEXT}user-field-decls",
        f"{_TEXT}table-of-content",
        f"{_TEXT}alphabetical-index",
        f"{_OFFICE}forms",
        f"{_TEXT}ruby-text",
        "{urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0}title",
        "{urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0}desc",
    }
)
_QUOTES = frozenset({"Quotations", "Block Quotation", "Block Text", "Quote"})


def read_odt(data: bytes) -> tuple[list[Draft], Metadata]:
    """Return the blocks of an OpenDocument text and its properties.

    Deleted text, comments, page headers, tables of contents and pictures are left out; notes come last.

    Raises:
        ExtractionError: see `zipped` and `xml_parts`; `encrypted`.
    """
    archive = Archive(data)
    if "META-INF/manifest.xml" in archive and b"encryption-data" in archive.read("META-INF/manifest.xml"):
        raise encrypted()
    content = parse_xml(archive.read("content.xml"))
    body = content.find(f"{_OFFICE}body/{_OFFICE}text")
    if body is None:
        raise damaged("it is no OpenDocument text")
    roots = [content, *([parse_xml(archive.read("styles.xml"))] if "styles.xml" in archive else [])]
    walk = _Walk(_parents(roots), _numbered(roots))
    walk.into(body)
    metadata = _properties(archive)
    drafts = without_head(walk.drafts, metadata) + walk.notes
    check_count(len(drafts))
    return drafts, metadata


def _parents(roots: list[etree._Element]) -> dict[str, str]:
    """Return for each style the one that it is derived from: what a person chose has a name of its own."""
    return {
        str(style.get(f"{_STYLE}name")): str(style.get(f"{_STYLE}parent-style-name") or "")
        for root in roots
        for style in root.iter(f"{_STYLE}style")
    }


def _numbered(roots: list[etree._Element]) -> set[tuple[str, int]]:
    """Return the styles of lists, and the depths in them, that number their items."""
    return {
        (str(style.get(f"{_STYLE}name")), int(level.get(f"{_TEXT}level") or 1))
        for root in roots
        for style in root.iter(f"{_TEXT}list-style")
        for level in style.iter(f"{_TEXT}list-level-style-number")
        if level.get(f"{_STYLE}num-format") and (level.get(f"{_TEXT}level") or "1").isdecimal()
    }


def _properties(archive: Archive) -> Metadata:
    metadata = Metadata()
    if "meta.xml" not in archive:
        return metadata
    meta = parse_xml(archive.read("meta.xml")).find(f"{_OFFICE}meta")
    if meta is not None:

        def said(name: str) -> str:
            return one_line(meta.findtext(name) or "")

        metadata.title = file_title(said(f"{_DC}title"))
        metadata.byline = file_author(said(f"{_META}initial-creator") or said(f"{_DC}creator"))
        metadata.made_at = from_stamp(said(f"{_DC}date")) or from_stamp(said(f"{_META}creation-date"))
    return metadata


class _Walk:
    """Makes blocks of the body's children, whatever they stand in: sections, lists, tables, frames."""

    def __init__(self, parents: dict[str, str], numbered: set[tuple[str, int]]) -> None:
        self.drafts: list[Draft] = []
        self.notes: list[Draft] = []
        self._parents = parents
        self._numbered = numbered
        self._list = ""  # the style of the list that we are in
        self._mark = ""

    def into(self, element: etree._Element, kind: Kind = "paragraph", depth: int = 0) -> None:
        for child in element:
            if child.tag in _UNREAD:
                continue
            if child.tag == f"{_TEXT}h":
                level = str(child.get(f"{_TEXT}outline-level") or "1")
                self._add(child, "heading", min(int(level) if level.isdecimal() else 1, 6))
            elif child.tag == f"{_TEXT}p":
                self._paragraph(child, kind, depth)
            elif child.tag == f"{_TEXT}list":
                self._items(child, depth + 1)
            elif child.tag == f"{_TABLE}table-row":
                self._row(child)
            else:
                self.into(child, kind, depth)

    def _items(self, element: etree._Element, depth: int) -> None:
        outer, self._list = self._list, str(element.get(f"{_TEXT}style-name") or self._list)
        number = 0
        for item in element:
            if item.tag == f"{_TEXT}list-item":
                number += 1
                self._mark = f"{number}. " if (self._list, depth) in self._numbered else ""
            self.into(item, "list_item", depth)
            self._mark = ""
        self._list = outer

    def _paragraph(self, element: etree._Element, kind: Kind, depth: int) -> None:
        style = self._style(element)
        if kind == "list_item":
            self._add(element, kind, depth)
        elif "Title" in style:
            self._add(element, "heading", 1)
        elif style & _QUOTES:
            self._add(element, "quote", 0)
        elif "Caption" in style:
            self._add(element, "caption", 0)
        else:
            self._add(element, "paragraph", 0)

    def _row(self, row: etree._Element) -> None:
        cells = [
            " ".join(
                filter(None, (one_line(self._words(part)) for part in cell.iter(f"{_TEXT}p", f"{_TEXT}h")))
            )
            for cell in row.iter(f"{_TABLE}table-cell")
        ]
        self.drafts.append(Draft(" | ".join(filter(None, cells))))

    def _add(self, element: etree._Element, kind: Kind, level: int) -> None:
        frames: list[etree._Element] = []
        words = self._words(element, frames)
        for line in words.split("\x1f") if kind == "paragraph" else [words.replace("\x1f", " ")]:
            if one_line(line):
                self.drafts.append(Draft(self._mark + line, kind, level))
                self._mark = ""
        for frame in frames:  # a caption in a frame stands in the paragraph that the frame hangs on
            self.into(frame)

    def _words(self, element: etree._Element, frames: list[etree._Element] | None = None) -> str:
        """Return the words of a paragraph; a line break is U+001F."""
        words = [element.text or ""]
        for child in element:
            if child.tag == f"{_TEXT}s":
                count = str(child.get(f"{_TEXT}c") or "1")
                words.append(" " * min(int(count) if count.isdecimal() else 1, _MOST_SPACES))
            elif child.tag == f"{_TEXT}tab":
                words.append(" ")
            elif child.tag == f"{_TEXT}line-break":
                words.append("\x1f")
            elif child.tag == f"{_TEXT}note":
                self._note(child)
            elif child.tag == f"{_DRAW}frame":
                if frames is not None:
                    frames.append(child)
            elif child.tag not in _UNREAD:
                words.append(self._words(child, frames))
            words.append(child.tail or "")
        return "".join(words)

    def _note(self, note: etree._Element) -> None:
        citation = one_line(note.findtext(f"{_TEXT}note-citation") or "")
        body = note.find(f"{_TEXT}note-body")
        said = " ".join(one_line(self._words(part)) for part in body) if body is not None else ""
        self.notes.append(Draft(f"{citation} {said}"))

    def _style(self, element: etree._Element) -> set[str]:
        """Return the names of a paragraph's style and of those that it is derived from."""
        found: set[str] = set()
        name = str(element.get(f"{_TEXT}style-name") or "")
        while name and name not in found:
            found.add(name.replace("_20_", " "))
            name = self._parents.get(name, "")
        return found
