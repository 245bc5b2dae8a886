"""Webhooks through the API: for administrators alone, and a secret is shown once and stands nowhere."""

from __future__ import annotations

import json
import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from standardwebhooks import Webhook

from factcheck.api.models import Answer
from factcheck.audit.models import Event
from factcheck.jobs.models import JobStatus
from publishing.webhooks.kinds import Kind
from publishing.webhooks.models import Delivery, Endpoint
from publishing.webhooks.signing import secret_of
from tests import factories as make
from tests.api.callers import V1, calling, change, etag, ids, pointers, rows
from tests.api.client import Api, check_problem
from tests.database import nothing_changes
from tests.webhooks.conftest import receiver  # noqa: F401  (a fixture)
from tests.webhooks.receiving import Receiver, run

pytestmark = pytest.mark.django_db

ENDPOINTS, DELIVERIES = f"{V1}/endpoints/", f"{V1}/deliveries/"
WISH = {"url": "https://partner.example/hook", "kinds": ["claim.flagged", "publication.published"]}
LEFT_OUT = ["api_answer", "accounts_apitoken"]


def added(caller: Api, **wish: Any) -> dict[str, Any]:
    answer = caller.post(ENDPOINTS, WISH | wish)
    assert answer.status_code == 201, answer.content
    found: dict[str, Any] = answer.json()
    return found


def a_delivery(endpoint: Endpoint) -> Delivery:
    delivery: Delivery = Delivery.objects.create(
        endpoint=endpoint, kind="endpoint.test", body='{"a": "é"}', status="failed", answer="sorry"
    )
    return delivery


# --- Endpoints -----------------------------------------------------------------------------------


def test_an_endpoint_is_added_changed_switched_and_removed(as_max: Api) -> None:
    answer = as_max.post(ENDPOINTS, WISH)
    assert answer.status_code == 201
    assert answer["Cache-Control"] == "no-store"
    made = answer.json()
    here = f"{ENDPOINTS}{made['id']}/"
    assert answer["Location"].endswith(here.removesuffix("/"))
    assert (made["url"], made["kinds"], made["is_on"]) == (WISH["url"], WISH["kinds"], True)
    assert (made["added_by"]["name"], made["error"], made["next_try_at"]) == ("Max", None, None)
    assert made["created_at"].endswith("Z")
    assert answer["ETag"] == etag(as_max, here)
    assert ids(as_max.get(ENDPOINTS)) == [made["id"]]
    changed = change(as_max, here, {"kinds": ["review.approved"]}).json()
    assert (changed["url"], changed["kinds"]) == (WISH["url"], ["review.approved"])
    off = as_max.post(f"{here}switch-off").json()
    assert (off["is_on"], off["disabled_reason"]) == (False, "by_hand")
    assert as_max.post(f"{here}switch-on").json()["is_on"] is True
    assert as_max.call("delete", here, If_Match=etag(as_max, here)).status_code == 204
    assert rows(as_max.get(ENDPOINTS)) == []
    assert as_max.get(here).json()["removed_at"]
    check_problem(as_max.post(f"{here}switch-on"), 409, "conflict")


def test_a_change_names_the_version_that_was_read(as_max: Api) -> None:
    here = f"{ENDPOINTS}{make.endpoint().pk}/"
    stale = etag(as_max, here)
    change(as_max, here, {"kinds": ["review.approved"]})
    with nothing_changes(leave_out=LEFT_OUT):
        for method in ("patch", "delete"):
            check_problem(as_max.call(method, here, WISH), 428, "precondition_required")
            check_problem(as_max.call(method, here, WISH, If_Match=stale), 412, "precondition_failed")
        check_problem(as_max.post(f"{here}renew-secret", If_Match=stale), 412, "precondition_failed")


def test_why_the_desk_gave_up_is_shown(as_max: Api) -> None:
    endpoint = make.endpoint()
    Endpoint.objects.update(status=JobStatus.FAILED, error_code="gave_up", attempts=20)
    shown = as_max.get(f"{ENDPOINTS}{endpoint.pk}/").json()
    assert shown["error"]["code"] == "gave_up"
    assert as_max.post(f"{ENDPOINTS}{endpoint.pk}/switch-on").json()["error"] is None


