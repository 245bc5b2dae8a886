"""Reading publications and editions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Exists, OuterRef

if TYPE_CHECKING:
    from articles.models import Article
    from publishing.models import Edition, Publication


class PublicationQuerySet(models.QuerySet["Publication"]):
    def live(self) -> PublicationQuerySet:
        """Those that readers can see."""
        return self.filter(state="live")


class EditionQuerySet(models.QuerySet["Edition"]):
    def current(self) -> EditionQuerySet:
        """The edition that stands at each live address, newest first."""
        from publishing.models import Publication

        # Not by comparing `publication__edition` with `pk`: that looks rare to a planner, which then
        # sorts all editions instead of walking them by date. Nor by `pk__in`: SQLite lists all first.
        standing = Publication.objects.live().filter(edition=OuterRef("pk"))
        return self.filter(Exists(standing)).order_by("-published_at", "-pk")

    def on_article(self, article: Article) -> EditionQuerySet:
        """Those of publications whose newest edition names the article."""
        return self.filter(publication__summaries__article=article)
