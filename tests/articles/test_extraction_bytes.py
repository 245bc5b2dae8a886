"""What the bytes are: decided by content, decoded truly, refused with a sentence when they are no text."""

from __future__ import annotations

import gzip
import io
import json
import time
import zipfile

import pytest
from hypothesis import given, strategies as st

from articles.extraction import MAX_BYTES, ExtractionError, extract, from_text

PROSE = "The council met on Monday to discuss the bridge, and the ferry too, and agreed on nothing at all."
HTML = f"<!doctype html><html><body><h1>Bridge</h1><p>{PROSE}</p><p>{PROSE}</p></body></html>"
MARKDOWN = f"# Bridge\n\n{PROSE}\n\n* one *thing*\n* two\n"
PLAIN = f"Bridge\n\n{PROSE}\n"


def zipped(*names: str) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return packed.getvalue()


FOREIGN = {
    "Excel": zipped("[Content_Types].xml", "xl/workbook.xml"),
    "zip": zipped("a.txt"),
    "PNG": b"\x89PNG\r\n\x1a\n" + bytes(50),
    "JPEG": b"\xff\xd8\xff\xe0" + bytes(50),
    "GIF": b"GIF89a<script>alert(1)</script>",
    "picture or video": b"\x00\x00\x00\x18ftypavif",
    "WAVE": b"RIFF\x00\x00\x00\x00WAVEfmt ",
    "old Office": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(50),
    "gzip": gzip.compress(b"hello"),
    "feed": b'<?xml version="1.0"?><rss version="2.0"><channel><title>x</title></channel></rss>',
    "feed, Atom": b'<feed xmlns="http://www.w3.org/2005/Atom"><title>x</title></feed>',
    "XML": b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
    "JSON": json.dumps({"text": PROSE * 3}).encode(),
    "JSON, long": json.dumps([{"text": PROSE}] * 2000).encode(),
}
FOREIGN_NAMES = {"WAVE": "sound", "feed, Atom": "feed", "JSON, long": "JSON"}


def refused(data: bytes, content_type: str | None = None, filename: str | None = None) -> ExtractionError:
    with pytest.raises(ExtractionError) as caught:
        extract(data, content_type=content_type, filename=filename)
    return caught.value


@pytest.mark.case("P19")
@pytest.mark.parametrize("what", FOREIGN)
@pytest.mark.parametrize(("kind", "name"), [("text/html", "a.html"), ("text/plain", "a.txt"), (None, None)])
def test_what_is_no_article_is_named_and_refused(what: str, kind: str | None, name: str | None) -> None:
    problem = refused(FOREIGN[what], kind, name)
    assert problem.code == "unsupported_type"
    assert FOREIGN_NAMES.get(what, what) in problem.detail
    assert "paste" in problem.detail or "Import" in problem.detail


@pytest.mark.case("P19")
@pytest.mark.parametrize("text", [HTML, MARKDOWN, PLAIN], ids=["html", "markdown", "plain"])
@pytest.mark.parametrize("kind", ["text/html", "application/pdf", "image/png", None])
@pytest.mark.parametrize("name", ["a.html", "a.pdf", "a.docx", "a.txt", None])
def test_neither_name_nor_declared_type_makes_a_text_another_thing(
    text: str, kind: str | None, name: str | None
) -> None:
    found = extract(text.encode(), content_type=kind, filename=name)
    assert PROSE in found.text
    assert "<" not in found.text
    assert found.title.strip("# ") == "Bridge"


@pytest.mark.case("P17")
@pytest.mark.parametrize(
    "data",
    [
        b"",
        b" \r\n\t",
        b"\xef\xbb\xbf",
        "\u00a0\u200b\ufeff".encode(),
        b"<p></p>",
        HTML[:27].encode(),
        b"***\n---",
    ],
)
def test_nothing_is_empty(data: bytes) -> None:
    assert refused(data, "text/html").code == "empty"


@pytest.mark.case("P17")
def test_one_letter_is_an_article() -> None:
    assert extract(b"x").text == "x"


