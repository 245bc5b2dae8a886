"""Word, OpenDocument, RTF, e-books, mail, saved pages, subtitles: the article in them, word for word."""

from __future__ import annotations

from base64 import b64encode
from datetime import datetime

import pytest

from articles import cage
from articles.extraction import Extracted, ExtractionError, Known, extract
from tests.articles import documents as make
from tests.articles.documents import FILES, PROSE
from tests.articles.samples import left_out


def read(name: str) -> Extracted:
    return cage.extract((FILES / name).read_bytes(), filename=name)


def blocks(found: Extracted) -> list[tuple[str, int, str]]:
    return [(block.kind, block.level, found.text[block.start : block.end]) for block in found.blocks]


def codes(found: Extracted) -> list[str]:
    return [caution.code for caution in found.warnings]


def refused(data: bytes) -> ExtractionError:
    with pytest.raises(ExtractionError) as caught:
        extract(data)
    return caught.value


BODY = [
    (
        "paragraph",
        0,
        "The ferry between Holm and the mainland has lost money every year since it was bought in 2011, the harbour"
        " office says, and the loss is growing. Last winter it carried 41,000 people, a third fewer than ten years ago.",
    ),
    (
        "paragraph",
        0,
        "The council calls the boat a lifeline. “No islander will ever wait for a doctor,” said its chairman on"
        " 3 February 2024, although no figures were given.",
    ),
    ("heading", 2, "What a bridge would cost"),
    ("quote", 0, "A bridge would cost ninety million, and nobody has said who would pay for it."),
    (
        "paragraph",
        0,
        "A bridge was first proposed in 1968. Neither side has paid for a new study since, and the last one filled"
        " four volumes.",
    ),
    ("list_item", 1, "1. The council would pay a third."),
    ("list_item", 1, "2. The state would pay the rest."),
    ("list_item", 1, "Ferry: 4 million a year"),
    ("list_item", 2, "of which fuel: 1 million"),
    ("list_item", 1, "Bridge: 90 million once"),
    ("paragraph", 0, "Year | Passengers"),
    ("paragraph", 0, "2014 | 61,500"),
    ("paragraph", 0, "2024 | 41,000"),
    ("heading", 3, "Was nun? – Zahlen für Groß & Klein"),
    ("paragraph", 0, "Fähre, naïve café, Ελλάδα, мост, 大桥, הגשר, 😀 stay as they are."),
]


@pytest.mark.parametrize("name", ["ferry.docx", "ferry.odt", "ferry.rtf", "ferry.epub"])
def test_one_article_is_the_same_in_every_format(name: str) -> None:
    found = read(name)
    assert blocks(found)[:-1] == BODY
    assert blocks(found)[-1][2].endswith("Harbour office, annual report 2023, page 14.")
    assert (found.title, found.byline) == ("Who pays for the island ferry?", "Mara Lind")
    assert found.language.startswith("en")
    assert found.published_at is not None
    assert found.published_at.date().isoformat() == "2024-03-12"


class TestWord:
    def test_deleted_words_comments_and_pictures_are_left_out(self) -> None:
        found = extract(
            make.docx(
                f"<w:p><w:r><w:t>{PROSE}</w:t></w:r>"
                "<w:del w:id='1'><w:r><w:delText> Deleted.</w:delText></w:r></w:del>"
                "<w:ins w:id='2'><w:r><w:t xml:space='preserve'> Inserted.</w:t></w:r></w:ins></w:p>"
            )
        )
        assert found.text == f"{PROSE} Inserted."

    def test_a_title_from_a_template_is_not_believed(self) -> None:
        core = (
            '<p:coreProperties xmlns:p="http://schemas.openxmlformats.org/package/2006/metadata/core-properties"'
            ' xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/">'
            "<dc:title>Document1</dc:title><dc:creator>Administrator</dc:creator>"
            "<dcterms:modified>2024-03-12T10:00:00Z</dcterms:modified></p:coreProperties>"
        )
        found = extract(make.docx(**{"docProps/core.xml": core}))
        assert (found.title[:11], found.byline) == ("The council", "")
        assert found.published_at == datetime.fromisoformat("2024-03-12T10:00:00+00:00")
        assert codes(found) == ["date_of_file", "title_guessed"]

    @pytest.mark.case("P4")
    def test_macros_workbooks_and_missing_parts_are_refused(self) -> None:
        assert "macros" in refused(make.docx(**{"word/vbaProject.bin": b"x"})).detail
        assert (
            "Excel" in refused(make.zipped({"[Content_Types].xml": "<a/>", "xl/workbook.xml": "<a/>"})).detail
        )
        alone = refused(make.zipped({"word/document.xml": "<a/>"}))
        assert alone.code in {"damaged", "empty"}
        assert refused(make.docx(**{"word/document.xml": "<w:document"})).code == "damaged"
        assert refused(make.docx("<w:p/>")).code == "empty"


