"""Read the XML inside documents: UTF-8, no entities of its own, nothing from outside."""

from __future__ import annotations

import re

from lxml import etree

from articles.extraction.document import damaged, too_complex

MAX_MARKS = 1_000_000  # "<": about two for each element

_DECLARED = re.compile(
    rb"\A(?:\xef\xbb\xbf)?\s*<\?xml[^>]*?\bencoding\s*=\s*[\"']([^\"']*)[\"']", re.IGNORECASE
)
_SAME = frozenset({b"utf-8", b"utf8", b"us-ascii", b"ascii"})


def vetted(data: bytes) -> bytes:
    """Return the bytes of an XML part if any parser may see them.

    Raises:
        ExtractionError: `damaged` where it is not UTF-8, `too_complex` for entities and sheer number.
    """
    declared = _DECLARED.match(data)
    if declared and declared[1].strip().lower() not in _SAME:
        raise damaged("a part of it is in an encoding that such files do not use")
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as problem:
        raise damaged("a part of it is no text") from problem
    if b"\x00" in data:
        raise damaged("a part of it is no text")
    if b"<!ENTITY" in data or re.search(rb"<!DOCTYPE[^>]{0,2000}\[", data):
        raise too_complex("it defines entities of its own")
    if data.count(b"<") > MAX_MARKS:
        raise too_complex("it has more parts than any article")
    return data


def parse_xml(data: bytes) -> etree._Element:
    """Return the root of an XML part.

    Raises:
        ExtractionError: as `vetted`, and `damaged` where it is not well-formed.
    """
    parser = etree.XMLParser(
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        remove_comments=True,
        remove_pis=True,
        huge_tree=True,  # its limits lose text without a word; ours have been checked
    )
    try:
        return etree.fromstring(vetted(data), parser)
    except (etree.XMLSyntaxError, ValueError) as problem:
        raise damaged("a part of it is not well-formed") from problem
