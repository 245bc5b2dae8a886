"""REST: submitted verdicts, which never change, and the names under them."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db.models import Prefetch, QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from factcheck.accounts.api import PersonSerializer
from factcheck.api.fields import ID_SCHEMA, DeskModelSerializer
from factcheck.api.viewsets import DeskViewSet, ReadMixin
from reviews.api.scales import RatingSerializer
from reviews.models import Review, Signature, Verdict

REVIEW_ID = OpenApiParameter("review_id", ID_SCHEMA, OpenApiParameter.PATH)
SIGNATURES = Signature.objects.select_related("person")


class SignatureSerializer(DeskModelSerializer):
    """A name under a verdict: who wrote it, who approved it, who returned it."""

    person = PersonSerializer()

    class Meta:
        model = Signature
        fields: ClassVar[list[str]] = ["person", "part", "note", "at"]
        read_only_fields = fields


class VerdictSerializer(DeskModelSerializer):
    """One submission: everything that a reader will see, with a digest over it."""

    rating = RatingSerializer()
    evidence = serializers.ListField(
        child=serializers.DictField(), help_text="The public side of each piece, by citation number."
    )
    context = serializers.DictField(  # type: ignore[assignment]  # a field, not the property
        help_text="Claimant, date, place, language, topics, appearances."
    )
    submitted_by = PersonSerializer()
    signatures = SignatureSerializer(many=True)

    class Meta:
        model = Verdict
        fields: ClassVar[list[str]] = [
            "number",
            "statement",
            "rating",
            "summary",
            "explanation",
            "evidence",
            "context",
            "digest",
            "submitted_by",
            "submitted_at",
            "signatures",
        ]
        read_only_fields = fields


@extend_schema(parameters=[REVIEW_ID])
class VerdictViewSet(ReadMixin, DeskViewSet[Verdict]):
    """The verdicts that were submitted for a claim, the newest first."""

    queryset = Verdict.objects.select_related("rating", "submitted_by").prefetch_related(
        Prefetch("signatures", SIGNATURES)
    )
    serializer_class = VerdictSerializer
    orderings = {"number": "number"}
    ordering = "-number"
    lookup_field = "number"
    lookup_value_regex = "[0-9]{1,9}"

    def get_queryset(self) -> QuerySet[Verdict]:
        """Those of the review in the address."""
        verdicts = super().get_queryset()
        if "review_id" not in self.kwargs:  # the OpenAPI document is being made
            return verdicts
        return verdicts.filter(review=review_in_address(self))

    @extend_schema(parameters=[REVIEW_ID, OpenApiParameter("number", int, OpenApiParameter.PATH)])
    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Show one."""
        return super().retrieve(request, *args, **kwargs)


def review_in_address(view: DeskViewSet[Any], *related: str) -> Review:
    """Return the review that a nested address names, if the person may see it. One query."""
    reviews = Review.objects.visible_to(view.actor).select_related(*related or (None,))
    return get_object_or_404(reviews, pk=view.kwargs["review_id"])