@pytest.mark.parametrize(
    ("wish", "pointer", "words"),
    [
        ({"url": None}, "/url", ""),
        ({"url": 7}, "/url", ""),
        ({"url": "x" * 2001}, "/url", "2000"),
        ({"url": "nowhere"}, "/url", "https"),
        ({"url": "http://partner.example/"}, "/url", "https"),
        ({"url": "https://partner.example:8443/"}, "/url", "443"),
        ({"kinds": []}, "/kinds", ""),
        ({"kinds": "claim.flagged"}, "/kinds", ""),
        ({"kinds": ["claim.flagged", "claim.gone"]}, "/kinds/1", "Choose from: article.imported, "),
        ({"kinds": ["endpoint.test"]}, "/kinds/0", "publication.corrected."),
        ({"kinds": [{"a": 1}]}, "/kinds/0", "Choose from"),
        ({"kinds": ["claim.flagged"] * 11}, "/kinds", "10"),
        ({"secret": "whsec_mine"}, "/secret", ""),
        ({"is_on": False}, "/is_on", ""),
    ],
)
def test_a_wish_that_cannot_be_taken_says_where_and_why(
    wish: dict[str, Any], pointer: str, words: str, as_max: Api
) -> None:
    here = f"{ENDPOINTS}{make.endpoint().pk}/"
    version = etag(as_max, here)
    with nothing_changes(leave_out=LEFT_OUT):
        for answer in (as_max.post(ENDPOINTS, WISH | wish), as_max.patch(here, wish, If_Match=version)):
            problem = check_problem(answer, 400, "invalid")
            assert pointers(problem) == [pointer]
            assert words in problem["errors"][0]["detail"]


def test_what_is_left_out_is_asked_for(as_max: Api) -> None:
    problem = check_problem(as_max.post(ENDPOINTS, {}), 400, "invalid")
    assert pointers(problem) == ["/url", "/kinds"]


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"7", b"{", b'{"url":', b"\xff", b'{"url": "\\ud800", "kinds": 1}']
)
def test_a_body_that_is_none_is_refused(body: bytes, as_max: Api) -> None:
    endpoint = make.endpoint()
    a_delivery(endpoint)
    with nothing_changes(leave_out=LEFT_OUT):
        assert 400 <= as_max.raw("POST", ENDPOINTS, body).status_code < 500
        for step in ("test", "renew-secret", "switch-off", "switch-on"):
            if body:
                assert 400 <= as_max.raw("POST", f"{ENDPOINTS}{endpoint.pk}/{step}", body).status_code < 500


def test_an_address_that_is_told_already_is_a_conflict(as_max: Api) -> None:
    added(as_max)
    with nothing_changes(leave_out=LEFT_OUT):
        check_problem(as_max.post(ENDPOINTS, WISH), 409, "conflict")


# --- The secret ----------------------------------------------------------------------------------


def test_a_secret_is_shown_once_and_stands_nowhere(as_max: Api, caplog: Any) -> None:
    """Not in what is read later, the log, the answers that are kept, or any row of any table."""
    caplog.set_level("DEBUG")
    answer = as_max.post(ENDPOINTS, WISH, Idempotency_Key="add")
    first = answer.json()["secret"]
    here = f"{ENDPOINTS}{answer.json()['id']}/"
    renewed = as_max.post(f"{here}renew-secret", Idempotency_Key="renew")
    assert renewed.status_code == 200
    assert renewed["Cache-Control"] == "no-store"
    second = renewed.json()["secret"]
    assert first != second == secret_of(Endpoint.objects.get())
    assert first.startswith("whsec_")
    assert second.startswith("whsec_")
    assert renewed["ETag"] == etag(as_max, here)
    as_max.post(f"{here}test")
    version = etag(as_max, here)
    shown = [as_max.get(path) for path in (ENDPOINTS, here, DELIVERIES, f"{V1}/events/")]
    shown += [as_max.get(f"{DELIVERIES}{Delivery.objects.get().pk}/")]
    shown += [as_max.patch(here, {"kinds": ["claim.flagged"]}, If_Match=version)]
    shown += [as_max.post(f"{here}switch-off"), as_max.post(f"{here}switch-on")]
    said = "\n".join([caplog.text, *(each.content.decode() for each in shown), *every_row()])
    assert all(each.status_code == 200 for each in shown)
    for secret in (first, second):
        assert secret.removeprefix("whsec_") not in said
    assert "whsec_" not in said
    assert set(Answer.objects.values_list("status", "body")) == {(201, None), (200, None)}


def every_row() -> list[str]:
    """Everything that the database holds, as text."""
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            for row in cursor.fetchall():
                found += [str(bytes(value) if isinstance(value, memoryview) else value) for value in row]
    return found


