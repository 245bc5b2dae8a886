"""REST: files with many articles, and what became of each of their rows."""

from __future__ import annotations

from typing import Any, ClassVar

import django_filters
from django.conf import settings
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from articles.actions import dismiss_batch, request_batch
from articles.api.imports import FORM_ROOM, DismissibleFilter
from articles.batches.models import Batch, BatchRow
from articles.batches.querysets import Outcome, that_are
from factcheck.accounts.api import PersonSerializer
from factcheck.accounts.tokens import Scope
from factcheck.api.fields import ID_SCHEMA, DeskModelSerializer, IdField, Nothing, StrictFields
from factcheck.api.filters import DeskFilterSet
from factcheck.api.jobs import JobErrorSerializer, JobSerializer
from factcheck.api.parsers import StrictJSONParser
from factcheck.api.viewsets import DeskViewSet, ReadMixin
from factcheck.jobs.models import JobStatus

BATCH_ID = OpenApiParameter("batch_id", ID_SCHEMA, OpenApiParameter.PATH)


class NewBatch(StrictFields):
    """A file with an article in each row: CSV, XLSX, NDJSON, or the export of a WordPress site."""

    file = serializers.FileField(allow_empty_file=True)


class BatchSerializer(JobSerializer):
    """A batch. `done` says that each row is an import or was refused; the imports go on while any waits."""

    total = serializers.IntegerField(allow_null=True, help_text="Rows; null before the file is read.")
    waiting = serializers.IntegerField(help_text="Rows whose import is still to end.")
    imported = serializers.IntegerField()
    failed = serializers.IntegerField(help_text="Rows whose import failed.")
    refused = serializers.IntegerField(help_text="Rows that did not become an import.")
    requested_by = PersonSerializer()

    class Meta(JobSerializer.Meta):
        model = Batch
        fields: ClassVar[list[str]] = [
            *JobSerializer.Meta.fields,
            "filename",
            "total",
            "waiting",
            "imported",
            "failed",
            "refused",
            "requested_by",
            "dismissed_at",
        ]
        read_only_fields = fields


class BatchViewSet(ReadMixin, DeskViewSet[Batch]):
    """Files with many articles. What came of their rows is under `rows`."""

    queryset = Batch.objects.with_counts().select_related("requested_by")
    serializer_class = BatchSerializer
    filterset_class = DismissibleFilter
    scopes = dict.fromkeys(("create", "dismiss"), Scope.IMPORT)
    success = {"create": 202}
    parser_classes = [MultiPartParser]
    max_body_bytes = settings.MAX_UPLOAD_BYTES + FORM_ROOM

    @extend_schema(request={"multipart/form-data": NewBatch}, responses={202: BatchSerializer})
    def create(self, request: Request) -> Response:
        """Ask for all articles in a file; poll the job that comes back."""
        file = self.read(NewBatch)["file"]
        batch = request_batch(
            actor=self.actor,
            file=file.read(),
            filename=file.name or "",
            content_type=file.content_type or "",
        )
        return self.answer(self.get_queryset().get(pk=batch.pk))

    @extend_schema(request=None, responses=BatchSerializer)
    @action(detail=True, methods=["post"], parser_classes=[StrictJSONParser])
    def dismiss(self, request: Request, pk: str) -> Response:
        """Put a batch of which nothing could be read out of sight, one's own or as an editor."""
        self.read(Nothing)
        return self.answer(dismiss_batch(self.get_object(), actor=self.actor))


class RowSerializer(DeskModelSerializer):
    """One row, and what became of it."""

    outcome = serializers.ChoiceField(choices=Outcome.choices)
    job = IdField(source="job_id", allow_null=True, help_text="Its import; null where it was refused.")
    article = IdField(source="job.article_id", default=None, allow_null=True)
    error = serializers.SerializerMethodField()

    class Meta:
        model = BatchRow
        fields: ClassVar[list[str]] = ["id", "number", "outcome", "job", "article", "error"]
        read_only_fields = fields

    @extend_schema_field(JobErrorSerializer(allow_null=True))
    def get_error(self, row: BatchRow) -> Any:
        """Why it is no article."""
        if row.job is None:
            return {"code": row.error_code, "detail": row.error_detail}
        return JobErrorSerializer(row.job).data if row.job.status == JobStatus.FAILED else None


class RowFilter(DeskFilterSet):
    outcome = django_filters.ChoiceFilter(choices=Outcome.choices, method="of_outcome")

    def of_outcome(self, rows: QuerySet[BatchRow], _name: str, value: str) -> QuerySet[BatchRow]:
        """Leave those of one outcome."""
        return rows.filter(that_are(Outcome(value)))


@extend_schema(parameters=[BATCH_ID])
class RowViewSet(ListModelMixin, DeskViewSet[BatchRow]):
    """The rows of a batch, in their order; numbered as in the file."""

    queryset = BatchRow.objects.select_related("job")
    serializer_class = RowSerializer
    filterset_class = RowFilter
    orderings = {"number": "number"}
    ordering = "number"

    def get_queryset(self) -> QuerySet[BatchRow]:
        """Those of the batch in the address."""
        rows = super().get_queryset()
        if "batch_id" not in self.kwargs:  # the OpenAPI document is being made
            return rows
        return rows.filter(batch=get_object_or_404(Batch, pk=self.kwargs["batch_id"]))
