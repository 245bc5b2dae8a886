"""Articles as they were written, and where in them claims stand.

Offsets are Unicode code points, half-open, into a revision's canonical text. A claim has no state
here: who checks it and what came of it is the layer above (`reviews`).
"""

from __future__ import annotations

from datetime import timedelta
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

import articles.batches.models
import articles.feeds.models
import articles.twins.models  # noqa: F401  (Django looks for models here)
from articles.anchoring import Outcome
from articles.querysets import ArticleQuerySet, ClaimQuerySet, PassageQuerySet, PlacementQuerySet
from factcheck.jobs.models import Job, JobStatus


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


class Revision(models.Model):
    """The text of an article at one time: immutable, numbered from 1.

    `blocks` is a list of `{"kind", "level", "start", "end", "locator"}` in text order; kinds are paragraph,
    heading, list_item, quote and caption. Between two blocks stands one newline. See `extraction.Block`.
    """

    append_only: ClassVar[bool] = True

    article = models.ForeignKey(Article, on_delete=models.PROTECT, related_name="revisions")
    number = models.PositiveIntegerField()
    text = models.TextField()
    blocks = models.JSONField()
    digest = models.CharField(max_length=64)
    original = models.CharField(max_length=64, blank=True)  # digest of the bytes in `blobs`
    content_type = models.CharField(max_length=100, blank=True)
    http = models.JSONField(default=dict)
    warnings = models.JSONField(default=list)
    # Nobody: the desk found it when it looked for a change by itself.
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["article", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["article", "number"], name="articles_revision_number"),
        ]

    def __str__(self) -> str:
        return f"{self.article_id}, revision {self.number}"


class Extraction(models.Model):
    """What was found in the original of a revision beside its text, and what people chose of its lines.

    `found` has by field `{"value", "how"}` (see `extraction.How`), dates in ISO 8601. `left_out` are the
    lines that are not in the text, as `extraction.LeftOut`. `choices` are `[words, which, is_text]`, those
    of earlier texts included (`extraction.repair`). A repair is a text that a person made by choosing.
    """

    append_only: ClassVar[bool] = True

    revision = models.OneToOneField(
        Revision, primary_key=True, on_delete=models.PROTECT, related_name="extraction"
    )
    found = models.JSONField(default=dict)
    left_out = models.JSONField(default=list)
    choices = models.JSONField(default=list)
    is_repair = models.BooleanField(default=False)

    def __str__(self) -> str:
        return f"extraction of {self.revision_id}"


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


