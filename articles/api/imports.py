"""REST: asking for an article, and watching it arrive."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar, cast

import django_filters
from django.conf import settings
from django.db.models import Case, Count, F, OuterRef, Subquery, When
from django.db.models.functions import Coalesce
from django.http import HttpResponse
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from articles import limits
from articles.actions import dismiss_import, request_import, request_lines, retry_import
from articles.api.fields import ArticleTextField
from articles.api.lines import NDJSON, LineSerializer, LinesParser, report_of, wish_on
from articles.api.names import LanguageTagField
from articles.batches import holds_many
from articles.batches.models import Batch
from articles.models import Article, Import
from articles.querysets import DismissibleQuerySet
from articles.twins.models import Twin
from factcheck.accounts.api import PersonSerializer
from factcheck.accounts.tokens import Scope
from factcheck.api.fields import (
    IdField,
    IdRelatedField,
    Nothing,
    SafeTextField,
    StrictFields,
    UtcDateTimeField,
)
from factcheck.api.filters import DeskFilterSet, FlagFilter, IdFilter, PersonFilter
from factcheck.api.jobs import JobSerializer
from factcheck.api.parsers import StrictJSONParser
from factcheck.api.viewsets import DeskViewSet, ReadMixin
from factcheck.audit.models import Event
from factcheck.errors import Malformed
from factcheck.jobs.models import JobStatus

FORM_ROOM = 64 * 1024


class GivenSerializer(StrictFields):
    """What the caller knows better than the machine finds it."""

    title = SafeTextField(max_length=limits.TITLE, required=False)
    byline = SafeTextField(max_length=limits.BYLINE, required=False)
    outlet = SafeTextField(max_length=limits.OUTLET, required=False)
    published_at = UtcDateTimeField(required=False)
    language = LanguageTagField(required=False)
    canonical_url = SafeTextField(max_length=limits.CANONICAL_URL, required=False)


def given_in(asked: dict[str, Any]) -> dict[str, str]:
    """Return what was given, as the actions take it."""
    given = {name: str(asked[name]) for name in asked if name in GivenSerializer().fields}
    if "published_at" in asked:
        given["published_at"] = asked["published_at"].isoformat()
    if "outlet" in given:
        given["outlet_name"] = given.pop("outlet")
    return given


class NewLine(GivenSerializer):
    """One of an address and a text, and what is known about it."""

    url = SafeTextField(max_length=limits.ADDRESS, required=False)
    text = ArticleTextField(required=False)


class NewImport(NewLine):
    """One of an address, a text, or (as multipart form) a file; and what is known about it.

    With `revises` a text or file is what that article says now.
    """

    file = serializers.FileField(required=False, allow_empty_file=True)
    revises = IdRelatedField(
        queryset=Article.objects.all(), required=False, help_text="The article of which it is a newer text."
    )


class ImportSerializer(JobSerializer):
    """An import and what became of it."""

    article = IdField(source="article_id", allow_null=True)
    revises = IdField(
        source="revises_id", allow_null=True, help_text="The article of which it is a newer text."
    )
    requested_by = PersonSerializer(
        allow_null=True, help_text="Null: the desk looked by itself, or read it in a feed."
    )
    near_copies = serializers.IntegerField(
        read_only=True,
        default=None,
        allow_null=True,
        help_text="Near copies of the article at the desk: look at `articles/{id}/twins/` before you flag."
        " Null until they have been looked for.",
    )
    what = serializers.CharField(help_text="What is being imported, in the words of whoever asked.")

    class Meta(JobSerializer.Meta):
        model = Import
        fields: ClassVar[list[str]] = [
            *JobSerializer.Meta.fields,
            "kind",
            "stage",
            "what",
            "article",
            "revises",
            "was_known",
            "near_copies",
            "requested_by",
            "dismissed_at",
        ]
        read_only_fields = fields


_COPIES = Twin.objects.filter(article=OuterRef("article")).order_by().values("article")
NEAR_COPIES = Case(
    When(
        article__compared=F("article__text_digest"),
        then=Coalesce(Subquery(_COPIES.annotate(n=Count("pk")).values("n")), 0),
    )
)


class DismissibleFilter(DeskFilterSet):
    status = django_filters.ChoiceFilter(choices=JobStatus.choices)
    in_trouble = FlagFilter(method="only_in_trouble")
    requested_by = PersonFilter()

    def only_in_trouble(self, jobs: DismissibleQuerySet, name: str, value: str) -> DismissibleQuerySet:
        """Those that failed, and that nobody dismissed."""
        return jobs.in_trouble()


class ImportFilter(DismissibleFilter):
    article = IdFilter()
    revises = IdFilter()


class ImportViewSet(ReadMixin, DeskViewSet[Import]):
    """Wishes to have an article on the desk."""

    queryset = Import.objects.select_related("requested_by").annotate(near_copies=NEAR_COPIES)
    serializer_class = ImportSerializer
    filterset_class = ImportFilter
    scopes = dict.fromkeys(("create", "retry", "dismiss"), Scope.IMPORT)
    success = {"create": 202, "retry": 202}
    parser_classes = [StrictJSONParser, MultiPartParser, LinesParser]
    max_body_bytes = settings.MAX_UPLOAD_BYTES + FORM_ROOM

    @extend_schema(
        request={"application/json": NewImport, "multipart/form-data": NewImport, NDJSON: NewLine},
        responses={(202, "application/json"): ImportSerializer, (202, NDJSON): LineSerializer},
    )
    def create(self, request: Request) -> HttpResponse:
        """Ask for an article; poll the job that comes back.

        Or for one on each line: then one result for each line comes back, whatever is wrong with others,
        and `Location` is the batch that they are. Files with many articles go to `batches`.
        """
        if request.content_type.partition(";")[0].strip().lower() == NDJSON:
            sent: Any = request.data
            lines = [(number, wish_on(line, NewLine)) for number, line in sent["lines"]]
            return report_of(request_lines(actor=self.actor, lines=lines))
        asked = self.read(NewImport)
        file = asked.get("file")
        if file and holds_many(file):
            raise Malformed.at("/file", _("This file has an article in each row: send it to “batches”."))
        job = request_import(
            actor=self.actor,
            url=asked.get("url", ""),
            text=asked.get("text", ""),
            file=file.read() if file else None,
            filename=file.name if file else "",
            content_type=file.content_type or "" if file else "",
            given=given_in(asked),
            revises=asked.get("revises"),
        )
        return self.answer(job)

    def again(self, before: Sequence[Event]) -> Response:
        """Show what an earlier attempt did; of lines, what came of each."""
        lines = [event.object_id for event in before if event.object_type == Batch._meta.label_lower]
        if not lines:
            return super().again(before)
        return cast(Response, report_of(Batch.objects.get(pk=lines[0])))

    @extend_schema(request=None, responses={202: ImportSerializer})
    @action(detail=True, methods=["post"])
    def retry(self, request: Request, pk: str) -> Response:
        """Try a failed import again; one that waits to be tried again, at once."""
        self.read(Nothing)
        return self.answer(retry_import(self.get_object(), actor=self.actor))

    @extend_schema(request=None, responses=ImportSerializer)
    @action(detail=True, methods=["post"])
    def dismiss(self, request: Request, pk: str) -> Response:
        """Put a failed import out of sight, one's own or as an editor; it can still be tried again."""
        self.read(Nothing)
        return self.answer(dismiss_import(self.get_object(), actor=self.actor))
