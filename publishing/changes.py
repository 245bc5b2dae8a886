"""Which checks quote words that their article has changed since: a fact, read when a page is made."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

from django.db.models import Q, QuerySet

from articles.models import Placement
from publishing.models import Edition

_FOLLOWED_IN_THE_SAME_WORDS = Q(decision=Placement.Decision.ACCEPTED, outcome="moved")


def changes() -> QuerySet[Placement]:
    """What became of passages that do not read as they did, or of which nobody has said so yet."""
    found = Placement.objects.filter(is_certain=False).exclude(decision=Placement.Decision.SUPERSEDED)
    return found.exclude(_FOLLOWED_IN_THE_SAME_WORDS)


def changed_at(editions: Iterable[Edition]) -> dict[int, datetime]:
    """Return by the edition's id when the desk first saw its article changed where it quotes it.

    Those that quote it as it is are left out. One query.
    """
    editions = list(editions)
    seen: dict[tuple[int, int], list[tuple[int, datetime]]] = defaultdict(list)
    rows = changes().filter(
        passage__claim__review__publication__in={each.publication_id for each in editions}
    )
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
