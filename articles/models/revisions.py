"""The texts that articles had, and what was found in their originals."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models

from articles.extraction import Block
from articles.models.articles import Article


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

    def read_blocks(self) -> list[Block]:
        """Return `blocks` as such."""
        return [Block(**block) for block in self.blocks]


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
