"""Who gets in, with what, and how far."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from factcheck.accounts.actions import revoke_token
from factcheck.accounts.models import ApiToken, Grant, User
from factcheck.accounts.tokens import Scope, hash_token
from tests.api.client import Api, check_problem
from tests.cast import token

pytestmark = pytest.mark.urls("tests.api.desk")


def test_a_token_shows_whose_it_is(as_ada: Api, ada: User) -> None:
    body = as_ada.get("/api/v1/me/").json()
    assert body["id"] == str(ada.pk)
    assert body["roles"] == ["reporter"]
    assert body["token"]["scopes"] == sorted(Scope.values)
    assert body["token"]["expires_at"].endswith("Z")
    assert "digest" not in body["token"]


def test_me_takes_one_query_and_the_first_call_a_second(as_ada: Api, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(2):  # the token with its owner and their roles; last used
        as_ada.get("/api/v1/me/")
    with django_assert_num_queries(1):
        as_ada.get("/api/v1/me/")


@pytest.mark.case("A12")
def test_nobody_is_asked_for_a_token(nobody: Api) -> None:
    answer = nobody.get("/api/v1/me/")
    check_problem(answer, 401, "unauthenticated")
    assert answer["WWW-Authenticate"].startswith("Bearer")


@pytest.mark.case("A12")
@pytest.mark.parametrize("spoil", ["truncated", "other", "expired", "revoked", "empty", "latin", "digest"])
def test_a_token_that_is_no_longer_good_opens_nothing(ada: User, spoil: str) -> None:
    secret = token(ada, "read")
    row = ApiToken.objects.get(digest=hash_token(secret))
    if spoil == "expired":
        ApiToken.objects.filter(pk=row.pk).update(expires_at=timezone.now() - timedelta(seconds=1))
    if spoil == "revoked":
        revoke_token(row, actor=ada)
    sent = {
        "truncated": secret[:-1],
        "other": "fc_" + "A" * 43,
        "empty": "",
        "latin": "fc_é",
        "digest": row.digest,
    }.get(spoil, secret)
    answer = Api(None).get("/api/v1/me/", Authorization=f"Bearer {sent}")
    check_problem(answer, 401, "unauthenticated")


@pytest.mark.case("A11")
def test_a_person_who_was_deactivated_is_nobody(ada: User) -> None:
    caller, browser = Api(token(ada, "read")), Client()
    browser.force_login(ada)
    User.objects.filter(pk=ada.pk).update(is_active=False)
    check_problem(caller.get("/api/v1/me/"), 401, "unauthenticated")
    check_problem(browser.get("/api/v1/me/"), 401, "unauthenticated")


@pytest.mark.case("A12")
@pytest.mark.parametrize("name", ["token", "access_token", "key", "Authorization"])
def test_a_token_in_the_address_is_never_taken(nobody: Api, ada: User, name: str) -> None:
    address = f"/api/v1/me/?{name}={token(ada, 'read')}"
    check_problem(nobody.get(address), 401, "unauthenticated")


@pytest.mark.case("A12")
def test_a_token_for_reading_reads_only(ada: User) -> None:
    reader = Api(token(ada, "read"))
    assert reader.get("/api/v1/keys/").status_code == 200
    check_problem(reader.post("/api/v1/keys/", {"name": "x", "scopes": ["read"]}), 403, "forbidden")
    assert ApiToken.objects.count() == 1


def test_a_token_without_read_does_not_read(ada: User) -> None:
    check_problem(Api(token(ada, "flag")).get("/api/v1/keys/"), 403, "forbidden")


def test_a_change_for_which_no_scope_was_declared_is_closed_to_tokens(as_ada: Api) -> None:
    check_problem(as_ada.post("/api/v1/keys/undeclared/"), 403, "forbidden")


@pytest.mark.case("A10")
def test_a_role_that_was_taken_away_is_gone_with_the_next_request(as_ada: Api, ada: User) -> None:
    assert as_ada.get("/api/v1/keys/").status_code == 200
    Grant.objects.filter(user=ada).delete()
    check_problem(as_ada.get("/api/v1/keys/"), 403, "forbidden")


def test_eve_sees_herself_and_nothing_else(eve: User) -> None:
    caller = Api(token(eve, "read"))
    assert caller.get("/api/v1/me/").json()["roles"] == []
    for path in ("/api/v1/", "/api/v1/schema/", "/api/v1/keys/"):
        check_problem(caller.get(path), 403, "forbidden")


def test_last_used_is_written_once_a_minute(as_ada: Api) -> None:
    as_ada.get("/api/v1/me/")
    first = ApiToken.objects.get().last_used_at
    assert first is not None
    as_ada.get("/api/v1/me/")
    assert ApiToken.objects.get().last_used_at == first
    ApiToken.objects.update(last_used_at=first - timedelta(seconds=61))
    as_ada.get("/api/v1/me/")
    assert ApiToken.objects.filter(last_used_at__gt=first - timedelta(seconds=1)).exists()


@pytest.mark.case("C1")
def test_a_change_by_session_needs_the_csrf_token(ada: User) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(ada)
    wish = {"name": "x", "scopes": ["read"]}
    refused = browser.post("/api/v1/keys/", wish, content_type="application/json")
    check_problem(refused, 403, "csrf_failed")
    assert not ApiToken.objects.exists()
    browser.cookies["csrftoken"] = "a" * 32
    taken = browser.post(
        "/api/v1/keys/", wish, content_type="application/json", headers={"X-CSRFToken": "a" * 32}
    )
    assert taken.status_code == 201


@pytest.mark.case("A9")
@pytest.mark.parametrize(
    ("method", "path", "headers"),
    [
        ("post", "/api/v1/keys/?_method=GET", {}),
        ("get", "/api/v1/keys/?_method=POST", {}),
        ("get", "/api/v1/keys.json", {}),
        ("get", "/api/v1/keys/?format=json", {}),
        ("get", "/API/V1/KEYS/", {}),
        ("get", "/api/v1//keys/", {}),
        ("get", "//api/v1/keys/", {}),
        ("get", "/api/v1/%2e%2e/v1/keys/", {}),
        ("get", "/api/v1/keys/%2e/", {}),
        ("options", "/api/v1/keys/", {}),
        ("trace", "/api/v1/keys/", {}),
        ("post", "/api/v1/keys/", {"X-HTTP-Method-Override": "GET"}),
        ("head", "/api/v1/keys/", {}),
        ("get", "/api/v1/keys", {}),
    ],
)
def test_another_way_of_asking_gives_no_more_rights(
    nobody: Api, ada: User, method: str, path: str, headers: dict[str, str]
) -> None:
    assert nobody.call(method, path, **headers).status_code in {401, 404, 405}
    flagger = Api(token(ada, "flag"))
    assert flagger.call(method, path, **headers).status_code in {403, 404, 405}
    assert ApiToken.objects.count() == 1


def test_an_address_does_without_the_slash_at_its_end(as_ada: Api) -> None:
    answer = as_ada.post("/api/v1/keys", {"name": "x", "scopes": ["read"]})
    assert answer.status_code == 201
    assert as_ada.get("/api/v1/me").status_code == 200


@pytest.mark.case("Z6")
def test_links_use_the_configured_origin_whatever_the_host(as_ada: Api, settings: Any) -> None:
    settings.PUBLIC_ORIGIN, settings.ALLOWED_HOSTS = "https://desk.example", ["*"]
    answer = as_ada.post("/api/v1/keys/", {"name": "x", "scopes": ["read"]}, Host="evil.example")
    assert answer["Location"].startswith("https://desk.example/api/v1/keys/")
    page = as_ada.get("/api/v1/keys/?page_size=1", Host="evil.example", X_Forwarded_Host="evil.example")
    assert page.json()["next"].startswith("https://desk.example/api/v1/keys/?")
    index = as_ada.get("/api/v1/", Host="evil.example").json()
    assert index["keys"].startswith("https://desk.example/")


@pytest.mark.case("Z6")
def test_a_host_that_is_not_ours_is_refused(as_ada: Api, settings: Any) -> None:
    settings.ALLOWED_HOSTS = ["desk.example"]
    check_problem(as_ada.get("/api/v1/me/", Host="evil.example"), 400, "malformed")


@pytest.mark.case("Z11")
def test_who_calls_without_end_is_told_when_to_come_back(as_ada: Api, settings: Any) -> None:
    settings.API_CALLS_PER_MINUTE = 3
    with time_machine.travel(timezone.now().replace(second=20, microsecond=0), tick=False) as clock:
        answers = [as_ada.get("/api/v1/me/") for _ in range(4)]
        assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
        check_problem(answers[-1], 429, "throttled")
        assert answers[-1]["Retry-After"] == "40"
        clock.shift(40)
        assert as_ada.get("/api/v1/me/").status_code == 200


@pytest.mark.case("F8")
def test_nobody_is_counted_while_the_cache_is_away(as_ada: Api, broker: Any, settings: Any) -> None:
    settings.API_CALLS_PER_MINUTE = 1
    broker.kill()
    assert [as_ada.get("/api/v1/me/").status_code for _ in range(3)] == [200, 200, 200]
