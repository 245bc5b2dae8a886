"""A site directory of the test's own, and the pages in it as a reader gets them."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

LD = re.compile(r'<script type="application/ld\+json">(.*?)</script>', re.DOTALL)


class Site:
    """The public site as files."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def text(self, path: str) -> str:
        return (self.root / path).read_text(encoding="utf-8")

    def check(self, slug: str, number: int | None = None) -> str:
        return self.text(f"checks/{slug}/{f'v/{number}/' if number else ''}index.html")

    def data(self, slug: str) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.text(f"checks/{slug}.json"))
        return found

    def files(self) -> dict[str, str]:
        """Every file that readers can get, with its content."""
        return {
            place.relative_to(self.root).as_posix(): place.read_text(encoding="utf-8")
            for place in sorted(self.root.rglob("*"))
            if place.is_file() and ".made" not in place.parts
        }

    def jsonld(self, html: str) -> list[dict[str, Any]]:
        """What a search engine reads in a page: each block has to be JSON."""
        return [json.loads(block) for block in LD.findall(html)]


@pytest.fixture
def site(settings: Any, tmp_path: Path) -> Site:
    from django.core.cache import cache

    cache.clear()  # what is known of the articles of the test before, which had the same numbers
    settings.SITE_DIR = tmp_path / "site"
    return Site(tmp_path / "site")