class Claimant(models.Model):
    """Whoever said it: a person or an organisation."""

    name = models.CharField(max_length=200, unique=True)
    job_title = models.CharField(max_length=200, blank=True)
    same_as = models.URLField(max_length=500, blank=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Topic(models.Model):
    """What claims are about."""

    name = models.CharField(max_length=80)
    slug = models.SlugField(max_length=80, unique=True, allow_unicode=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Claim(models.Model):
    """A statement to be checked, in plain words, not the quote; who said it, when and where."""

    statement = models.CharField(max_length=1000)
    claimant = models.ForeignKey(
        Claimant, null=True, blank=True, on_delete=models.PROTECT, related_name="claims"
    )
    said_on = models.DateField(null=True, blank=True)
    said_where = models.CharField(max_length=300, blank=True)
    topics = models.ManyToManyField(Topic, blank=True, related_name="claims")
    language = models.CharField(max_length=35, blank=True)
    flagged_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    version = models.PositiveIntegerField(default=1)

    objects = ClaimQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        indexes = [models.Index(fields=["-created_at", "-id"], name="claims_newest")]

    def __str__(self) -> str:
        return self.statement


class Passage(models.Model):
    """Where a claim stands in one revision (W3C Web Annotation: TextPosition and TextQuote)."""

    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="passages")
    revision = models.ForeignKey(Revision, on_delete=models.PROTECT, related_name="passages")
    start = models.PositiveIntegerField()
    end = models.PositiveIntegerField()
    exact = models.TextField()
    prefix = models.CharField(max_length=64, blank=True)
    suffix = models.CharField(max_length=64, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = PassageQuerySet.as_manager()

    class Meta:
        ordering = ["start", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(start__lt=F("end")), name="articles_passage_not_empty"),
            models.UniqueConstraint(
                fields=["claim", "revision", "start", "end"], name="articles_passage_once"
            ),
        ]

    def __str__(self) -> str:
        return self.exact


class Placement(models.Model):
    """What became of one passage in a later revision, and what a person decided.

    `start` and `end` are the place, or the one that is proposed; `others` are further places of the same
    words, as `[start, end]`. A certain one was decided by the words themselves and has its `result`, the
    passage in the new revision; any other waits for a person, or for the next revision.
    """

    class Decision(models.TextChoices):
        ACCEPTED = "accepted", _("Accepted")
        CHOSEN = "chosen", _("Another place chosen")
        REMOVED = "removed", _("Removed by the outlet")
        KEPT = "kept", _("Keeps quoting the old text")
        SUPERSEDED = "superseded", _("Overtaken by a newer text")

    passage = models.ForeignKey(Passage, on_delete=models.PROTECT, related_name="placements")
    revision = models.ForeignKey(Revision, on_delete=models.PROTECT, related_name="placements")
    outcome = models.CharField(
        max_length=10,
        choices=[
            (Outcome.KEPT.value, _("Kept")),
            (Outcome.MOVED.value, _("Moved")),
            (Outcome.CHANGED.value, _("Changed")),
            (Outcome.LOST.value, _("Lost")),
        ],
    )
    score = models.FloatField()
    start = models.PositiveIntegerField(null=True, blank=True)
    end = models.PositiveIntegerField(null=True, blank=True)
    others = models.JSONField(default=list)
    is_certain = models.BooleanField()
    decision = models.CharField(max_length=10, choices=Decision, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    result = models.ForeignKey(
        Passage, null=True, blank=True, on_delete=models.PROTECT, related_name="came_from"
    )

    objects = PlacementQuerySet.as_manager()

    class Meta:
        ordering = ["revision", "pk"]
        indexes = [
            # Few wait; lists and buttons ask for those of one claim.
            models.Index(
                fields=["passage"], condition=Q(is_certain=False, decision=""), name="placements_undecided"
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["passage", "revision"], name="articles_placement_once"),
            models.CheckConstraint(
                condition=Q(outcome__in=["kept", "moved", "changed", "lost"]),
                name="articles_placement_known_outcome",
            ),
            models.CheckConstraint(
                condition=Q(start__isnull=True, end__isnull=True)
                | Q(start__isnull=False, end__isnull=False, start__lt=F("end")),
                name="articles_placement_not_empty",
            ),
            # A passage follows where its words decided or a person did, and nowhere else.
            models.CheckConstraint(
                condition=Q(is_certain=True, decision="", result__isnull=False)
                | Q(is_certain=False, decision__in=["accepted", "chosen"], result__isnull=False)
                | Q(
                    is_certain=False, decision__in=["", "removed", "kept", "superseded"], result__isnull=True
                ),
                name="articles_placement_followed",
            ),
            models.CheckConstraint(
                condition=Q(decision__in=["", "superseded"]) | Q(decided_by__isnull=False),
                name="articles_placement_decided_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"passage {self.passage_id} in revision {self.revision_id}: {self.outcome}"


class ReadingMark(models.Model):
    """What a checker decided about a sentence that is no claim. Cleared marks are in the audit log."""

    class Kind(models.TextChoices):
        OPINION = "opinion", _("Opinion")
        COMMON_KNOWLEDGE = "common_knowledge", _("Common knowledge")
        NOT_CHECKABLE = "not_checkable", _("Not checkable")
        READ = "read", _("Read")

    revision = models.ForeignKey(Revision, on_delete=models.PROTECT, related_name="marks")
    start = models.PositiveIntegerField()
    end = models.PositiveIntegerField()
    kind = models.CharField(max_length=20, choices=Kind)
    marked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    marked_at = models.DateTimeField()

    class Meta:
        ordering = ["start"]
        constraints = [
            models.CheckConstraint(condition=Q(start__lt=F("end")), name="articles_mark_not_empty"),
            models.CheckConstraint(
                condition=Q(kind__in=["opinion", "common_knowledge", "not_checkable", "read"]),
                name="articles_mark_known_kind",
            ),
            # Two sentences never begin at one place.
            models.UniqueConstraint(fields=["revision", "start"], name="articles_mark_once"),
        ]

    def __str__(self) -> str:
        return f"{self.start}–{self.end}: {self.get_kind_display()}"
