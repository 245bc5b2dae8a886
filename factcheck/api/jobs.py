"""Work in the background as a client sees it: how far it is, and what went wrong."""

from __future__ import annotations

from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from factcheck.api.fields import DeskModelSerializer
from factcheck.jobs.models import Job, JobStatus

PROGRESS = {"type": "number", "minimum": 0, "maximum": 1}


class JobErrorSerializer(serializers.Serializer[Any]):
    """Why a job failed: a stable code, and a sentence that a person can act on."""

    code = serializers.CharField(source="error_code")
    detail = serializers.CharField(source="shown_error")


class JobSerializer(DeskModelSerializer):
    """What all jobs show. Ask again until `status` is `done` or `failed`."""

    progress = serializers.SerializerMethodField()
    error = serializers.SerializerMethodField()

    class Meta:
        fields: ClassVar[list[str]] = ["id", "status", "progress", "error", "created_at", "finished_at"]

    @extend_schema_field(PROGRESS)
    def get_progress(self, job: Any) -> float:
        """How far it is, in [0, 1]; stages, not a promise of time."""
        stages: float | None = getattr(job, "progress", None)
        if stages is not None:
            return stages
        return {JobStatus.QUEUED: 0.0, JobStatus.RUNNING: 0.5}.get(job.status, 1.0)

    @extend_schema_field(JobErrorSerializer(allow_null=True))
    def get_error(self, job: Job) -> Any:
        """What ended it; nothing while it is being tried again."""
        return JobErrorSerializer(job).data if job.status == JobStatus.FAILED else None
