"""REST: documents and voices that evidence comes from."""

from __future__ import annotations

from typing import Any, ClassVar

import django_filters
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from factcheck.accounts.api import PersonSerializer
from factcheck.accounts.tokens import Scope
from factcheck.api.fields import DeskModelSerializer, SafeTextField, StrictFields
from factcheck.api.filters import DeskFilterSet, PersonFilter, SearchFilter
from factcheck.api.viewsets import DeskViewSet, ReadMixin
from reviews import limits
from reviews.actions import add_source, change_source
from reviews.models import Source


class SourceSerializer(DeskModelSerializer):
    """A document or a voice."""

    created_by = PersonSerializer()

    class Meta:
        model = Source
        fields: ClassVar[list[str]] = [
            "id",
            "kind",
            "url",
            "title",
            "publisher",
            "author",
            "published_on",
            "is_primary",
            "created_by",
            "created_at",
        ]
        read_only_fields = fields


class SourceFields(StrictFields):
    """A source to be noted, or changed. A web page needs its address."""

    kind = serializers.ChoiceField(choices=Source.Kind.choices, required=False)
    url = SafeTextField(max_length=limits.ADDRESS, required=False, allow_blank=True)
    title = SafeTextField(max_length=limits.TITLE)
    publisher = SafeTextField(max_length=limits.PUBLISHER, required=False, allow_blank=True)
    author = SafeTextField(max_length=limits.AUTHOR, required=False, allow_blank=True)
    published_on = serializers.DateField(required=False, allow_null=True)
    is_primary = serializers.BooleanField(required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Name the address where a new web page comes without one.

        Raises:
            ValidationError: so that the pointer is right inside of evidence, too.
        """
        is_page = attrs.get("kind", Source.Kind.URL) == Source.Kind.URL
        if not self.partial and is_page and not attrs.get("url"):
            raise serializers.ValidationError({"url": _("A web page needs its address.")}, code="required")
        return attrs


class SourceFilter(DeskFilterSet):
    q = SearchFilter("title", "publisher", "author", "url")
    kind = django_filters.ChoiceFilter(choices=Source.Kind.choices)
    created_by = PersonFilter()


class SourceViewSet(ReadMixin, DeskViewSet[Source]):
    """Sources; not those that only confidential evidence uses, for whoever may not see it."""

    queryset = Source.objects.select_related("created_by")
    serializer_class = SourceSerializer
    filterset_class = SourceFilter
    orderings = {"created": "created_at", "title": "title"}
    scopes = {"create": Scope.REVIEW, "partial_update": Scope.REVIEW}

    @extend_schema(request=SourceFields, responses={201: SourceSerializer})
    def create(self, request: Request) -> Response:
        """Note a source."""
        return self.answer(add_source(actor=self.actor, **self.read(SourceFields)))

    @extend_schema(request=SourceFields)
    def partial_update(self, request: Request, pk: str) -> Response:
        """Change a source; every review that cites it returns to research."""
        source = self.get_object()
        self.require_match(source)
        changes = self.read(SourceFields, partial=True)
        return self.answer(change_source(source, actor=self.actor, **changes))
