"""From a row of a file, or a line of a request, to the wish for one article: form only."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime

from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext as _

from articles import limits
from articles.extraction import MAX_BYTES
from articles.extraction.canonical import one_line
from articles.fetching import FetchError, normalise_url

MOST = {
    "title": limits.TITLE,
    "byline": limits.BYLINE,
    "outlet": limits.OUTLET,
    "language": limits.LANGUAGE,
}
TEXT, HTML = "text/plain; charset=utf-8", "text/html; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a row is no wish: a stable code, and a sentence."""

    code: str
    detail: str


@dataclass(frozen=True, slots=True)
class Wish:
    """One article: by its address, or by its text."""

    url: str = ""
    text: str = ""
    content_type: str = TEXT
    given: dict[str, str] = field(default_factory=dict)


class _Refused(Exception):
    def __init__(self, code: str, detail: str) -> None:
        super().__init__(code)
        self.fault = Fault(code, detail)


def wish_in(row: dict[str, str]) -> Wish | Fault:
    """Return what a row wants: `url` or `text` (or `html`), and what it knows of the article."""
    if kept_back := row.get("kept_back"):
        return Fault(*_kept_back(row.get("title", ""), kept_back))
    try:
        text, marked_up = limits.text_in(row.get("text", "").strip()), row.get("html", "").strip()
        url = row.get("url", "").strip()
        if not (url or text or marked_up):
            raise _Refused("no_article", _("This row has neither an address nor a text."))
        if sum(map(bool, (url, text, marked_up))) > 1:
            raise _Refused("invalid", _("Give an address or a text, and not both."))
        if len(marked_up.encode("utf-8", "replace")) > MAX_BYTES:
            words = _("The page in this row is larger than %d MB. Paste the article’s text alone.")
            raise _Refused("too_large", words % (MAX_BYTES // (1024 * 1024)))
        return Wish(
            url=_address(url) if url else "",
            text=text or marked_up,
            content_type=HTML if marked_up else TEXT,
            given=_given(row),
        )
    except limits.TextTooLong as fault:
        return Fault(fault.code, str(fault))
    except _Refused as refused:
        return refused.fault


def _kept_back(title: str, why: str) -> tuple[str, str]:
    """Say why what a WordPress site does not show to everybody is not imported."""
    title = one_line(title)[:100] or _("Untitled")
    if why == "password":
        return "protected", _("“%s” is behind a password on its site.") % title
    return "not_published", _("“%(title)s” is not published on its site (%(status)s).") % {
        "title": title,
        "status": why,
    }


def _given(row: dict[str, str]) -> dict[str, str]:
    given = {name: one_line(row.get(name, "")) for name in MOST}
    for name, value in given.items():
        if len(value) > MOST[name]:
            words = _("“%(name)s” is longer than %(most)d characters.")
            raise _Refused("too_long", words % {"name": name, "most": MOST[name]})
    given["outlet_name"] = given.pop("outlet")
    given["published_at"] = _moment(row.get("published_at", "").strip())
    canonical = row.get("canonical_url", "").strip()
    given["canonical_url"] = _address(canonical) if canonical else ""
    return {name: value for name, value in given.items() if value}


def _address(url: str) -> str:
    try:
        return normalise_url(url)
    except FetchError as error:
        # A name or password in an address is not for everybody who reads the report.
        if "@" in url:
            raise _Refused(error.code, error.detail) from error
        words = _("“%(url)s” cannot be used. %(why)s")
        raise _Refused(error.code, words % {"url": one_line(url)[:60], "why": error.detail}) from error


def _moment(said: str) -> str:
    """A day or time as ISO 8601 has it; a day begins at midnight in the desk's time zone."""
    if not said:
        return ""
    try:
        moment = parse_datetime(said)
        if moment is None and (day := parse_date(said)):
            moment = datetime(day.year, day.month, day.day)  # noqa: DTZ001  (the zone comes next)
        if moment is not None:
            moment = moment if moment.tzinfo else timezone.make_aware(moment)
            return moment.astimezone(UTC).isoformat()
    except (ValueError, OverflowError):
        pass
    raise _Refused("no_date", _("“%s” is no date that we can read. Write 2026-03-04.") % said[:40])
