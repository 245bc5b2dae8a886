"""The public site as a directory of files, so that it answers when nothing else does.

A file is written beside its place, flushed to disk, and renamed over it: a reader sees the old page
or the new one, never half of one. Making the same pages twice gives the same files.
"""

from __future__ import annotations

import json
import os
import tempfile
from collections import defaultdict
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import BigIntegerField, Q
from django.db.models.functions import Cast

from articles.models import Claim, Passage
from factcheck.audit.models import Event
from publishing import pages, sitemap
from publishing.changes import Changed, changed_at
from publishing.models import Edition, Publication, Summary
from publishing.sitemap import Page, Part


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
    """Make every page that this publication is on."""

    def build() -> None:
        summaries = _build_check(publication)
        parts = {sitemap.part_of(publication), *map(sitemap.part_of, summaries)}
        build_shared(summaries, parts)

    _until_settled(build)


def build_shared(summaries: Iterable[Summary] = (), parts: Iterable[Part] = ()) -> None:
    """Make home page and feed, the given summaries and parts of the sitemap, and what always stands."""
    for summary in summaries:
        _build_summary(summary)
    made_of = _newest()
    newest = list(Edition.objects.current()[: max(pages.ON_HOME, pages.IN_FEED)])
    _make("shared", made_of, [("index.html", pages.home(newest)), ("feed.atom", pages.feed(newest))])
    _put_map(newest, (sitemap.part(*each) for each in parts))


def repair() -> int:
    """Make again what is missing, cut short, or older than what stands; return in how many places.

    Ten queries, twelve where passages changed; for each place a note and the sizes of its files, where all is
    well. The sitemap is one place, and is read.
    """
    _checks, changed = _in_changed_articles()
    checks = [
        pk
        for pk, slug, edition in Publication.objects.live().values_list("pk", "slug", "edition").iterator()
        if not _stands(f"checks/{slug}", _made_of(edition, changed))
    ]
    made_of: dict[int, list[Any]] = defaultdict(list)
    current = Edition.objects.current().order_by("publication__summaries", "pk")
    on_pages = current.values_list("publication__summaries", "publication__summaries__article", "pk")
    for summary, article, edition in on_pages.iterator():
        made_of[summary].append(_made_of(edition, changed, article))
    summaries = [page for page in Summary.objects.iterator() if not _stands(_place(page), made_of[page.pk])]
    wrong = len(checks) + len(summaries) + (not _stands("shared", _newest()))
    for pk in checks:
        publication = Publication.objects.get(pk=pk)
        _until_settled(partial(_build_check, publication))
    if wrong:
        _until_settled(partial(build_shared, summaries))
    return wrong + _repair_map()


def show_changes() -> int:
    """Make again the checks whose article was changed since they were made; return how many.

    With them the pages of their articles, and those first: where it is cut short, the check is still to do.
    Three queries, and a note for each check with a passage that did not stand as it was in a newer text, or
    was taken back; those of `changed_at` for the places that were.
    """
    checks, changed = _in_changed_articles()
    late = [
        each
        for each in checks
        if each.edition and not _stands(_place(each), _made_of(each.edition.pk, changed))
    ]
    summaries = Summary.objects.filter(publications__in=late).select_related("article__outlet").distinct()
    for summary in summaries:
        _until_settled(partial(_build_summary, summary))
    for check in late:
        _until_settled(partial(_build_check, check))
    return len(late)


def _in_changed_articles() -> tuple[list[Publication], Changed]:
    """Return the live checks that an article may have changed under, and what did.

    Three queries, as `show_changes`.
    """
    moved = Passage.objects.filter(placements__is_certain=False).values("claim")
    # With each place that is taken back goes what became of it; the log keeps that there was one.
    removed = Event.objects.filter(action="claim.passage_removed", object_type=Claim._meta.label_lower)
    taken_back = removed.annotate(claim=Cast("object_id", BigIntegerField())).values("claim")
    claims = Q(review__claim__in=moved) | Q(review__claim__in=taken_back)
    found = list(Publication.objects.live().filter(claims).select_related("edition"))
    return found, changed_at(check.edition for check in found if check.edition)


def _repair_map() -> bool:
    """Make again what is wrong in the sitemap and in what always stands; say whether anything was."""
    wrong: list[str] = []

    def build() -> None:
        parts = dict(sitemap.all_parts())
        wrong.extend(_take_away_parts(parts.keys()))
        wrong.extend(_put_map(list(Edition.objects.current()[:1]), parts.items()))

    _until_settled(build)
    return bool(wrong)


