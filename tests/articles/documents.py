"""Documents made by hand: honest ones as small as they go, and ones that are out for harm."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Iterable, Sequence
from pathlib import Path

FILES = Path(__file__).parent / "files"
WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
PROSE = "The council met on Monday to discuss the bridge, and the ferry too, and agreed on nothing."


def zipped(parts: dict[str, bytes | str], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", compression) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return packed.getvalue()


# --- Word, OpenDocument, e-books -----------------------------------------------------------------


def docx_parts(body: str = "", *, before: str = "") -> dict[str, bytes | str]:
    package = "http://schemas.openxmlformats.org/package/2006"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"
    main = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
    body = body or f"<w:p><w:r><w:t>{PROSE}</w:t></w:r></w:p>"
    return {
        "[Content_Types].xml": f'<Types xmlns="{package}/content-types"><Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/word/document.xml" ContentType="{main}"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{package}/relationships"><Relationship Id="r1" Type="{office}" Target="word/document.xml"/></Relationships>',
        "word/document.xml": f'<?xml version="1.0" encoding="UTF-8"?>{before}<w:document xmlns:w="{WORD}"><w:body>{body}</w:body></w:document>',
    }


def docx(body: str = "", *, before: str = "", **more: bytes | str) -> bytes:
    return zipped(docx_parts(body, before=before) | more)


def odt_parts(body: str, *, before: str = "") -> dict[str, bytes | str]:
    oasis = "urn:oasis:names:tc:opendocument:xmlns"
    return {
        "mimetype": "application/vnd.oasis.opendocument.text",
        "content.xml": f'<?xml version="1.0" encoding="UTF-8"?>{before}<o:document-content xmlns:o="{oasis}:office:1.0"'
        f' xmlns:t="{oasis}:text:1.0"><o:body><o:text>{body}</o:text></o:body></o:document-content>',
    }


def epub(chapters: Sequence[str], *, before: str = "") -> bytes:
    items = "".join(
        f'<item id="c{n}" href="text/c%20{n}.xhtml" media-type="application/xhtml+xml"/>'
        for n in range(len(chapters))
    )
    spine = "".join(f'<itemref idref="c{n}"/>' for n in range(len(chapters)))
    parts: dict[str, bytes | str] = {
        "mimetype": "application/epub+zip",
        "META-INF/container.xml": '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container">'
        '<rootfiles><rootfile full-path="OPS/book.opf"/></rootfiles></container>',
        "OPS/book.opf": f'{before}<package xmlns="http://www.idpf.org/2007/opf" xmlns:dc="http://purl.org/dc/elements/1.1/"><metadata>'
        "<dc:title>Harbour tales</dc:title><dc:creator>Mara Lind</dc:creator><dc:language>en</dc:language>"
        f"</metadata><manifest>{items}</manifest><spine>{spine}</spine></package>",
    }
    for number, chapter in enumerate(chapters):
        parts[f"OPS/text/c {number}.xhtml"] = f"<html><body>{chapter}</body></html>"
    return zipped(parts)


# --- PDF -----------------------------------------------------------------------------------------


def pdf(
    pages: Sequence[bytes],
    *,
    info: str = "",
    extra: Iterable[bytes] = (),
    root: str = "",
    filters: str = "",
    shared: bool = False,
) -> bytes:
    """Return a PDF whose pages have these streams of drawing; fonts F1 (Helvetica) and F2 (bold)."""
    font = "<</Type/Font/Subtype/Type1/Encoding/WinAnsiEncoding/BaseFont/Helvetica"
    objects: list[bytes] = [
        f"<</Type/Catalog/Pages 2 0 R{root}>>".encode(),
        b"",
        f"{font}>>".encode(),
        f"{font}-Bold>>".encode(),
        f"<<{info}>>".encode(),
    ]
    kids = []
    streams = [pages[0]] if shared else pages
    first = len(objects) + 1
    objects.extend(
        b"<</Length %d%s>>stream\n%s\nendstream" % (len(content), filters.encode(), content)
        for content in streams
    )
    for number in range(len(pages)):
        at = first if shared else first + number
        objects.append(
            f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents {at} 0 R"
            "/Resources<</Font<</F1 3 0 R/F2 4 0 R>>>>>>".encode()
        )
        kids.append(f"{len(objects)} 0 R")
    objects[1] = f"<</Type/Pages/Count {len(pages)}/Kids[{' '.join(kids)}]>>".encode()
    objects.extend(extra)
    out = io.BytesIO(b"%PDF-1.7\n")
    out.seek(0, io.SEEK_END)
    places = []
    for number, content in enumerate(objects, start=1):
        places.append(out.tell())
        out.write(b"%d 0 obj\n%s\nendobj\n" % (number, content))
    table = out.tell()
    out.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1))
    out.write(b"".join(b"%010d 00000 n \n" % place for place in places))
    out.write(
        b"trailer<</Size %d/Root 1 0 R/Info 5 0 R>>\nstartxref\n%d\n%%%%EOF" % (len(objects) + 1, table)
    )
    return out.getvalue()


def at(x: float, y: float, text: str, *, size: float = 10, font: str = "F1", more: str = "") -> str:
    """Draw a line of text."""
    escaped = text.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")
    return f"BT {more} /{font} {size} Tf {x} {y} Td ({escaped}) Tj ET\n"


def drawn(*marks: str) -> bytes:
    return "".join(marks).encode("cp1252")


def lines(x: float, y: float, texts: Iterable[str], *, leading: float = 12, size: float = 10) -> str:
    return "".join(at(x, y - number * leading, text, size=size) for number, text in enumerate(texts))


def flated(content: bytes, times: int = 1) -> bytes:
    for _ in range(times):
        content = zlib.compress(content, 9)
    return content


# --- Bombs ---------------------------------------------------------------------------------------


def lying_zip(name: str = "word/document.xml", real: int = 200 << 20) -> bytes:
    """Say in the table of contents that a part is small, and pack a large one."""
    data = bytearray(zipped({**docx_parts(), name: b"\0" * real}))
    packed = bytes(data)
    place = packed.rindex(b"PK\x01\x02" + packed[packed.rindex(b"PK\x01\x02") + 4 :][:0])
    while packed[place + 46 : place + 46 + len(name)] != name.encode():
        place = packed.rindex(b"PK\x01\x02", 0, place)
    struct.pack_into("<I", data, place + 24, 1000)
    return bytes(data)


def overlapping_zip(copies: int = 50) -> bytes:
    """Point all entries of the table of contents at the same packed bytes."""
    data = zipped({"a" * 10: b"\0" * (1 << 20)})
    table = data.rindex(b"PK\x01\x02")
    entry = data[table : data.rindex(b"PK\x05\x06")]
    entries = b"".join(entry.replace(b"a" * 10, f"{number:010}".encode()) for number in range(copies))
    end = struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, copies, copies, len(entries), table, 0)
    return data[:table] + entries + end


def nested_zip(depth: int = 6) -> bytes:
    inner = zipped({"zeros": b"\0" * (8 << 20)})
    for _ in range(depth):
        inner = zipped({f"{number}.zip": inner for number in range(10)})
    return inner
