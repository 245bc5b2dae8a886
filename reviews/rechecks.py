"""Which articles the desk looks at again by itself: those in which a claim stands that was not set aside.

It is here and not in `articles`, because what became of a claim is a fact of reviews.
"""

from __future__ import annotations

from django.db.models import Exists, OuterRef
from django.utils import timezone

from articles.actions import request_recheck
from articles.models import Article
from reviews.models import Review

MOST_AT_ONCE = 50


def ask_for_rechecks() -> int:
    """Ask for the text of each article whose time has come, longest overdue first; return how many."""
    live = Review.objects.filter(claim__passages__revision__article=OuterRef("pk")).exclude(
        status=Review.Status.DECLINED
    )
    due = Article.objects.filter(Exists(live), recheck_at__lte=timezone.now()).order_by("recheck_at", "pk")
    due = due[:MOST_AT_ONCE]
    for article in due:
        request_recheck(article, actor=None)
    return len(due)
