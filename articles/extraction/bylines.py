"""Who wrote it and when, as pages say it in lines of their own above or below the headline."""

from __future__ import annotations

import re
from unicodedata import category

from articles.extraction.canonical import vocabulary
from articles.extraction.phrases import BY, PUBLISHED, UPDATED

_MAX = 120
_PARTICLES = vocabulary(
    "al ap bin ben bint da dal de del della den der di do dos du e el et i ibn la las le lo los na of op 't"
    " ten ter van vande vander von vom zu zum zur y und and och og и"
)
_SEPARATORS = re.compile(r"\s*[|•·‧∙–—]\s*|\s{2,}")
_LIST = re.compile(r"\s*(?:,|;|&|、|，|\band\b|\bund\b|\bet\b|\by\b|\boch\b|\bи\b|\bو\s)\s*")
_CASELESS = re.compile(
    "[\u0590-\u08ff\u0900-\u109f\u0e00-\u0eff\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]"
)

# A line that is a date: in figures, or a day and a year with a month between or before them; the name of
# the day before, a time after.
_BARE_DATE = re.compile(
    r"(?:[^\W\d]{2,12}[,.]?\s+)?"
    r"(?:\d{1,4}[./-]\d{1,2}[./-]\d{1,4}|\d{4}\s?[年년]\s?\d{1,2}\s?[月월]\s?\d{1,2}\s?[日일]"
    r"|\d{1,2}(?:\.|º|er|st|nd|rd|th)?\s+(?:de\s+)?[^\W\d][\w\u0900-\u0dff]+\.?,?\s+(?:de\s+)?\d{4}"
    r"|[^\W\d][\w\u0900-\u0dff]+\.?\s+\d{1,2}(?:st|nd|rd|th)?,?\s+\d{4})(?!\d).{0,25}"
)
_SHORT = 25


def _starts_with(words: str) -> re.Pattern[str]:
    """Match a line that starts with one of the words, and then a gap, a colon, or another script."""
    longest_first = sorted(words.split("|"), key=len, reverse=True)
    choice = "|".join(map(re.escape, longest_first))
    return re.compile(rf"(?:{choice})(?:\s*[:：／/]\s*|\s+|$)(?P<rest>.*)", re.IGNORECASE)


_BY = _starts_with(BY)
_PUBLISHED = _starts_with(PUBLISHED)
_UPDATED = _starts_with(UPDATED)


def byline_of(line: str) -> str | None:
    """Return who wrote it, if a line says so (`By Mara Lind and Tom O'Neil | 12 March`), else nothing."""
    match = _BY.match(line) if len(line) <= _MAX else None
    if not match:
        return None
    names = _SEPARATORS.split(match["rest"])[0].strip(" ,;:")
    marked = re.match(r"\S+\s*[:：／/]", line) is not None or line[:3].lower() == "by "
    parts = [part for part in _LIST.split(names) if part]
    if parts and all(looks_like_a_name(part, single=marked) for part in parts):
        return names
    person, _, role = names.partition(", ")
    return names if looks_like_a_name(person) and _is_role(role) else None


def looks_like_a_name(text: str, *, single: bool = False) -> bool:
    """Say whether a text could be a person's name and nothing else; `single` admits one word.

    Scripts without capitals give less to go by, so ask only where a name is to be expected.
    """
    words = text.replace("·", " ").split()
    if not words or len(text) > 60 or len(words) > 5:
        return False
    if not all(_is_name_word(word) or word in _PARTICLES for word in words):
        return False
    if _CASELESS.search(text):
        return not text.endswith(("。", "।"))
    if len(words) == 1 and not single:
        return False
    if len(words[-1]) > 2 and words[-1].endswith("."):
        return False
    capitals = [word for word in words if word[0].isupper()]
    return (
        words[0][0].isupper()
        and all(
            word in _PARTICLES
            or word[0].isupper()
            or word.lower().startswith(("al-", "el-", "d'", "d’", "o'"))
            for word in words
        )
        and len(capitals) >= (1 if single else 2)
    )


def _is_role(text: str) -> bool:
    """Say whether a text may be what somebody is: "staff writer", "chief correspondent in Lima"."""
    return 0 < len(text.split()) <= 5 and not re.search(r"[\d.!?:;]", text)


def published_in(line: str) -> str | None:
    """Return the words after a label such as "Published on"; empty where nothing follows."""
    return _after(_PUBLISHED, line)


def updated_in(line: str) -> str | None:
    """Return the words after a label such as "Updated on"; empty where nothing follows."""
    return _after(_UPDATED, line)


def _after(label: re.Pattern[str], line: str) -> str | None:
    match = label.match(line) if len(line) <= _MAX else None
    rest = match["rest"].strip() if match else None
    # A sentence may begin with such a word; a date is a date, or short ("3 hours ago").
    dated = not rest or is_bare_date(rest) or (len(rest) <= _SHORT and any(map(str.isdigit, rest)))
    return rest if dated else None


def is_bare_date(line: str) -> bool:
    """Say whether a line is a date and nothing else."""
    return len(line) <= 50 and bool(_BARE_DATE.fullmatch(line)) and not line.endswith((".", "!"))


def _is_name_word(word: str) -> bool:
    """Say whether a word is made of letters and their marks; initials, hyphens and apostrophes count."""
    return word[0].isalpha() and all(
        character.isalpha() or character in "'’.-\u200c\u200d" or category(character)[0] == "M"
        for character in word
    )
