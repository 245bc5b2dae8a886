"""Read RSS, Atom and JSON feeds. For the cage: what the parsers are given may hang or break them."""

from __future__ import annotations

import calendar
import html
import io
import json
import re
from datetime import UTC, datetime
from typing import Any

from articles.feeds import entries

_ENDS = re.compile(rb"</(?:[A-Za-z][\w.-]{0,20}:)?(item|entry)\s{0,10}>")


def read_feed(data: bytes, *, url: str, content_type: str, now: datetime) -> dict[str, Any]:
    """Return the feed in these bytes, with the first entries of one that has very many.

    Raises:
        ExtractionError: `no_feed`.
    """
    if data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
        return _read_json(data, url, now)
    return _read_xml(_first_entries(data), url, content_type, now)


def _first_entries(data: bytes) -> bytes:
    """Cut a feed after the last entry that is read: parsing 200,000 takes longer than anybody waits."""
    end = None
    for count, match in enumerate(_ENDS.finditer(data), start=1):
        if count == entries.MOST_ENTRIES:
            end = match
        if count > entries.MOST_ENTRIES and end is not None:
            rest = b"</feed>" if end[1] == b"entry" else b"</channel></rss>"
            return data[: end.end()] + rest
    return data


def _read_xml(data: bytes, url: str, content_type: str, now: datetime) -> dict[str, Any]:
    import feedparser  # loads slowly, and only here

    # Never a string: feedparser opens one that is the path of a file.
    parsed = feedparser.parse(
        io.BytesIO(data),
        response_headers={"content-location": url, "content-type": content_type},
        sanitize_html=False,  # the words are all that is taken; the HTML goes to our own reader
    )
    if not parsed.get("version") and not parsed.entries:
        raise entries.no_feed()
    feed = parsed.feed
    return entries.found(
        title=feed.get("title"),
        language=feed.get("language"),
        entries=(
            _from_xml(each, url, now, one_date=parsed.get("version") != "atom10")
            for each in parsed.entries[: entries.MOST_ENTRIES]
        ),
    )


def _from_xml(said: Any, url: str, now: datetime, *, one_date: bool) -> entries.Entry | None:
    """Read one entry. In RSS a single date (`dc:date`) is that of publication, whatever it is called."""
    updated = _moment(said.get("updated_parsed") if "updated" in said else None)
    published = _moment(said.get("published_parsed")) or (updated if one_date else None)
    whole = max((_as_html(each) for each in said.get("content", ())), key=len, default="")
    return entries.entry(
        base=url,
        now=now,
        guid=said.get("id"),
        link=said.get("link"),
        title=said.get("title"),
        byline=said.get("author"),
        html=whole or _as_html(said.get("summary_detail", {})),
        is_whole=bool(whole),
        published_at=published,
        updated_at=updated,
    )


def _as_html(detail: Any) -> str:
    value = detail.get("value")
    if not isinstance(value, str):
        return ""
    return value if "html" in str(detail.get("type")) or "<" in value else _paragraphs(value)


def _paragraphs(text: str) -> str:
    return "".join(f"<p>{html.escape(line)}</p>" for line in text.splitlines() if line.strip())


def _moment(parsed: Any) -> datetime | None:
    try:
        return datetime.fromtimestamp(calendar.timegm(parsed), UTC) if parsed else None
    except (ValueError, OverflowError, OSError, TypeError):
        return None


def _read_json(data: bytes, url: str, now: datetime) -> dict[str, Any]:
    try:
        said = json.loads(data)
        items = said["items"]
        language = said.get("language")
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise entries.no_feed() from None
    if not isinstance(items, list):
        raise entries.no_feed()
    return entries.found(
        title=said.get("title"),
        language=language,
        entries=(
            _from_json(each, url, now) for each in items[: entries.MOST_ENTRIES] if isinstance(each, dict)
        ),
    )


def _from_json(said: dict[str, Any], url: str, now: datetime) -> entries.Entry | None:
    text = said.get("content_text")
    whole = said.get("content_html") or (_paragraphs(text) if isinstance(text, str) else "")
    summary = said.get("summary")
    authors = said.get("authors") or [said.get("author")]
    names = (
        [each.get("name") for each in authors if isinstance(each, dict)] if isinstance(authors, list) else []
    )
    guid = said.get("id")
    return entries.entry(
        base=url,
        now=now,
        guid=str(guid) if isinstance(guid, int | float) else guid,
        link=said.get("url"),
        title=said.get("title"),
        byline=", ".join(name for name in names if isinstance(name, str)),
        html=whole or (_paragraphs(summary) if isinstance(summary, str) else ""),
        is_whole=bool(whole),
        published_at=_iso(said.get("date_published")),
        updated_at=_iso(said.get("date_modified")),
    )


def _iso(said: Any) -> datetime | None:
    try:
        moment = datetime.fromisoformat(said)
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, TypeError, OverflowError):
        return None
