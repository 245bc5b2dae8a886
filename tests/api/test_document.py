"""The OpenAPI document against the API as it is: every endpoint, with objects that are there."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

from articles.actions import request_batch, request_import
from articles.tasks import run_batch
from factcheck.accounts.models import ApiToken, User
from factcheck.accounts.roles import Role
from factcheck.accounts.tokens import Scope
from factcheck.api.views import document
from factcheck.audit.models import Event
from publishing.models import Publication
from publishing.webhooks.actions import send_test
from reviews.models import Scale
from tests import factories
from tests.api.client import Api
from tests.cast import person, token
from tests.database import nothing_changes
from tests.kept import kept

pytestmark = pytest.mark.django_db

MOST_QUERIES = 12
SAFE = {"get", "head", "options"}


@pytest.fixture(scope="module", autouse=True)
def _fresh_document() -> Iterator[None]:
    document.cache_clear()
    yield
    document.cache_clear()


@pytest.fixture
def chief() -> Api:
    """Somebody who may do everything."""
    return Api(token(person("Chief", *Role.values), *Scope.values))


@pytest.fixture
def desk(chief: Api) -> dict[str, int]:
    """One of everything; the ids by the names that stand in the addresses."""
    return one_of_everything()


@kept
def one_of_everything() -> dict[str, int]:
    review = factories.researched(claimant="Ilse Maar", topics=["Ferries"], pieces=1)
    factories.confidential_evidence(review, shared_with=[person("Ben")])
    review = factories.sign_off(factories.submit(factories.draft(review)))
    publication: Publication = factories.published(review, slug="night-ferry")
    factories.returned(quote=factories.QUOTES[1])
    passage = review.claim.passages.select_related("revision").get()
    waiting = factories.waiting_placement()
    told = send_test(factories.endpoint(), actor=person("Max"))
    job = request_import(actor=person("Chief"), text="A short text.")
    file = b"url\nhttps://a.example/\nfile:///etc/passwd\n"
    batch = request_batch(actor=person("Ada"), file=file, filename="articles.csv").pk
    run_batch(batch)
    return {
        "articles": passage.revision.article_id,
        "article_id": passage.revision.article_id,
        "batches": batch,
        "batch_id": batch,
        "claimants": review.claim.claimant_id or 0,
        "claims": review.claim_id,
        "events": Event.objects.order_by("pk")[0].pk,
        "deliveries": told.pk,
        "endpoints": told.endpoint_id,
        "evidence": review.evidence.order_by("pk")[0].pk,
        "feeds": factories.feed(outlet_name="Herald").pk,
        "imports": job.pk,
        "number": 1,
        "outlets": 0,
        "passage_id": passage.pk,
        "placements": waiting.pk,
        "publications": publication.pk,
        "publication_id": publication.pk,
        "releases": publication.releases.get().pk,
        "reviews": review.pk,
        "review_id": review.pk,
        "scales": Scale.objects.get().pk,
        "sources": review.evidence.order_by("pk")[0].source_id,
        "tokens": ApiToken.objects.get(user=person("Chief")).pk,
        "topics": review.claim.topics.get().pk,
        "users": User.objects.order_by("pk")[0].pk,
    }


def address(path: str, desk: dict[str, int]) -> str:
    """The path of an operation, with the ids of what is there."""

    def real(match: re.Match[str]) -> str:
        name = match.group(1)
        return str(desk[path[: match.start()].rstrip("/").split("/")[-1] if name == "id" else name])

    return re.sub(r"\{(\w+)\}", real, path)


def schema_of(content: dict[str, Any]) -> dict[str, Any]:
    """The schema of a body, with what it refers to."""
    schema = next(iter(content.values()))["schema"]
    return {**schema, "components": document()["components"]}


@pytest.mark.sqlite  # the document does not depend on the database
def test_the_document_is_made_without_a_warning(tmp_path: Path) -> None:
    call_command("spectacular", validate=True, fail_on_warn=True, file=str(tmp_path / "schema.yaml"))


def test_every_answer_is_what_the_document_says_and_takes_few_queries(
    chief: Api, desk: dict[str, int]
) -> None:
    seen = 0
    for path, operations in document()["paths"].items():
        if "get" not in operations or "outlets/{id}" in path or "annotated-copy" in path:
            continue  # the last is no JSON: tests/desk/test_annotated.py
        with CaptureQueriesContext(
            connection,
        ) as queries:
            answer = chief.get(address(path, desk), Accept="application/json, application/ld+json")
        assert answer.status_code == 200, f"{path}: {answer.content!r}"
        assert len(queries) <= MOST_QUERIES, f"{path}: {len(queries)}"
        schema = schema_of(operations["get"]["responses"]["200"]["content"])
        faults = [
            f"{path} {list(e.path)}: {e.message}"
            for e in Draft202012Validator(schema).iter_errors(answer.json())
        ]
        assert not faults
        if path.endswith("s/") and "{" not in path and "outlets" not in path:
            assert answer.json()["results"], f"{path} shows nothing, so nothing was checked"
        seen += 1
    assert seen > 30


def properties(schema: dict[str, Any]) -> Iterator[tuple[str, ...]]:
    """The paths of all fields of a body."""
    if "$ref" in schema:
        schema = document()["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]]
    for name, inner in schema.get("properties", {}).items():
        yield (name,)
        for alternative in [inner, *inner.get("oneOf", ()), *inner.get("allOf", ())]:
            yield from ((name, *deeper) for deeper in properties(alternative))


# Well-formed JSON; what is not is in `test_bodies`, and tried on every endpoint by `test_every_endpoint`.
HOSTILE = [
    '"\\u202e\\u200b"',
    '"\\u001b[2J"',
    "-9223372036854775808",
    "9223372036854775807",
    "true",
    "null",
    "1.5",
    "[]",
    "{}",
    '[[["a"]]]',
    '""',
    '"9999-12-31T23:59:59-14:00"',
    '"0001-01-01"',
    json.dumps("x" * 200_000),
    json.dumps("9" * 5_000),
]


@pytest.mark.long
@pytest.mark.case("Z2")
def test_no_hostile_value_in_any_field_is_a_500(chief: Api, desk: dict[str, int], settings: Any) -> None:
    settings.API_CALLS_PER_MINUTE = 10**6
    tried = 0
    for path, operations in document()["paths"].items():
        for method, operation in operations.items():
            if method in SAFE or "requestBody" not in operation:
                continue
            content = operation["requestBody"]["content"]
            if "application/json" not in content:
                continue  # a file: its bytes are tried in tests/articles
            schema = content["application/json"]["schema"]
            for field in properties(schema):
                for value in HOSTILE:
                    body = value
                    for name in reversed(field):
                        body = f"{{{json.dumps(name)}: {body}}}"
                    answer = chief.client.generic(
                        method.upper(),
                        address(path, desk),
                        body.encode(),
                        "application/json",
                        headers={**chief.headers, "If-Match": "*"},
                    )
                    assert answer.status_code < 500, f"{method} {path} {body[:80]}: {answer.content!r}"
                    tried += 1
    assert tried > 500


@pytest.mark.case("Z2", "Z3")
@pytest.mark.parametrize(
    "value",
    [
        "%00",
        "%ff",
        "%ed%a0%80",
        "-1",
        "0",
        "NaN",
        "1e9",
        "9" * 30,
        "x" * 5_000,
        "%F0%9F%9A%A2",
        "[]",
        "'",
        "%25",
    ],
)
def test_no_hostile_value_of_any_parameter_is_a_500(
    chief: Api, desk: dict[str, int], value: str, settings: Any
) -> None:
    settings.API_CALLS_PER_MINUTE = 10**6
    for path, operations in document()["paths"].items():
        if "get" not in operations:
            continue
        for parameter in operations["get"]["parameters"]:
            if parameter["in"] == "query":
                answer = chief.get(f"{address(path, desk)}?{parameter['name']}={value}")
                assert answer.status_code in {200, 400}, f"{path} {parameter['name']}: {answer.content!r}"


@pytest.mark.case("Z2")
@pytest.mark.parametrize("pk", ["9223372036854775807", "9223372036854775808", "9" * 19, "0", "00000000001x"])
def test_no_id_in_an_address_is_a_500(chief: Api, pk: str) -> None:
    for path, operations in document()["paths"].items():
        if "{" in path:
            for method in operations:
                answer = chief.call(method, re.sub(r"\{\w+\}", pk, path), {} if method != "get" else None)
                assert 400 <= answer.status_code < 500, f"{method} {path}: {answer.content!r}"


@pytest.mark.case("A9")
def test_no_other_method_does_anything_anywhere(chief: Api, desk: dict[str, int], settings: Any) -> None:
    settings.API_CALLS_PER_MINUTE = 10**6
    with nothing_changes():
        for path, operations in document()["paths"].items():
            for method in {"get", "post", "put", "patch", "delete", "trace", "options"} - set(operations):
                for override in ("", next(iter(operations)).upper()):
                    answer = chief.call(
                        method, address(path, desk), X_HTTP_Method_Override=override, If_Match="*"
                    )
                    assert answer.status_code in {405, 415}, f"{method} {path}: {answer.content!r}"