def test_a_retry_is_told_that_a_secret_is_shown_once(as_max: Api) -> None:
    for path, wish in ((ENDPOINTS, WISH), (f"{ENDPOINTS}{make.endpoint().pk}/renew-secret", {})):
        assert "secret" in as_max.post(path, wish, Idempotency_Key=path).json()
        with nothing_changes(leave_out=LEFT_OUT):
            problem = check_problem(as_max.post(path, wish, Idempotency_Key=path), 409, "already_done")
        assert "only once" in problem["detail"]
        check_problem(as_max.post(path, {"a": 1}, Idempotency_Key=path), 409, "idempotency_conflict")


def test_a_retry_after_the_process_died_is_told_the_same(as_max: Api) -> None:
    for path, wish in ((ENDPOINTS, WISH), (f"{ENDPOINTS}{make.endpoint().pk}/renew-secret", {})):
        as_max.post(path, wish, Idempotency_Key=path)
        _forget_the_answer()
        with nothing_changes(leave_out=LEFT_OUT):
            problem = check_problem(as_max.post(path, wish, Idempotency_Key=path), 409, "already_done")
        assert "renew it" in problem["detail"]


def _forget_the_answer() -> None:
    past = timezone.now() - timedelta(seconds=1)
    Answer.objects.update(status=None, body=None, headers={}, leased_until=past)


def test_a_refusal_is_no_secret_and_is_replayed_as_it_was(as_max: Api) -> None:
    wish = WISH | {"url": "nowhere"}
    first = as_max.post(ENDPOINTS, wish, Idempotency_Key="one")
    second = as_max.post(ENDPOINTS, wish, Idempotency_Key="one")
    check_problem(second, 400, "invalid")
    assert second.content == first.content
    assert second["Idempotency-Replayed"] == "true"


# --- Deliveries ----------------------------------------------------------------------------------


def test_a_test_is_sent_shown_and_sent_again(as_max: Api, receiver: Receiver) -> None:  # noqa: F811  (the fixture)
    made = added(as_max, url=receiver.url)
    asked = as_max.post(f"{ENDPOINTS}{made['id']}/test", Idempotency_Key="test")
    assert asked.status_code == 202
    shown = asked.json()
    here = f"{DELIVERIES}{shown['id']}/"
    assert asked["Location"].endswith(here.removesuffix("/"))
    assert asked["ETag"] == etag(as_max, here)
    assert (shown["endpoint"], shown["event"], shown["status"]) == (made["id"], None, "asked")
    again = as_max.post(f"{ENDPOINTS}{made['id']}/test", Idempotency_Key="test")
    assert (again.content, again["Idempotency-Replayed"]) == (asked.content, "true")
    endpoint = run(Endpoint.objects.get())
    [message] = receiver.messages
    assert message.id == shown["webhook_id"]
    Webhook(made["secret"]).verify(message.body, message.headers)
    shown = as_max.get(here).json()
    assert (shown["status"], shown["attempts"], shown["answer_status"]) == ("delivered", 1, 200)
    assert isinstance(shown["took_ms"], int)
    assert (shown["body"], shown["answer"]) == (message.body.decode(), "thanks")
    assert shown["sent_at"].endswith("Z")
    receiver.fails()
    more = as_max.post(f"{here}redeliver")
    assert (more.status_code, more.json()["status"]) == (202, "asked")
    assert more["Location"].endswith(here.removesuffix("/"))
    run(endpoint)
    assert [each.id for each in receiver.messages] == [shown["webhook_id"]] * 2
    shown = as_max.get(here).json()
    assert (shown["status"], shown["attempts"]) == ("failed", 2)
    assert shown["error"] == {
        "code": "bad_status",
        "detail": "The receiver answered with HTTP 500, not with a 2xx status.",
    }


def test_a_test_that_was_asked_for_before_the_process_died_is_found_again(as_max: Api) -> None:
    path = f"{ENDPOINTS}{make.endpoint().pk}/test"
    first = as_max.post(path, Idempotency_Key="one")
    _forget_the_answer()
    with nothing_changes(leave_out=LEFT_OUT):
        second = as_max.post(path, Idempotency_Key="one")
    assert (second.status_code, second.json(), second["Location"]) == (202, first.json(), first["Location"])


