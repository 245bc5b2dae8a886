"""REST: many imports in one request, a JSON object on each line."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import IO, Any

from django.conf import settings
from django.http import HttpResponse
from rest_framework import serializers
from rest_framework.parsers import BaseParser

from articles.batches.models import Batch
from articles.batches.rows import Fault, Wish, wish_in
from factcheck.api.links import link
from factcheck.api.parsers import strict_json
from factcheck.errors import TooLarge, Unreadable

NDJSON = "application/x-ndjson"


class LinesParser(BaseParser):
    """`application/x-ndjson`: split here, read line by line, so that one that is broken sinks no other."""

    media_type = NDJSON

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> dict[str, Any]:
        """Return the `lines` that hold anything, each with its number.

        Raises:
            TooLarge: more than an upload may have.
        """
        raw = stream.read(settings.MAX_UPLOAD_BYTES + 1)
        if len(raw) > settings.MAX_UPLOAD_BYTES:
            raise TooLarge(limit=settings.MAX_UPLOAD_BYTES)
        lines = enumerate(raw.split(b"\n"), start=1)
        return {"lines": [(number, line) for number, line in lines if line.strip()]}


class LineSerializer(serializers.Serializer[Any]):
    """What became of one line: the id of its import, or why there is none."""

    line = serializers.IntegerField()
    id = serializers.CharField(required=False)
    error = serializers.DictField(required=False)


def wish_on(line: bytes, serializer: type[serializers.Serializer[Any]]) -> Wish | Fault:
    """Return what a line asks for, or what is wrong with it."""
    try:
        asked = serializer(data=strict_json(line.decode()))
    except UnicodeDecodeError:
        return Fault("malformed", str(Unreadable.template))
    except Unreadable as error:
        return Fault(error.code, error.detail)
    if not asked.is_valid():
        faults = [
            f"{name}: {' '.join(map(str, said)) if isinstance(said, list) else said}"
            for name, said in asked.errors.items()
        ]
        return Fault("invalid", " ".join(faults))
    row = dict(asked.validated_data)
    if "published_at" in row:
        row["published_at"] = row["published_at"].isoformat()
    return wish_in({name: str(value) for name, value in row.items()})


def report_of(batch: Batch) -> HttpResponse:
    """Return one result for each line, in their order. One query."""
    results = [
        {"line": number, "id": str(job)}
        if job
        else {"line": number, "error": {"code": code, "detail": detail}}
        for number, job, code, detail in batch.rows.order_by("number").values_list(
            "number", "job", "error_code", "error_detail"
        )
    ]
    body = "".join(f"{json.dumps(result, ensure_ascii=False)}\n" for result in results)
    headers = {"Location": link("batch-detail", pk=batch.pk)}
    return HttpResponse(body, content_type=NDJSON, status=202, headers=headers)
