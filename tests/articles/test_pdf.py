"""PDF: reading order, running heads, hyphens, paragraphs, headings, and what is refused."""

from __future__ import annotations

import pytest

from articles import cage
from articles.extraction import Extracted, ExtractionError, extract
from tests.articles import documents as make
from tests.articles.documents import FILES, at, drawn, lines, pdf
from tests.articles.samples import left_out

LEFT = [
    "The ferry has lost money every year",
    "since it was bought, the harbour of-",
    "fice says, and the loss is growing in",
    "a well-known way, year after year, as",
    "the report of the commission shows. It",
]
RIGHT = [
    "was written in 2011 and has never been",
    "published. Nobody knows who ordered it.",
    "The bridge that was proposed in 1968 as",
    "an alternative would have cost as much",
    "as thirty years of ferries, they say.",
]


def blocks(found: Extracted) -> list[tuple[str, int, str, str]]:
    return [(b.kind, b.level, b.locator, found.text[b.start : b.end]) for b in found.blocks]


def refused(data: bytes) -> ExtractionError:
    with pytest.raises(ExtractionError) as caught:
        extract(data)
    return caught.value


def codes(found: Extracted) -> list[str]:
    return [caution.code for caution in found.warnings]


class TestFiles:
    def test_columns_running_heads_and_hyphens_of_a_typeset_page(self) -> None:
        found = cage.extract((FILES / "columns.pdf").read_bytes())
        kinds = [(kind, level, page) for kind, level, page, _ in blocks(found)]
        paragraph = ("paragraph", 0, "page=1")
        assert kinds == [
            ("heading", 1, "page=1"), *[paragraph] * 4, ("heading", 1, "page=1"), *[paragraph] * 2, ("paragraph", 0, "page=2"),
        ]  # fmt: skip
        assert found.title == "Who Pays for the Island Ferry"
        assert set(left_out(found)) == {found.title, "Harbour Review", "Spring 2024", "Page 1", "Page 2"}
        texts = found.text.split("\n")
        assert texts[1] == (
            "The ferry between Holm and the mainland has lost money every year since it was bought in 2011, the harbour"
            " office says, and the extraordinary administrative circumstances of its purchase are growing more"
            " incomprehensible. Last winter it carried 41,000 passengers, a third fewer than ten years ago."
        )
        assert "decision-making committee recommended reconsidering internationally" in texts[2]
        assert texts[3] == "A short one."
        assert "announced an environmental assessment, the third" in texts[7]
        assert texts[8].endswith("understood to be at sea.")

    def test_a_page_of_an_office_program(self) -> None:
        found = cage.extract((FILES / "hearing.pdf").read_bytes())
        assert found.title == "The hearing about the harbour"
        assert blocks(found) == [
            (
                "paragraph",
                0,
                "page=1",
                "The harbour office had to answer for the dredger on Tuesday. It had been ordered in 2019, paid in 2020,"
                " and has not been seen since.",
            ),
            ("heading", 2, "page=1", "What was said"),
            (
                "paragraph",
                0,
                "page=1",
                "“We are looking for it,” said the head of the office. The shipyard calls the contract fulfilled.",
            ),
        ]


