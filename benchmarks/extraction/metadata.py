"""How often what a page says about itself was found: title, authors, time and language."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, timedelta

from articles.extraction import Extracted
from articles.extraction.language import language_of
from benchmarks.extraction.pages import Page

_LETTERS = re.compile(r"[\W_]+")
_ENOUGH = 200


def title(page: Page, found: Extracted) -> bool | None:
    """Compare letters and digits only."""
    return _same(page.title, found.title) if page.title else None


def authors(page: Page, found: Extracted) -> bool | None:
    """Say whether every name is in the byline, and nothing is where nobody is named."""
    if page.authors is None:
        return None
    byline = _key(found.byline)
    return all(_key(name) in byline for name in page.authors) if page.authors else not byline


def day(page: Page, found: Extracted) -> bool | None:
    """Say whether it is the day; the hour is often known to machines only."""
    if not page.published:
        return None
    aware = page.published if page.published.tzinfo else page.published.replace(tzinfo=UTC)
    return bool(found.published_at) and abs(found.published_at - aware) < timedelta(days=1)


def language(page: Page, found: Extracted) -> bool | None:
    """Compare with the language that the true body is in, by its words."""
    if page.title is None or len(page.body) < _ENOUGH:
        return None
    return language_of(page.body, found.language) == found.language


def _same(one: str, other: str) -> bool:
    return _key(one) == _key(other)


def _key(text: str) -> str:
    return _LETTERS.sub("", text.casefold())


FIELDS: dict[str, Callable[[Page, Extracted], bool | None]] = {
    "title": title,
    "authors": authors,
    "day": day,
    "language": language,
}
"""Each rule says whether a field is right, None where the set does not know it."""


def shares(found: Iterable[tuple[Page, Extracted | None]]) -> Iterator[tuple[str, float, int]]:
    """Yield field, share that is right, and of how many pages."""
    pairs = [(page, extracted) for page, extracted in found if extracted]
    for name, rule in FIELDS.items():
        known = [right for page, extracted in pairs if (right := rule(page, extracted)) is not None]
        if known:
            yield name, sum(known) / len(known), len(known)
