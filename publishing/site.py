"""The public site as a directory of files, so that it answers when nothing else does.

A file is written beside its place, flushed to disk, and renamed over it: a reader sees the old page
or the new one, never half of one. Making the same pages twice gives the same files.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from django.conf import settings

from publishing import pages
from publishing.models import Edition, Publication, Summary

Page = tuple[str, str]


def put(path: str, text: str) -> None:
    """Put one file in place, atomically; `path` is relative to the site directory."""
    target = Path(settings.SITE_DIR) / path
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=target.parent, prefix=".new-")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
            file.flush()
            os.fchmod(file.fileno(), 0o644)
            os.fsync(file.fileno())
        Path(temporary).replace(target)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    directory = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)


def build_for(publication: Publication) -> None:
    """Make every page that this publication is on.

    The pages it shares with others (home, summaries, feed) are made again until no edition has
    appeared meanwhile: of two workers, the later one to write has seen both.
    """
    seen = None
    while (newest := _newest()) != seen:
        seen = newest
        for path, text in _pages_of(publication):
            put(path, text)
        build_shared(Summary.objects.filter(article__in=_articles_of(publication)))


def build_shared(summaries: Iterable[Summary] = ()) -> None:
    """Make home page and feed, and the given summaries."""
    for summary in summaries:
        put(f"summaries/{summary.slug}/index.html", pages.summary(summary))
    put("index.html", pages.home())
    put("feed.atom", pages.feed())


def repair() -> int:
    """Make the pages that should be there and are not; return how many publications were mended."""
    mended = 0
    root = Path(settings.SITE_DIR)
    for publication in Publication.objects.live().iterator(500):
        if not (root / f"checks/{publication.slug}/index.html").exists():
            build_for(publication)
            mended += 1
    if not (root / "index.html").exists() or not (root / "feed.atom").exists():
        build_shared()
    return mended


def _pages_of(publication: Publication) -> Iterator[Page]:
    editions = list(Edition.objects.filter(publication=publication).order_by("-number"))
    for edition in editions:
        yield (
            f"checks/{publication.slug}/v/{edition.number}/index.html",
            pages.check(edition, editions, as_kept=True),
        )
    yield f"checks/{publication.slug}.json", pages.check_json(editions[0])
    yield f"checks/{publication.slug}/index.html", pages.check(editions[0], editions)


def _articles_of(publication: Publication) -> list[int]:
    newest = Edition.objects.filter(publication=publication).order_by("-number").first()
    return [place["article"] for place in newest.payload["appearances"]] if newest else []


def _newest() -> list[int]:
    """The ids of the newest editions. Not the newest alone: a smaller one may be committed later."""
    return list(Edition.objects.order_by("-pk").values_list("pk", flat=True)[: pages.IN_FEED])
