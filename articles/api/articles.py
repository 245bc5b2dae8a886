"""REST: articles."""

from __future__ import annotations

from typing import ClassVar

import django_filters
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from articles import limits
from articles.actions import (
    add_article,
    change_article,
    mark_sentences,
    request_recheck,
)
from articles.api.annotations import MEDIA_TYPE, collection
from articles.api.coverage import (
    REVISION,
    CoverageSerializer,
    MarkSerializer,
    coverage_as_json,
    revision_asked_for,
)
from articles.api.fields import ArticleTextField
from articles.api.imports import GivenSerializer, ImportSerializer, given_in
from articles.api.names import LanguageTagField, OutletSerializer
from articles.api.places import take_place
from articles.api.twins import TwinsSerializer, twins_as_json
from articles.models import Article, Passage, ReadingMark
from factcheck.accounts.api import PersonSerializer
from factcheck.accounts.tokens import Scope
from factcheck.api.fields import (
    DeskModelSerializer,
    IdField,
    Nothing,
    SafeTextField,
    StrictFields,
    UtcDateTimeField,
)
from factcheck.api.filters import DeskFilterSet, IdFilter, PersonFilter, SearchFilter, TimeFilter
from factcheck.api.links import link
from factcheck.api.viewsets import DeskViewSet, ReadMixin


class ArticleSerializer(DeskModelSerializer):
    """An article; its text is in its revisions."""

    outlet = OutletSerializer(allow_null=True)
    imported_by = PersonSerializer(allow_null=True, help_text="Null: a feed brought it in.")
    feed = IdField(source="feed_id", allow_null=True, help_text="The feed of which it was an entry.")
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
            "feed",
            "created_at",
            "revision",
            "version",
        ]
        read_only_fields = fields


class NewArticle(GivenSerializer):
    """An article whose text the caller has."""

    text = ArticleTextField()


class AddedArticleSerializer(ArticleSerializer):
    """The article, and whether the desk had it before: the same address or text."""

    was_known = serializers.BooleanField(read_only=True)

    class Meta(ArticleSerializer.Meta):
        fields: ClassVar[list[str]] = [*ArticleSerializer.Meta.fields, "was_known"]


class ArticleChange(StrictFields):
    """What can be mended about an article."""

    title = SafeTextField(max_length=limits.TITLE, required=False)
    byline = SafeTextField(max_length=limits.BYLINE, required=False, allow_blank=True)
    outlet = SafeTextField(max_length=limits.OUTLET, required=False, allow_blank=True)
    published_at = UtcDateTimeField(required=False, allow_null=True)
    language = LanguageTagField(required=False, allow_blank=True)


class ArticleFilter(DeskFilterSet):
    q = SearchFilter("title", "byline", "outlet__name")
    outlet = IdFilter()
    language = django_filters.CharFilter(max_length=35)
    imported_by = PersonFilter()
    feed = IdFilter()
    created_after = TimeFilter(field_name="created_at", lookup_expr="gte")
    created_before = TimeFilter(field_name="created_at", lookup_expr="lt")


class JsonLdRenderer(JSONRenderer):
    """JSON under its other name."""

    media_type = MEDIA_TYPE


class ArticleViewSet(ReadMixin, DeskViewSet[Article]):
    """What the desk has to read."""

    queryset = Article.objects.for_list().with_newest_revision()
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
        passages = Passage.objects.filter(revision__article=article).select_related("claim")
        return Response(collection(article, passages.order_by("revision__number", "start", "pk")))

    @extend_schema(responses=TwinsSerializer)
    @action(detail=True, methods=["get"])
    def twins(self, request: Request, pk: str) -> Response:
        """List other outlets' versions of the text: near copies that the desk has."""
        return Response(twins_as_json(self.get_object()))

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
