"""Bodies: what is no plain JSON, what is of another kind, and fields that nobody asked for."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st
from rest_framework.exceptions import ValidationError

from factcheck.accounts.models import ApiToken, User
from factcheck.accounts.tokens import Scope
from factcheck.api.fields import IdField, SafeTextField, UtcDateTimeField
from factcheck.api.parsers import strict_json
from factcheck.errors import Unreadable
from tests.api.client import Api, check_problem

pytestmark = pytest.mark.urls("tests.api.desk")
LIST = "/api/v1/keys/"
GOOD = {"name": "robot", "scopes": ["read"]}


def around(extra: str) -> bytes:
    return f'{{"name": "robot", "scopes": ["read"], "extra": {extra}}}'.encode()


HOSTILE = {
    "NUL in a string": around('"a\\u0000b"'),
    "NUL in a name": around('{"a\\u0000": 1}'),
    "NUL deep inside": around('[[["\\u0000"]]]'),
    "half a pair": around('"\\ud800"'),
    "the other half": around('"x\\udfff"'),
    "pair the wrong way round": around('"\\udc00\\ud800"'),
    "raw NUL": around('"\x00"'),
    "1e999": around("1e999"),
    "-1e999": around("[-1e999]"),
    "NaN": around("NaN"),
    "Infinity": around("-Infinity"),
    "10**20": around("100000000000000000000"),
    "-10**20": around("-100000000000000000000"),
    "2**63": around(str(2**63)),
    "5000 digits": around("9" * 5000),
    "65 levels": around("[" * 64 + "]" * 64),
    "1000 levels": around("[" * 1000 + "]" * 1000),
    "100000 levels": around('{"a":' * 100_000 + "1" + "}" * 100_000),
    "a name twice": b'{"name": "a", "name": "b", "scopes": ["read"]}',
    "a name twice inside": around('{"a": 1, "a": 2}'),
    "not UTF-8": around('"\u00e9"').decode().encode("latin-1"),
    "overlong UTF-8": b'{"name": "\xc0\x80"}',
    "UTF-8 surrogate": b'{"name": "\xed\xa0\x80"}',
    "UTF-16": json.dumps(GOOD).encode("utf-16"),
    "byte order mark": b"\xef\xbb\xbf" + json.dumps(GOOD).encode(),
    "two values": json.dumps(GOOD).encode() * 2,
    "cut short": json.dumps(GOOD).encode()[:-1],
    "single quotes": str(GOOD).encode(),
    "a list": b"[]",
    "a string": b'"name"',
    "null": b"null",
    "a number": b"1",
    "white space": b" ",
}


@pytest.mark.case("Z2")
@pytest.mark.parametrize("body", HOSTILE.values(), ids=HOSTILE.keys())
@pytest.mark.parametrize("path", [LIST, "/api/v1/keys/reveal/"])
def test_a_hostile_body_is_a_400_and_changes_nothing(as_ada: Api, body: bytes, path: str) -> None:
    answer = as_ada.raw("POST", path, body)
    if path == LIST:
        assert answer.status_code == 400, answer.content
        assert answer["Content-Type"] == "application/problem+json"
    assert answer.status_code < 500
    assert ApiToken.objects.count() == 1


@pytest.mark.case("Z2")
@pytest.mark.parametrize(
    "wrong",
    [
        {"name": 5},
        {"name": None},
        {"name": ["a"]},
        {"name": {}},
        {"name": True},
        {"name": ""},
        {"name": "a" * 51},
        {"name": "a\u0007b"},
        {"name": "a\ufffeb"},
        {"scopes": "read"},
        {"scopes": {"read": 1}},
        {"scopes": [["read"]]},
        {"scopes": [None]},
        {"until": 5},
        {"until": "2026-02-30T00:00:00Z"},
        {"until": "2026-02-03T00:00:00"},
        {"until": "2026-02-03"},
        {"until": "0001-01-01T00:00:00+14:00"},
        {"until": "99999-01-01T00:00:00Z"},
        {"until": {}},
    ],
    ids=str,
)
def test_a_wrong_kind_of_value_is_a_400_that_points_at_it(as_ada: Api, wrong: dict[str, Any]) -> None:
    body = check_problem(as_ada.post(LIST, {**GOOD, **wrong}), 400, "invalid")
    assert body["errors"][0]["pointer"].startswith(f"/{next(iter(wrong))}")


@pytest.mark.case("C3")
@pytest.mark.parametrize(
    "kind",
    [
        "text/plain",
        "text/plain; charset=utf-8",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/xml",
        "text/json",
        "application/json; charset=utf-16",
        "application/json; charset=bz2_codec",
        "",
        "x",
        "application/json" + "x" * 300,
    ],
)
@pytest.mark.parametrize("path", [LIST, f"{LIST}1/revoke/", "/api/v1/keys/reveal/"])
def test_json_that_calls_itself_something_else_is_a_415(as_ada: Api, kind: str, path: str) -> None:
    answer = as_ada.raw("POST", path, json.dumps(GOOD).encode(), kind)
    if "charset" in kind and "json" in kind and path != LIST:
        return  # these two do not get as far as reading the body
    check_problem(answer, 415, "unsupported_media_type")
    assert ApiToken.objects.count() == 1


@pytest.mark.case("C3")
def test_a_form_sent_by_session_is_a_415_though_it_carries_the_csrf_token(ada: User) -> None:
    from django.test import Client

    browser = Client(enforce_csrf_checks=True)
    browser.force_login(ada)
    browser.cookies["csrftoken"] = "a" * 32
    answer = browser.post(LIST, {**GOOD, "csrfmiddlewaretoken": "a" * 32})
    check_problem(answer, 415, "unsupported_media_type")
    assert not ApiToken.objects.exists()


def test_more_than_two_megabytes_are_a_413(as_ada: Api) -> None:
    body = check_problem(as_ada.raw("POST", LIST, b" " * (2 * 1024 * 1024 + 1)), 413, "too_large")
    assert body["limit"] == 2 * 1024 * 1024


def test_a_body_of_unknown_length_is_not_taken_for_an_empty_one(as_ada: Api) -> None:
    answer = as_ada.client.generic(
        "POST", f"{LIST}1/revoke/", b"", headers=as_ada.headers, HTTP_TRANSFER_ENCODING="chunked"
    )
    check_problem(answer, 411, "length_required")


@pytest.mark.case("A7")
@pytest.mark.parametrize(
    "field",
    [
        *sorted({field.name for field in ApiToken._meta.get_fields()} - {"name", "scopes"}),
        *("user_id", "pk", "is_staff", "status", "approved_by", "published_at", "__class__", "a\u202eb"),
    ],
)
@pytest.mark.parametrize("method", ["post", "patch"])
def test_a_field_that_cannot_be_set_is_refused_by_name(
    as_ada: Api, ada: User, field: str, method: str
) -> None:
    as_ada.get("/api/v1/me/")
    token = ApiToken.objects.get()
    before = ApiToken.objects.values().get()
    if method == "post":
        answer = as_ada.post(LIST, {**GOOD, field: 1})
    else:
        answer = as_ada.patch(f"{LIST}{token.pk}/", {"name": "new", field: 1}, If_Match="*")
    body = check_problem(answer, 400, "invalid")
    assert body["errors"] == [
        {"pointer": f"/{field}", "code": "unknown_field", "detail": "This field cannot be set here."}
    ]
    assert ApiToken.objects.values().get() == before


def test_a_call_that_takes_no_body_says_so(as_ada: Api) -> None:
    pk = ApiToken.objects.get().pk
    body = check_problem(as_ada.post(f"{LIST}{pk}/revoke/", {"reason": "x"}), 400, "invalid")
    assert body["errors"][0]["pointer"] == "/reason"


@settings(max_examples=150)
@given(
    st.recursive(
        st.none()
        | st.booleans()
        | st.integers(-(2**63), 2**63 - 1)
        | st.floats(allow_nan=False, allow_infinity=False)
        | st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00")),
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.just("k") | st.just("l"), inner),
        max_leaves=20,
    )
)
def test_plain_json_is_read_as_it_was_written(value: Any) -> None:
    assert strict_json(json.dumps(value)) == value


def test_sixty_four_levels_are_read_and_one_more_is_not() -> None:
    strict_json("[" * 64 + "]" * 64)
    with pytest.raises(Unreadable):
        strict_json("[" * 65 + "]" * 65)


@pytest.mark.parametrize(
    "value", ["0", "-1", "1.0", " 1", "٣", "9" * 19 + "9", str(2**63), True, None, 1.5, []]
)
def test_an_id_is_digits_that_a_row_can_have(value: Any) -> None:
    with pytest.raises(ValidationError):
        IdField().to_internal_value(value)


def test_ids_are_shown_as_strings_and_taken_as_either() -> None:
    field = IdField()
    assert field.to_representation(2**60) == str(2**60)
    assert field.to_internal_value("42") == field.to_internal_value(42) == 42


def test_times_are_shown_in_utc() -> None:
    field = UtcDateTimeField()
    parsed = field.to_internal_value("2026-03-04T12:00:00+05:30")
    assert field.to_representation(parsed) == "2026-03-04T06:30:00Z"


def test_line_breaks_are_line_feeds() -> None:
    assert SafeTextField().run_validation("a\r\nb\rc\td") == "a\nb\nc\td"


def test_scopes_are_what_the_contract_lists() -> None:
    assert set(Scope.values) == {"read", "import", "flag", "review", "signoff", "publish", "admin"}
