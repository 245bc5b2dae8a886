"""Read a Word document: mammoth makes HTML of it, which is read as any HTML that is all article."""

from __future__ import annotations

import io
import re
import zipfile

from articles.extraction.canonical import one_line
from articles.extraction.dates import from_stamp
from articles.extraction.document import Draft, Metadata, damaged
from articles.extraction.html_reader import read_marked_up
from articles.extraction.language import well_formed
from articles.extraction.properties import file_author, file_title, without_head
from articles.extraction.xml_parts import parse_xml, vetted
from articles.extraction.zipped import Archive

_STYLES = """
p[style-name='Title'] => h1:fresh
p[style-name='Subtitle'] => p:fresh
p[style-name='Quote'] => blockquote > p:fresh
p[style-name='Intense Quote'] => blockquote > p:fresh
p[style-name='Quotations'] => blockquote > p:fresh
p[style-name='Block Text'] => blockquote > p:fresh
p[style-name='caption'] => figcaption:fresh
p[style-name='Caption'] => figcaption:fresh
comment-reference =>
"""
_PARTS = re.compile(r"(?:\[Content_Types\]\.xml|_rels/\.rels|word/(?:_rels/)?[\w-]+\.xml(?:\.rels)?)")
_UNREAD = re.compile(r"word/(?:theme|settings|webSettings|fontTable|comments|header|footer|people)\w*\.xml")
_NAMES = {
    "dc": "http://purl.org/dc/elements/1.1/",
    "dcterms": "http://purl.org/dc/terms/",
    "cp": "http://schemas.openxmlformats.org/package/2006/metadata/core-properties",
}


def read_docx(data: bytes) -> tuple[list[Draft], Metadata]:
    """Return the blocks of a Word document and its properties.

    Deleted text, comments, page headers and pictures are left out; footnotes come last.

    Raises:
        ExtractionError: see `zipped`, `xml_parts` and `html_limits`.
    """
    archive = Archive(data)
    metadata = _properties(archive)
    return without_head(read_marked_up(_html(archive)), metadata), metadata


def _html(archive: Archive) -> str:
    import mammoth  # a tenth of a second to load

    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w") as packed:  # mammoth sees what has been checked, and nothing else
        for name in archive.names:
            if _PARTS.fullmatch(name) and not _UNREAD.fullmatch(name):
                packed.writestr(name, vetted(archive.read(name)))
    try:
        result = mammoth.convert_to_html(
            kept,
            style_map=_STYLES,
            include_embedded_style_map=False,
            convert_image=lambda image: [],
            external_file_access=False,
        )
    except (KeyError, ValueError, AttributeError, IndexError, TypeError, OSError, SyntaxError) as problem:
        raise damaged("it is no Word document that holds together") from problem
    except Exception as problem:
        if type(problem).__module__.startswith("xml."):
            raise damaged("a part of it is not well-formed") from problem
        raise
    return str(result.value)


def _properties(archive: Archive) -> Metadata:
    metadata = Metadata()
    if "docProps/core.xml" in archive:
        core = parse_xml(archive.read("docProps/core.xml"))

        def said(path: str) -> str:
            return one_line(core.findtext(path, "", _NAMES) or "")

        metadata.title = file_title(said("dc:title"))
        metadata.byline = file_author(said("dc:creator"))
        metadata.made_at = from_stamp(said("dcterms:modified")) or from_stamp(said("dcterms:created"))
        metadata.language = well_formed(said("dc:language"))
    return metadata
