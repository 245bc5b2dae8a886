"""Pages, orderings and filters of lists."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core import signing
from django.utils import timezone

from factcheck.accounts.models import ApiToken, User
from factcheck.api.pagination import SALT
from tests.api.client import Api, check_problem

pytestmark = pytest.mark.urls("tests.api.desk")
LIST = "/api/v1/keys/"


@pytest.fixture
def keys(ada: User) -> list[ApiToken]:
    """23 tokens: few names, few times of use, and some never used."""
    now = timezone.now()
    rows = [
        ApiToken(
            user=ada,
            name=f"name {number % 3}",
            digest=f"digest {number}",
            expires_at=now + timedelta(days=1),
            last_used_at=None if number % 4 == 0 else now - timedelta(microseconds=number % 5),
        )
        for number in range(22)
    ]
    return ApiToken.objects.bulk_create(rows)


def walk(caller: Api, url: str, direction: str = "next") -> list[str]:
    """Collect the ids of all pages; `url` is the first."""
    ids: list[str] = []
    while url:
        body = caller.get(url).json()
        page = [row["id"] for row in body["results"]]
        ids = ids + page if direction == "next" else page + ids
        url = body[direction]
    return ids


def expected(ordering: str) -> list[str]:
    column = {"created": "created_at", "used": "last_used_at", "name": "name", "id": "pk"}[
        ordering.removeprefix("-")
    ]
    down = ordering.startswith("-")
    rows = sorted(ApiToken.objects.all(), key=lambda row: row.pk, reverse=down)
    known = [row for row in rows if getattr(row, column) is not None]
    known.sort(key=lambda row: getattr(row, column), reverse=down)
    return [str(row.pk) for row in known + [row for row in rows if getattr(row, column) is None]]


@pytest.mark.parametrize("size", [1, 2, 7, 22, 50])
@pytest.mark.parametrize("ordering", ["-id", "created", "-created", "used", "-used", "name", "-name"])
def test_pages_show_every_row_once_in_both_directions(
    as_ada: Api, keys: list[ApiToken], ordering: str, size: int
) -> None:
    as_ada.get("/api/v1/me/")  # now the own token is used as well, and stays as it is
    url = f"{LIST}?ordering={ordering}&page_size={size}"
    assert walk(as_ada, url) == expected(ordering)

    last = as_ada.get(url).json()
    while last["next"]:
        last = as_ada.get(last["next"]).json()
    back = walk(as_ada, last["previous"], "previous") if last["previous"] else []
    assert back + [row["id"] for row in last["results"]] == expected(ordering)


def test_rows_that_come_while_one_reads_neither_shift_nor_repeat_any(
    as_ada: Api, ada: User, keys: list[ApiToken]
) -> None:
    first = as_ada.get(f"{LIST}?page_size=5").json()
    ApiToken.objects.create(user=ada, name="new", digest="new", expires_at=timezone.now())
    rest = walk(as_ada, first["next"])
    seen = [row["id"] for row in first["results"]] + rest
    assert len(seen) == len(set(seen)) == 23


@pytest.mark.parametrize("size", [2, 20])
def test_a_list_costs_one_query_whatever_the_page(
    as_ada: Api, keys: list[ApiToken], size: int, django_assert_num_queries: Any
) -> None:
    as_ada.get("/api/v1/me/")
    with django_assert_num_queries(2):  # token with roles, page
        body = as_ada.get(f"{LIST}?page_size={size}").json()
    with django_assert_num_queries(2):
        as_ada.get(body["next"])


@pytest.mark.case("Z3")
@pytest.mark.parametrize("size", ["0", "-1", "NaN", "1.5", "", "٣", "1e3", "00"])
def test_a_page_size_that_is_no_number_is_refused(as_ada: Api, size: str) -> None:
    body = check_problem(as_ada.get(f"{LIST}?page_size={size}"), 400, "invalid")
    assert body["errors"][0]["pointer"] == "/page_size"


@pytest.mark.case("Z3")
@pytest.mark.parametrize("size", ["201", "1000000", "1000000000", "9" * 5000])
def test_a_page_that_is_too_long_is_cut(as_ada: Api, ada: User, size: str) -> None:
    now = timezone.now()
    ApiToken.objects.bulk_create(
        ApiToken(user=ada, name="x", digest=str(number), expires_at=now) for number in range(210)
    )
    assert len(as_ada.get(f"{LIST}?page_size={size}").json()["results"]) == 200


@pytest.mark.case("Z3")
@pytest.mark.parametrize("spoil", ["cut", "flip", "junk", "empty", "unsigned", "other_salt", "shape", "NUL"])
def test_a_cursor_that_was_tampered_with_is_refused(as_ada: Api, keys: Any, spoil: str) -> None:
    cursor = as_ada.get(f"{LIST}?page_size=5").json()["next"].rpartition("cursor=")[2]
    sent = {
        "cut": cursor[:-1],
        "flip": "A" + cursor[1:] if cursor[0] != "A" else "B" + cursor[1:],
        "junk": "%F0%9F%92%A9" * 30,
        "empty": "",
        "unsigned": "cD0yMDI2",
        "other_salt": signing.dumps(["-id", False, "1", 1]),
        "shape": signing.dumps({"a": 1}, salt=SALT),
        "NUL": "%00",
    }[spoil]
    assert as_ada.get(f"{LIST}?page_size=5&cursor={sent}").status_code == 400


@pytest.mark.case("Z3")
def test_a_cursor_of_another_ordering_is_refused(as_ada: Api, keys: list[ApiToken]) -> None:
    url = as_ada.get(f"{LIST}?page_size=5&ordering=name").json()["next"]
    check_problem(as_ada.get(url.replace("ordering=name", "ordering=-name")), 400, "invalid")


@pytest.mark.case("A6")
@pytest.mark.parametrize(
    "parameter",
    [
        "user__password__startswith=a",
        "user__email=a",
        "name__startswith=a",
        "digest=x",
        "_connector=OR",
        "limit=1000000",
        "page=0",
        "pk=1",
        "",
    ],
)
def test_only_filters_that_were_declared_are_taken(as_ada: Api, parameter: str) -> None:
    answer = as_ada.get(f"{LIST}?{parameter or '=x'}")
    body = check_problem(answer, 400, "invalid")
    assert body["errors"][0]["code"] == "unknown_parameter"


@pytest.mark.case("A6")
@pytest.mark.parametrize("ordering", ["digest", "user__password", "-user__password", "?", "pk", "--name", ""])
def test_only_orderings_that_were_declared_are_taken(as_ada: Api, ordering: str) -> None:
    check_problem(as_ada.get(f"{LIST}?ordering={ordering}"), 400, "invalid")


@pytest.mark.parametrize("path", ["/api/v1/me/?x=1", "/api/v1/?cursor=1"])
def test_a_parameter_that_means_nothing_is_refused_outside_of_lists_too(as_ada: Api, path: str) -> None:
    check_problem(as_ada.get(path), 400, "invalid")


def test_a_filter_of_the_list_means_nothing_for_one_row(as_ada: Api, keys: list[ApiToken]) -> None:
    assert as_ada.get(f"{LIST}{keys[0].pk}/").status_code == 200
    check_problem(as_ada.get(f"{LIST}{keys[0].pk}/?name=x"), 400, "invalid")


def test_filters_and_pages_go_together(as_ada: Api, keys: list[ApiToken]) -> None:
    found = walk(as_ada, f"{LIST}?name=name 1&page_size=2&ordering=name")
    assert found == [str(key.pk) for key in keys if key.name == "name 1"]


@pytest.mark.case("Z4")
@pytest.mark.parametrize("query", ["name=%00", "%00=1", "name=%ed%a0%80", "name=%ff%fe", "name=%F0%28"])
def test_bytes_that_are_no_text_are_never_a_500(as_ada: Api, query: str) -> None:
    assert as_ada.get(f"{LIST}?{query}").status_code in {200, 400}


@pytest.mark.case("Z4")
@pytest.mark.parametrize(
    "path",
    [
        "/api/v1/keys/%ff/",
        "/api/v1/keys/%00/",
        "/api/v1/%ed%a0%80/",
        "/api/v1/keys/99999999999999999999/",
        "/api/v1/keys/9999999999999999999/",
        "/api/v1/keys/٣/",
        "/api/v1/keys/-1/",
    ],
)
def test_an_address_of_strange_bytes_is_not_there(as_ada: Api, path: str) -> None:
    check_problem(as_ada.get(path), 404, "not_found")


@pytest.mark.case("Z4")
def test_a_thousand_parameters_are_refused(as_ada: Api) -> None:
    query = "&".join(f"p{number}=1" for number in range(1001))
    check_problem(as_ada.get(f"{LIST}?{query}"), 400, "malformed")