class TestBooks:
    def test_the_longest_chapter_is_read_unless_one_is_asked_for(self) -> None:
        chapters = [
            f"<h1>{name}</h1><p>{PROSE * size}</p>" for name, size in (("One", 1), ("Two", 3), ("Three", 2))
        ]
        book = make.epub(chapters)
        longest = extract(book)
        assert (longest.title, longest.byline, longest.text) == ("Two", "Mara Lind", PROSE * 3)
        assert "one_chapter" in codes(longest)
        assert extract(book, known=Known(title="three")).text == PROSE * 2
        assert extract(book, known=Known(title="No such chapter")).text == PROSE * 3

    def test_a_protected_book_is_refused(self) -> None:
        parts = {"mimetype": "application/epub+zip", "META-INF/rights.xml": "<rights/>"}
        assert refused(make.zipped(parts)).code == "encrypted"


class TestRichText:
    def test_letters_of_several_encodings(self) -> None:
        fonts = r"{\fonttbl{\f0\fcharset0 Arial;}{\f1\fcharset204 Arial;}{\f2\fcharset128 Gothic;}}"
        rtf = (
            rb"{\rtf1\ansi\ansicpg1252\uc1" + fonts.encode() + rb"{\info{\title Bridge}{\author Mara Lind}}"
            rb"\pard Br\'fccke \u8220?open\u8221? \f1\'ec\'ee\'f1\'f2\f0  and \f2\'8b\'b4\f0 , \u55357?\u56832? "
            rb"{\field{\*\fldinst HYPERLINK https://a.example/x}{\fldrslt the link}}{\*\unknown gone}{\v hidden}.\par"
            rb"\pard Second \emdash\~one\line broken.\par}"
        )
        found = extract(rtf)
        assert found.text.split("\n") == [
            "Brücke “open” мост and 橋, 😀 the link.",
            "Second — one",
            "broken.",
        ]
        assert (found.title, found.byline) == ("Bridge", "Mara Lind")

    def test_pictures_in_binary_are_stepped_over(self) -> None:
        found = extract(rb"{\rtf1 Before {\pict\bin12 }}}}{{\par\par" + rb"x} after.\par}")
        assert found.text == "Before after."


