"""Sentences in the scripts that newsrooms write, and the promises that hold for any text."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, strategies as st

from assist.sentences import spans, touching
from tests.assist.sentence_table import TABLE


def sentences(text: str, language: str) -> list[str]:
    return [text[start:end] for start, end in spans(text, language)]


@pytest.mark.parametrize(("language", "between", "expected"), TABLE.values(), ids=TABLE)
def test_sentences_end_as_a_reader_of_the_language_ends_them(
    language: str, between: str, expected: tuple[str, ...]
) -> None:
    assert tuple(sentences(between.join(expected), language)) == expected


def test_a_sentence_never_crosses_a_block() -> None:
    text = "A headline without a stop\nThe text begins here. It goes on\nand ends"
    assert sentences(text, "en") == [
        "A headline without a stop",
        "The text begins here.",
        "It goes on",
        "and ends",
    ]


def test_offsets_are_code_points() -> None:
    text = "😀 First. 👩‍👩‍👧 Second e\u0301. Third."
    assert [text[start:end] for start, end in spans(text, "en")] == [
        "😀 First.",
        "👩‍👩‍👧 Second e\u0301.",
        "Third.",
    ]


@pytest.mark.parametrize("language", ["en-GB", "pt-BR", "zh-Hant-TW", "und", "", "qqq"])
def test_any_language_tag_gives_sentences(language: str) -> None:
    assert len(sentences("Eins. Zwei.", language)) == 2


def test_nothing_has_no_sentences() -> None:
    assert spans("", "en") == []
    assert spans(" \n \n", "en") == []


def test_a_line_without_end_is_cut_in_a_moment() -> None:
    for unit in ("Ab. c. ", "1. ", "(a. ", "“Yes. No. ", "នេះ។", "«a։", "ก ข ค ", "「好。"):
        started = time.process_time()
        spans(unit * (200_000 // len(unit)), "th")
        assert time.process_time() - started < 5, unit


# Letters that end, begin, quote and count, so that examples are about sentences; and all others.
_MARKS = ".!?…。！？།။።։؟ “”„«»「」()\n"
_BITS = [
    "Dr.",
    "z. B.",
    "3.",
    "3.5",
    "a)",
    "Er",
    "he",
    "они",
    "雨です",
    "と",
    "ปี",
    "წავიდა",
    "👩\u200d👩",
    "é",
    "\u200f",
    "  ",
]
_WRITTEN = st.lists(st.sampled_from([*_MARKS, *_BITS]), max_size=40).map("".join)
_ANY = st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=200)
_LANGUAGES = st.sampled_from(
    ["en", "de", "fr", "es", "ar", "zh", "ja", "th", "km", "ka", "am", "hi", "pl", "und", ""]
)


@given(_WRITTEN | _ANY, _LANGUAGES)
def test_sentences_cover_all_but_white_space(text: str, language: str) -> None:
    rest = 0
    for start, end in spans(text, language):
        assert rest <= start < end
        assert not text[rest:start].strip()
        assert text[start:end] == text[start:end].strip()
        assert "\n" not in text[start:end]
        rest = end
    assert not text[rest:].strip()


@given(_WRITTEN, _LANGUAGES, st.integers(0, 60), st.integers(1, 60))
def test_those_touched_are_those_of_the_whole_text(text: str, language: str, start: int, size: int) -> None:
    end = min(len(text), start + size)
    wanted = [span for span in spans(text, language) if span[0] < end and start < span[1]]
    assert touching(text, language, start, end) == (wanted if start < end else [])
