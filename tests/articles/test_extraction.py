"""Pasted and plain text: the article comes out, the page around it stays out, nothing vanishes unseen."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given, strategies as st

from articles.extraction import Extracted, ExtractionError, extract, from_text
from articles.extraction.canonical import one_line
from tests.articles import samples
from tests.articles.samples import left_out

NOW = datetime(2026, 3, 1, tzinfo=UTC)


def blocks(found: Extracted, kind: str) -> list[str]:
    return [found.text[block.start : block.end] for block in found.blocks if block.kind == kind]


def codes(found: Extracted) -> list[str]:
    return [caution.code for caution in found.warnings]


class TestSamples:
    def test_english_with_single_newlines(self) -> None:
        found = from_text(samples.FERRY, now=NOW)
        assert found.title == "Who really pays for the island ferry?"
        assert blocks(found, "heading") == ["Transport and Money"]
        assert [words.split()[0] for words in blocks(found, "paragraph")] == ["The", "The", "A"]
        assert found.text.endswith("Neither side has paid for a new study since.")
        assert left_out(found)[:2] == ("Who really pays for the island ferry?", "About the Creator")
        assert left_out(found)[-1] == "Comments"
        assert found.language == "en"

    def test_english_with_blank_lines(self) -> None:
        found = from_text(samples.WATER, now=NOW)
        assert found.title == "Town Wells Safe to Drink, Council Says After Tests"
        assert found.byline == "Imke de Vries"
        assert found.published_at == datetime(2024, 3, 12, tzinfo=UTC)
        assert codes(found) == ["date_of_update"]
        assert blocks(found, "heading") == ["What happens next:", "Key Takeaways"]
        assert blocks(found, "list_item") == [
            "All four wells passed the tests of the spring.",
            "6,200 households had to boil their water.",
            "The next test is due in June.",
        ]
        assert len(blocks(found, "paragraph")) == 4
        assert found.title not in found.text
        headline = "Town Wells Safe to Drink, Council Says After Tests"
        assert left_out(found) == (
            headline,
            "author-image",
            "Imke de Vries",
            "Updated On 12 Mar 2024",
            "New Update",
            headline,
            headline,
            "Advertisement",
            "Share this article",
            "Read more: Why the river turned green",
        )

    def test_german_wrapped_by_hand(self) -> None:
        found = extract(samples.BAHN.encode("cp1252"), filename="bahn.txt", now=NOW)
        assert found.title == "Bahnhof bekommt wieder einen Schalter"
        assert found.byline == "Jörg Meißner"
        assert found.language == "de"
        first, second = blocks(found, "paragraph")
        assert first.startswith(
            "Der Bahnhof von Neustadt bekommt im Mai wieder einen Fahrkartenschalter. Das teilte"
        )
        assert first.endswith("weniger als 40 Kunden am Tag hatte. Die Stadt hatte das immer bestritten.")
        assert "310.000 Euro, von denen" in second
        assert "Stellwerk" not in found.text

    def test_arabic(self) -> None:
        found = from_text(samples.ARABIC, now=NOW)
        assert found.title == "ارتفاع عدد زوار المتحف الوطني إلى مليون زائر"
        assert found.byline == "سلمى حداد"
        assert found.published_at == datetime(2024, 3, 20, tzinfo=UTC)
        assert found.language == "ar"
        assert blocks(found, "heading") == ["أبرز الأرقام"]
        assert blocks(found, "list_item") == ["مليون زائر في عام واحد.", "ثلث الزوار من الخارج."]
        assert "😀" in found.text
        assert "حديقة" not in found.text

    def test_hebrew_with_invisible_characters(self) -> None:
        found = from_text(samples.HEBREW, now=NOW)
        assert found.byline == "נועה לוי"
        assert found.language == "he"
        assert len(found.blocks) == 2
        assert found.text.startswith("עיריית חיפה")
        assert not {"\u202e", "\u202c", "\u200b"} & set(found.text)
        assert left_out(found)[-1] == "תגובות"

    def test_chinese(self) -> None:
        found = from_text(samples.CHINESE, now=NOW)
        assert (found.title, found.byline) == ("市图书馆延长开放时间", "李明")
        assert found.published_at == datetime(2024, 3, 12, tzinfo=UTC)
        assert found.language == "zh"
        assert len(blocks(found, "paragraph")) == len(found.blocks) == 2

    def test_russian_dialogue_is_no_list(self) -> None:
        found = from_text(samples.RUSSIAN, now=NOW)
        assert (found.byline, found.language) == ("Анна Петрова", "ru")
        assert found.published_at == datetime(2024, 3, 12, tzinfo=UTC)
        assert len(blocks(found, "paragraph")) == len(found.blocks) == 3
        assert blocks(found, "paragraph")[1].startswith("— Мы ждали")

    def test_hindi(self) -> None:
        found = from_text(samples.HINDI, now=NOW)
        assert (found.title, found.byline) == ("नगर में नया पुस्तकालय खुला", "मीरा शर्मा")
        assert found.language == "hi"
        assert len(found.blocks) == 2


class TestWhatAPersonKnows:
    def test_wins_over_what_is_found(self) -> None:
        when = datetime(2020, 1, 2, tzinfo=UTC)
        found = from_text(
            samples.WATER,
            title="Wells open",
            byline="Desk",
            published_at=when,
            outlet_name="Bode",
            language="en-GB",
        )
        assert (found.title, found.byline, found.published_at) == ("Wells open", "Desk", when)
        assert (found.outlet_name, found.language) == ("Bode", "en-GB")
        assert codes(found) == []

    def test_the_address_tells_the_outlet(self) -> None:
        found = from_text(samples.WATER, url="https://www.bode.example/wells?utm_source=mail#top")
        assert found.outlet_domain == "bode.example"
        assert found.canonical_url == "https://www.bode.example/wells"


class TestFurniture:
    prose = "The council met on Monday to discuss the bridge, the ferry and the price of both, and agreed."

    def body(self, *lines: str) -> list[str]:
        return from_text("\n\n".join(lines)).text.split("\n")

    def test_a_section_about_comments_stays(self) -> None:
        lines = ["Bridge", self.prose, "Comments", *[f"{self.prose} Reader {number}." for number in range(4)]]
        assert self.body(*lines) == lines[1:]

    def test_teasers_in_the_middle_go(self) -> None:
        lines = [
            "Bridge",
            *[self.prose] * 3,
            "Related articles",
            "Bridge closed again",
            "Ferry sold",
            *[self.prose] * 4,
        ]
        found = from_text("\n\n".join(lines))
        assert found.text.split("\n") == [self.prose] * 7
        assert left_out(found) == ("Bridge", "Related articles", "Bridge closed again", "Ferry sold")

    def test_what_is_not_clear_stays_with_a_caution(self) -> None:
        found = from_text("\n\n".join(["Bridge", *[self.prose] * 2, "About the author", *[self.prose] * 6]))
        assert "About the author" in found.text
        assert codes(found) == ["furniture_doubtful"]

    def test_companies_in_a_list_are_no_share_buttons(self) -> None:
        body = self.body(
            "Bridge", self.prose, "Asked were:", "• Facebook", "• Telegram", "• Reddit", self.prose
        )
        assert body[2:5] == ["Facebook", "Telegram", "Reddit"]

    def test_share_buttons_in_a_list_go(self) -> None:
        assert (
            self.body("Bridge", self.prose, "Share", "• Facebook", "• Twitter", self.prose)
            == [self.prose] * 2
        )

    def test_sentences_that_begin_like_furniture_stay(self) -> None:
        lines = [
            "By 2030 the bridge is to carry 9,000 cars a day, the office says.",
            "Published figures differ: the office counts 9,000 and the ferry 7,000.",
            "Comments were not to be had.",
            "More than 40 people came.",
            "Share prices fell by 4 %.",
        ]
        assert self.body("Bridge", self.prose, *lines, self.prose)[1:-1] == lines

    def test_a_chapter_is_not_the_headline_of_another(self) -> None:
        assert "Part 2" in self.body("Part 1", self.prose, "Part 2", self.prose)

    @pytest.mark.parametrize(
        ("line", "byline"),
        [
            ("By Mara Lind", "Mara Lind"),
            ("by Mara Lind and Tom O'Neil | 3 May 2024", "Mara Lind and Tom O'Neil"),
            ("Written by Jean-Luc de la Tour", "Jean-Luc de la Tour"),
            ("Par Élodie Lefèvre", "Élodie Lefèvre"),
            ("Por María José García y Luis Ortega", "María José García y Luis Ortega"),
            ("Von Ursula von der Aue", "Ursula von der Aue"),
            ("By REUTERS", "REUTERS"),
            ("By Harold Penn, staff writer", "Harold Penn, staff writer"),
            ("By Tuesday, nobody had come", ""),
            ("By the river", ""),
            ("By 2030", ""),
            ("Por qué sube la luz", ""),
            ("Di nuovo acqua alta", ""),
        ],
    )
    def test_bylines(self, line: str, byline: str) -> None:
        assert from_text(f"Bridge\n\n{line}\n\n{self.prose}\n\n{self.prose}").byline == byline

    @pytest.mark.parametrize(
        ("line", "day"),
        [
            ("Published on March 12, 2024", 12),
            ("Tuesday, 12 March 2024, 8:30 pm IST", 12),
            ("12.03.2024", None),
            ("13/03/2024", 13),
            ("Published 3 hours ago", None),
            ("March 2024", None),
            ("12 March 2044", None),
        ],
    )
    def test_no_date_is_better_than_a_wrong_one(self, line: str, day: int | None) -> None:
        found = from_text(f"Bridge\n\n{line}\n\n{self.prose}\n\n{self.prose}", now=NOW).published_at
        assert found == (datetime(2024, 3, day, tzinfo=UTC) if day else None)


class TestStructure:
    long = (
        "This paragraph is long enough to stand under a heading, for it says something about the thing"
        " that is named above it."
    )

    def kinds(self, text: str) -> list[tuple[str, str]]:
        found = from_text(text, title="Given")
        return [(block.kind, found.text[block.start : block.end]) for block in found.blocks]

    def test_numbers_stay_in_the_text(self) -> None:
        assert self.kinds(f"{self.long}\n\n1. First point\n2. Second point\n\n3.5 million came.")[1:] == [
            ("list_item", "1. First point"),
            ("list_item", "2. Second point"),
            ("paragraph", "3.5 million came."),
        ]

    def test_dashes_need_company(self) -> None:
        assert self.kinds(f"{self.long}\n- alone\n{self.long}")[1] == ("paragraph", "- alone")
        assert self.kinds(f"{self.long}\n- one\n- two")[1:] == [("list_item", "one"), ("list_item", "two")]

    def test_quotes_and_captions(self) -> None:
        assert self.kinds(f"{self.long}\n\n> He said so.\n\nPhoto: Mara Lind")[1:] == [
            ("quote", "He said so."),
            ("caption", "Photo: Mara Lind"),
        ]

    def test_a_lead_in_is_no_heading(self) -> None:
        lead = "The council wants to change three things this year:"
        assert self.kinds(f"{lead}\n• the ferry\n• the bridge")[0] == ("paragraph", lead)

    def test_verse_is_not_joined(self) -> None:
        verse = "The sea is wide\nand so am I\nthe boat is late\nI wonder why"
        assert [words for _, words in self.kinds(verse)] == verse.split("\n")

    def test_one_line_is_an_article(self) -> None:
        found = from_text("The bridge is closed")
        assert found.text == found.title == "The bridge is closed"

    def test_a_text_without_headline_gets_its_first_words(self) -> None:
        found = from_text(f"{self.long}\n\n{self.long}")
        assert found.title == "This paragraph is long enough to stand under a heading, for it…"
        assert codes(found) == ["title_guessed"]


class TestCanonicalText:
    @pytest.mark.case("P14")
    def test_lines_end_in_every_convention(self) -> None:
        sentence = "A sentence of some length that says a thing."
        text = sentence.join(["", "\r\n", "\r", "\n", "\x85", "\u2028", "\u2029", "\x0b", "\x0c", ""])
        found = from_text(text, title="Ends")
        assert found.text == "\n".join([sentence] * 9)

    def test_nothing_that_breaks_a_reader_remains(self) -> None:
        hostile = "".join(
            map(chr, [*range(32), *range(127, 160), 0xAD, 0xFEFF, 0xFFFE, 0xFFFF, 0xFDD0, 0x1FFFE])
        )
        hostile += "\ud800\udfff\u202e\u2066\u2069\u200b\u2060\U000e0041"
        found = from_text(f"One {hostile} two three four five six.", title="T")
        assert found.text.replace("\n", " ") == "One two three four five six."

    def test_what_carries_meaning_stays(self) -> None:
        england = "🏴" + "".join(chr(0xE0000 + ord(letter)) for letter in "gbeng") + "\U000e007f"
        kept = f"می\u200cخواهم 👩\u200d👩\u200d👧 ❤\ufe0f a\u200fb {england}"
        assert from_text(f"{kept} is a sentence.", title="T").text == f"{kept} is a sentence."

    def test_composition_is_one(self) -> None:
        assert from_text("Le cafe\u0301 est ouvert.", title="T").text == "Le caf\u00e9 est ouvert."

    @pytest.mark.case("P14")
    @given(st.text(max_size=300), st.sampled_from(["\n", "\r\n", "\n\n", "\u2028"]))
    def test_any_text_comes_out_canonical_or_is_refused(self, text: str, newline: str) -> None:
        text = text.replace("|", newline)
        try:
            found = from_text(text, title="Given", language="en")
        except ExtractionError:
            return
        assert found.blocks
        assert found.text == "\n".join(found.text[block.start : block.end] for block in found.blocks)
        for block in found.blocks:
            words = found.text[block.start : block.end]
            assert words == one_line(words) != ""
        found.text.encode("utf-8")
        assert not any(character in found.text for character in "\x00\r\x0b\u2028\ufffe\u202e")

    @pytest.mark.parametrize("sample", [samples.FERRY, samples.WATER, samples.ARABIC, samples.RUSSIAN])
    def test_no_word_vanishes_unseen(self, sample: str) -> None:
        """Every line is in the text, in the title, or among what was left out."""
        found = from_text(sample)
        kept = "\n".join([found.title, found.text, *left_out(found)])
        for line in filter(None, map(one_line, sample.split("\n"))):
            assert line.lstrip("• ") in kept

    def test_the_same_text_twice_is_the_same(self) -> None:
        again = from_text(samples.WATER.replace("\n", "\r\n").replace(" ", "\u00a0"), now=NOW)
        assert again == from_text(samples.WATER, now=NOW)
