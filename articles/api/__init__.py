"""REST: articles, how they come in, and the words that describe them."""

from __future__ import annotations

from articles.api.articles import ArticleViewSet
from articles.api.batches import BatchViewSet, RowViewSet
from articles.api.feeds import FeedViewSet
from articles.api.imports import ImportViewSet
from articles.api.names import ClaimantViewSet, OutletViewSet, TopicViewSet
from articles.api.revisions import RevisionViewSet
from factcheck.api.routers import DeskRouter


def register(router: DeskRouter) -> None:
    """Add the resources of this app."""
    router.register("imports", ImportViewSet, "import")
    router.register("batches", BatchViewSet, "batch")
    router.register(r"batches/(?P<batch_id>[0-9]{1,19})/rows", RowViewSet, "batch-row")
    router.register("articles", ArticleViewSet, "article")
    router.register(r"articles/(?P<article_id>[0-9]{1,19})/revisions", RevisionViewSet, "revision")
    router.register("feeds", FeedViewSet, "feed")
    router.register("outlets", OutletViewSet, "outlet")
    router.register("claimants", ClaimantViewSet, "claimant")
    router.register("topics", TopicViewSet, "topic")


__all__ = ["register"]
