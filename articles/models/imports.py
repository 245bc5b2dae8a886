"""Wishes to have an article on the desk, and what became of them."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from articles.models.articles import Article
from articles.querysets import DismissibleQuerySet
from factcheck.jobs.models import Job, JobStatus

_SAME_AT_ADDRESS = {
    "encrypted", "no_text", "not_text", "own_host", "too_large", "too_large_unpacked", "unsupported_type",
    "url_blocked", "url_refused",
}  # fmt: skip
_OUR_TROUBLE = {"busy", "gave_up", "too_complex"}


class Import(Job):
    """A wish to have an article on the desk, or a newer text of one, and what became of it.

    What was handed in is `url`, or bytes in `blobs` under `original` (for an entry of a feed both, where
    the feed has its text); `given` holds what the person
    knew better than the machine (title, byline, outlet, published_at, language). With `revises` it
    asks for the text of that article as it is now. Nobody asked where the desk did so by itself, or where
    it is an entry of a feed (`feed_entry`).
    """

    task = "articles.tasks.run_import"
    lease = timedelta(seconds=45)

    class Kind(models.TextChoices):
        URL = "url", _("Web address")
        FILE = "file", _("Upload")
        TEXT = "text", _("Pasted text")
        FEED_ENTRY = "feed_entry", _("Feed")
        BATCH_LINE = "batch_line", _("Batch")

    class Stage(models.TextChoices):
        QUEUED = "queued", _("Waiting")
        FETCHING = "fetching", _("Fetching the page")
        EXTRACTING = "extracting", _("Finding the text")
        DONE = "done", _("Done")

    kind = models.CharField(max_length=10, choices=Kind)
    stage = models.CharField(max_length=10, choices=Stage, default=Stage.QUEUED)
    url = models.CharField(max_length=2000, blank=True)
    original = models.CharField(max_length=64, blank=True)
    filename = models.CharField(max_length=255, blank=True)
    content_type = models.CharField(max_length=100, blank=True)
    given = models.JSONField(default=dict)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    article = models.ForeignKey(
        Article, null=True, blank=True, on_delete=models.PROTECT, related_name="imports"
    )
    revises = models.ForeignKey(
        Article, null=True, blank=True, on_delete=models.PROTECT, related_name="rechecks"
    )
    # The article was on the desk before: same address or same text. Of a newer text: it is the same.
    was_known = models.BooleanField(default=False)
    # Somebody has seen that it failed, and wants no more to do with it.
    dismissed_at = models.DateTimeField(null=True, blank=True)

    # The base class of jobs has a manager of another queryset.
    objects = DismissibleQuerySet.as_manager()  # type: ignore[misc]

    class Meta(Job.Meta):
        verbose_name = _("import")
        ordering = ["-created_at", "-pk"]
        indexes = [
            *Job.Meta.indexes,
            models.Index(
                fields=["requested_by", "-id"],
                condition=Q(status="failed", dismissed_at=None),
                name="imports_failed",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(requested_by__isnull=False) | Q(revises__isnull=False) | Q(kind="feed_entry"),
                name="articles_import_asked_for",
            ),
            models.UniqueConstraint(
                fields=["revises"],
                condition=Q(kind="url", status__in=["queued", "running"]),
                name="articles_recheck_once",
            ),
            models.CheckConstraint(
                condition=Q(dismissed_at=None) | Q(status="failed"), name="articles_import_dismissed_failed"
            ),
        ]

    @property
    def is_being_compared(self) -> bool:
        """Whether the article is there, and its near copies are still being looked for."""
        is_new = self.status == JobStatus.DONE and not self.was_known
        return is_new and self.article is not None and not self.article.is_compared

    @property
    def may_end_otherwise(self) -> bool:
        """Whether it makes sense to try again: a page may be another by then, a file is the same."""
        if self.url:
            return self.error_code not in _SAME_AT_ADDRESS
        return self.error_code in _OUR_TROUBLE

    @property
    def seen(self) -> str:
        """What whoever watches it has seen of it; another word says that there is more to see."""
        return f"{self.status}-{self.stage}-{self.attempts}{'-comparing' if self.is_being_compared else ''}"

    @property
    def what(self) -> str:
        """What is being imported, in the words of whoever asked."""
        return self.url or self.filename or str(self.given.get("title") or _("Pasted text"))

    @property
    def progress(self) -> float:
        """How far it is, in [0, 1]; stages, not a promise of time."""
        if not self.is_open:
            return 1.0
        return {"queued": 0.0, "fetching": 0.3, "extracting": 0.7, "done": 1.0}[self.stage]