def test_deliveries_are_listed_by_what_they_are_newest_first(as_max: Api) -> None:
    one, other = make.endpoint(), make.endpoint()
    failed, asked = a_delivery(one), a_delivery(other)
    Delivery.objects.filter(pk=asked.pk).update(status="asked", kind="claim.flagged", key=uuid.uuid4())
    both = [str(asked.pk), str(failed.pk)]
    assert ids(as_max.get(DELIVERIES)) == both
    for query in (f"endpoint={one.pk}", "status=failed", "kind=endpoint.test"):
        assert ids(as_max.get(f"{DELIVERIES}?{query}")) == both[1:]
    assert ids(as_max.get(f"{DELIVERIES}?status=delivered")) == []
    page = as_max.get(f"{DELIVERIES}?page_size=1").json()
    assert [row["id"] for row in page["results"]] == both[:1]
    assert ids(as_max.get(page["next"])) == both[1:]
    for row in rows(as_max.get(DELIVERIES)):
        assert not {"body", "answer"} & set(row)
    for query in ("endpoint=x", "status=gone", "kind=nothing"):
        problem = check_problem(as_max.get(f"{DELIVERIES}?{query}"), 400, "invalid")
        assert query.split("=")[0] in str(problem["errors"])


def test_a_list_costs_no_more_as_it_grows(as_max: Api) -> None:
    counts = []
    as_max.get(ENDPOINTS)  # that its token was used is written down once a minute
    for _ in range(2):
        for _ in range(5):
            a_delivery(make.endpoint())
        for path in (ENDPOINTS, DELIVERIES):
            with CaptureQueriesContext(connection) as queries:
                assert rows(as_max.get(path))
            counts.append(len(queries))
    assert counts[:2] == counts[2:]


def test_nothing_is_sent_where_the_endpoint_is_off(as_max: Api) -> None:
    endpoint = make.endpoint()
    delivery = a_delivery(endpoint)
    as_max.post(f"{ENDPOINTS}{endpoint.pk}/switch-off")
    with nothing_changes(leave_out=LEFT_OUT):
        check_problem(as_max.post(f"{ENDPOINTS}{endpoint.pk}/test"), 409, "conflict")
        check_problem(as_max.post(f"{DELIVERIES}{delivery.pk}/redeliver"), 409, "conflict")


# --- Others --------------------------------------------------------------------------------------


def every_door(endpoint: Endpoint, delivery: Delivery) -> list[tuple[str, str, Any]]:
    here = f"{ENDPOINTS}{endpoint.pk}/"
    steps = [f"{here}{step}" for step in ("test", "renew-secret", "switch-off", "switch-on")]
    return [
        *(("get", path, None) for path in (ENDPOINTS, here, DELIVERIES, f"{DELIVERIES}{delivery.pk}/")),
        *(("get", path, None) for path in (f"{ENDPOINTS}999/", f"{DELIVERIES}999/")),
        *(("post", ENDPOINTS, wish) for wish in (WISH, {}, {"url": 7})),
        *(("post", path, {}) for path in (*steps, f"{DELIVERIES}{delivery.pk}/redeliver")),
        ("patch", here, {"kinds": ["claim.flagged"]}),
        ("delete", here, None),
    ]


@pytest.mark.parametrize("who", ["Vera", "Ada", "Cleo", "Dov", "Sam"])
def test_others_neither_see_nor_change_any_of_it(who: str) -> None:
    """Also not whether there is one: it is refused before anything is looked up or read."""
    endpoint = make.endpoint()
    doors = every_door(endpoint, a_delivery(endpoint))
    caller = calling(who)
    with nothing_changes(leave_out=LEFT_OUT):
        for method, path, body in doors:
            answer = caller.call(method, path, body, If_Match="*")
            check_problem(answer, 403, "forbidden")
            assert "partner.example" not in answer.content.decode()


def test_a_token_of_an_administrator_needs_the_scope(as_max: Api) -> None:
    endpoint = make.endpoint()
    doors = every_door(endpoint, a_delivery(endpoint))
    caller = calling("Max", "read", "publish")
    with nothing_changes(leave_out=LEFT_OUT):
        for method, path, body in doors:
            check_problem(caller.call(method, path, body, If_Match="*"), 403, "forbidden")


def test_the_log_names_the_host_and_who_did_it(as_max: Api) -> None:
    made = added(as_max, url="https://partner.example/hook?token=hidden")
    event = Event.objects.get(action="endpoint.added")
    assert (str(event.actor), event.data["host"], event.object_id) == ("Max", "partner.example", made["id"])
    assert "hidden" not in json.dumps([each.data for each in Event.objects.all()])
    assert set(event.data["kinds"]) <= set(Kind.values)
