"""REST: articles and their texts."""

from __future__ import annotations

from typing import Any, ClassVar

import django_filters
from django.db.models import OuterRef, Prefetch, QuerySet, Subquery
from django.shortcuts import get_object_or_404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from articles import limits
from articles.actions import add_article, change_article, mark_sentences, request_recheck, revise
from articles.api.annotations import MEDIA_TYPE, collection
from articles.api.coverage import (
    REVISION,
    CoverageSerializer,
    MarkSerializer,
    coverage_as_json,
    revision_asked_for,
)
from articles.api.imports import GivenSerializer, ImportSerializer, given_in
from articles.api.names import OutletSerializer
from articles.api.placements import ReportSerializer
from articles.api.places import take_place
from articles.models import Article, Passage, Placement, ReadingMark, Revision
from factcheck.accounts.api import PersonSerializer
from factcheck.accounts.tokens import Scope
from factcheck.api.fields import (
    ID_SCHEMA,
    DeskModelSerializer,
    Nothing,
    SafeTextField,
    StrictFields,
    UtcDateTimeField,
)
from factcheck.api.filters import DeskFilterSet, IdFilter, PersonFilter, SearchFilter, TimeFilter
from factcheck.api.links import link
from factcheck.api.viewsets import DeskViewSet, ReadMixin

ARTICLE_ID = OpenApiParameter("article_id", ID_SCHEMA, OpenApiParameter.PATH)
PLACEMENTS = Placement.objects.select_related("passage", "revision", "decided_by").defer(
    "revision__text", "revision__blocks", "revision__http"
)
NUMBER = OpenApiParameter("number", OpenApiTypes.INT, OpenApiParameter.PATH)


class ArticleSerializer(DeskModelSerializer):
    """An article; its text is in its revisions."""

    outlet = OutletSerializer(allow_null=True)
    imported_by = PersonSerializer()
    revision = serializers.IntegerField(source="newest_revision", help_text="Number of the newest one.")

    class Meta:
        model = Article
        fields: ClassVar[list[str]] = [
            "id",
            "title",
            "byline",
            "outlet",
            "canonical_url",
            "published_at",
            "language",
            "origin",
            "imported_by",
            "created_at",
            "revision",
            "version",
        ]
        read_only_fields = fields


class NewArticle(GivenSerializer):
    """An article whose text the caller has."""

    text = SafeTextField(max_length=limits.TEXT)


class AddedArticleSerializer(ArticleSerializer):
    """The article, and whether the desk had it before: the same address or the same text."""

    was_known = serializers.BooleanField(read_only=True)

    class Meta(ArticleSerializer.Meta):
        fields: ClassVar[list[str]] = [*ArticleSerializer.Meta.fields, "was_known"]


class ArticleChange(StrictFields):
    """What can be mended about an article."""

    title = SafeTextField(max_length=limits.TITLE, required=False)
    byline = SafeTextField(max_length=limits.BYLINE, required=False, allow_blank=True)
    outlet = SafeTextField(max_length=limits.OUTLET, required=False, allow_blank=True)
    published_at = UtcDateTimeField(required=False, allow_null=True)
    language = SafeTextField(max_length=limits.LANGUAGE, required=False, allow_blank=True)


class ArticleFilter(DeskFilterSet):
    q = SearchFilter("title", "byline", "outlet__name")
    outlet = IdFilter()
    language = django_filters.CharFilter(max_length=35)
    imported_by = PersonFilter()
    created_after = TimeFilter(field_name="created_at", lookup_expr="gte")
    created_before = TimeFilter(field_name="created_at", lookup_expr="lt")


class JsonLdRenderer(JSONRenderer):
    """JSON under its other name."""

    media_type = MEDIA_TYPE