def _put_map(newest: Sequence[Edition], parts: Iterable[Page]) -> list[str]:
    """Put parts of the sitemap in place, its index, and what always stands; return what was not as it is."""
    home = (sitemap.HOME, sitemap.home(newest[0] if newest else None))
    always = [("robots.txt", sitemap.robots()), ("404.html", pages.not_found())]
    renewed = [path for path, text in (*parts, home, *always) if _renew(path, text)]
    # Another worker may put a part there while the index is written.
    while _renew(sitemap.INDEX, sitemap.index(_parts())):
        renewed.append(sitemap.INDEX)
    return renewed


def _parts() -> list[str]:
    return sorted(f"sitemaps/{file.name}" for file in Path(settings.SITE_DIR, "sitemaps").glob("*.xml"))


def _take_away_parts(known: Container[str]) -> list[str]:
    """Remove parts in which nothing is any more; return them."""
    empty = [path for path in _parts() if path not in known and path != sitemap.HOME]
    for path in empty:
        Path(settings.SITE_DIR, path).unlink(missing_ok=True)
    return empty


def _renew(path: str, text: str) -> bool:
    """Put a file in place where it says something else; say whether it did."""
    target = Path(settings.SITE_DIR, path)
    if target.is_file() and target.read_bytes() == text.encode():
        return False
    put(path, text)
    return True


def _until_settled(build: Callable[[], object]) -> None:
    """Make pages again until no edition has appeared meanwhile.

    Of two workers that make the pages which they share, the later one to write has seen both editions.
    """
    seen = None
    while (newest := _newest()) != seen:
        seen = newest
        build()


def _build_summary(summary: Summary) -> None:
    """Make the page of one article."""
    editions = list(Edition.objects.current().on_article(summary.article))
    changed = changed_at(editions)
    made_of = sorted(_made_of(edition.pk, changed, summary.article_id) for edition in editions)
    text = pages.summary(summary, editions, changed)
    _make(_place(summary), made_of, [(f"{_place(summary)}/index.html", text)])


def _build_check(publication: Publication) -> list[Summary]:
    """Make the pages of one check; return the article pages that it stands on, or stood on before."""
    editions = list(Edition.objects.filter(publication=publication).order_by("-number"))
    articles = {place["article"] for edition in editions for place in edition.payload["appearances"]}
    summaries = list(Summary.objects.filter(article__in=articles).select_related("article__outlet"))
    paths = {page.article_id: page.path for page in summaries}
    changed = changed_at(editions)
    made_of = _made_of(editions[0].pk, changed)
    _make(_place(publication), made_of, _pages_of(publication, editions, paths, changed))
    return summaries


def _pages_of(
    publication: Publication,
    editions: list[Edition],
    paths: Mapping[int, str],
    changed: Changed,
) -> Iterator[Page]:
    for edition in editions:
        yield (
            f"{_place(publication)}/v/{edition.number}/index.html",
            pages.check(edition, editions, paths, changed, as_kept=True),
        )
    newest = editions[0]
    yield f"{_place(publication)}.json", pages.check_json(newest)
    yield f"{_place(publication)}/index.html", pages.check(newest, editions, paths, changed)


def _made_of(edition: int, changed: Changed, article: int | None = None) -> list[Any]:
    """What pages show of an edition: itself, and when its articles, or the one that is meant, changed."""
    articles = changed.get(edition, {})
    told = [[each, at.isoformat()] for each, at in sorted(articles.items()) if article in (None, each)]
    return [edition, told]


def _place(shown: Publication | Summary) -> str:
    return shown.path.strip("/")


def _make(place: str, made_of: Any, files: Iterable[Page]) -> None:
    """Put the files of one place, and last a note of the editions that they are made of."""
    sizes = {}
    for path, text in files:
        put(path, text)
        sizes[path] = len(text.encode())
    put(_note(place), json.dumps({"made_of": made_of, "sizes": sizes}))


def _stands(place: str, made_of: Any) -> bool:
    """Say whether all files of a place are there in full, made of these editions."""
    root = Path(settings.SITE_DIR)
    try:
        note = json.loads((root / _note(place)).read_bytes())
        whole = all((root / path).stat().st_size == size for path, size in note["sizes"].items())
        return whole and bool(note["made_of"] == made_of)
    except (OSError, ValueError):
        return False


def _note(place: str) -> str:
    """Where the note of a place stands: hidden, so that no reader is served it."""
    return f".made/{place}.json"


def _newest() -> list[int]:
    """The ids of the newest editions. Not the newest alone: a smaller one may be committed later."""
    return list(Edition.objects.order_by("-pk").values_list("pk", flat=True)[: pages.IN_FEED])
