"""What languages are called."""

from __future__ import annotations

import pytest
from django.utils import translation

from factcheck.languages import language_name


@pytest.mark.parametrize(
    ("tag", "name"),
    [
        ("en", "English"),
        ("zh", "Chinese"),
        ("zh-Hant", "Traditional Chinese"),
        ("zh-hant-TW", "Traditional Chinese"),
        ("pt-BR", "Brazilian Portuguese"),
        ("es-PE", "Spanish"),
        ("PS", "Pashto"),
        ("fil", "Filipino"),
        ("la", "Latin"),
        ("x-klingon", "x-klingon"),
        ("qqq-XX", "qqq-XX"),
        ("", ""),
    ],
)
def test_a_language_has_the_name_that_readers_of_english_know(tag: str, name: str) -> None:
    assert language_name(tag) == name


def test_the_name_is_in_the_language_of_whoever_reads() -> None:
    with translation.override("fr"):
        assert language_name("de") == "Allemand"
    with translation.override("zh-hans"):
        assert language_name("ar") == "阿拉伯语"
