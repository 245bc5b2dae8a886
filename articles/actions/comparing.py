"""Looking for near copies of an article: other outlets' versions of its text (`articles.twins`).

A worker is told where an article or a newer text of one is stored, for the look costs more than the storing;
what was left out, by a nudge that was lost or a worker that died, or because the article is older than the
looking, `compare_waiting` finds. Of two copies that come at the same moment each writes its fingerprints
before it looks, so that one sees the other.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Iterable
from heapq import nlargest
from time import monotonic

from django.db import transaction
from django.db.models import Count, F
from django.db.models.functions import Substr

from articles.models import Article, Revision
from articles.twins.models import Fingerprint, Twin
from articles.twins.shingles import ALIKE_FROM, ALIKE_FROM_IN_ONE_OUTLET, MOST, Shingles, likeness
from factcheck.jobs.wake import send_on_commit

logger = logging.getLogger(__name__)

COMMON = 64
"""Articles that a fingerprint leads to at most: what more of them have is their outlet's, or everybody's."""
LOOKED_AT = 20
"""Candidates whose texts are compared."""


def compare_soon(article: Article) -> None:
    """Tell a worker to compare an article that was just stored; where that fails, the clock has it done."""
    send_on_commit("articles.tasks.compare_article", article.pk)


def compare_one(article_id: int) -> None:
    """Compare an article unless that is done; where it fails, the clock tries again."""
    if not Article.objects.uncompared().filter(pk=article_id).exists():
        return
    try:
        compare(article_id)
    except Exception:
        logger.exception("Article %s was not compared with the others", article_id)


def compare_waiting(*, seconds: float = 10.0) -> int:
    """Compare the articles whose newest text was not yet, newest first; return how many."""
    began, done = monotonic(), 0
    for pk in list(Article.objects.uncompared().order_by("-pk").values_list("pk", flat=True)[:1000]):
        if monotonic() - began > seconds:
            break
        compare_one(pk)
        done += 1
    return done


def compare(article_id: int) -> None:
    """Write down which other articles have a near copy of this one's newest text.

    Eight queries, however many articles there are.
    """
    _pk, outlet, digest, text = _newest_texts([article_id])[0]
    mine = Shingles(text)
    known = dict(Twin.objects.filter(article=article_id).values_list("other", "pk"))
    _index(article_id, mine.sketch)
    found = _alike(mine, outlet, _candidates(article_id, mine.sketch))
    _write(article_id, digest, found, gone=known.keys() - found.keys())


@transaction.atomic(durable=True)
def _index(article_id: int, sketch: list[int]) -> None:
    """Make the article one that is found by its fingerprints, those aside that are common already."""
    others = Fingerprint.objects.filter(value__in=sketch).exclude(article=article_id)
    counts = others.order_by().values("value").annotate(n=Count("pk")).filter(n__gte=COMMON)
    common = set(counts.values_list("value", flat=True))
    Fingerprint.objects.filter(article=article_id).delete()
    Fingerprint.objects.bulk_create(
        (Fingerprint(value=value, article_id=article_id) for value in sketch if value not in common),
        ignore_conflicts=True,
    )


def _candidates(article_id: int, sketch: list[int]) -> list[int]:
    """Return the articles that share most with a sketch; what few have counts for more."""
    found = Fingerprint.objects.filter(value__in=sketch).exclude(article=article_id)
    sharing: dict[int, list[int]] = defaultdict(list)
    for value, other in found.values_list("value", "article"):
        sharing[value].append(other)
    votes: dict[int, float] = defaultdict(float)
    for others in sharing.values():
        for other in others:
            votes[other] += 1 / len(others)
    return nlargest(LOOKED_AT, votes, key=votes.__getitem__)


def _alike(mine: Shingles, outlet: int | None, candidates: list[int]) -> dict[int, float]:
    """Return those of the articles that are near copies, and how alike they are."""
    found = {}
    for other, others_outlet, _digest, text in _newest_texts(candidates):
        score = likeness(mine, Shingles(text))
        is_same_outlet = outlet is not None and outlet == others_outlet
        if score >= (ALIKE_FROM_IN_ONE_OUTLET if is_same_outlet else ALIKE_FROM):
            found[other] = score
    return found


def _newest_texts(articles: list[int]) -> list[tuple[int, int | None, str, str]]:
    """Return of each article its id, outlet, digest and newest text, as far as it is looked at."""
    newest = Revision.objects.filter(article__in=articles, digest=F("article__text_digest"))
    text = Substr("text", 1, MOST)
    return list(newest.order_by().values_list("article", "article__outlet", "digest", text))


@transaction.atomic(durable=True)
def _write(article_id: int, digest: str, found: dict[int, float], *, gone: Iterable[int]) -> None:
    compared = Article.objects.filter(pk=article_id, text_digest=digest).update(compared=digest)
    if not compared:  # a newer text came, which is compared as well
        return
    # By name: a pair that another article's look found meanwhile stays.
    for one, other in (("article", "other"), ("other", "article")):
        if gone:
            Twin.objects.filter(**{one: article_id, f"{other}__in": gone}).delete()
    pairs = sorted(
        pair
        for other in found
        for pair in ((article_id, other, found[other]), (other, article_id, found[other]))
    )
    Twin.objects.bulk_create(
        (Twin(article_id=one, other_id=other, likeness=score) for one, other, score in pairs),
        update_conflicts=True,
        unique_fields=["article", "other"],
        update_fields=["likeness"],
    )
