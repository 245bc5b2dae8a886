"""Articles as rows, with or without a look for near copies."""

from __future__ import annotations

import random
from collections import Counter
from itertools import count
from typing import Any

from django.utils import timezone

from articles.actions.comparing import COMMON, compare
from articles.actions.texts import digest_of
from articles.models import Article, Outlet, Revision
from articles.twins.models import Fingerprint, Twin
from articles.twins.shingles import Shingles
from benchmarks.seeding.rows import Rows
from factcheck.accounts.models import User

AT_ONCE = 2_000
OUTLETS = 20


class Archive:
    """The articles of a desk, imported by one person."""

    def __init__(self, rng: random.Random, words: list[str]) -> None:
        self._rng, self._words, self._numbers = rng, words, count(1)
        self._person = User.objects.create(username="archive", email="archive@desk.example", name="Archive")
        self._outlets = [
            (Outlet.objects.create(name=f"Outlet {number}"), self._sentences(60)) for number in range(OUTLETS)
        ]

    def fill(self, articles: int) -> None:
        """Add articles of random words, fingerprinted as `compare` would have done it."""
        rows, found = Rows(), Counter[int]()
        for number in range(1, articles + 1):
            outlet, under = self._rng.choice(self._outlets)
            text = f"{self._sentences(self._rng.randint(60, 250))}\n{under}"
            article = rows.add(self._article(text, outlet, compared=True))
            rows.add(self._revision(article, text))
            for value in Shingles(text).sketch:
                if found[value] < COMMON:
                    found[value] += 1
                    rows.add(Fingerprint(value=value, article=article))
            if number % AT_ONCE == 0:
                rows.write(checked=False)
        rows.write(checked=False)
        rows.close()

    def add(self, text: str, outlet: str = "") -> int:
        """Add an article that was not compared yet, its text a number longer; return its id."""
        text = f"{text}\n{next(self._numbers)}"
        of = Outlet.objects.get_or_create(name=outlet)[0] if outlet else None
        article = self._article(text, of, compared=False)
        article.save(force_insert=True)
        self._revision(article, text).save(force_insert=True)
        return article.pk

    def compare(self, pk: int) -> list[int]:
        """Look for its near copies; return them."""
        compare(pk)
        return list(Twin.objects.filter(article=pk).values_list("other", flat=True))

    def _article(self, text: str, outlet: Any, *, compared: bool) -> Article:
        digest = digest_of(text)
        return Article(
            title="An article",
            outlet=outlet,
            text_digest=digest,
            compared=digest if compared else "",
            origin="text",
            imported_by=self._person,
            created_at=timezone.now(),
        )

    def _revision(self, article: Article, text: str) -> Revision:
        digest = article.text_digest
        return Revision(
            article=article,
            number=1,
            text=text,
            blocks=[],
            digest=digest,
            created_by=self._person,
            created_at=timezone.now(),
        )

    def _sentences(self, length: int) -> str:
        return " ".join(self._rng.choices(self._words, k=length))
