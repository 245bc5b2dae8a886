"""A POST that is sent again is not done again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, connection
from django.test.client import RequestFactory, encode_multipart
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request

from factcheck.accounts.models import ApiToken, User
from factcheck.api import idempotency
from factcheck.api.models import Answer, AnswerQuerySet
from factcheck.api.tasks import forget_answers
from factcheck.audit.models import Event
from tests.api.client import Api, check_problem
from tests.api.desk import KeyViewSet
from tests.cast import token

pytestmark = pytest.mark.urls("tests.api.desk")
LIST = "/api/v1/keys/"
WISH = {"name": "robot", "scopes": ["read"]}


def made() -> int:
    return ApiToken.objects.filter(name="robot").count()


def test_the_first_answer_is_given_again(as_ada: Api) -> None:
    first = as_ada.post(LIST, WISH, Idempotency_Key="k1")
    again = as_ada.post(LIST, WISH, Idempotency_Key="k1")
    assert first.status_code == again.status_code == 201
    assert first.content == again.content
    for name in ("Content-Type", "Location", "ETag"):
        assert first[name] == again[name]
    assert "Idempotency-Replayed" not in first
    assert again["Idempotency-Replayed"] == "true"
    assert made() == 1


def test_without_a_key_everything_is_done_again(as_ada: Api) -> None:
    for _ in range(2):
        as_ada.post(LIST, WISH)
    assert made() == 2
    assert not Answer.objects.exists()


def test_a_refusal_is_given_again_too(as_ada: Api) -> None:
    wrong = {"name": "robot", "scopes": []}
    first = as_ada.post(LIST, wrong, Idempotency_Key="k1")
    again = as_ada.post(LIST, wrong, Idempotency_Key="k1")
    assert first.status_code == again.status_code == 400
    assert again["Content-Type"] == "application/problem+json"
    assert again["Idempotency-Replayed"] == "true"


@pytest.mark.parametrize("code", ["four_eyes", "unavailable", "bug"])
def test_what_may_be_otherwise_next_time_is_not_kept(as_ada: Api, code: str) -> None:
    for _ in range(2):
        answer = as_ada.post(f"{LIST}refuse/{code}/", Idempotency_Key="k1")
        assert "Idempotency-Replayed" not in answer
        assert answer.json()["code"] in {code, "internal"}


@pytest.mark.parametrize(
    ("path", "body"),
    [(LIST, {**WISH, "name": "other"}), ("/api/v1/keys/reveal/", WISH), (f"{LIST}1/revoke/", {})],
)
def test_the_same_key_for_something_else_is_a_conflict(as_ada: Api, path: str, body: Any) -> None:
    as_ada.post(LIST, WISH, Idempotency_Key="k1")
    check_problem(as_ada.post(path, body, Idempotency_Key="k1"), 409, "idempotency_conflict")
    assert ApiToken.objects.count() == 2


def test_two_people_may_use_the_same_key(as_ada: Api, as_max: Api) -> None:
    assert as_ada.post(LIST, WISH, Idempotency_Key="k1").status_code == 201
    other = as_max.post(LIST, WISH, Idempotency_Key="k1")
    assert other.status_code == 201
    assert "Idempotency-Replayed" not in other


@pytest.mark.parametrize("key", ["", " ", "a" * 256, "é", "a b"])
def test_a_key_is_short_and_printable(as_ada: Api, key: str) -> None:
    check_problem(as_ada.post(LIST, WISH, Idempotency_Key=key), 400, "invalid")
    assert made() == 0


def leave_running(as_ada: Api, *, since: timedelta) -> None:
    """Leave a request unanswered as a process does that dies `since` ago."""
    as_ada.post(LIST, WISH, Idempotency_Key="k1")
    then = timezone.now() - since
    Answer.objects.update(
        status=None, body=None, headers={}, created_at=then, leased_until=then + idempotency.LEASE
    )


def test_while_the_first_is_running_the_second_waits(as_ada: Api) -> None:
    leave_running(as_ada, since=timedelta(seconds=5))
    answer = as_ada.post(LIST, WISH, Idempotency_Key="k1")
    check_problem(answer, 409, "idempotency_conflict")
    assert int(answer["Retry-After"]) > 0
    assert made() == 1


@pytest.mark.case("F3")
def test_a_retry_after_a_crash_behind_the_commit_gets_the_result_and_does_nothing(
    as_ada: Api, ada: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(*args: Any, **kwargs: Any) -> None:
        raise SystemExit

    with monkeypatch.context() as crash:
        crash.setattr(idempotency.Attempt, "finish", die)
        with pytest.raises(SystemExit):
            as_ada.post(LIST, WISH, Idempotency_Key="k1")
    assert made() == 1
    check_problem(as_ada.post(LIST, WISH, Idempotency_Key="k1"), 409, "idempotency_conflict")

    Answer.objects.update(leased_until=timezone.now())
    for replayed in (False, True):
        answer = as_ada.post(LIST, WISH, Idempotency_Key="k1")
        assert answer.status_code == 201
        key = ApiToken.objects.get(name="robot")
        assert answer.json()["id"] == str(key.pk)
        assert answer["Location"].endswith(f"/keys/{key.pk}")
        assert ("Idempotency-Replayed" in answer) is replayed
    assert made() == 1
    assert Event.objects.filter(object_id=str(key.pk), action="token.created").count() == 1


@pytest.mark.case("F3")
def test_a_retry_after_a_crash_of_a_transition_shows_the_object(
    as_ada: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    as_ada.post(LIST, WISH)
    path = f"{LIST}{ApiToken.objects.get(name='robot').pk}/revoke/"
    with monkeypatch.context() as crash:
        crash.setattr(idempotency.Attempt, "finish", lambda *args: None)
        as_ada.post(path, Idempotency_Key="k1")
    Answer.objects.update(leased_until=timezone.now())
    answer = as_ada.post(path, Idempotency_Key="k1")
    assert answer.status_code == 200
    assert answer.json()["name"] == "robot"
    assert Event.objects.filter(action="token.revoked").count() == 1


@pytest.mark.case("F3")
def test_a_retry_after_a_crash_before_the_commit_does_it(as_ada: Api, ada: User) -> None:
    now = timezone.now()
    as_ada.post(LIST, WISH, Idempotency_Key="k1")
    ApiToken.objects.filter(name="robot").delete()
    Answer.objects.update(
        status=None, gesture="of an attempt that committed nothing", leased_until=now, body=None
    )
    assert as_ada.post(LIST, WISH, Idempotency_Key="k1").status_code == 201
    assert made() == 1


def test_an_answer_that_cannot_be_kept_is_given_all_the_same(
    as_ada: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*args: Any, **kwargs: Any) -> None:
        raise DatabaseError

    monkeypatch.setattr(AnswerQuerySet, "update", away)
    assert as_ada.post(LIST, WISH, Idempotency_Key="k1").status_code == 201


def test_after_a_day_a_key_is_new_again(as_ada: Api) -> None:
    as_ada.post(LIST, WISH, Idempotency_Key="k1")
    Answer.objects.update(created_at=timezone.now() - timedelta(hours=25))
    answer = as_ada.post(LIST, WISH, Idempotency_Key="k1")
    assert answer.status_code == 201
    assert "Idempotency-Replayed" not in answer
    assert made() == 2


def test_old_answers_are_forgotten(as_ada: Api) -> None:
    as_ada.post(LIST, WISH, Idempotency_Key="old")
    Answer.objects.update(created_at=timezone.now() - timedelta(hours=24, seconds=1))
    as_ada.post(LIST, WISH, Idempotency_Key="new")
    forget_answers()
    assert [answer.key for answer in Answer.objects.all()] == ["new"]


def test_a_secret_is_neither_kept_nor_shown_twice(as_ada: Api) -> None:
    KeyViewSet.revealed.clear()
    assert as_ada.post("/api/v1/keys/reveal/", Idempotency_Key="k1").status_code == 200
    check_problem(as_ada.post("/api/v1/keys/reveal/", Idempotency_Key="k1"), 409, "already_done")
    assert len(KeyViewSet.revealed) == 1
    assert Answer.objects.get().body is None


@pytest.mark.case("A12")
def test_a_key_opens_nothing_that_the_token_does_not(as_ada: Api, ada: User) -> None:
    as_ada.post(LIST, WISH, Idempotency_Key="k1")
    reader = Api(token(ada, "read"))
    check_problem(reader.post(LIST, WISH, Idempotency_Key="k1"), 403, "forbidden")


def queries_of(call: Callable[[], Any]) -> int:
    with CaptureQueriesContext(connection) as queries:
        call()
    return sum(not query["sql"].startswith(("SAVEPOINT", "RELEASE")) for query in queries)


def test_a_key_costs_two_statements(as_ada: Api) -> None:
    as_ada.get("/api/v1/me/")
    without = queries_of(lambda: as_ada.post(LIST, WISH))
    assert queries_of(lambda: as_ada.post(LIST, WISH, Idempotency_Key="k1")) == without + 2


def digest(parts: dict[str, Any], boundary: str) -> str:
    body = encode_multipart(boundary, parts)
    request = RequestFactory().generic("POST", "/x", body, f"multipart/form-data; boundary={boundary}")
    return idempotency._digest_of(Request(request, parsers=[MultiPartParser()]))


def test_a_form_is_the_same_whatever_its_boundary_and_another_with_another_file() -> None:
    def form(content: bytes, title: str = "t") -> dict[str, Any]:
        return {"title": title, "file": SimpleUploadedFile("a.txt", content)}

    one = digest(form(b"words"), "one")
    assert digest(form(b"words"), "two") == one
    assert digest(form(b"others"), "one") != one
    assert digest(form(b"words", "other"), "one") != one
