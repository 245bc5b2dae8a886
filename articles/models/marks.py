"""What checkers decided about sentences that are no claims."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from articles.models.revisions import Revision


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
