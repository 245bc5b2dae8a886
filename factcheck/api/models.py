"""The one table of the API itself: which answers were given to which Idempotency-Key."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import ClassVar

from django.conf import settings
from django.db import models

KEPT_FOR = timedelta(hours=24)


class AnswerQuerySet(models.QuerySet["Answer"]):
    def expired(self, now: datetime) -> AnswerQuerySet:
        """Those older than we promise to remember."""
        return self.filter(created_at__lte=now - KEPT_FOR)


class Answer(models.Model):
    """What one person's request under one key was answered, or that it is being worked on.

    `status` is empty until there is an answer; until then the request holds `leased_until`. `gesture`
    is that of the latest attempt: its audit events tell whether the action was committed.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=255)
    request_digest = models.CharField(max_length=64)
    gesture = models.CharField(max_length=64)
    created_at = models.DateTimeField(db_index=True)
    leased_until = models.DateTimeField()
    status = models.PositiveSmallIntegerField(null=True)
    headers = models.JSONField(default=dict)
    body = models.BinaryField(null=True)

    objects: ClassVar[AnswerQuerySet] = AnswerQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "key"], name="api_answer_once_per_key"),
        ]

    def __str__(self) -> str:
        return f"{self.key}: {self.status or 'running'}"

    @property
    def is_given(self) -> bool:
        """Whether the request has been answered."""
        return self.status is not None
