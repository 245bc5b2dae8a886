"""The public life of a verdict.

What was published once stays readable for ever: editions are immutable and numbered, and carry all
that their pages need, so that no page is ever made from the desk's working tables.
"""

from __future__ import annotations

import hashlib
import json
from datetime import timedelta
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

# Django looks for models here, and nothing else of theirs is wanted (F401).
import publishing.webhooks.models  # noqa: F401  (Django looks for tables in this module)
from articles.models import Article
from factcheck.jobs.models import Job, JobQuerySet, JobStatus
from publishing.querysets import EditionQuerySet, PublicationQuerySet
from reviews.models import Review, Verdict


class Publication(models.Model):
    """The public side of one review: an address that never changes, and what stands there now."""

    class State(models.TextChoices):
        SCHEDULED = "scheduled", _("Scheduled")
        LIVE = "live", _("Live")
        CALLED_OFF = "called_off", _("Called off")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    review = models.OneToOneField(Review, on_delete=models.PROTECT, related_name="publication")
    slug = models.SlugField(max_length=100, unique=True, allow_unicode=True)
    state = models.CharField(max_length=10, choices=State, default=State.SCHEDULED)
    publish_at = models.DateTimeField(null=True, blank=True)
    edition = models.OneToOneField(
        "Edition", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    touched_at = models.DateTimeField(default=timezone.now)

    objects = PublicationQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        indexes = [models.Index(fields=["-touched_at", "-id"], name="publications_by_touch")]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["scheduled", "called_off"]) | Q(edition__isnull=False),
                name="publishing_live_has_edition",
            ),
        ]

    def __str__(self) -> str:
        return self.slug

    def is_behind(self, review: Review) -> bool:
        """Whether a newer verdict was approved than the one that is live. No query."""
        return self.edition is not None and self.edition.verdict_id != review.verdict_id

    @property
    def path(self) -> str:
        return f"/checks/{self.slug}/"


class Edition(models.Model):
    """One numbered public version, with everything that its page, feeds and data show."""

    append_only: ClassVar[bool] = True

    class Kind(models.TextChoices):
        FIRST = "first", _("First published")
        UPDATE = "update", _("Updated")
        CORRECTION = "correction", _("Corrected")

    publication = models.ForeignKey(Publication, on_delete=models.PROTECT, related_name="editions")
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=12, choices=Kind)
    note = models.TextField(blank=True)
    verdict = models.ForeignKey(Verdict, on_delete=models.PROTECT, related_name="editions")
    payload = models.JSONField()
    digest = models.CharField(max_length=64)
    published_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    published_at = models.DateTimeField(default=timezone.now)

    objects = EditionQuerySet.as_manager()

    class Meta:
        ordering = ["publication", "-number"]
        indexes = [
            models.Index(fields=["-published_at", "-id"], name="editions_newest"),
            # Few are corrections; the queue lists them.
            models.Index(fields=["verdict"], condition=Q(kind="correction"), name="editions_corrected"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["publication", "number"], name="publishing_edition_number"),
            # However often it is asked for: a verdict is published once.
            models.UniqueConstraint(fields=["publication", "verdict"], name="publishing_edition_once"),
        ]

    def __str__(self) -> str:
        return f"{self.publication}, edition {self.number}"

    def compute_digest(self) -> str:
        """SHA-256 over the payload as canonical JSON."""
        canonical = json.dumps(self.payload, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        return hashlib.sha256(canonical.encode()).hexdigest()


class ReleaseQuerySet(JobQuerySet):
    def waiting(self) -> ReleaseQuerySet:
        """Those that no worker has begun: they can be moved or called off."""
        return self.filter(status=JobStatus.QUEUED, attempts=0)


class Release(Job):
    """The wish to publish one verdict, carried out in the background."""

    task = "publishing.tasks.run_release"
    lease = timedelta(seconds=30)
    CALLED_OFF: ClassVar[str] = "called_off"
    """The error code of one that somebody called off; asking again revives it like a failed one."""

    publication = models.ForeignKey(Publication, on_delete=models.PROTECT, related_name="releases")
    verdict = models.ForeignKey(Verdict, on_delete=models.PROTECT, related_name="releases")
    kind = models.CharField(max_length=12, choices=Edition.Kind, default=Edition.Kind.FIRST)
    note = models.TextField(blank=True)
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    objects = ReleaseQuerySet.as_manager()  # type: ignore[misc]

    class Meta(Job.Meta):
        constraints = [
            models.UniqueConstraint(fields=["publication", "verdict"], name="publishing_release_once"),
        ]

    @property
    def is_waiting(self) -> bool:
        """Whether no worker has begun; see `ReleaseQuerySet.waiting`."""
        return self.status == JobStatus.QUEUED and self.attempts == 0


class Summary(models.Model):
    """The address of an article's public page: every published verdict on it, in text order."""

    article = models.OneToOneField(Article, on_delete=models.PROTECT, related_name="summary")
    # Those whose newest edition names the article; where their claims stand by now is not public.
    publications = models.ManyToManyField(Publication, related_name="summaries")
    slug = models.SlugField(max_length=100, unique=True, allow_unicode=True)
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.slug

    @property
    def path(self) -> str:
        return f"/summaries/{self.slug}/"
