"""Documents that are out for harm end in a sentence, in ten seconds, with the desk alive (SECURITY, P)."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from articles import cage
from articles.extraction import Extracted, ExtractionError, Known, extract
from articles.extraction.zipped import Archive
from tests.articles import documents as make
from tests.articles.documents import FILES, PROSE, at, drawn, flated, pdf
from tests.articles.test_cage import linux

CANARY = Path("/etc/hostname").read_text().strip()
REFUSALS = {
    "too_large",
    "too_large_unpacked",
    "too_complex",
    "damaged",
    "unsupported_type",
    "encrypted",
    "empty",
    "no_text",
    "not_text",
}


def ended(data: bytes, **more: Any) -> ExtractionError | Extracted:
    """Read it in the cage; whatever comes of it comes in time, and the next one is read."""
    began = time.monotonic()
    try:
        found: ExtractionError | Extracted = cage.extract(data, **more)
    except ExtractionError as refusal:
        found = refusal
    assert time.monotonic() - began < 15  # ten, and what a busy machine adds
    return found


def refused(data: bytes, **more: Any) -> str:
    found = ended(data, **more)
    assert isinstance(found, ExtractionError), found.text[:200]
    assert found.code in REFUSALS or found.transient
    assert "paste" in found.detail.lower() or "again" in found.detail
    return found.code


@pytest.fixture(autouse=True)
def _the_desk_lives() -> Iterator[None]:
    cage.from_text(PROSE, known=Known())  # the keeper is there, so that no test counts its start
    yield
    assert cage.from_text(PROSE, known=Known()).text == PROSE


# --- P1, P2: archives ----------------------------------------------------------------------------


@pytest.mark.case("P1")
class TestArchives:
    def test_a_part_that_is_packed_a_thousandfold(self) -> None:
        assert refused(make.docx(**{"word/document.xml": b" " * (60 << 20)})) == "too_large_unpacked"

    def test_sizes_that_lie(self) -> None:
        assert refused(make.lying_zip(real=20 << 20)) in {"damaged", "too_large_unpacked"}

    def test_entries_that_overlap(self) -> None:
        found = ended(make.overlapping_zip())
        assert isinstance(found, ExtractionError)
        assert "its parts overlap" in found.detail

    def test_archives_in_archives(self) -> None:
        assert refused(make.nested_zip()) == "too_complex"
        assert refused(make.docx(**{"word/embeddings/inner.zip": make.nested_zip(2)})) == "too_complex"
        assert refused(make.docx(**{"word/document.xml": make.nested_zip(2)})) == "too_complex"

    def test_a_workbook_behind_a_chart_is_no_harm(self) -> None:
        found = ended(make.docx(**{"word/embeddings/Sheet1.xlsx": make.zipped({"xl/workbook.xml": "<a/>"})}))
        assert isinstance(found, Extracted)
        assert found.text == PROSE

    def test_a_hundred_thousand_entries(self) -> None:
        parts: dict[str, bytes | str] = {f"word/{number}": "" for number in range(100_000)}
        assert refused(make.zipped(make.docx_parts() | parts, compression=0)) == "too_large_unpacked"

    def test_cut_anywhere(self) -> None:
        whole = (FILES / "ferry.docx").read_bytes()
        for tenth in range(1, 10):
            assert refused(whole[: len(whole) * tenth // 10]) in {"damaged", "unsupported_type"}


@pytest.mark.case("P2")
@pytest.mark.parametrize(
    "name",
    [
        "../../x",
        "/etc/x",
        "word/../../x",
        "C:/x",
        "..\\x",
        "word\\..\\x",
        "CON",
        "word/aux.xml",
        "x" * 4000,
        "a\x01b",
    ],
)
def test_names_that_lead_out(name: str) -> None:
    assert refused(make.zipped(make.docx_parts() | {name: "x"})) == "damaged"


@pytest.mark.case("P2")
def test_links_in_archives() -> None:
    import io
    import zipfile

    packed = io.BytesIO(make.docx())
    with zipfile.ZipFile(packed, "a") as archive:
        link = zipfile.ZipInfo("word/styles.xml")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
    assert refused(packed.getvalue()) == "damaged"
    with pytest.raises(ExtractionError, match="damaged archive"):
        Archive(b"PK\x03\x04" + b"x" * 100)


# --- P3: XML -------------------------------------------------------------------------------------

LAUGHS = (
    "<!DOCTYPE x [<!ENTITY a 'ha'>"
    + "".join(f"<!ENTITY {chr(98 + n)} '{f'&{chr(97 + n)};' * 10}'>" for n in range(12))
    + "]>"
)
ENTITIES = {
    "billion laughs": (LAUGHS, "&m;"),
    "quadratic": (f"<!DOCTYPE x [<!ENTITY a '{'a' * 50_000}'>]>", "&a;" * 5_000),
    "file": ("<!DOCTYPE x [<!ENTITY a SYSTEM 'file:///etc/hostname'>]>", "&a;"),
    "address": ("<!DOCTYPE x [<!ENTITY a SYSTEM 'http://127.0.0.1:9/x'>]>", "&a;"),
    "parameter": ("<!DOCTYPE x [<!ENTITY % a SYSTEM 'file:///etc/hostname'> %a;]>", ""),
    "DTD": ("<!DOCTYPE x SYSTEM 'http://127.0.0.1:9/x.dtd'>", "&a;"),
}


@pytest.mark.case("P3", "S21")
@pytest.mark.parametrize("what", ENTITIES)
@pytest.mark.parametrize("kind", ["docx", "odt", "epub"])
def test_entities_are_refused_or_inert(what: str, kind: str) -> None:
    before, used = ENTITIES[what]
    if kind == "docx":
        data = make.docx(f"<w:p><w:r><w:t>{PROSE} {used}</w:t></w:r></w:p>", before=before)
    elif kind == "odt":
        data = make.zipped(make.odt_parts(f"<t:p>{PROSE} {used}</t:p>", before=before))
    else:
        data = make.epub([f"<p>{PROSE}</p>"], before=before)
    found = ended(data)
    if isinstance(found, Extracted):
        assert CANARY not in found.text
        assert len(found.text) < 2 * len(PROSE)
    else:
        assert found.code in {"too_complex", "damaged"}


@pytest.mark.case("P3")
@pytest.mark.parametrize("encoding", ["utf-16", "utf-7", "utf-32"])
def test_other_encodings_hide_nothing(encoding: str) -> None:
    text = str(
        make.docx_parts("<w:p><w:r><w:t>&a;</w:t></w:r></w:p>", before=ENTITIES["file"][0])[
            "word/document.xml"
        ]
    )
    hidden = text.replace("UTF-8", encoding.upper()).encode(encoding)
    assert refused(make.docx(**{"word/document.xml": hidden})) == "damaged"


@pytest.mark.case("P3", "S21")
def test_nothing_is_included_nor_fetched() -> None:
    odd = '<w:p><w:r><w:t>Before.</w:t></w:r></w:p><xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="/etc/hostname" parse="text"/>'
    found = ended(make.docx(odd))
    assert isinstance(found, Extracted)
    assert found.text == "Before."
    external = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r9"'
        ' Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/image" Target="file:///etc/hostname"'
        ' TargetMode="External"/></Relationships>'
    )
    picture = (
        f'<w:p><w:r><w:t>{PROSE}</w:t><w:drawing><a:blip xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
        ' xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" r:link="r9"/></w:drawing></w:r></w:p>'
    )
    found = ended(make.docx(picture, **{"word/_rels/document.xml.rels": external}))
    assert isinstance(found, Extracted)
    assert found.text == PROSE


@pytest.mark.case("P4")
@pytest.mark.parametrize(
    "body",
    [
        "<w:p/>" * 2_000_000,
        "<w:p><w:r><w:t>a</w:t></w:r></w:p>" * 150_000,
        "<w:p>" + "<w:r><w:t>a</w:t></w:r>" * 1_000_000 + "</w:p>",
        "<w:p><w:r><w:t>" + "a" * (39 << 20) + "</w:t></w:r></w:p>",
        "<w:tbl><w:tr><w:tc>" * 3_000 + "</w:tc></w:tr></w:tbl>" * 3_000,
    ],
    ids=["2M paragraphs", "150k paragraphs", "1M runs", "39 MB of text", "3,000 tables inside each other"],
)
def test_word_documents_too_large_to_read(body: str) -> None:
    assert refused(make.docx(body)) in {"too_large_unpacked", "too_complex", "damaged", "empty", "busy"}


@pytest.mark.case("P4")
def test_open_documents_too_deep_or_long() -> None:
    assert refused(make.zipped(make.odt_parts("<t:section>" * 100_000 + "</t:section>" * 100_000))) in {
        "too_large_unpacked",
        "too_complex",
        "damaged",
    }
    assert refused(make.zipped(make.odt_parts("<t:p>a</t:p>" * 300_000))) in {
        "too_large_unpacked",
        "too_complex",
        "busy",
    }
    spaces = ended(make.zipped(make.odt_parts(f'<t:p>{PROSE}<t:s t:c="999999999"/>x</t:p>')))
    assert isinstance(spaces, Extracted)
    assert spaces.text == f"{PROSE} x"


# --- P5, P6: PDF ---------------------------------------------------------------------------------

OPS = b"BT /F1 10 Tf 50 700 Td " + b"(a) Tj " * 8_000_000 + b"ET"


@pytest.mark.case("P5")
@pytest.mark.parametrize(
    "data",
    [
        pytest.param(lambda: pdf([flated(OPS)], filters="/Filter/FlateDecode"), id="56 MB of drawing in 80 KB"),
        pytest.param(
            lambda: pdf([flated(bytes(400 << 20), 2)], filters="/Filter[/FlateDecode/FlateDecode]"), id="400 MB, packed twice"
        ),
        pytest.param(lambda: pdf([drawn(at(50, 700, PROSE))] * 3_000, shared=True), id="3,000 pages"),
        pytest.param(lambda: pdf([flated(OPS[:7_000_000])] * 400, filters="/Filter/FlateDecode", shared=True), id="400 pages of one stream"),
        pytest.param(lambda: pdf([b""]).replace(b"/Kids[7 0 R]", b"/Kids[2 0 R]"), id="pages that hold themselves"),
        pytest.param(lambda: b"%PDF-1.7\n" + b"1 0 obj\n<</Type/Catalog>>\nendobj\n" * 20_000, id="no table"),
        pytest.param(lambda: pdf([b""], extra=[b"null"] * 200_000), id="200,000 objects"),
        pytest.param(lambda: pdf([b""]).replace(b"startxref\n", b"startxref\n9"), id="a table that is elsewhere"),
        pytest.param(lambda: pdf([drawn(*(at(50, 790 - n, f"{n:05}" * 20) for n in range(780)))]), id="70,000 letters on a page"),
        pytest.param(lambda: pdf([b"q " * 3_000_000]), id="states inside each other"),
        pytest.param(lambda: pdf([b"[" * 1_000_000]), id="arrays inside each other"),
    ],
)  # fmt: skip
def test_pdfs_that_are_out_for_harm(data: Any) -> None:
    assert refused(data()) in REFUSALS | {"busy"}


@pytest.mark.case("P5")
def test_a_pdf_runs_nothing() -> None:
    actions = "/OpenAction<</S/JavaScript/JS(app.alert(1))>>/AA<</O<</S/Launch/F(/bin/true)>>>>"
    found = ended(pdf([drawn(at(50, 700, PROSE))], root=actions))
    assert isinstance(found, Extracted)
    assert found.text == PROSE


@pytest.mark.case("P6")
@pytest.mark.parametrize("name", ["columns.pdf", "hearing.pdf"])
def test_pdfs_that_are_cut_or_bitten_break_no_worker(name: str) -> None:
    whole = (FILES / name).read_bytes()
    dice = random.Random(6)
    for cut in [len(whole) * tenth // 10 for tenth in range(10)] + dice.sample(range(len(whole)), 15):
        ended(whole[:cut])
    for _ in range(40):
        bitten = bytearray(whole)
        for _ in range(25):
            bitten[dice.randrange(len(bitten))] ^= 1 << dice.randrange(8)
        ended(bytes(bitten))


# --- P8 to P10: HTML, through the cage -----------------------------------------------------------


@pytest.mark.case("P8", "P9", "P10")
@pytest.mark.parametrize(
    "page",
    [
        "<div>" * 255 + PROSE + "</div>" * 255 + f"<p>{PROSE}</p>",
        "<div>" * 100_000 + PROSE,
        f"<p>{PROSE}</p><p>{'x' * 900_000}</p><p>{PROSE}</p>",
        f"<p>{PROSE}</p><p>{'x' * 4_900_000}</p><p>{PROSE}</p>",
        f"<p {' '.join(f'a{n}=1' for n in range(200_000))}>{PROSE}</p>",
        f"<p title='{'a' * 1_000_000}'>{PROSE}</p>",
        f"<p>{PROSE}</p>" + "<b>" * 1_000_000,
        f"<p>{PROSE}</p><!-- {'-' * 1_000_000}",
        f"<p>{PROSE}</p><textarea>{'<p>' * 500_000}",
        f"<p>{PROSE}</p><plaintext>{'<p>' * 50_000}",
    ],
    ids=["255 deep", "100,000 deep", "1 MB text", "5 MB text", "200,000 attributes", "1 MB attribute", "1M tags", "comment", "textarea", "plaintext"],
)  # fmt: skip
def test_pages_are_read_whole_or_refused(page: str) -> None:
    found = ended(f"<html><body>{page}</body></html>".encode(), content_type="text/html")
    if isinstance(found, Extracted):
        assert found.text.count(PROSE) == page.count(PROSE)
    else:
        assert found.code in {"too_complex", "too_large", "busy"}


def test_ten_megabytes_on_one_line_are_refused_with_the_limit() -> None:
    assert refused(b"word " * (2 << 20)) == "too_large"


# --- Mail and rich text --------------------------------------------------------------------------


@pytest.mark.case("P1")
@pytest.mark.parametrize(
    "data",
    [
        b"From: a@b.example\nMIME-Version: 1.0\n" + b"".join(
            b'Content-Type: multipart/mixed; boundary="%d"\n\n--%d\n' % (n, n) for n in range(3_000)
        ) + b"\nx",
        b'From: a@b.example\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary="x"\n' + b"\n--x\n\nx" * 200_000,
        b"From: " + b"(" * 200_000 + b"\nMIME-Version: 1.0\n\n" + PROSE.encode(),
        b"MIME-Version: 1.0\nDate: x\n" + b"X-A: b\n" * 500_000 + b"\nx",
        b"{\\rtf1 " + b"{" * 1_000_000,
        b"{\\rtf1 {\\fonttbl" + b"{\\f0 a;}" * 500_000 + b"}x}",
        b"{\\rtf1 " + b"\\par x" * 900_000 + b"}",
        b"{\\rtf1 \\bin99999999999 x}",
        b"WEBVTT\n\n" + b"00:01.000 --> 00:02.000\nx\n\n" * 180_000,
        b"WEBVTT\n\n00:01.000 --> 00:02.000\n" + b"<v " * 900_000,
        b"1\n00:00:01,000 --> 00:00:02,000\n" + b"{\\" * 900_000,
    ],
    ids=["mail deep", "mail of parts", "mail of comments", "mail of headers", "rtf deep", "rtf fonts", "rtf long", "rtf bin", "cues", "voices", "braces"],
)  # fmt: skip
def test_other_bombs_end(data: bytes) -> None:
    found = ended(data)
    assert isinstance(found, Extracted) or found.code in REFUSALS | {"busy"}


# --- P22: anything -------------------------------------------------------------------------------

SEEDS = [(FILES / name).read_bytes() for name in ("ferry.docx", "ferry.odt", "ferry.epub", "ferry.rtf", "ferry.eml", "ferry.mhtml", "hearing.srt", "hearing.vtt")]  # fmt: skip


@pytest.mark.case("P22")
@settings(
    max_examples=150,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(
    st.sampled_from(SEEDS),
    st.lists(st.tuples(st.integers(0, 60_000), st.binary(min_size=1, max_size=6)), max_size=8),
    st.integers(0, 60_000),
)
def test_documents_with_anything_in_them_are_read_or_refused(
    seed: bytes, bites: list[tuple[int, bytes]], cut: int
) -> None:
    data = bytearray(seed)
    for place, bite in bites:
        data[place % len(data) : place % len(data) + len(bite)] = bite
    code = ""
    try:
        found = extract(bytes(data[: max(1, len(data) - cut % len(data) // 3)]))
    except ExtractionError as refusal:
        code = refusal.code
    assert not code or code in REFUSALS
    if code:
        return
    assert found.text == "\n".join(found.text[block.start : block.end] for block in found.blocks)
    assert found.text.encode()


@linux
def test_the_files_of_the_tests_are_small() -> None:
    assert max(place.stat().st_size for place in FILES.iterdir()) < 60_000
