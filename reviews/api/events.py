"""REST: the audit log, for those who edit or administer.

The log never holds the words of confidential evidence, but it does name sources, and it keeps the
words of evidence that was made confidential later. Whoever may not see such a piece does not see
the events about it either.
"""

from __future__ import annotations

from typing import ClassVar

import django_filters
from django.db.models import BigIntegerField, Case, Exists, IntegerField, OuterRef, Q, QuerySet, When
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast
from rest_framework import serializers

from factcheck.accounts.api import PersonSerializer
from factcheck.accounts.models import User
from factcheck.accounts.roles import Right, may, require
from factcheck.api.fields import DeskModelSerializer
from factcheck.api.filters import DeskFilterSet, PersonFilter, TimeFilter
from factcheck.api.viewsets import DeskViewSet, ReadMixin
from factcheck.audit.models import Event
from reviews.models import Evidence, Review, Source

ABOUT_EVIDENCE = ("review.evidence_added", "review.evidence_changed", "review.evidence_removed")


def events_for(user: User) -> QuerySet[Event]:
    """The events that this person may read. No query.

    Raises:
        Forbidden: they neither edit nor administer.
    """
    administers = may(user, Right.ADMINISTER)
    if not administers:
        require(user, Right.ASSIGN)
    events = Event.objects.select_related("actor")
    if not administers:
        events = events.exclude(object_type__startswith="accounts.")
    if may(user, Right.SIGN_OFF):
        return events  # nothing is confidential to those who sign off
    return _without_hidden(events, user)


def _without_hidden(events: QuerySet[Event], user: User) -> QuerySet[Event]:
    """Leave out what is about evidence, and about sources, that the person may not see."""
    on_evidence = Q(object_type=Review._meta.label_lower, action__in=ABOUT_EVIDENCE)
    on_source = Q(object_type=Source._meta.label_lower)
    key, number = Cast("object_id", BigIntegerField()), KeyTextTransform("number", "data")
    seen = Evidence.objects.visible_to(user).values("pk")
    hidden = Evidence.objects.filter(
        review=OuterRef("review_key"), number=OuterRef("evidence_number"), confidential=True
    ).exclude(pk__in=seen)
    source = Source.objects.visible_to(user).filter(pk=OuterRef("source_key"))
    return (
        events.alias(
            # CASE, so that nothing is cast that may be no number.
            review_key=Case(When(on_evidence, then=key)),
            evidence_number=Case(When(on_evidence, then=Cast(number, IntegerField()))),
            source_key=Case(When(on_source, then=key)),
        )
        .exclude(on_evidence & Q(Exists(hidden)))
        .exclude(on_source & ~Q(Exists(source)))
    )


class EventSerializer(DeskModelSerializer):
    """One thing that happened to one object: who, when, what it was before and after."""

    actor = PersonSerializer(allow_null=True)
    data = serializers.DictField()  # type: ignore[assignment]  # a field, not the property

    class Meta:
        model = Event
        fields: ClassVar[list[str]] = [
            "id",
            "object_type",
            "object_id",
            "sequence",
            "label",
            "action",
            "actor",
            "at",
            "data",
            "gesture",
            "digest",
        ]
        read_only_fields = fields


class EventFilter(DeskFilterSet):
    object_type = django_filters.CharFilter(max_length=60)
    object_id = django_filters.CharFilter(max_length=40)
    actor = PersonFilter()
    action = django_filters.CharFilter(max_length=60)
    gesture = django_filters.CharFilter(max_length=64)
    since = TimeFilter(field_name="at", lookup_expr="gte")
    until = TimeFilter(field_name="at", lookup_expr="lt")


class EventViewSet(ReadMixin, DeskViewSet[Event]):
    """What happened at the desk, the newest first."""

    queryset = Event.objects.all()
    serializer_class = EventSerializer
    filterset_class = EventFilter
    orderings = {"at": "at"}

    def get_queryset(self) -> QuerySet[Event]:
        """Those that the person may read."""
        if not self.request.user.is_authenticated:
            return super().get_queryset().none()
        return events_for(self.actor)
