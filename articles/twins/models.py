"""What near copies are found by, and which were found. Both can be made anew from the texts at any time."""

from __future__ import annotations

from math import floor
from typing import Any

from django.db import models
from django.db.models import F, Prefetch, Q


class Fingerprint(models.Model):
    """One number of the sketch of an article's newest text (`articles.twins.shingles`)."""

    value = models.BigIntegerField()
    article = models.ForeignKey("articles.Article", on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["value", "article"], name="articles_fingerprint_once"),
        ]

    def __str__(self) -> str:
        return f"{self.value:x} of article {self.article_id}"


class Twin(models.Model):
    """A near copy: one of the two has most of the text of the other. Each pair has two rows."""

    article = models.ForeignKey("articles.Article", on_delete=models.CASCADE, related_name="twins")
    other = models.ForeignKey("articles.Article", on_delete=models.CASCADE, related_name="+")
    likeness = models.FloatField()

    class Meta:
        ordering = ["-likeness", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["article", "other"], name="articles_twin_once"),
            models.CheckConstraint(condition=~Q(article=F("other")), name="articles_twin_is_another"),
        ]

    def __str__(self) -> str:
        return f"article {self.other_id} beside {self.article_id}: {self.likeness:.2f}"

    @property
    def percent(self) -> int:
        """How much of the shorter text is the same: not 100 where a word is another."""
        return floor(100 * self.likeness)


NAMED = 3
"""Near copies that are named at once, where there is no room for more."""


def closest(path: str) -> Prefetch[Any]:
    """Return what brings the closest near copies along with their outlets, as `closest`. One query.

    `path` leads to the near copies of an article, as `twins` does.
    """
    return Prefetch(path, Twin.objects.select_related("other__outlet")[:NAMED], to_attr="closest")
