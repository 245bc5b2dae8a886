"""The check of a claim: its review, its evidence, the verdict and who put their name to it.

Workflow status, verdict and publication are three different things; what a person sees as "the
state of a claim" is derived from them in `reviews.states`, never stored.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from articles.models import Article, Claim
from reviews.querysets import OPEN, EvidenceQuerySet, ReviewQuerySet, SourceQuerySet


def _digest(content: dict[str, Any]) -> str:
    """SHA-256 over the content as canonical JSON."""
    canonical = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()


class Scale(models.Model):
    """A newsroom's ratings. Frozen once used: changing it makes the next version."""

    version = models.PositiveIntegerField(unique=True)
    name = models.CharField(max_length=100)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-version"]

    def __str__(self) -> str:
        return f"{self.name}, version {self.version}"


class Rating(models.Model):
    """One word of a scale; those off the scale (unproven, satire …) have no value."""

    scale = models.ForeignKey(Scale, on_delete=models.PROTECT, related_name="ratings")
    slug = models.SlugField(max_length=40)
    word = models.CharField(max_length=60)
    value = models.PositiveSmallIntegerField(null=True, blank=True)
    description = models.CharField(max_length=300)
    position = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["scale", "position"]
        constraints = [
            models.UniqueConstraint(fields=["scale", "slug"], name="reviews_rating_slug"),
            models.UniqueConstraint(fields=["scale", "position"], name="reviews_rating_position"),
        ]

    def __str__(self) -> str:
        return self.word

    @property
    def on_scale(self) -> bool:
        return self.value is not None


_OPEN = Q(status__in=OPEN)


class Review(models.Model):
    """The one live check of a claim, with the draft of its verdict.

    `version` counts the wording (statement, rating, summary, explanation): whoever saves says which
    version they started from. `verdict` is the newest submission.
    """

    class Status(models.TextChoices):
        UNASSIGNED = "unassigned", _("Flagged")
        RESEARCHING = "researching", _("In research")
        SUBMITTED = "submitted", _("Awaiting sign-off")
        APPROVED = "approved", _("Signed off")
        DECLINED = "declined", _("Declined")

    class Priority(models.IntegerChoices):
        LOW = 1, _("Low")
        NORMAL = 2, _("Normal")
        HIGH = 3, _("High")

    claim = models.OneToOneField(Claim, on_delete=models.PROTECT, related_name="review")
    status = models.CharField(max_length=12, choices=Status, default=Status.UNASSIGNED)
    stage_entered_at = models.DateTimeField(default=timezone.now)
    touched_at = models.DateTimeField(default=timezone.now)
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="reviews",
    )
    priority = models.PositiveSmallIntegerField(choices=Priority, default=Priority.NORMAL)
    due_at = models.DateTimeField(null=True, blank=True)
    signoffs_required = models.PositiveSmallIntegerField()

    rating = models.ForeignKey(Rating, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    summary = models.CharField(max_length=240, blank=True)
    explanation = models.TextField(blank=True)
    version = models.PositiveIntegerField(default=1)
    saved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    saved_at = models.DateTimeField(null=True, blank=True)
    decline_reason = models.CharField(max_length=500, blank=True)
    verdict = models.OneToOneField(
        "Verdict", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    was_returned: bool  # these two only on rows of `ReviewQuerySet.with_state`
    on_its_way: bool

    objects = ReviewQuerySet.as_manager()

    class Meta:
        ordering = ["-touched_at", "-pk"]
        indexes = [
            models.Index(fields=["status", "-touched_at", "-id"], name="reviews_by_state_and_touch"),
            models.Index(fields=["-touched_at", "-id"], name="reviews_by_touch"),
            models.Index(fields=["claim", "status"], name="reviews_by_claim"),
            models.Index(fields=["assignee", "status"], name="reviews_by_assignee"),
            models.Index(fields=["due_at", "id"], name="reviews_by_due"),
            # By this SQLite counts what is overdue: a partial index it takes for constants only.
            models.Index(fields=["status", "due_at", "id"], name="reviews_by_state_and_due"),
            models.Index(fields=["-priority", "-id"], name="reviews_by_priority"),
            models.Index(fields=["-stage_entered_at", "-id"], name="reviews_by_entry"),
            # The queue shows what is open, in each of its orders, and counts it.
            models.Index(fields=["due_at", "id"], condition=_OPEN, name="reviews_open_by_due"),
            models.Index(fields=["-priority", "-id"], condition=_OPEN, name="reviews_open_by_priority"),
            models.Index(fields=["id"], condition=_OPEN, name="reviews_open_by_age"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=["unassigned", "researching", "submitted", "approved", "declined"]),
                name="reviews_review_known_status",
            ),
            models.CheckConstraint(
                condition=Q(signoffs_required__gte=1), name="reviews_review_needs_signoff"
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["submitted", "approved"]) | Q(verdict__isnull=False),
                name="reviews_review_submitted_verdict",
            ),
        ]

    def __str__(self) -> str:
        return self.claim.statement

    @property
    def shown_state(self) -> str:
        """What a person sees as the state of the claim; see `reviews.states`."""
        from reviews.states import shown_state

        return shown_state(self)


class DraftWriter(models.Model):
    """Who wrote any of the draft's wording since the last approval. Never taken back by an edit."""

    review = models.ForeignKey(Review, on_delete=models.PROTECT, related_name="draft_writers")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["review", "person"], name="reviews_draft_writer_once"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} wrote in {self.review_id}"


class DeclinedOffer(models.Model):
    """Somebody said that a claim does not stand in an article, so it is not offered for linking there.

    Of a claim that was linked there all the same it says nothing any more.
    """

    article = models.ForeignKey(Article, on_delete=models.PROTECT, related_name="+")
    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="+")
    declined_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    declined_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["article", "claim"], name="reviews_declined_offer_once"),
        ]

    def __str__(self) -> str:
        return f"claim {self.claim_id} does not stand in article {self.article_id}"


