"""The OpenAPI document says what every operation has in common."""

from __future__ import annotations

from typing import Any

import pytest
from drf_spectacular.validation import validate_schema

from factcheck.api.views import document
from tests.api.client import Api


@pytest.fixture
def operations(as_ada: Api) -> dict[str, Any]:
    document.cache_clear()
    answer = as_ada.get("/api/v1/schema/")
    assert answer.status_code == 200, answer.content
    body: dict[str, Any] = answer.json()
    validate_schema(body)  # type: ignore[no-untyped-call]
    document.cache_clear()
    return body


@pytest.mark.urls("tests.api.desk")
def test_the_document_is_openapi_3_1_and_valid(operations: dict[str, Any]) -> None:
    assert operations["openapi"].startswith("3.1")
    assert "/api/v1/keys/{id}/" in operations["paths"]
    assert set(operations["components"]["securitySchemes"]) == {"token", "session"}


@pytest.mark.urls("tests.api.desk")
def test_changes_name_their_headers_and_refusals(operations: dict[str, Any]) -> None:
    patch = operations["paths"]["/api/v1/keys/{id}/"]["patch"]
    assert "If-Match" in {parameter["name"] for parameter in patch["parameters"]}
    assert {"400", "401", "403", "404", "409", "412", "428", "429"} <= set(patch["responses"])
    post = operations["paths"]["/api/v1/keys/"]["post"]
    assert "Idempotency-Key" in {parameter["name"] for parameter in post["parameters"]}


@pytest.mark.urls("tests.api.desk")
def test_lists_name_their_parameters_and_ids_are_strings(operations: dict[str, Any]) -> None:
    get = operations["paths"]["/api/v1/keys/"]["get"]
    assert {"cursor", "page_size", "ordering", "name"} <= {p["name"] for p in get["parameters"]}
    key = operations["components"]["schemas"]["Key"]
    assert key["properties"]["id"]["type"] == "string"


@pytest.mark.urls("tests.api.desk")
def test_the_document_can_be_had_as_yaml(as_ada: Api) -> None:
    document.cache_clear()
    answer = as_ada.get("/api/v1/schema/", Accept="application/vnd.oai.openapi")
    assert answer.content.startswith(b"openapi: 3.1")
    document.cache_clear()


def test_the_index_lists_the_resources(as_ada: Api) -> None:
    body = as_ada.get("/api/v1/").json()
    assert {"me", "schema"} <= set(body)
