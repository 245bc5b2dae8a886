"""Which checks quote words that their article has changed since: a fact, read when a page is made.

It is asked of what was published: also where the claim is linked no more, until there is a newer edition.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import partial
from typing import Any

from django.core.cache import cache
from django.db.models import Exists, F, Max, OuterRef, Q, QuerySet

from articles.anchoring import reanchor
from articles.models import Passage, Placement, Revision
from publishing.models import Edition

REMEMBERED = 24 * 60 * 60
"""Seconds after which the words of a place that was taken back are looked for again all the same."""
Place = tuple[int, int, int, str]
"""Article, number of the revision, start, and the words, as an edition has them."""
Changed = Mapping[int, Mapping[int, datetime]]
"""By the id of an edition, and then by that of an article: since when it is not as the edition quotes it."""

_FOLLOWED_IN_THE_SAME_WORDS = Q(decision=Placement.Decision.ACCEPTED, outcome="moved") | Q(
    decision=Placement.Decision.CHOSEN, result__exact=F("passage__exact")
)


def changes() -> QuerySet[Placement]:
    """What became of passages that do not read as they did, or of which nobody has said so yet.

    Not where all that came between is a repair: that is the desk's doing, not the outlet's.
    """
    found = Placement.objects.filter(is_certain=False).exclude(decision=Placement.Decision.SUPERSEDED)
    by_the_outlet = Revision.objects.filter(
        article=OuterRef("revision__article"),
        number__gt=OuterRef("passage__revision__number"),
        number__lte=OuterRef("revision__number"),
        extraction__is_repair=False,
    )
    return found.exclude(_FOLLOWED_IN_THE_SAME_WORDS).filter(Exists(by_the_outlet))


def changed_at(editions: Iterable[Edition]) -> Changed:
    """Return by the edition's id when the desk first saw each article changed where the edition quotes it.

    Those that quote it as it is are left out. Two queries; where places were taken back since, one for all of
    them, and one for each whose article has a newer text than when it was last asked.
    """
    editions = list(editions)
    publications = {each.publication_id for each in editions}
    seen = _seen_to_change(publications)
    linked = set(
        Passage.objects.filter(claim__review__publication__in=publications).values_list(
            "claim__review__publication", "revision__article", "revision__number", "start"
        )
    )
    quoted = {
        each.pk: [_place(appearance) for appearance in each.payload["appearances"]] for each in editions
    }
    taken_back = _taken_back(
        place
        for each in editions
        for place in quoted[each.pk]
        if (each.publication_id, *place[:3]) not in linked
    )
    found: dict[int, dict[int, datetime]] = defaultdict(dict)
    for edition in editions:
        for place in quoted[edition.pk]:
            article, revision, start, _words = place
            times = [at for number, at in seen[edition.publication_id, article] if number > revision]
            if (edition.publication_id, article, revision, start) not in linked:
                times += filter(None, [taken_back[place]])
            for at in times:
                found[edition.pk][article] = min(at, found[edition.pk].get(article, at))
    return found


def _seen_to_change(publications: Iterable[int]) -> Mapping[tuple[int, int], list[tuple[int, datetime]]]:
    """Return by publication and article the texts in which its claim does not stand as it did. One query."""
    seen: dict[tuple[int, int], list[tuple[int, datetime]]] = defaultdict(list)
    changed = changes().filter(passage__claim__review__publication__in=publications)
    # With those of earlier texts that nobody decided on before the next text came.
    rows = Placement.objects.filter(is_certain=False, passage__in=changed.values("passage"))
    for publication, article, number, at in rows.values_list(
        "passage__claim__review__publication",
        "revision__article",
        "revision__number",
        "revision__created_at",
    ):
        seen[publication, article].append((number, at))
    return seen


def _place(appearance: Mapping[str, Any]) -> Place:
    return appearance["article"], appearance["revision"], appearance["start"], appearance["quote"]


def _taken_back(places: Iterable[Place]) -> dict[Place, datetime | None]:
    """Return since when the words of places do not stand. Texts are compared only when a newer one came."""
    wanted = set(places)
    articles = {article for article, *_rest in wanted}
    texts = Revision.objects.filter(article__in=articles).order_by().values("article")
    newest = dict(texts.annotate(newest=Max("number")).values_list("article", "newest")) if wanted else {}
    return {
        place: cache.get_or_set(
            _key(place, newest[place[0]]), partial(_reads_otherwise_since, place), REMEMBERED
        )
        for place in wanted
    }


def _key(place: Place, newest: int) -> str:
    """Name what is asked: no text changes once it is stored, so that a place is its words."""
    article, revision, start, words = place
    return f"reads-otherwise:{article}:{revision}:{start}:{len(words)}:{newest}"


def _reads_otherwise_since(place: Place) -> datetime | None:
    """Follow words through the newer texts, as a passage would; say since when they do not stand. One query.

    What people decided on the place went with it: where they had to be asked, the words do not stand.
    """
    article, revision, start, words = place
    texts = Revision.objects.filter(article=article, number__gte=revision).order_by("number")
    rows = iter(texts.values_list("text", "created_at", "extraction__is_repair"))
    text, _at, _is_repair = next(rows)
    span, since, by_the_outlet = (start, start + len(words)), None, False
    for newer, at, is_repair in rows:
        [found] = reanchor(text, newer, [span])
        if found.is_certain and found.place:
            text, span, since, by_the_outlet = newer, found.place, None, False
        else:
            since, by_the_outlet = since or at, by_the_outlet or not is_repair
    return since if by_the_outlet else None