class TestMail:
    def test_the_best_body_and_its_headers(self) -> None:
        found = read("ferry.eml")
        assert (found.title, found.byline) == ("Who pays for the ferry? 🚂", "Mara Lindén")
        assert found.published_at == datetime.fromisoformat("2024-03-12T09:15:00+00:00")
        assert blocks(found) == [
            (
                "paragraph",
                0,
                "The ferry has lost money every year since it was bought in 2011, says Björn Holm, and the loss is growing.",
            ),
            ("paragraph", 0, "Last winter it carried 41,000 people, a third fewer than ten years ago."),
            ("heading", 2, "What we do not know"),
            (
                "paragraph",
                0,
                "Who ordered the dredger, who paid for it, and where it has been since the spring of 2020, nobody can say.",
            ),
            ("quote", 0, "No islander will ever wait for a doctor."),
        ]
        assert left_out(found) == ("Mara Lindén", "Holm Gazette")
        assert codes(found) == ["attachments"]
        assert "figures.pdf" in found.warnings[0].detail

    def test_a_saved_page_is_read_as_the_page(self) -> None:
        found = read("ferry.mhtml")
        assert (found.title, found.byline, found.outlet_name) == (
            "Who pays for the ferry?",
            "Mara Lindén",
            "Holm Gazette",
        )
        assert (found.canonical_url, found.language) == ("https://www.holm.example/news/ferry", "en-GB")
        assert [kind for kind, _, _ in blocks(found)] == ["paragraph", "paragraph"]

    def test_a_mail_of_html_alone(self) -> None:
        found = extract(
            f"From: a@b.example\r\nSubject: Bridge\r\nMIME-Version: 1.0\r\nContent-Type: text/html; charset=utf-8\r\n\r\n"
            f"<table><tr><td><h2>Old</h2><p>{PROSE}</p><p>{PROSE}</p></td></tr></table>".encode()
        )
        assert (found.title, found.byline) == ("Bridge", "a@b.example")
        assert found.text.count(PROSE) == 2

    def test_a_mail_without_text_is_empty(self) -> None:
        head = b"From: a@b.example\nSubject: x\nMIME-Version: 1.0\nContent-Type: "
        assert refused(head + b"application/pdf\n\nx").code == "empty"
        assert refused(head + b"text/plain\n\n \n").code == "empty"

    def test_a_mail_without_a_sender_is_a_mail(self) -> None:
        head = b"MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: base64\n\n"
        assert extract(head + b64encode(PROSE.encode())).text == PROSE

    def test_a_mail_inside_a_mail_stays_shut(self) -> None:
        found = extract(
            f'From: a@b.example\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary="x"\n\n--x\n\n{PROSE}\n'
            "--x\nContent-Type: message/rfc822\n\nFrom: c@d.example\nSubject: Secret\n\nInner text.\n--x--\n".encode()
        )
        assert found.text == PROSE
        assert codes(found)[:1] == ["attachments"]


class TestSubtitles:
    def test_cues_become_paragraphs_that_know_their_time(self) -> None:
        found = read("hearing.srt")
        assert [(block.locator, found.text[block.start : block.end]) for block in found.blocks] == [
            (
                "t=00:00:01",
                "CHAIRMAN: The hearing about the dredger is open. It was ordered in 2019 and paid in 2020.",
            ),
            ("t=00:00:07", "HARBOUR OFFICE: We are looking for it."),
            ("t=00:12:31", "Where was it last seen?"),
            ("t=00:12:31", "In the spring of 2020."),
            ("t=01:02:03", "Fähre & Brücke, 4 < 5."),
        ]

    def test_web_captions(self) -> None:
        found = read("hearing.vtt")
        assert found.language == "en-GB"
        assert [(block.locator, found.text[block.start : block.end]) for block in found.blocks] == [
            (
                "t=00:00:01",
                "Ada Holm: The hearing about the dredger is open. It was ordered in 2019, and paid in 2020.",
            ),
            ("t=00:00:07", "Bo: We are looking for it."),
            ("t=00:12:31", "We are looking for it. Still."),
        ]

    def test_captions_that_roll_are_read_once(self) -> None:
        cues = ["", "one two", "three four", "five six"]
        text = "WEBVTT\n\n" + "\n\n".join(
            f"00:0{n}.000 --> 00:0{n + 1}.000\n{cues[n - 1]}\n{cues[n]}".replace("\n\n", "\n")
            for n in (1, 2, 3)
        )
        assert extract(text.encode()).text == "one two three four five six"

    def test_without_a_cue_they_are_empty(self) -> None:
        assert refused(b"WEBVTT\n\nNOTE nothing\n").code == "empty"


@pytest.mark.case("P19")
@pytest.mark.parametrize(
    "name", ["ferry.docx", "ferry.odt", "ferry.rtf", "ferry.epub", "ferry.eml", "hearing.srt", "hearing.pdf"]
)
@pytest.mark.parametrize(
    ("kind", "called"), [("text/html", "a.html"), ("application/pdf", "a.pdf"), ("image/png", "a.docx")]
)
def test_neither_name_nor_declared_type_makes_a_document_another_thing(
    name: str, kind: str, called: str
) -> None:
    data = (FILES / name).read_bytes()
    assert extract(data, content_type=kind, filename=called) == extract(data)
