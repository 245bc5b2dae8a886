"""Articles, and who publishes them."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from articles.querysets import ArticleQuerySet


class Outlet(models.Model):
    """Who publishes articles: a newspaper, a broadcaster, a site."""

    name = models.CharField(max_length=200)
    domain = models.CharField(max_length=253, blank=True)
    home_page = models.URLField(max_length=500, blank=True)
    country = models.CharField(max_length=2, blank=True)
    language = models.CharField(max_length=35, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["domain"], condition=~Q(domain=""), name="articles_outlet_domain"
            ),
            models.UniqueConstraint(
                fields=["name"], condition=Q(domain=""), name="articles_outlet_name_without_domain"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Article(models.Model):
    """One article, whatever became of its text since; the text itself is in its revisions."""

    class Origin(models.TextChoices):
        URL = "url", _("Web address")
        FILE = "file", _("Upload")
        TEXT = "text", _("Pasted text")
        FEED_ENTRY = "feed_entry", _("Feed")
        BATCH_LINE = "batch_line", _("Batch")

    outlet = models.ForeignKey(
        Outlet, null=True, blank=True, on_delete=models.PROTECT, related_name="articles"
    )
    title = models.CharField(max_length=500)
    byline = models.CharField(max_length=300, blank=True)
    canonical_url = models.CharField(max_length=2000, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)
    language = models.CharField(max_length=35, blank=True)
    # Of the newest text; unique, so that the same text imported twice at once is one article.
    text_digest = models.CharField(max_length=64, unique=True)
    # The text that near copies were looked for last; where it is not the newest, they are to be.
    compared = models.CharField(max_length=64, blank=True)
    origin = models.CharField(max_length=10, choices=Origin)
    # Who brought it in: a person, or a feed of which it was an entry.
    imported_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    feed = models.ForeignKey(
        "articles.Feed", null=True, blank=True, on_delete=models.PROTECT, related_name="articles"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    # When the desk looks for a change by itself; nothing before the first claim is flagged.
    recheck_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = ArticleQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        indexes = [
            models.Index(fields=["-created_at", "-id"], name="articles_newest"),
            models.Index(fields=["recheck_at"], name="articles_by_recheck"),
            models.Index(fields=["id"], condition=~Q(compared=F("text_digest")), name="articles_uncompared"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["canonical_url"], condition=~Q(canonical_url=""), name="articles_article_url"
            ),
            models.CheckConstraint(
                condition=Q(imported_by__isnull=False, feed__isnull=True)
                | Q(imported_by__isnull=True, feed__isnull=False),
                name="articles_article_brought_in_by_one",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_compared(self) -> bool:
        """Whether the near copies of its newest text are known."""
        return self.compared == self.text_digest
