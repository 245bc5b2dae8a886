"""When something was published, from machine-readable stamps and from words. None is better than wrong."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

_YEAR = re.compile(r"(?<!\d)(?:1[89]|20)\d\d(?!\d)|[٠-٩]{4}|[۰-۹]{4}|[०-९]{4}")
_NUMERIC = re.compile(r"(?<!\d)(\d{1,2})[./-](\d{1,2})[./-](\d{4})(?!\d)")
_CERTAIN_ZONE = re.compile(r"\b(?:UTC|GMT)\b|[+-]\d{2}:?\d{2}\b|\dZ\b")
_DAY_FIRST_UNSURE = {"en", "und", ""}
_EARLIEST = datetime(1800, 1, 1, tzinfo=UTC)


def from_stamp(stamp: str) -> datetime | None:
    """Return the moment of an ISO 8601 or HTTP date; without a zone it counts as UTC."""
    stamp = stamp.strip()
    if re.fullmatch(r"\d{4}", stamp) or len(stamp) > 60:
        return None
    try:
        return plausible(datetime.fromisoformat(stamp))
    except ValueError:
        return _from_http(stamp)


def from_words(words: str, language: str, *, now: datetime | None = None) -> datetime | None:
    """Return the day that a short line names in full, in that language; midnight UTC.

    A day, a month and a four-digit year have to be there. `03/04/2026` means two days in English, so
    it means none here. A time of day counts only with UTC, GMT or an offset: IST is three zones.
    """
    if len(words) > 120 or not _YEAR.search(words):
        return None
    primary = language.partition("-")[0]
    numeric = _NUMERIC.search(words)
    if numeric and primary in _DAY_FIRST_UNSURE and _either_way(numeric):
        return None
    parsed = _parsed(words, primary, day_first=not (numeric and int(numeric[2]) > 12))
    if parsed and not _CERTAIN_ZONE.search(words):
        parsed = datetime(parsed.year, parsed.month, parsed.day, tzinfo=UTC)
    return plausible(parsed, now=now) if parsed else None


def plausible(moment: datetime, *, now: datetime | None = None) -> datetime | None:
    """Return the moment in UTC unless it lies in the future or before newspapers."""
    try:
        aware = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (OverflowError, ValueError):
        return None
    latest = (now or datetime.now(UTC)) + timedelta(days=1)
    return aware if _EARLIEST <= aware <= latest else None


def _either_way(numeric: re.Match[str]) -> bool:
    first, second = int(numeric[1]), int(numeric[2])
    return first <= 12 and second <= 12 and first != second


def _from_http(stamp: str) -> datetime | None:
    from email.utils import parsedate_to_datetime

    try:
        return plausible(parsedate_to_datetime(stamp))
    except (TypeError, ValueError, IndexError):
        return None


def _parsed(words: str, language: str, *, day_first: bool) -> datetime | None:
    import dateparser  # loads its languages one by one; half a second in all

    settings = {
        "STRICT_PARSING": True,
        "REQUIRE_PARTS": ["day", "month", "year"],
        "PARSERS": ["absolute-time"],  # never "3 hours ago": we do not know when that was said
        "TIMEZONE": "UTC",
        "RETURN_AS_TIMEZONE_AWARE": True,
        "DATE_ORDER": "DMY" if day_first else "MDY",
    }
    languages = [language] if language not in _DAY_FIRST_UNSURE else ["en"]
    try:
        found = dateparser.parse(words, languages=languages, settings=settings)
    except (ValueError, OverflowError):  # a language that it does not know, a number too large
        return None
    return found if isinstance(found, datetime) else None
