"""The cast as programs, and the few things that every test of a resource does."""

from __future__ import annotations

from typing import Any

from factcheck.accounts.tokens import Scope
from tests.api.client import Api
from tests.cast import person, token

V1 = "/api/v1"


def calling(name: str, *scopes: str) -> Api:
    """Somebody of the cast with a token for all that they may do, or for these scopes only."""
    return Api(token(person(name), *(scopes or Scope.values)))


def etag(api: Api, path: str) -> str:
    """The version of what stands there, as this caller sees it."""
    answer = api.get(path)
    assert answer.status_code == 200, answer.content
    return str(answer["ETag"])


def change(api: Api, path: str, body: dict[str, Any]) -> Any:
    """PATCH what the caller has just read."""
    return api.patch(path, body, If_Match=etag(api, path))


def rows(answer: Any) -> list[dict[str, Any]]:
    """The rows of a list."""
    assert answer.status_code == 200, answer.content
    found: list[dict[str, Any]] = answer.json()["results"]
    return found


def ids(answer: Any) -> list[str]:
    """The ids of the rows of a list."""
    return [row["id"] for row in rows(answer)]


def pointers(problem: dict[str, Any]) -> list[str]:
    """What a refusal points at."""
    return [error["pointer"] for error in problem["errors"]]
