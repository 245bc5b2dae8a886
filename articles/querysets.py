"""Reading articles and claims."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import OuterRef, Subquery

if TYPE_CHECKING:
    from articles.models import Article, Claim


class ArticleQuerySet(models.QuerySet["Article"]):
    def for_list(self) -> ArticleQuerySet:
        """Add the outlet and who imported it. No further query."""
        return self.select_related("outlet", "imported_by")

    def with_newest_revision_id(self) -> ArticleQuerySet:
        """Add `newest_revision_id`. No further query."""
        from articles.models import Revision

        newest = Revision.objects.filter(article=OuterRef("pk")).order_by("-number")
        return self.annotate(newest_revision_id=Subquery(newest.values("pk")[:1]))

    def searching(self, words: str) -> ArticleQuerySet:
        """Those whose title, byline or outlet has the words."""
        if not words:
            return self
        return self.filter(
            models.Q(title__icontains=words)
            | models.Q(byline__icontains=words)
            | models.Q(outlet__name__icontains=words)
        )


class ClaimQuerySet(models.QuerySet["Claim"]):
    def in_article(self, article: Article) -> ClaimQuerySet:
        """Those with a passage in any revision of the article, each once."""
        return self.filter(passages__revision__article=article).distinct()
