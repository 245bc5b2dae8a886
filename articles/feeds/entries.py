"""What a feed says, as plain data: made by the readers in the cage, read by the desk with mistrust."""

from __future__ import annotations

import hashlib
import html
import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urljoin

import nh3

from articles.extraction import ExtractionError
from articles.extraction.canonical import one_line
from articles.fetching.failures import FetchError
from articles.fetching.urls import normalise_url

MOST_ENTRIES = 1000
"""How many entries of a feed are read, from its top; feeds begin with the newest."""
LONGEST_TEXT = 1_000_000
_EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
_BROKEN = re.compile("[\x00\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry. `html` is its text; `is_whole` says that the feed calls it the whole text.

    `link` is an address in the form in which the desk compares them, or empty; dates are ISO 8601.
    """

    guid: str
    link: str
    title: str
    byline: str
    published_at: str
    updated_at: str
    html: str
    is_whole: bool

    @property
    def key(self) -> str:
        """A digest that tells it from the others of its feed."""
        if self.link:
            return _digest("link", self.link)
        return _digest("guid", self.guid) if self.guid else _digest("words", self.title, self.html)

    @property
    def guid_key(self) -> str:
        return _digest("guid", self.guid) if self.guid else ""

    @property
    def digest(self) -> str:
        """A digest of what it says; not of the marks and addresses in it, which change by themselves."""
        return _digest(self.title, words_of(self.html), self.updated_at)


@dataclass(frozen=True, slots=True)
class Found:
    """A feed, its entries in their order."""

    title: str
    language: str
    entries: tuple[Entry, ...]


def entry(*, base: str, now: datetime, **said: Any) -> Entry | None:
    """Return an entry in clean form; None where it has neither an address nor a text.

    Args:
        base: The feed's address, for entries that give a relative one.
        now: The clock, for dates that cannot be.
        said: `guid`, `link`, `title`, `byline`, `html`, `is_whole`; `published_at` and `updated_at` as times.
    """
    text = _clean(said["html"]).strip()
    link = _address(said["link"], base)
    if len(text) > LONGEST_TEXT or not words_of(text):
        text = ""
    if not link and not text:
        return None
    return Entry(
        guid=_clean(said["guid"]).strip()[:2000],
        link=link,
        title=words_of(said["title"])[:500],
        byline=words_of(said["byline"])[:300],
        published_at=_date(said["published_at"], now),
        updated_at=_date(said["updated_at"], now),
        html=text,
        is_whole=bool(text) and said["is_whole"],
    )


def found(*, title: Any, language: Any, entries: Iterable[Entry | None]) -> dict[str, Any]:
    """Return a feed as it is sent out of the cage.

    A time of change that all entries share is the time at which the feed was made, and says nothing.
    """
    kept = [each for each in entries if each is not None]
    if len(kept) > 1 and len({each.updated_at for each in kept}) == 1:
        kept = [replace(each, updated_at="") for each in kept]
    language = _clean(language).strip()
    return {
        "title": words_of(title)[:300],
        "language": language if re.fullmatch(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*", language) else "",
        "entries": [asdict(each) for each in kept],
    }


def read_found(sent: Any) -> Found:
    """Return what came out of the cage.

    Raises:
        ValueError, TypeError, KeyError: it is no feed.
    """
    entries = tuple(_read_entry(each) for each in sent["entries"])
    return Found(title=_text(sent["title"]), language=_text(sent["language"]), entries=entries)


def words_of(marked_up: Any) -> str:
    """Return the words of a title or text that may hold HTML, on one line."""
    text = _clean(marked_up)
    if "<" in text or "&" in text:
        text = html.unescape(nh3.clean(text, tags=set()))
    return one_line(text)


def no_feed() -> ExtractionError:
    """Make the refusal of what is no feed."""
    return ExtractionError(
        "no_feed",
        "There is no feed at this address, but something else. Look on the site for its RSS or Atom address.",
    )


def _read_entry(sent: dict[str, Any]) -> Entry:
    texts = {name: _text(value) for name, value in sent.items() if name != "is_whole"}
    if texts["link"] and normalise_url(texts["link"]) != texts["link"]:
        raise ValueError("an address in another form")
    for name in ("published_at", "updated_at"):
        if texts[name]:
            datetime.fromisoformat(texts[name])
    return Entry(**texts, is_whole=sent["is_whole"] is True)


def _address(link: Any, base: str) -> str:
    link = _clean(link).strip()
    if not link:
        return ""
    try:
        return normalise_url(urljoin(base, link.replace(" ", "%20")))
    except (FetchError, ValueError):
        return ""


def _date(said: datetime | None, now: datetime) -> str:
    """A date that can be; a wrong one is worse than none."""
    return said.isoformat() if said and _EARLIEST <= said <= now + timedelta(days=1) else ""


def _clean(said: Any) -> str:
    return _BROKEN.sub("", said) if isinstance(said, str) else ""


def _text(sent: Any) -> str:
    if not isinstance(sent, str) or _BROKEN.search(sent):
        raise TypeError("no text")
    return sent


def _digest(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()
