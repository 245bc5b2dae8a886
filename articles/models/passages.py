"""Where claims stand in texts, and what became of those places in later ones."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from articles.anchoring import Outcome
from articles.models.claims import Claim
from articles.models.revisions import Revision
from articles.querysets import PassageQuerySet, PlacementQuerySet


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
