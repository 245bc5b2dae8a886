"""Refusals are problem documents, and tell nothing of the inside."""

from __future__ import annotations

import pytest

from factcheck import errors
from factcheck.api import problems
from tests.api.client import Api, check_problem

pytestmark = pytest.mark.urls("tests.api.desk")


@pytest.mark.parametrize(
    ("code", "status"),
    [
        ("four_eyes", 409),
        ("illegal_transition", 409),
        ("stale_version", 409),
        ("not_ready", 409),
        ("not_found", 404),
        ("unavailable", 503),
    ],
)
def test_a_domain_error_keeps_its_code_and_status(as_ada: Api, code: str, status: int) -> None:
    check_problem(as_ada.post(f"/api/v1/keys/refuse/{code}/"), status, code)


def test_the_loser_of_a_race_gets_what_the_winner_saved(as_ada: Api) -> None:
    body = as_ada.post("/api/v1/keys/refuse/stale_version/").json()
    assert body["current"] == {"version": 4, "summary": "theirs"}
    assert body["yours"] == {"summary": "mine"}


def test_what_is_missing_is_listed(as_ada: Api) -> None:
    body = as_ada.post("/api/v1/keys/refuse/not_ready/").json()
    assert body["blockers"] == [{"code": "no_evidence", "detail": "There is no evidence."}]


def test_a_database_that_is_away_is_a_503_that_names_no_host(as_ada: Api) -> None:
    answer = as_ada.post("/api/v1/keys/refuse/unavailable/")
    assert int(answer["Retry-After"]) > 0
    assert b"10.0.0.5" not in answer.content


def test_a_bug_is_a_500_that_tells_nothing(as_ada: Api) -> None:
    answer = as_ada.post("/api/v1/keys/refuse/bug/")
    check_problem(answer, 500, "internal")
    assert b"secret inner state" not in answer.content


@pytest.mark.case("A3")
def test_what_is_hidden_reads_like_what_is_missing(as_ada: Api, as_max: Api) -> None:
    hidden = as_max.get("/api/v1/keys/").json()["results"][0]["id"]
    one, other = as_ada.get(f"/api/v1/keys/{hidden}/"), as_ada.get("/api/v1/keys/999999999/")
    check_problem(one, 404, "not_found")
    assert one.content == other.content


@pytest.mark.parametrize("path", ["/api/v1/nothing/", "/api/v2/", "/api/", "/api", "/api/v1/keys/x/"])
@pytest.mark.parametrize("method", ["get", "post", "patch", "delete"])
def test_an_address_that_does_not_exist_is_a_problem_too(nobody: Api, path: str, method: str) -> None:
    check_problem(nobody.call(method, path), 404, "not_found")


def test_a_method_that_is_not_there_is_a_405_with_allow(as_ada: Api) -> None:
    answer = as_ada.call("put", "/api/v1/keys/")
    check_problem(answer, 405, "method_not_allowed")
    assert "GET" in answer["Allow"]


def test_a_kind_of_answer_that_is_not_made_is_a_406(as_ada: Api) -> None:
    check_problem(as_ada.get("/api/v1/me/", Accept="text/html"), 406, "not_acceptable")


def test_faults_point_into_the_body(as_ada: Api) -> None:
    answer = as_ada.post("/api/v1/keys/", {"scopes": ["read", "rule"], "until": "tomorrow"})
    body = check_problem(answer, 400, "invalid")
    found = {(error["pointer"], error["code"]) for error in body["errors"]}
    assert found == {("/name", "required"), ("/scopes/1", "invalid_choice"), ("/until", "invalid")}


def test_the_faults_of_actions_point_into_the_body(as_ada: Api) -> None:
    answer = as_ada.post("/api/v1/keys/", {"name": "robot", "scopes": []})
    assert check_problem(answer, 400, "invalid")["errors"][0]["pointer"] == "/scopes"


def test_a_pointer_escapes_slash_and_tilde() -> None:
    found = list(problems.field_errors({"a/b~c": [{"x": ["wrong"]}], "non_field_errors": ["all"]}))
    assert [error["pointer"] for error in found] == ["/a~1b~0c/0/x", ""]


def test_the_facts_of_a_refusal_that_are_not_for_the_client_stay_here() -> None:
    problem = problems.describe(errors.Forbidden(person=5))
    assert problem is not None
    assert problem.members == {}


def all_refusals(family: type[errors.DomainError] = errors.DomainError) -> list[type[errors.DomainError]]:
    children = [kind for kind in family.__subclasses__() if kind.__module__ == errors.__name__]
    return [kind for child in children for kind in (child, *all_refusals(child))]


def test_every_refusal_has_a_code_a_status_and_a_sentence() -> None:
    for kind in all_refusals():
        assert kind.code.replace("_", "").isalpha()
        assert 400 <= kind.status < 600
        assert str(kind.template)