class Source(models.Model):
    """A document or a voice that evidence comes from; used again across claims."""

    class Kind(models.TextChoices):
        URL = "url", _("Web page")
        FILE = "file", _("Document")
        INTERVIEW = "interview", _("Interview")
        DATASET = "dataset", _("Data set")

    kind = models.CharField(max_length=10, choices=Kind, default=Kind.URL)
    url = models.CharField(max_length=2000, blank=True)
    title = models.CharField(max_length=500)
    publisher = models.CharField(max_length=200, blank=True)
    author = models.CharField(max_length=200, blank=True)
    published_on = models.DateField(null=True, blank=True)
    is_primary = models.BooleanField(default=False)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    FACTS: ClassVar[tuple[str, ...]] = (
        "title",
        "kind",
        "url",
        "publisher",
        "author",
        "published_on",
        "is_primary",
    )
    """What an edit can change."""

    objects = SourceQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(kind="url") | ~Q(url=""), name="reviews_source_url_given"),
        ]

    def __str__(self) -> str:
        # The log keeps this label for ever, and a title can name whom confidential evidence hides.
        return f"source {self.pk}"


class Evidence(models.Model):
    """How a source bears on a claim. `number` is its citation number: given once, never reused."""

    class Stance(models.TextChoices):
        SUPPORTS = "supports", _("Supports")
        REFUTES = "refutes", _("Refutes")
        CONTEXT = "context", _("Context")

    review = models.ForeignKey(Review, on_delete=models.PROTECT, related_name="evidence")
    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="evidence")
    number = models.PositiveSmallIntegerField()
    stance = models.CharField(max_length=10, choices=Stance)
    quote = models.TextField(blank=True)
    locator = models.CharField(max_length=200, blank=True)
    note = models.TextField(blank=True)
    confidential = models.BooleanField(default=False)
    public_description = models.CharField(max_length=300, blank=True)
    shared_with = models.ManyToManyField(settings.AUTH_USER_MODEL, blank=True, related_name="+")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    removed_at = models.DateTimeField(null=True, blank=True)

    FACTS: ClassVar[tuple[str, ...]] = (
        "stance",
        "quote",
        "locator",
        "note",
        "confidential",
        "public_description",
    )
    """How it bears on the claim, in what an edit can change."""

    objects = EvidenceQuerySet.as_manager()

    class Meta:
        ordering = ["number"]
        verbose_name_plural = "evidence"
        indexes = [
            models.Index(fields=["source"], condition=Q(confidential=True), name="reviews_confidential")
        ]
        constraints = [
            models.UniqueConstraint(fields=["review", "number"], name="reviews_evidence_number"),
            models.CheckConstraint(
                condition=Q(confidential=False) | ~Q(public_description=""),
                name="reviews_evidence_described",
            ),
        ]

    def __str__(self) -> str:
        # The log keeps this label for ever, so nothing confidential may stand in it.
        return f"evidence {self.number}"

    @property
    def version(self) -> str:
        """A digest of the piece and its source as they are: whoever changes them says which they read."""
        source = {name: str(getattr(self.source, name)) for name in Source.FACTS}
        return _digest(source | {name: getattr(self, name) for name in self.FACTS})


class Verdict(models.Model):
    """One submission: everything that a reader will see, frozen, numbered, with a digest over it.

    `context` holds claimant, said_on, said_where, language, topics and appearances; `evidence` the
    public side of each piece, in order of number. Both as the public page needs them.
    """

    append_only: ClassVar[bool] = True

    review = models.ForeignKey(Review, on_delete=models.PROTECT, related_name="verdicts")
    number = models.PositiveIntegerField()
    statement = models.CharField(max_length=1000)
    rating = models.ForeignKey(Rating, on_delete=models.PROTECT, related_name="+")
    summary = models.CharField(max_length=240)
    explanation = models.TextField()
    evidence = models.JSONField()
    context = models.JSONField()
    digest = models.CharField(max_length=64)
    submitted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    submitted_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["review", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["review", "number"], name="reviews_verdict_number"),
        ]

    def __str__(self) -> str:
        return f"verdict {self.number}: {self.rating.word}"

    def compute_digest(self) -> str:
        """SHA-256 over all that a reader will see, as canonical JSON."""
        return _digest(
            {
                "statement": self.statement,
                "rating": self.rating_id,
                "summary": self.summary,
                "explanation": self.explanation,
                "evidence": self.evidence,
                "context": self.context,
            }
        )


class Signature(models.Model):
    """A name under one verdict: who wrote it, who approved it, who returned it.

    One table for both sides, so that four eyes is a unique constraint: whoever stands under a
    verdict as a writer cannot stand there as an approver, whatever the code above forgets.
    """

    append_only: ClassVar[bool] = True

    class Part(models.TextChoices):
        WROTE = "wrote", _("wrote")
        APPROVED = "approved", _("signed off")
        RETURNED = "returned", _("returned")

    verdict = models.ForeignKey(Verdict, on_delete=models.PROTECT, related_name="signatures")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    part = models.CharField(max_length=10, choices=Part)
    note = models.TextField(blank=True)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["pk"]
        # Few are returns; whether a verdict was returned is asked for each line of a list.
        indexes = [models.Index(fields=["verdict"], condition=Q(part="returned"), name="reviews_returns")]
        constraints = [
            models.UniqueConstraint(fields=["verdict", "person"], name="reviews_four_eyes"),
            models.CheckConstraint(
                condition=Q(part__in=["wrote", "approved", "returned"]),
                name="reviews_signature_known_part",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} {self.get_part_display()} {self.verdict}"
