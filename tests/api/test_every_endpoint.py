"""What holds for every endpoint that there is, found by walking the router."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Any, cast

import pytest

from factcheck.accounts.roles import Role
from factcheck.accounts.tokens import Scope
from tests.api.client import Api, check_problem
from tests.api.test_bodies import HOSTILE
from tests.cast import person, token

NOBODYS = "429496729"
SAFE = {"get", "head", "options"}


@cache
def operations() -> list[tuple[str, str]]:
    """Every method and path, with ids that do not exist."""
    from factcheck.api.views import document

    return [
        (method, re.sub(r"\{[^}]+\}", NOBODYS, path))
        for path, methods in document()["paths"].items()
        for method in methods
    ]


def actions_of(viewset: Any) -> Iterator[tuple[str, dict[str, str]]]:
    """Every action that changes something, with the scopes that are declared for it."""
    declared = dict(viewset.scopes)
    for name in ("create", "update", "partial_update", "destroy"):
        if hasattr(viewset, name):
            yield name, declared
    for extra in viewset.get_extra_actions():
        for method, name in extra.mapping.items():
            if method not in SAFE:
                yield name, declared | extra.kwargs.get("scopes", {})


@pytest.fixture
def chief(db: None) -> Api:
    """Somebody who may do everything."""
    return Api(token(person("Chief", *Role.values), *Scope.values))


@pytest.mark.case("A12")
def test_every_change_declares_the_scope_that_a_token_needs() -> None:
    from factcheck.urls import api

    for prefix, viewset, _ in api.registry:
        for name, declared in actions_of(cast(Any, viewset)):
            assert declared.get(name) in Scope.values, f"{prefix}: {name}"


@pytest.mark.case("A12")
def test_without_a_token_every_endpoint_is_a_401(nobody: Api) -> None:
    for method, path in operations():
        check_problem(nobody.call(method, path), 401, "unauthenticated")


def test_without_a_role_every_endpoint_but_ones_own_is_a_403(eve: Any) -> None:
    caller = Api(token(eve, *Scope.values))
    for method, path in operations():
        if path != "/api/v1/me/":
            check_problem(caller.call(method, path), 403, "forbidden")


@pytest.mark.case("A12")
def test_a_token_for_reading_changes_nothing_anywhere(db: None) -> None:
    reader = Api(token(person("Chief", *Role.values), Scope.READ))
    for method, path in operations():
        if method not in SAFE:
            check_problem(reader.call(method, path), 403, "forbidden")


@pytest.mark.case("A6")
def test_no_list_takes_a_filter_that_it_does_not_name(chief: Api) -> None:
    for method, path in operations():
        if method == "get" and NOBODYS not in path:
            answer = chief.get(f"{path}?user__password__startswith=a")
            assert answer.json()["errors"][0]["code"] == "unknown_parameter", path


@pytest.mark.case("Z2")
@pytest.mark.parametrize("body", HOSTILE.values(), ids=HOSTILE.keys())
def test_no_hostile_body_is_a_500_anywhere(chief: Api, body: bytes) -> None:
    for method, path in operations():
        if method not in SAFE:
            answer = chief.raw(method.upper(), path, body)
            assert 400 <= answer.status_code < 500, f"{method} {path}: {answer.content!r}"


@pytest.mark.case("C3")
def test_no_change_reads_json_under_another_name(chief: Api) -> None:
    for method, path in operations():
        if method not in SAFE:
            answer = chief.raw(method.upper(), path, b'{"a": 1}', "text/plain")
            check_problem(answer, 415, "unsupported_media_type")
