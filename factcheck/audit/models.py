"""The audit log: append-only events, one hash chain per object (SECURITY, cases D6 and D7)."""

from __future__ import annotations

import hashlib
import json
from typing import Any, ClassVar

from django.conf import settings
from django.db import models


class Event(models.Model):
    """One thing that happened to one object.

    `data` holds old and new values as JSON. `label` is the object's name at that time, so the line
    stays readable whatever becomes of the object. `gesture` ties together the events of one request.
    """

    append_only: ClassVar[bool] = True

    object_type = models.CharField(max_length=60)
    object_id = models.CharField(max_length=40)
    sequence = models.PositiveIntegerField()
    label = models.CharField(max_length=200)
    action = models.CharField(max_length=60)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(db_index=True)
    data = models.JSONField(default=dict)
    gesture = models.CharField(max_length=64, blank=True)
    previous = models.CharField(max_length=64, blank=True)
    digest = models.CharField(max_length=64)

    class Meta:
        indexes = [
            models.Index(fields=["action", "-at", "-id"], name="audit_by_action"),
            models.Index(fields=["gesture"], name="audit_by_gesture"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["object_type", "object_id", "sequence"], name="audit_event_chain"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.object_type} {self.object_id} #{self.sequence}: {self.action}"

    def compute_digest(self) -> str:
        """SHA-256 over every field and the digest before it, as canonical JSON."""
        facts: dict[str, Any] = {
            "object_type": self.object_type,
            "object_id": self.object_id,
            "sequence": self.sequence,
            "label": self.label,
            "action": self.action,
            "actor": self.actor_id,
            "at": self.at.isoformat(),
            "data": self.data,
            "gesture": self.gesture,
            "previous": self.previous,
        }
        canonical = json.dumps(facts, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        return hashlib.sha256(canonical.encode()).hexdigest()
