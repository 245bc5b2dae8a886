"""REST: how sources bear on a claim, under the address of its review."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import django_filters
from django.db.models import Prefetch, QuerySet
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from factcheck.accounts.api import PersonSerializer
from factcheck.accounts.models import User
from factcheck.accounts.tokens import Scope
from factcheck.api.fields import (
    ID_SCHEMA,
    DeskModelSerializer,
    IdField,
    IdRelatedField,
    SafeTextField,
    StrictFields,
)
from factcheck.api.filters import DeskFilterSet, IdFilter
from factcheck.api.viewsets import DeskViewSet, ReadMixin
from factcheck.audit.models import Event
from factcheck.errors import AlreadyDone
from reviews import limits
from reviews.actions import add_evidence, change_evidence, remove_evidence
from reviews.api.sources import SourceFields, SourceSerializer
from reviews.api.verdicts import REVIEW_ID, review_in_address
from reviews.models import Evidence, Source

MOST_READERS = 50
ROWS = (
    Evidence.objects.filter(removed_at=None)
    .select_related("source__created_by", "created_by", "review__claim")
    .prefetch_related(Prefetch("shared_with", User.objects.order_by("pk")))
)


class EvidenceSerializer(DeskModelSerializer):
    """A piece of evidence; `number` is what the explanation cites, as in `[1]`."""

    source = SourceSerializer()  # type: ignore[assignment]  # a field, not the argument
    shared_with = PersonSerializer(many=True)
    created_by = PersonSerializer()

    class Meta:
        model = Evidence
        fields: ClassVar[list[str]] = [
            "id",
            "number",
            "source",
            "stance",
            "quote",
            "locator",
            "note",
            "confidential",
            "public_description",
            "shared_with",
            "created_by",
            "created_at",
        ]
        read_only_fields = fields


@extend_schema_field({"oneOf": [ID_SCHEMA, {"$ref": "#/components/schemas/SourceFieldsRequest"}]})
class SourceReference(IdRelatedField):
    """The id of a source that the person may see, or a description of a new one."""

    def to_internal_value(self, data: Any) -> Any:
        """Return the source, or the fields of the new one."""
        if not isinstance(data, Mapping):
            return super().to_internal_value(data)
        described = SourceFields(data=data, context=self.context)
        if not described.is_valid():
            raise serializers.ValidationError(described.errors)
        return dict(described.validated_data)


@extend_schema_field({"type": "array", "items": ID_SCHEMA, "maxItems": MOST_READERS})
class PeopleField(serializers.ListField):
    """People by their ids. One query for all of them."""

    child = IdField()
    default_error_messages = {
        "does_not_exist": _("Nobody has the id {pk}."),
        "too_many": _("At most {limit} people can be named."),
    }

    def to_internal_value(self, data: Any) -> list[Any]:
        """Return the people, in the order in which evidence shows them."""
        if isinstance(data, list) and len(data) > MOST_READERS:
            self.fail("too_many", limit=MOST_READERS)
        ids = super().to_internal_value(data)
        found = User.objects.in_bulk(ids)
        for pk in ids:
            if pk not in found:
                self.fail("does_not_exist", pk=pk)
        return [found[pk] for pk in sorted(found)]


class EvidenceChange(StrictFields):
    """How the source bears on the claim, who may know of it, and what is known of the source itself."""

    stance = serializers.ChoiceField(choices=Evidence.Stance.choices)
    quote = SafeTextField(max_length=limits.QUOTE, required=False, allow_blank=True)
    locator = SafeTextField(max_length=limits.LOCATOR, required=False, allow_blank=True)
    note = SafeTextField(max_length=limits.NOTE, required=False, allow_blank=True)
    confidential = serializers.BooleanField(required=False)
    public_description = SafeTextField(max_length=limits.PUBLIC_DESCRIPTION, required=False, allow_blank=True)
    shared_with = PeopleField(required=False)
    source = SourceFields(partial=True, required=False)  # type: ignore[assignment]


class NewEvidence(EvidenceChange):
    """A piece of evidence to be attached."""

    source = SourceReference(queryset=Source.objects.all())  # type: ignore[assignment]


class EvidenceFilter(DeskFilterSet):
    stance = django_filters.ChoiceFilter(choices=Evidence.Stance.choices)
    source = IdFilter()


@extend_schema(parameters=[REVIEW_ID])
class EvidenceViewSet(ReadMixin, DeskViewSet[Evidence]):
    """The evidence of one review, by citation number; confidential pieces for those who may."""

    queryset = ROWS
    serializer_class = EvidenceSerializer
    filterset_class = EvidenceFilter
    orderings = {"number": "number"}
    ordering = "number"
    scopes = {"create": Scope.REVIEW, "partial_update": Scope.REVIEW, "destroy": Scope.REVIEW}

    def get_queryset(self) -> QuerySet[Evidence]:
        """Those of the review in the address that the person may see."""
        evidence = super().get_queryset()
        if "review_id" not in self.kwargs:  # the OpenAPI document is being made
            return evidence
        return evidence.filter(review=review_in_address(self))

    @extend_schema(request=NewEvidence, responses={201: EvidenceSerializer})
    def create(self, request: Request, review_id: str) -> Response:
        """Attach a source, known or new; it gets the next number."""
        review = review_in_address(self, "claim")
        return self.answer(add_evidence(review, actor=self.actor, **self.read(NewEvidence)))

    @extend_schema(request=EvidenceChange)
    def partial_update(self, request: Request, review_id: str, pk: str) -> Response:
        """Change it; returns the review to research."""
        evidence = self.get_object()
        self.require_match(evidence)
        changes = self.read(EvidenceChange, partial=True)
        changed = change_evidence(evidence, actor=self.actor, version=evidence.version, **changes)
        return self.answer(changed)

    def destroy(self, request: Request, review_id: str, pk: str) -> Response:
        """Take it off the claim; its number is not given again, and verdicts keep what they had."""
        evidence = self.get_object()
        self.require_match(evidence)
        remove_evidence(evidence, actor=self.actor)
        return Response(status=204)

    def again(self, before: Sequence[Event]) -> Response:
        """Show what an earlier attempt attached, which the log knows by its number."""
        added = [event for event in before if event.action == "review.evidence_added"]
        if self.detail or not added:
            raise AlreadyDone
        piece = self.get_queryset().filter(number=added[0].data["number"]).first()
        if piece is None:
            raise AlreadyDone
        return self.answer(piece)
