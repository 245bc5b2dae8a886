"""REST: the texts of an article, what was read from its original, and repairing that."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db.models import Prefetch, QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from articles.actions import repair_text, revise
from articles.api.fields import ArticleTextField
from articles.api.placements import ReportSerializer
from articles.found import HOW, LABELS
from articles.models import Article, Placement, Revision
from factcheck.accounts.api import PersonSerializer
from factcheck.accounts.tokens import Scope
from factcheck.api.fields import ID_SCHEMA, DeskModelSerializer, StrictFields
from factcheck.api.links import link
from factcheck.api.viewsets import DeskViewSet, ReadMixin

ARTICLE_ID = OpenApiParameter("article_id", ID_SCHEMA, OpenApiParameter.PATH)
PLACEMENTS = Placement.objects.select_related("passage", "revision", "decided_by").defer(
    "revision__text", "revision__blocks", "revision__http"
)
NUMBER = OpenApiParameter("number", OpenApiTypes.INT, OpenApiParameter.PATH)


class CautionSerializer(serializers.Serializer[Any]):
    """Something that a person should look at before trusting the text."""

    code = serializers.CharField()
    detail = serializers.CharField()


class RevisionSerializer(DeskModelSerializer):
    """One text of an article, without the text."""

    warnings = CautionSerializer(many=True)
    is_repair = serializers.BooleanField(
        source="extraction.is_repair", help_text="Somebody at the desk chose its lines."
    )
    created_by = PersonSerializer(allow_null=True, help_text="Null: the desk found it by itself.")

    class Meta:
        model = Revision
        fields: ClassVar[list[str]] = [
            "id",
            "number",
            "digest",
            "content_type",
            "warnings",
            "is_repair",
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


class LineLeftOutSerializer(serializers.Serializer[Any]):
    """A line of the original that was taken for page furniture; it stood before block number `before`."""

    text = serializers.CharField()
    kind = serializers.CharField()
    level = serializers.IntegerField()
    before = serializers.IntegerField()
    locator = serializers.CharField()


class FoundSerializer(serializers.Serializer[Any]):
    """What the original says of a field, how that was found, and what it said before if it changed."""

    name = serializers.CharField()
    value = serializers.CharField()
    how = serializers.ChoiceField(list(HOW))
    was = serializers.CharField(required=False)


class RevisionTextSerializer(ReportSerializer, RevisionSerializer):
    """One text, and what became of the passages in it. Between two blocks stands one newline."""

    blocks = BlockSerializer(many=True)
    found = serializers.SerializerMethodField(help_text="What was found in the original about the article.")
    left_out = serializers.SerializerMethodField(help_text="Lines of the original, in order.")

    class Meta(RevisionSerializer.Meta):
        fields: ClassVar[list[str]] = [
            *RevisionSerializer.Meta.fields,
            "anchoring",
            "placements",
            "text",
            "blocks",
            "found",
            "left_out",
        ]
        read_only_fields = fields

    @extend_schema_field(FoundSerializer(many=True))
    def get_found(self, revision: Revision) -> list[dict[str, str]]:
        """Return the fields; none of texts that came in before the desk kept them."""
        found = revision.extraction.found
        return [{"name": name, **found[name]} for name in LABELS if name in found]

    @extend_schema_field(LineLeftOutSerializer(many=True))
    def get_left_out(self, revision: Revision) -> list[dict[str, Any]]:
        """Return the lines; none of texts that came in before the desk kept them."""
        return list(revision.extraction.left_out)


class LinesSerializer(StrictFields):
    """Lines that do not belong to the text, and lines that do, by their numbers from 0."""

    leave_out = serializers.ListField(
        child=serializers.IntegerField(min_value=0), required=False, help_text="Of `blocks`."
    )
    take_in = serializers.ListField(
        child=serializers.IntegerField(min_value=0), required=False, help_text="Of `left_out`."
    )


class NewRevision(StrictFields):
    """What an article says now."""

    text = ArticleTextField()


@extend_schema(parameters=[ARTICLE_ID])
class RevisionViewSet(ReadMixin, DeskViewSet[Revision]):
    """The texts of an article, numbered from 1; none of them ever changes."""

    queryset = Revision.objects.select_related("created_by", "extraction")
    serializer_class = RevisionSerializer
    orderings = {"number": "number"}
    ordering = "-number"
    lookup_field = "number"
    lookup_value_regex = "[0-9]{1,9}"
    scopes = {"create": Scope.IMPORT, "repair": Scope.IMPORT}

    def get_serializer_class(self) -> type[RevisionSerializer]:
        """The text comes with one revision, not with the list."""
        return RevisionSerializer if self.action == "list" else RevisionTextSerializer

    def get_queryset(self) -> QuerySet[Revision]:
        """Those of the article in the address."""
        revisions = super().get_queryset()
        if "article_id" not in self.kwargs:  # the OpenAPI document is being made
            return revisions
        # By its key: what is no key for its size is not found then, and no fault of the database.
        revisions = revisions.filter(article__pk=self.kwargs["article_id"])
        if self.action == "list":
            self.article()  # or else it is not found: an article has one text at least
            heavy = ("found", "left_out", "choices")
            return revisions.defer("text", "blocks", "http", *(f"extraction__{name}" for name in heavy))
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

    @extend_schema(
        parameters=[ARTICLE_ID, NUMBER],
        request=LinesSerializer,
        responses={201: RevisionTextSerializer, 200: RevisionTextSerializer},
    )
    @action(detail=True, methods=["post"])
    def repair(self, request: Request, **kwargs: str) -> Response:
        """Leave lines out of the newest text and take others in. 200 where nothing is chosen."""
        revision = self.get_object()
        made = repair_text(revision, actor=self.actor, **self.read(LinesSerializer))
        return self.answer(self.get_queryset().get(pk=made.pk), 200 if made == revision else 201)

    def location(self, obj: Revision) -> str:
        """Return the revision's address."""
        return link("revision-detail", article_id=obj.article_id, number=obj.number)
