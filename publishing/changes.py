"""Which checks quote words that their article has changed since: a fact, read when a page is made."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from articles.models import Placement, Revision
from publishing.models import Edition

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


def changed_at(editions: Iterable[Edition]) -> dict[int, datetime]:
    """Return by the edition's id when the desk first saw its article changed where it quotes it.

    Those that quote it as it is are left out. One query.
    """
    editions = list(editions)
    seen: dict[tuple[int, int], list[tuple[int, datetime]]] = defaultdict(list)
    changed = changes().filter(
        passage__claim__review__publication__in={each.publication_id for each in editions}
    )
    # With those of earlier texts that nobody decided on before the next text came.
    rows = Placement.objects.filter(is_certain=False, passage__in=changed.values("passage"))
    for publication, article, number, at in rows.values_list(
        "passage__claim__review__publication",
        "revision__article",
        "revision__number",
        "revision__created_at",
    ):
        seen[publication, article].append((number, at))
    found = {}
    for edition in editions:
        times = [
            at
            for place in edition.payload["appearances"]
            for number, at in seen[edition.publication_id, place["article"]]
            if number > place["revision"]
        ]
        if times:
            found[edition.pk] = min(times)
    return found
