"""Reading articles and claims."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models

if TYPE_CHECKING:
    from articles.models import Article, Claim


class ArticleQuerySet(models.QuerySet["Article"]):
    def for_list(self) -> ArticleQuerySet:
        """Add the outlet and who imported it. No further query."""
        return self.select_related("outlet", "imported_by")

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
    def in_article(self, article: Article | int) -> ClaimQuerySet:
        """Those with a passage in any revision of the article (or that of this id), each once."""
        from articles.models import Passage

        return self.filter(pk__in=Passage.objects.filter(revision__article=article).values("claim"))
