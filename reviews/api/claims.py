"""REST: claims, and the passages that they stand in.

Flagging makes a review as well, which is why claims are of this layer.
"""

from __future__ import annotations

from typing import Any, ClassVar

from django.db.models import Prefetch, QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from articles.api.names import ClaimantSerializer, TopicSerializer
from articles.api.places import PlaceSerializer, take_place
from articles.models import Claim, Passage
from factcheck.accounts.api import PersonSerializer
from factcheck.accounts.tokens import Scope
from factcheck.api.fields import ID_SCHEMA, DeskModelSerializer, IdField, SafeTextField, StrictFields
from factcheck.api.filters import DeskFilterSet, IdFilter, PersonFilter, SearchFilter, TimeFilter
from factcheck.api.viewsets import DeskViewSet, ReadMixin
from factcheck.errors import NotThere
from reviews import limits
from reviews.actions import add_passage, change_claim, flag_claim, remove_passage
from reviews.api.steps import AssigneeField
from reviews.models import Review


class PassageSerializer(DeskModelSerializer):
    """Where a claim stands; offsets are code points, half-open."""

    article = IdField(source="revision.article_id")
    revision = serializers.IntegerField(source="revision.number")

    class Meta:
        model = Passage
        fields: ClassVar[list[str]] = [
            "id",
            "article",
            "revision",
            "start",
            "end",
            "exact",
            "prefix",
            "suffix",
            "created_at",
        ]
        read_only_fields = fields


class ReviewBriefSerializer(DeskModelSerializer):
    """The check of a claim, where the claim is shown."""

    class Meta:
        model = Review
        fields: ClassVar[list[str]] = ["id", "status"]


class ClaimSerializer(DeskModelSerializer):
    """A statement to be checked, in plain words; who said it, when and where."""

    claimant = ClaimantSerializer(allow_null=True)
    topics = TopicSerializer(many=True)
    flagged_by = PersonSerializer()
    passages = PassageSerializer(many=True)
    review = ReviewBriefSerializer()

    class Meta:
        model = Claim
        fields: ClassVar[list[str]] = [
            "id",
            "statement",
            "claimant",
            "said_on",
            "said_where",
            "topics",
            "language",
            "flagged_by",
            "created_at",
            "version",
            "passages",
            "review",
        ]
        read_only_fields = fields


class AboutSerializer(StrictFields):
    """Who said it, when, where, and what it is about."""

    claimant = SafeTextField(max_length=limits.CLAIMANT, required=False, allow_blank=True)
    said_on = serializers.DateField(required=False, allow_null=True)
    said_where = SafeTextField(max_length=limits.SAID_WHERE, required=False, allow_blank=True)
    topics = serializers.ListField(
        child=SafeTextField(max_length=limits.TOPIC), required=False, max_length=limits.MOST_TOPICS
    )


class NewClaim(PlaceSerializer, AboutSerializer):
    """A passage to be flagged. Without a statement the passage's own words are it."""

    statement = SafeTextField(max_length=limits.STATEMENT, required=False, allow_blank=True)
    assignee = AssigneeField(required=False)


class ClaimChange(AboutSerializer):
    """What can be changed about a claim. Its statement is part of the draft: `PATCH reviews/{id}`."""

    language = SafeTextField(max_length=limits.LANGUAGE, required=False, allow_blank=True)


class ClaimFilter(DeskFilterSet):
    q = SearchFilter("statement")
    article = IdFilter(method="in_article")
    claimant = IdFilter()
    topic = IdFilter(field_name="topics")
    flagged_by = PersonFilter()
    created_after = TimeFilter(field_name="created_at", lookup_expr="gte")
    created_before = TimeFilter(field_name="created_at", lookup_expr="lt")

    def in_article(self, claims: Any, name: str, article: int) -> QuerySet[Claim]:
        """Those with a passage in any revision of the article."""
        return claims.in_article(article)  # type: ignore[no-any-return]


BESIDE = (
    "topics",
    Prefetch(
        "passages",
        Passage.objects.select_related("revision").only(
            *PassageSerializer.Meta.fields[3:], "claim_id", "revision__article_id", "revision__number"
        ),
    ),
)


PASSAGE_ID = OpenApiParameter("passage_id", ID_SCHEMA, OpenApiParameter.PATH)


class ClaimViewSet(ReadMixin, DeskViewSet[Claim]):
    """What was flagged."""

    queryset = Claim.objects.select_related("claimant", "flagged_by", "review").prefetch_related(*BESIDE)
    serializer_class = ClaimSerializer
    filterset_class = ClaimFilter
    orderings = {"created": "created_at"}
    ordering = "-created"
    scopes = {
        "create": Scope.FLAG,
        "partial_update": Scope.REVIEW,
        "passages": Scope.FLAG,
        "passage": Scope.FLAG,
    }
    success = {"create": 201, "passages": 201}

    @extend_schema(request=NewClaim, responses={201: ClaimSerializer})
    def create(self, request: Request) -> Response:
        """Flag a passage."""
        asked = self.read(NewClaim)
        place = take_place(asked)
        return self.answer(flag_claim(actor=self.actor, **place, **asked))

    @extend_schema(request=ClaimChange)
    def partial_update(self, request: Request, pk: str) -> Response:
        """Change claimant, date, place, topics or language; returns the review to research."""
        claim = self.get_object()
        self.require_match(claim)
        changes = self.read(ClaimChange)
        return self.answer(change_claim(claim, actor=self.actor, version=claim.version, **changes))

    @extend_schema(request=PlaceSerializer, responses={201: ClaimSerializer})
    @action(detail=True, methods=["post"])
    def passages(self, request: Request, pk: str) -> Response:
        """Say that the claim also stands here; returns the review to research."""
        if "If-Match" in request.headers:
            self.match_if_given(claim := self.get_object())
        else:
            claim = get_object_or_404(self.get_queryset().prefetch_related(None), pk=pk)
        asked = self.read(PlaceSerializer)
        add_passage(claim, actor=self.actor, **take_place(asked))
        return self._now(claim)

    @extend_schema(parameters=[PASSAGE_ID], request=None, responses={204: None})
    @action(detail=True, methods=["delete"], url_path="passages/(?P<passage_id>[0-9]{1,19})")
    def passage(self, request: Request, pk: str, passage_id: str) -> Response:
        """Say that the claim does not stand there; returns the review to research.

        The place goes from all texts of its article. A claim keeps one place at least (`last_place`).
        """
        claim = self.get_object()
        there = next((each for each in claim.passages.all() if each.pk == int(passage_id)), None)
        if there is None:
            raise NotThere
        self.require_match(claim)
        remove_passage(claim, actor=self.actor, passage=there)
        return Response(status=204)

    def _now(self, claim: Claim) -> Response:
        return self.answer(self.get_queryset().get(pk=claim.pk))
