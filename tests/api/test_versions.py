"""ETag, If-None-Match and If-Match."""

from __future__ import annotations

import pytest
from django.test import RequestFactory
from rest_framework.request import Request

from factcheck.accounts.models import ApiToken
from factcheck.api.etag import etag_of, require_match
from factcheck.errors import PreconditionFailed, PreconditionRequired
from tests.api.client import Api, check_problem

pytestmark = pytest.mark.urls("tests.api.desk")


@pytest.fixture
def key(as_ada: Api) -> str:
    as_ada.get("/api/v1/me/")
    return f"/api/v1/keys/{ApiToken.objects.get().pk}/"


def test_one_object_has_a_strong_tag_and_304(as_ada: Api, key: str) -> None:
    answer = as_ada.get(key)
    tag = answer["ETag"]
    assert tag.startswith('"')
    again = as_ada.get(key, If_None_Match=tag)
    assert again.status_code == 304
    assert again["ETag"] == tag
    assert not again.content
    ApiToken.objects.update(name="other")
    assert as_ada.get(key, If_None_Match=tag)["ETag"] != tag


def test_a_change_without_a_version_is_a_428(as_ada: Api, key: str) -> None:
    check_problem(as_ada.patch(key, {"name": "new"}), 428, "precondition_required")
    assert ApiToken.objects.get().name == "tests"


def test_a_change_of_an_old_version_is_a_412(as_ada: Api, key: str) -> None:
    tag = as_ada.get(key)["ETag"]
    first = as_ada.patch(key, {"name": "first"}, If_Match=tag)
    assert first.status_code == 200
    check_problem(as_ada.patch(key, {"name": "second"}, If_Match=tag), 412, "precondition_failed")
    assert ApiToken.objects.get().name == "first"
    assert as_ada.patch(key, {"name": "third"}, If_Match=first["ETag"]).status_code == 200


@pytest.mark.parametrize("header", ['"{}"', '"x", "{}"', 'W/"{}"', "*", '"x","{}" , "y"'])
def test_the_tag_may_stand_among_others_and_be_weakened_by_a_proxy(header: str) -> None:
    tag = etag_of({"a": 1})
    request = Request(RequestFactory().get("/", headers={"If-Match": header.format(tag.strip('"'))}))
    require_match(request, tag)


@pytest.mark.parametrize("header", ["", '"x"', "x", '"', "\x00", '"a" "b"'])
def test_what_is_no_tag_of_ours_does_not_match(header: str) -> None:
    request = Request(RequestFactory().get("/", headers={"If-Match": header}))
    with pytest.raises(PreconditionFailed):
        require_match(request, etag_of({"a": 1}))


def test_no_header_is_something_else_than_an_empty_one() -> None:
    with pytest.raises(PreconditionRequired):
        require_match(Request(RequestFactory().get("/")), '"a"')
