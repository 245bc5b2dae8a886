"""The annotated copy as a Word document (DOCX): the same words as the page, in a form that lawyers edit."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Sequence

from django.conf import settings
from django.utils.translation import gettext as _
from docx import Document
from docx.document import Document as Doc
from docx.enum.text import WD_UNDERLINE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Length, Mm, Pt, RGBColor
from docx.table import Table, _Cell, _Row as TableRow
from docx.text.paragraph import Paragraph
from docx.text.run import Run

from articles.passages import BlockSegments
from factcheck.templatetags.desk import direction
from reviews.annotated import Copy, Note, Row, moment

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"

# XML 1.0 has no way to write these, and an article may hold them.
_UNWRITABLE = re.compile("[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_GREY, _RED = RGBColor(0x5A, 0x55, 0x4E), RGBColor(0x9B, 0x1C, 0x1C)
_TEXT, _MARGIN = Mm(116), Mm(66)


def as_document(copy: Copy) -> bytes:
    """Return the copy as the bytes of a DOCX file."""
    document = _blank(copy)
    _head(document, copy)
    text = _grid(document, 0, [_TEXT, _MARGIN])
    for row in copy.rows:
        _row(text, row, copy)
    if copy.notes:
        _claims(document, copy.notes)
        if copy.has_evidence:
            _evidence(document, copy.notes)
        _signatures(document, copy.notes)
    else:
        document.add_paragraph(_write(_("No claims are flagged in this text.")))
    _small(document.add_paragraph(), _legend(copy))
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _blank(copy: Copy) -> Doc:
    """Return an empty document on A4 with its styles, running foot and properties."""
    document = Document()
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(14)
    section.top_margin, section.bottom_margin = Mm(16), Mm(18)
    normal = document.styles["Normal"]
    normal.font.name, normal.font.size = "Georgia", Pt(10)
    normal.paragraph_format.space_after = Pt(4)
    for name, size in (("Title", 20), ("Heading 1", 13), ("Heading 2", 11)):
        style = document.styles[name]
        style.font.name, style.font.size, style.font.color.rgb = "Georgia", Pt(size), RGBColor(0, 0, 0)
        style.element.rPr.rFonts.attrib.clear()  # the theme's font would win over the name
        style.element.rPr.rFonts.set(qn("w:ascii"), "Georgia")
        style.element.rPr.rFonts.set(qn("w:hAnsi"), "Georgia")
    for line in document.styles["Title"].element.xpath("./w:pPr/w:pBdr"):
        line.getparent().remove(line)
    properties = document.core_properties
    properties.title = _write(_("Annotated copy: {title}").format(title=copy.article.title))[:255]
    properties.author, properties.comments = _write(settings.DESK_NAME)[:255], ""
    properties.created = properties.modified = copy.made_at
    foot = section.footer.paragraphs[0]
    title = copy.article.title if len(copy.article.title) < 60 else f"{copy.article.title[:60]}…"
    words = _("{title} · revision {number} · copy of {when} · page ")
    _small(foot, words.format(title=title, number=copy.revision.number, when=moment(copy.made_at)))
    _field(foot, "PAGE")
    return document


def _head(document: Doc, copy: Copy) -> None:
    kind = document.add_paragraph()
    kind.add_run(_write(settings.DESK_NAME)).bold = True
    kind.add_run(f"   {_('Annotated copy')}   ")
    warning = kind.add_run(_("For the desk, not for publication"))
    warning.bold, warning.font.color.rgb = True, _RED
    _aligned(document.add_paragraph(style="Title"), copy).add_run(_write(copy.article.title))
    facts = _grid(document, len(copy.facts), [Mm(36), Mm(146)])
    for row, (label, value) in zip(facts.rows, copy.facts, strict=True):
        cells = row.cells
        _small(cells[0].paragraphs[0], label)
        cells[1].paragraphs[0].add_run(_write(value)).font.size = Pt(9)
    document.add_paragraph()


def _row(table: Table, row: Row, copy: Copy) -> None:
    """Add blocks of the text, and beside them the notes on the claims that begin there."""
    added = _whole(table.add_row())  # type: ignore[no-untyped-call]
    text, margin = added.cells
    for n, cut in enumerate(row.blocks):
        paragraph = text.paragraphs[0] if n == 0 else text.add_paragraph()
        _block(_aligned(paragraph, copy), cut, copy)
    for n, note in enumerate(row.notes):
        _margin_note(margin, note, is_first=n == 0)


def _block(paragraph: Paragraph, cut: BlockSegments, copy: Copy) -> None:
    """Write one block of the text: passages underlined, each followed by the number of its claim."""
    notes = copy.by_passage
    if cut.block.kind == "list_item" and not cut.is_numbered:
        paragraph.add_run("•  ")
    for segment in cut.segments:
        over = [notes[passage] for passage in segment.covers]
        run = _said(paragraph.add_run(_write(segment.text)), copy)
        run.bold = cut.block.kind == "heading"
        run.italic = cut.block.kind in {"quote", "caption"}
        if over:
            draft = all(note.is_draft for note in over)
            run.font.underline = WD_UNDERLINE.DASH if draft else WD_UNDERLINE.SINGLE
        for passage in segment.covers:
            if passage in segment.last_of:
                number = paragraph.add_run(f"[{notes[passage].number}]")
                number.bold, number.font.superscript = True, True


def _margin_note(cell: _Cell, note: Note, *, is_first: bool) -> None:
    paragraph = cell.paragraphs[0] if is_first else cell.add_paragraph()
    paragraph.paragraph_format.keep_with_next = True
    head = paragraph.add_run(f"{note.number}  {_write(note.rating_word)}")
    head.bold, head.font.size = True, Pt(9)
    statement = cell.add_paragraph().add_run(_write(note.statement))
    statement.bold, statement.font.size = True, Pt(9)
    if note.summary:
        cell.add_paragraph().add_run(_write(note.summary)).font.size = Pt(9)
    if note.judged_line:
        cell.add_paragraph().add_run(_write(note.judged_line)).font.size = Pt(9)
    _small(cell.add_paragraph(), " ".join(_behind(note)))


def _behind(note: Note) -> Iterable[str]:
    """What stands behind a claim: its evidence, its writers, its sign-off."""
    if note.evidence:
        yield _("Evidence {numbers}.").format(numbers=note.evidence_numbers)
    if note.wrote:
        yield _("Written by {names}.").format(names=note.wrote_line)
    if note.signed:
        yield _("Signed off by {names}.").format(names=note.signed_line)


def _claims(document: Doc, notes: Sequence[Note]) -> None:
    document.add_heading(_("Claims"), 1)
    heads = [_("No."), _("Statement"), _("Claimant"), _("Rating"), _("Summary"), _("Evidence")]
    rows = [
        [
            str(note.number),
            note.statement,
            note.said or "–",
            note.rating_word,
            note.summary or "–",
            note.evidence_numbers or "–",
        ]
        for note in notes
    ]
    _table(document, heads, rows, [10, 52, 32, 24, 44, 20])


def _evidence(document: Doc, notes: Sequence[Note]) -> None:
    document.add_heading(_("Evidence"), 1)
    for note in notes:
        if not note.evidence:
            continue
        document.add_heading(_write(f"{note.number}  {note.statement}"), 2)
        for piece in note.evidence:
            paragraph = document.add_paragraph()
            paragraph.paragraph_format.left_indent = Mm(10)
            paragraph.paragraph_format.first_line_indent = Mm(-10)
            paragraph.add_run(f"{piece.number}  {piece.stance}  ").bold = True
            paragraph.add_run(_write(piece.what))
            if piece.quote:
                paragraph.add_run(_write(f" “{piece.quote}”")).italic = True
            if piece.url:
                _small(paragraph, f" {piece.url}")


def _signatures(document: Doc, notes: Sequence[Note]) -> None:
    document.add_heading(_("Who wrote and who signed off"), 1)
    heads = [_("Claim"), _("Verdict"), _("Version"), _("Written by"), _("Signed off by"), _("When")]
    rows = [
        [
            str(note.number),
            note.rating_word,
            str(note.version or "–"),
            note.wrote_line or "–",
            note.signed_line,
            note.signed_at,
        ]
        for note in notes
    ]
    _table(document, heads, rows, [14, 38, 18, 40, 40, 32])


def _table(document: Doc, heads: Sequence[str], rows: Sequence[Sequence[str]], widths: Sequence[int]) -> None:
    """Add a table whose head is repeated on each page and whose rows are not cut by one."""
    table = _grid(document, 0, [Mm(width) for width in widths])
    table.style = "Table Grid"
    for n, words in enumerate([heads, *rows]):
        row = _whole(table.add_row())  # type: ignore[no-untyped-call]
        if n == 0:
            row._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
        for cell, word in zip(row.cells, words, strict=True):
            run = cell.paragraphs[0].add_run(_write(word))
            run.font.size, run.bold = Pt(8.5), n == 0


def _grid(document: Doc, rows: int, widths: Sequence[Length]) -> Table:
    """Add a table with columns of these widths."""
    table: Table = document.add_table(rows=rows, cols=len(widths))
    table.autofit = False
    for column, width in zip(table.columns, widths, strict=True):
        column.width = width  # rows that are added later take theirs from here
    return table


def _whole(row: TableRow) -> TableRow:
    """Keep the row on one page, if it fits on one."""
    row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
    return row


def _legend(copy: Copy) -> str:
    words = _(
        "Solid line: decided. Dashed line: draft or no verdict yet. Quotes follow revision {number}; the"
        " archived original is decisive."
    )
    return words.format(number=copy.revision.number)


def _aligned(paragraph: Paragraph, copy: Copy) -> Paragraph:
    """Set the paragraph in the direction of the article."""
    if direction(copy.article.language) == "rtl":
        paragraph._p.get_or_add_pPr().append(OxmlElement("w:bidi"))
    return paragraph


def _said(run: Run, copy: Copy) -> Run:
    """Say in which language and direction the words of the article are."""
    properties = run._r.get_or_add_rPr()
    if direction(copy.article.language) == "rtl":
        properties.append(OxmlElement("w:rtl"))
    if copy.article.language:
        language = OxmlElement("w:lang")
        for name in ("w:val", "w:eastAsia", "w:bidi"):
            language.set(qn(name), copy.article.language)
        properties.append(language)
    return run


def _field(paragraph: Paragraph, name: str) -> None:
    """Add a field that the program fills in, as the number of the page."""
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), name)
    paragraph._p.append(field)


def _small(paragraph: Paragraph, words: str) -> None:
    run = paragraph.add_run(_write(words))
    run.font.size, run.font.color.rgb = Pt(8), _GREY


def _write(words: str) -> str:
    return _UNWRITABLE.sub("\ufffd", words)
