"""Reading the audit log."""

from __future__ import annotations

from django.db import models

from factcheck.audit.models import Event


def history_of(*objects: models.Model) -> models.QuerySet[Event]:
    """The events of these objects, newest first, with their actors. One query."""
    mine = models.Q()
    for obj in objects:
        mine |= models.Q(object_type=obj._meta.label_lower, object_id=str(obj.pk))
    return Event.objects.filter(mine).select_related("actor").order_by("-at", "-pk")