class TestLayout:
    def test_columns_are_read_one_after_the_other_however_they_are_written(self) -> None:
        rows = "".join(
            at(50, 700 - 12 * number, left) + at(320, 700 - 12 * number, right)
            for number, (left, right) in enumerate(zip(LEFT, RIGHT, strict=True))
        )
        page = drawn(
            at(50, 740, "The cost of the ferry", size=18),
            rows,
            at(
                50,
                600,
                "A line that stands across both of the columns, below them and by itself, to the end.",
            ),
        )
        found = extract(pdf([page]))
        assert found.title == "The cost of the ferry"
        assert found.text.startswith(
            "The ferry has lost money every year since it was bought, the harbour office says"
        )
        assert "the commission shows. It was written in 2011" in found.text
        assert found.text.index("thirty years") < found.text.index("stands across")

    def test_a_table_is_read_row_by_row(self) -> None:
        rows = "".join(
            at(50, 700 - 14 * number, f"Year {2010 + number}")
            + at(320, 700 - 14 * number, f"{number},500 people")
            for number in range(8)
        )
        found = extract(pdf([drawn(rows)]))
        assert "Year 2012 2,500 people" in found.text
        assert "Year 2017 7,500 people" in found.text

    def test_what_repeats_on_pages_is_left_out_and_a_paragraph_goes_on(self) -> None:
        pages = [
            drawn(
                at(50, 770, "Harbour Review"),
                at(500, 770, f"{number}"),
                lines(
                    50,
                    700,
                    [
                        f"The {word} page has a sentence of its own here, which is long enough",
                        f"for a line, and it goes on after the {word} page without an end, for",
                    ],
                ),
                at(280, 30, f"Page {number} of 4"),
            )
            for number, word in enumerate(("first", "second", "third", "last"), start=1)
        ]
        found = extract(pdf(pages))
        assert "Harbour" not in found.text
        assert "of 4" not in found.text
        assert len(found.blocks) == 1
        assert "without an end, for The second page has" in found.text

    def test_the_same_sentence_in_the_middle_of_pages_stays(self) -> None:
        body = [
            f"A sentence that stands on every page, as sentences in law do, number {n}." for n in range(12)
        ]
        found = extract(
            pdf([drawn(lines(50, 700, body, leading=30)), drawn(lines(50, 690, body[::-1], leading=30))])
        )
        assert found.text.count("number 6.") == 2

    def test_small_print_does_not_break_a_paragraph(self) -> None:
        first = drawn(
            lines(
                50,
                120,
                [
                    "The paragraph begins on this page, and since it is long",
                    "it goes over to the next one, where at last it finds its",
                ],
            ),
            at(50, 60, "1 A footnote in small print.", size=7),
        )
        second = drawn(
            lines(
                50,
                700,
                [
                    "end, as all of them do. Then another sentence follows so",
                    "that there is enough text for the size of it to count.",
                ],
            )
        )
        found = extract(pdf([first, second]))
        assert [text for *_, text in blocks(found)] == [
            "The paragraph begins on this page, and since it is long it goes over to the next one, where at last it finds its"
            " end, as all of them do. Then another sentence follows so that there is enough text for the size of it to count.",
            "1 A footnote in small print.",
        ]

    def test_paragraphs_by_space_indent_and_short_lines(self) -> None:
        full = "This line is as wide as the column of text can be at all, no word has room"
        marks = (
            lines(50, 700, [full, full, "and it ends here."])
            + lines(50, 664, [full, "by a short line."])
            + at(65, 640, full[:-4]) + lines(50, 628, [full, "by an indent."])
            + lines(50, 580, [full, "by space."])
        )  # fmt: skip
        found = extract(pdf([drawn(marks)]))
        assert [text[-9:] for *_, text in blocks(found)] == [
            "nds here.",
            "ort line.",
            "n indent.",
            "by space.",
        ]

    @pytest.mark.parametrize(
        ("one", "two", "joined"),
        [
            ("the harbour of-", "fice says", "the harbour office says"),
            ("the Anglo-", "Saxon ferry", "the Anglo-Saxon ferry"),
            ("the years 2011-", "2012 were", "the years 2011-2012 were"),
            ("a decision-", "making body", "a decision-making body"),
            ("an un-", "known body", "an unknown body"),
        ],
    )
    def test_hyphens_at_the_end_of_lines(self, one: str, two: str, joined: str) -> None:
        other = "Elsewhere the decision-making of unknown bodies is told."
        page = drawn(
            lines(
                50,
                700,
                [
                    f"It is told that in all of the reports from this place {one}",
                    f"{two} and the text goes on.",
                ],
            ),
            at(50, 600, other),
        )
        assert joined in extract(pdf([page])).text

    def test_pages_that_lie_on_their_side(self) -> None:
        turned = "".join(
            f"BT /F1 10 Tf 0 1 -1 0 {100 + 14 * n} 50 Tm (Line number {n} of a page on its side, as wide tables have.) Tj ET\n"
            for n in range(4)
        )
        found = extract(pdf([drawn(turned)]))
        assert [found.text.find(f"number {n} ") for n in range(4)] == sorted(
            found.text.find(f"number {n} ") for n in range(4)
        )
        assert found.text.startswith("Line number 0")


