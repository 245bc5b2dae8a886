"""Sentences in the scripts that newsrooms write, and the promises that hold for any text."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from assist.sentences import spans


def sentences(text: str, language: str) -> list[str]:
    return [text[start:end] for start, end in spans(text, language)]


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("en", ["The bridge is 3.5 km long.", "Dr. Smith left.", "“Is it safe?” he asked.", "Yes!"]),
        ("de", ["Am 3. Mai kam Dr. Weber nach Ulm.", "Er sagte: „Es ist z. B. kalt.“", "Dann ging er."]),
        ("fr", ["M. Dupont est venu hier.", "« Vraiment ? » dit-il.", "MM. Dupont et Roy partent."]),
        ("es", ["¿Qué pasó?", "El Sr. Pérez llegó.", "¡Bien!"]),
        ("ru", ["Это случилось в 2014 г. в Перми.", "А. С. Пушкин писал.", "Что дальше?"]),
        ("ar", ["وصل الوزير أمس.", "هل هذا صحيح؟", "نعم، قال المتحدث."]),
        ("he", ["זה משפט ראשון.", "האם זה נכון?", "כן."]),
        ("hi", ["यह पहला वाक्य है।", "क्या यह सच है?", "हाँ।"]),
        ("el", ["Ήρθε χθες.", "Τι θέλεις;", "Τίποτα."]),
        ("am", ["ይህ ነው።", "እሺ።"]),
    ],
)
def test_sentences_end_as_the_script_ends_them(language: str, expected: list[str]) -> None:
    assert sentences(" ".join(expected), language) == expected


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("zh", "他说我们来了。然后走了。真的吗？", ["他说我们来了。", "然后走了。", "真的吗？"]),
        ("ja", "今日は雨です。明日は晴れる。", ["今日は雨です。", "明日は晴れる。"]),
    ],
)
def test_scripts_without_spaces(language: str, text: str, expected: list[str]) -> None:
    assert sentences(text, language) == expected


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


@given(
    st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=200),
    st.sampled_from(["en", "fr", "ar", "zh"]),
)
def test_sentences_cover_all_but_white_space(text: str, language: str) -> None:
    rest = 0
    for start, end in spans(text, language):
        assert rest <= start < end
        assert not text[rest:start].strip()
        assert text[start:end] == text[start:end].strip()
        assert "\n" not in text[start:end]
        rest = end
    assert not text[rest:].strip()
