"""Reading articles, claims, and what brings articles in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db import models

from factcheck.jobs.models import JobQuerySet, JobStatus

if TYPE_CHECKING:
    from articles.models import Article, Claim, Passage, Placement


class ArticleQuerySet(models.QuerySet["Article"]):
    def for_list(self) -> ArticleQuerySet:
        """Add the outlet and who or which feed brought it in. No further query."""
        return self.select_related("outlet", "imported_by", "feed")

    def with_newest_revision(self) -> ArticleQuerySet:
        """Add the number of the newest text as `newest_revision`. No further query."""
        from articles.models import Revision

        newest = Revision.objects.filter(article=models.OuterRef("pk")).order_by("-number")
        return self.annotate(newest_revision=models.Subquery(newest.values("number")[:1]))

    def uncompared(self) -> ArticleQuerySet:
        """Those whose near copies are not known: of an older text, or never looked for."""
        return self.exclude(compared=models.F("text_digest"))

    def searching(self, words: str) -> ArticleQuerySet:
        """Those whose title, byline or outlet has the words."""
        if not words:
            return self
        return self.filter(
            models.Q(title__icontains=words)
            | models.Q(byline__icontains=words)
            | models.Q(outlet__name__icontains=words)
        )


class DismissibleQuerySet(JobQuerySet):
    """Jobs that somebody is told of when they fail, until somebody dismisses them."""

    def in_trouble(self) -> Self:
        """Those that failed, and that nobody dismissed."""
        return self.filter(status=JobStatus.FAILED, dismissed_at=None)


class ClaimQuerySet(models.QuerySet["Claim"]):
    def in_article(self, article: Article | int) -> ClaimQuerySet:
        """Those with a passage in any revision of the article (or that of this id), each once."""
        from articles.models import Passage

        return self.filter(pk__in=Passage.objects.filter(revision__article=article).values("claim"))


class PassageQuerySet(models.QuerySet["Passage"]):
    def standing(self) -> PassageQuerySet:
        """Those that no passage in a later revision has taken over: what a claim quotes now."""
        from articles.models import Placement

        followed = Placement.objects.filter(passage=models.OuterRef("pk"), result__isnull=False)
        return self.exclude(models.Exists(followed))

    def by_appearance(self) -> PassageQuerySet:
        """In the order in which their claim was found in articles, wherever it went in those since."""
        from articles.models import Passage

        in_article = Passage.objects.filter(
            claim=models.OuterRef("claim"), revision__article=models.OuterRef("revision__article")
        )
        first = in_article.order_by("pk").values("pk")[:1]
        return self.order_by(models.Subquery(first), "pk")

    def live(self) -> PassageQuerySet:
        """Those that a newer text has to find again: not followed, and not said to stay behind."""
        from articles.models import Placement

        behind = [Placement.Decision.REMOVED, Placement.Decision.KEPT]
        stay = Placement.objects.filter(passage=models.OuterRef("pk"), decision__in=behind)
        return self.standing().exclude(models.Exists(stay))


class PlacementQuerySet(models.QuerySet["Placement"]):
    def undecided(self) -> PlacementQuerySet:
        """Those that wait for a person."""
        return self.filter(is_certain=False, decision="")
