"""Saved pages and what is known about them, in the two layouts that are in use.

- `ground-truth.json` beside `html/<id>.html.gz`: the article-extraction benchmark; bodies only.
- `<country>/<Publisher>.json` beside `<Publisher>_<date>.html.gz`: the fixtures of Fundus; bodies, titles,
  authors and dates. One file describes several pages; which one is told by the words.
"""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from html import unescape
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Page:
    """One page. What the set says nothing about is None."""

    name: str
    html: bytes
    body: str
    url: str | None = None
    title: str | None = None
    authors: tuple[str, ...] | None = None
    published: datetime | None = None

    @property
    def half(self) -> str:
        """Which half it is in: rules are written with one and judged by the other."""
        return ("develop", "held-out")[hashlib.sha256(self.name.encode()).digest()[0] % 2]


def pages(folder: Path) -> Iterator[Page]:
    """Read a set of pages, in whichever layout it is."""
    truth = folder / "ground-truth.json"
    if truth.exists():
        for name, known in json.loads(truth.read_text("utf-8")).items():
            html = gzip.decompress((folder / "html" / f"{name}.html.gz").read_bytes())
            yield Page(name, html, known["articleBody"], known.get("url"))
        return
    for described in sorted(folder.glob("*/*.json")):
        versions = list(json.loads(described.read_text("utf-8")).values())
        for file in sorted(described.parent.glob(f"{described.stem}_*.html.gz")):
            html = gzip.decompress(file.read_bytes())
            name = f"{described.parent.name}/{file.name.removesuffix('.html.gz')}"
            yield _page(name, html, max(versions, key=lambda known: _standing_in(html, known)))


def _page(name: str, html: bytes, known: dict[str, Any]) -> Page:
    published = known.get("publishing_date")
    return Page(
        name,
        html,
        "\n".join(_lines(known)),
        title=known.get("title"),
        authors=tuple(known.get("authors") or ()),
        published=datetime.fromisoformat(published) if published else None,
    )


def _lines(known: dict[str, Any]) -> list[str]:
    body = known["body"]
    sections = [line for part in body["sections"] for line in (*part["headline"], *part["paragraphs"])]
    return [*body["summary"], *sections]


def _standing_in(html: bytes, known: dict[str, Any]) -> float:
    """Return the share of the words of a description's text that stand in a page."""
    words = set(" ".join(_lines(known)).split())
    page = set(unescape(html.decode("utf-8", "replace")).replace(">", " ").replace("<", " ").split())
    return len(words & page) / len(words or [""])
