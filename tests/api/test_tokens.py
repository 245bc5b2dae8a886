"""One's own tokens through the API: shown once, never wider than what makes them."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from factcheck.accounts.models import ApiToken, User
from tests.api.callers import V1, calling, ids, pointers
from tests.api.client import Api, check_problem
from tests.cast import PASSWORD, person
from tests.database import nothing_changes

pytestmark = pytest.mark.django_db

TOKENS = f"{V1}/tokens/"


def test_a_token_is_made_shown_once_and_revoked() -> None:
    ada = calling("Ada")
    answer = ada.post(TOKENS, {"name": "laptop", "scopes": ["read", "flag"], "days": 7})
    assert answer.status_code == 201, answer.content
    made = answer.json()
    assert made["scopes"] == ["flag", "read"]
    mine = Api(made["secret"])
    assert mine.get(f"{V1}/me/").json()["id"] == str(person("Ada").pk)
    shown = ada.get(f"{TOKENS}{made['id']}/").json()
    assert "secret" not in shown
    assert "digest" not in shown
    assert ada.call("delete", f"{TOKENS}{made['id']}/").status_code == 204
    check_problem(mine.get(f"{V1}/me/"), 401, "unauthenticated")
    assert made["id"] not in ids(ada.get(TOKENS))


def test_a_secret_is_not_replayed() -> None:
    ada = calling("Ada")
    wish = {"name": "laptop", "scopes": ["read"]}
    assert ada.post(TOKENS, wish, Idempotency_Key="t").status_code == 201
    check_problem(ada.post(TOKENS, wish, Idempotency_Key="t"), 409, "already_done")
    assert ApiToken.objects.filter(name="laptop").count() == 1


@pytest.mark.case("A12")
def test_a_token_makes_no_token_that_may_do_more() -> None:
    wish = {"name": "wider", "scopes": ["read", "publish"]}
    for caller in (calling("Dov", "read", "publish"), calling("Dov", "read", "admin")):
        with nothing_changes():
            check_problem(caller.post(TOKENS, wish), 403, "forbidden")


def test_by_session_a_person_makes_any_token_of_their_own(dov: User) -> None:
    browser = Client()
    assert browser.login(username="dov", password=PASSWORD)
    wish = {"name": "publisher", "scopes": ["read", "publish"]}
    assert browser.post(TOKENS, wish, content_type="application/json").status_code == 201


@pytest.mark.case("A3")
def test_the_tokens_of_others_are_not_there() -> None:
    calling("Ada")
    theirs = ApiToken.objects.get(user=person("Ada"))
    max_ = calling("Max")
    assert str(theirs.pk) not in ids(max_.get(TOKENS))
    check_problem(max_.get(f"{TOKENS}{theirs.pk}/"), 404, "not_found")
    with nothing_changes():
        check_problem(max_.call("delete", f"{TOKENS}{theirs.pk}/"), 404, "not_found")


@pytest.mark.parametrize(
    ("wish", "pointer"),
    [
        ({"scopes": ["read"]}, "/name"),
        ({"name": "x", "scopes": []}, "/scopes"),
        ({"name": "x", "scopes": ["root"]}, "/scopes/0"),
        ({"name": "x", "scopes": ["read"], "days": 0}, "/days"),
        ({"name": "x", "scopes": ["read"], "days": 10_000}, "/days"),
        ({"name": "x", "scopes": ["read"], "user": "1"}, "/user"),
    ],
)
def test_a_token_that_cannot_be_made_is_refused_with_a_pointer(wish: dict[str, Any], pointer: str) -> None:
    ada = calling("Ada")
    with nothing_changes():
        assert pointers(check_problem(ada.post(TOKENS, wish), 400, "invalid")) == [pointer]