class ArticleViewSet(ReadMixin, DeskViewSet[Article]):
    """What the desk has to read."""

    queryset = Article.objects.for_list().annotate(
        newest_revision=Subquery(
            Revision.objects.filter(article=OuterRef("pk")).order_by("-number").values("number")[:1]
        )
    )
    serializer_class = ArticleSerializer
    filterset_class = ArticleFilter
    orderings = {"created": "created_at", "published": "published_at", "title": "title"}
    ordering = "-created"
    scopes = {
        "create": Scope.IMPORT,
        "partial_update": Scope.IMPORT,
        "recheck": Scope.IMPORT,
        "mark": Scope.FLAG,
    }

    @extend_schema(request=NewArticle, responses={201: AddedArticleSerializer, 200: AddedArticleSerializer})
    def create(self, request: Request) -> Response:
        """Add an article whose text you have, at once. 200 where the desk had it before."""
        asked = self.read(NewArticle)
        article, was_known = add_article(actor=self.actor, text=asked["text"], given=given_in(asked))
        response = self.answer(self.get_queryset().get(pk=article.pk), 200 if was_known else 201)
        response.data = {**response.data, "was_known": was_known}
        response["Location"] = self.location(article)
        return response

    @extend_schema(request=ArticleChange)
    def partial_update(self, request: Request, pk: str) -> Response:
        """Mend title, byline, outlet, date or language."""
        article = self.get_object()
        self.require_match(article)
        changes = self.read(ArticleChange)
        if "outlet" in changes:
            changes["outlet_name"] = changes.pop("outlet")
        change_article(article, actor=self.actor, version=article.version, **changes)
        return self.answer(self.get_object())

    @extend_schema(request=None, responses={202: ImportSerializer})
    @action(detail=True, methods=["post"])
    def recheck(self, request: Request, pk: str) -> Response:
        """Look whether the article was changed at its address; poll the job that comes back."""
        self.read(Nothing)
        job = request_recheck(self.get_object(), actor=self.actor)
        shown = ImportSerializer(job, context=self.get_serializer_context()).data
        return Response(shown, status=202, headers={"Location": link("import-detail", pk=job.pk)})

    @extend_schema(responses={(200, MEDIA_TYPE): OpenApiTypes.OBJECT})
    @action(detail=True, methods=["get"], renderer_classes=[JsonLdRenderer, JSONRenderer])
    def annotations(self, request: Request, pk: str) -> Response:
        """List the flagged passages as a W3C Web Annotation collection."""
        article = self.get_object()
        passages = Passage.objects.filter(revision__article=article).select_related("claim", "revision")
        return Response(collection(article, passages.order_by("revision__number", "start", "pk")))

    @extend_schema(parameters=[REVISION], responses=CoverageSerializer)
    @action(detail=True, methods=["get"], query_parameters=frozenset({"revision"}))
    def coverage(self, request: Request, pk: str) -> Response:
        """Show which sentences are read, and which are left."""
        revision = revision_asked_for(self.get_object(), request.query_params.get("revision"))
        return Response(coverage_as_json(revision))

    @extend_schema(request=MarkSerializer, responses=CoverageSerializer)
    @coverage.mapping.post
    def mark(self, request: Request, pk: str) -> Response:
        """Mark the sentences that the words touch as no claims, or clear their marks."""
        article = self.get_object()
        asked = self.read(MarkSerializer)
        kind = asked.pop("kind")
        place = take_place({"article": article.pk, **asked})
        mark_sentences(actor=self.actor, kind=ReadingMark.Kind(kind) if kind else None, **place)
        return Response(coverage_as_json(place["revision"]))


class CautionSerializer(serializers.Serializer[Any]):
    """Something that a person should look at before trusting the text."""

    code = serializers.CharField()
    detail = serializers.CharField()


class RevisionSerializer(DeskModelSerializer):
    """One text of an article, without the text."""

    warnings = CautionSerializer(many=True)
    created_by = PersonSerializer(allow_null=True, help_text="Null: the desk found it by itself.")

    class Meta:
        model = Revision
        fields: ClassVar[list[str]] = [
            "id",
            "number",
            "digest",
            "content_type",
            "warnings",
            "created_by",
            "created_at",
        ]
        read_only_fields = fields


class BlockSerializer(serializers.Serializer[Any]):
    """A paragraph, heading, list item, quote or caption; offsets are code points, half-open."""

    kind = serializers.CharField()
    level = serializers.IntegerField()
    start = serializers.IntegerField()
    end = serializers.IntegerField()
    locator = serializers.CharField(
        default="",
        help_text="Where in the source it begins, as a URI fragment: `page=3`, `t=00:12:31`; or empty.",
    )


class RevisionTextSerializer(ReportSerializer, RevisionSerializer):
    """One text, and what became of the passages in it. Between two blocks stands one newline."""

    blocks = BlockSerializer(many=True)

    class Meta(RevisionSerializer.Meta):
        fields: ClassVar[list[str]] = [
            *RevisionSerializer.Meta.fields,
            "anchoring",
            "placements",
            "text",
            "blocks",
        ]
        read_only_fields = fields


class NewRevision(StrictFields):
    """What an article says now."""

    text = SafeTextField(max_length=limits.TEXT)


@extend_schema(parameters=[ARTICLE_ID])
class RevisionViewSet(ReadMixin, DeskViewSet[Revision]):
    """The texts of an article, numbered from 1; none of them ever changes."""

    queryset = Revision.objects.select_related("created_by")
    serializer_class = RevisionSerializer
    orderings = {"number": "number"}
    ordering = "-number"
    lookup_field = "number"
    lookup_value_regex = "[0-9]{1,9}"
    scopes = {"create": Scope.IMPORT}

    def get_serializer_class(self) -> type[RevisionSerializer]:
        """The text comes with one revision, not with the list."""
        return RevisionSerializer if self.action == "list" else RevisionTextSerializer

    def get_queryset(self) -> QuerySet[Revision]:
        """Those of the article in the address."""
        revisions = super().get_queryset()
        if "article_id" not in self.kwargs:  # the OpenAPI document is being made
            return revisions
        revisions = revisions.filter(article=self.article())
        if self.action == "list":
            return revisions.defer("text", "blocks", "http")
        return revisions.prefetch_related(Prefetch("placements", PLACEMENTS))

    def article(self) -> Article:
        """Return the article in the address."""
        return get_object_or_404(Article, pk=self.kwargs["article_id"])

    @extend_schema(
        parameters=[ARTICLE_ID],
        request=NewRevision,
        responses={201: RevisionTextSerializer, 200: RevisionTextSerializer},
    )
    def create(self, request: Request, article_id: str) -> Response:
        """Give what the article says now, and see what became of each passage. 200 where it is the same."""
        revision, made = revise(self.article(), actor=self.actor, **self.read(NewRevision))
        return self.answer(self.get_queryset().get(pk=revision.pk), 201 if made else 200)

    @extend_schema(parameters=[ARTICLE_ID, NUMBER], responses=RevisionTextSerializer)
    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Show the text and its blocks."""
        return super().retrieve(request, *args, **kwargs)

    def location(self, obj: Revision) -> str:
        """Return the revision's address."""
        return link("revision-detail", article_id=obj.article_id, number=obj.number)