def test_too_large_is_said_before_anything_is_read() -> None:
    assert refused(b"x" * (MAX_BYTES + 1)).code == "too_large"
    with pytest.raises(ExtractionError, match="larger than 5 MB"):
        from_text("ä" * (MAX_BYTES // 2 + 1))


@pytest.mark.case("P14")
def test_one_long_line_is_read() -> None:
    assert len(extract(b"word " * 200_000).text) == 999_999
    assert refused(b"word " * 1_000_000).code == "too_large"


def test_binary_is_not_text() -> None:
    assert refused(bytes(range(256)) * 100, "text/plain").code == "not_text"
    assert refused(bytes(2000)).code in {"not_text", "empty"}


RUSSIAN = (
    "Мост закрыт до осени, сообщили в мэрии города. Ремонт обойдётся в 48 миллионов рублей, говорят там."
)
GERMAN = (
    "Die Brücke bleibt gesperrt, für längere Zeit. „Schön ist das nicht“, sagte die Bürgermeisterin Groß."
)
POLISH = "Most pozostanie zamknięty aż do jesieni, ogłosił ratusz. Źródła mówią, że naprawa będzie droższa."
GREEK = (
    "Η γέφυρα παραμένει κλειστή μέχρι το φθινόπωρο, ανακοίνωσε ο δήμος. Η επισκευή θα κοστίσει περισσότερο."
)
TURKISH = (
    "Köprü sonbahara kadar kapalı kalacak, belediye açıkladı. Onarım için daha çok para gerektiği söylendi."
)
HEBREW = "הגשר יישאר סגור עד הסתיו, כך הודיעה העירייה. התיקון יעלה יותר ממה שחשבו בתחילה, אמרו שם."
ARABIC = "يبقى الجسر مغلقا حتى الخريف، بحسب البلدية. وستكلف أعمال الإصلاح أكثر مما كان متوقعا في البداية."
JAPANESE = "橋は秋まで閉鎖されたままになると市が発表した。修理には多くの費用がかかるという。"
CHINESE = "大桥将关闭到秋天，市政府宣布。修理的费用比预计的要多，居民们非常不满。"
KOREAN = "다리는 가을까지 폐쇄된다고 시청이 발표했다. 수리 비용은 예상보다 더 많이 들 것이라고 한다."
ENCODINGS = [
    ("cp1251", RUSSIAN),
    ("koi8-r", RUSSIAN),
    ("cp1252", GERMAN),
    ("iso8859-2", POLISH),
    ("cp1253", GREEK),
    ("iso8859-9", TURKISH),
    ("cp1255", HEBREW),
    ("cp1256", ARABIC),
    ("shift_jis", JAPANESE),
    ("euc_jp", JAPANESE),
    ("iso2022_jp", JAPANESE),
    ("gb18030", CHINESE),
    ("big5", CHINESE.replace("关闭", "關閉").encode("big5", "ignore").decode("big5")),
    ("euc_kr", KOREAN),
]
NAMES = [encoding for encoding, _ in ENCODINGS]


@pytest.mark.case("P11")
class TestEncodings:
    @pytest.mark.parametrize(("encoding", "text"), ENCODINGS, ids=NAMES)
    def test_declared_truthfully(self, encoding: str, text: str) -> None:
        found = extract(f"{text}\n\n{text}".encode(encoding), content_type=f"text/plain; charset={encoding}")
        assert found.text == f"{text}\n{text}"
        assert "encoding_guessed" not in [caution.code for caution in found.warnings]

    @pytest.mark.parametrize(("encoding", "text"), ENCODINGS, ids=NAMES)
    def test_declared_in_the_page(self, encoding: str, text: str) -> None:
        html = f'<html><head><meta charset="{encoding}"></head><body><p>{text}</p><p>{text}</p></body></html>'
        assert extract(html.encode(encoding)).text == f"{text}\n{text}"

    @pytest.mark.parametrize(("encoding", "text"), ENCODINGS, ids=NAMES)
    @pytest.mark.parametrize("declared", ["", "; charset=utf-8", "; charset=nonsense"])
    def test_declared_wrongly_or_not_at_all(self, encoding: str, text: str, declared: str) -> None:
        """Read rightly, or said to be a guess: never wrong without a word."""
        found = extract("\n\n".join([text] * 5).encode(encoding), content_type=f"text/plain{declared}")
        guessed = "encoding_guessed" in [caution.code for caution in found.warnings]
        assert guessed or found.text == "\n".join([text] * 5)

    @pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32", "utf-8"])
    def test_utf_says_what_it_is(self, encoding: str) -> None:
        found = extract(f"{RUSSIAN} 😀".encode(encoding), content_type="text/plain; charset=iso-8859-1")
        assert found.text == f"{RUSSIAN} 😀"
        assert not found.warnings or found.warnings[0].code == "title_guessed"

    @pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
    def test_utf16_without_a_mark(self, encoding: str) -> None:
        assert extract(PLAIN.encode(encoding)).text == PROSE

    def test_a_page_that_says_latin1_and_is_utf8(self) -> None:
        html = f'<html><meta charset="iso-8859-1"><body><p>{GERMAN}</p><p>{GERMAN}</p></body></html>'
        assert extract(html.encode()).text == f"{GERMAN}\n{GERMAN}"

    def test_half_a_character_is_said(self) -> None:
        found = extract(f"{RUSSIAN}\n\n{RUSSIAN}".rstrip(".").encode()[:-1])
        assert found.warnings[0].code == "encoding_broken"
        assert found.text.endswith("та\ufffd")


class TestMarkdown:
    def test_blocks(self) -> None:
        text = "\n\n".join(
            [
                "# Bridge",
                "By Mara Lind",
                f"{PROSE} It is **not** [open](https://a.example) `yet`.  \nA new line\nand on.",
                "## Findings",
                "1. first\n2. second\n   - inner *one*",
                "> Nobody said\n> anything.",
                "![alt](a.png)",
                "| Year | Cost |\n|---|---|\n| 2015 | 12 |",
                "---",
                "```\nline one\nline two\n```",
                "<div>In a <b>box</b><!-- unseen --><script>alert(1)</script></div>",
            ]
        )
        found = extract(text.encode(), filename="a.md")
        assert (found.title, found.byline) == ("Bridge", "Mara Lind")
        assert [(b.kind, b.level, found.text[b.start : b.end]) for b in found.blocks] == [
            ("paragraph", 0, f"{PROSE} It is not open yet."),
            ("paragraph", 0, "A new line and on."),
            ("heading", 2, "Findings"),
            ("list_item", 1, "1. first"),
            ("list_item", 1, "2. second"),
            ("list_item", 2, "inner one"),
            ("quote", 0, "Nobody said anything."),
            ("paragraph", 0, "Year | Cost"),
            ("paragraph", 0, "2015 | 12"),
            ("paragraph", 0, "line one"),
            ("paragraph", 0, "line two"),
            ("paragraph", 0, "In a box"),
        ]

    def test_front_matter(self) -> None:
        fields = (
            'title: "Bridge: open?"',
            "author: Mara Lind",
            "date: 2024-03-12",
            "lang: en-GB",
            "url: https://a.example/b",
        )
        front = "\n".join(["---", *fields, "---", ""])
        found = extract((front + PROSE).encode())
        assert (found.title, found.byline, found.language) == ("Bridge: open?", "Mara Lind", "en-GB")
        assert found.published_at is not None
        assert found.published_at.isoformat() == "2024-03-12T00:00:00+00:00"
        assert (found.canonical_url, found.text) == ("https://a.example/b", PROSE)

    @pytest.mark.parametrize("part", [">", "[", "*a ", "- ", "`", "<a", "<script ", "<!--", "|a", "![a](b)"])
    def test_bombs_end(self, part: str) -> None:
        text = f"{PROSE}\n\n{part * (50_000 // len(part))}\n\n{PROSE}"
        began = time.process_time()
        try:
            found = extract(text.encode(), filename="a.md")
        except ExtractionError as refusal:
            code = refusal.code
        else:
            code = "read" if found.text.count(PROSE) == 2 else "lost"
        assert code in {"read", "too_complex"}
        assert time.process_time() - began < 10


@given(
    st.binary(max_size=400), st.sampled_from([b"", b"<html><p>", b"# a\n\n", b"\xff\xfe", b"\xef\xbb\xbf"])
)
def test_any_bytes_are_read_or_refused(data: bytes, before: bytes) -> None:
    try:
        found = extract(before + data)
    except ExtractionError:
        return
    assert found.text.encode("utf-8")
    assert found.title
