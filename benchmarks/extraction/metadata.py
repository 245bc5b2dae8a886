"""How often what a page says about itself was found: title, authors, time and language."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import ClassVar

from articles.extraction import Extracted
from articles.extraction.language import language_of
from benchmarks.extraction.pages import Page

_LETTERS = re.compile(r"[\W_]+")
_ENOUGH = 200


class Metadata:
    """Each rule returns whether a field is right, None where the set does not know it."""

    FIELDS: ClassVar[dict[str, Callable[[Page, Extracted], bool | None]]] = {}

    @classmethod
    def shares(cls, found: Iterable[tuple[Page, Extracted | None]]) -> Iterator[tuple[str, float, int]]:
        """Return field, share that is right, and of how many pages."""
        pairs = list(found)
        for name, rule in cls.FIELDS.items():
            judged = [rule(page, extracted) for page, extracted in pairs if extracted]
            known = [right for right in judged if right is not None]
            if known:
                yield name, sum(known) / len(known), len(known)


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
    return bool(found.published_at and abs((found.published_at - _aware(page)).total_seconds()) < 86_400)


def language(page: Page, found: Extracted) -> bool | None:
    """Compare with the language that the true body is in, by its words."""
    if page.title is None or len(page.body) < _ENOUGH:
        return None
    return language_of(page.body, found.language) == found.language


def _aware(page: Page):
    from datetime import UTC

    return page.published if page.published.tzinfo else page.published.replace(tzinfo=UTC)


def _same(one: str, other: str) -> bool:
    return _key(one) == _key(other)


def _key(text: str) -> str:
    return _LETTERS.sub("", text.casefold())


Metadata.FIELDS = {"title": title, "authors": authors, "day": day, "language": language}