class TestProperties:
    def test_title_author_and_date(self) -> None:
        page = drawn(at(50, 700, make.PROSE))
        found = extract(
            pdf(
                [page],
                info="/Title(Bridge and ferry)/Author(Mara Lind)/CreationDate(D:20240312101500+01'00')",
            )
        )
        assert (found.title, found.byline) == ("Bridge and ferry", "Mara Lind")
        assert found.published_at is not None
        assert found.published_at.isoformat() == "2024-03-12T09:15:00+00:00"
        assert "date_of_file" in codes(found)
        assert found.found == {
            "title": "meta",
            "byline": "meta",
            "published_at": "file",
            "language": "words",
        }

    def test_a_headline_on_the_page_is_said_to_be_from_there(self) -> None:
        page = drawn(at(50, 740, "The cost of it", size=20), at(50, 700, make.PROSE))
        found = extract(pdf([page], info="/Title(Bridge and ferry)"))
        assert (found.title, found.found["title"]) == ("The cost of it", "text")

    @pytest.mark.parametrize("title", ["Microsoft Word - report.docx", "Document1", "scan.pdf", ""])
    def test_a_title_by_a_program_is_not_believed(self, title: str) -> None:
        page = drawn(at(50, 740, "The cost of it", size=20), at(50, 700, make.PROSE))
        assert extract(pdf([page], info=f"/Title({title})/CreationDate(yesterday)")).title == "The cost of it"


@pytest.mark.case("P7")
class TestUnseen:
    def test_a_scan_is_refused_with_what_to_do(self) -> None:
        picture = b"<</Type/XObject/Subtype/Image/Width 1/Height 1/ColorSpace/DeviceGray/BitsPerComponent 8/Length 1>>stream\n\x00\nendstream"
        problem = refused(pdf([b"q 600 0 0 800 0 0 cm /Im1 Do Q"], extra=[picture]))
        assert problem.code == "no_text"
        assert "OCR" in problem.detail

    def test_words_that_are_not_shown_are_left_out_and_said(self) -> None:
        page = drawn(
            at(50, 700, make.PROSE),
            at(50, 650, "White on white.", more="1 1 1 rg"),
            at(50, 640, "Drawn by no pen.", more="0 g 3 Tr"),
            at(2000, 630, "Off the page.", more="0 Tr"),
            at(50, 620, "Too small.", size=1),
        )
        found = extract(pdf([page]))
        assert found.text == make.PROSE
        assert "hidden_text" in codes(found)
        assert {"White on white.", "Drawn by no pen.", "Off the page.", "Too small."} <= set(left_out(found))

    def test_white_words_on_a_dark_ground_are_shown(self) -> None:
        page = drawn(
            "0 0 0.4 rg 40 640 400 30 re f\n",
            at(50, 650, "White on dark blue.", more="1 1 1 rg"),
            at(50, 600, make.PROSE, more="0 g"),
        )
        found = extract(pdf([page]))
        assert "White on dark blue." in found.title + found.text
        assert "hidden_text" not in codes(found)

    def test_recognised_text_over_a_picture_is_read_with_a_caution(self) -> None:
        found = extract(pdf([drawn(at(50, 700, make.PROSE, more="3 Tr"))]))
        assert found.text == make.PROSE
        assert codes(found)[0] == "recognised_text"


@pytest.mark.case("P5")
def test_too_many_pages_are_refused_with_the_number() -> None:
    problem = refused(pdf([drawn(at(50, 700, make.PROSE))] * 501, shared=True))
    assert problem.code == "too_large"
    assert "501 pages" in problem.detail


@pytest.mark.case("P5")
def test_a_password_is_said() -> None:
    locked = pdf([drawn(at(50, 700, make.PROSE))]).replace(
        b"/Info 5 0 R",
        b"/Encrypt<</Filter/Standard/V 2/R 3/Length 128/P -44/O<"
        + b"41" * 32
        + b">/U<"
        + b"42" * 32
        + b">>>/ID[<41><41>]",
    )
    assert refused(locked).code == "encrypted"
