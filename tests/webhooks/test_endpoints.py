"""What administrators do about endpoints: what is taken, what is refused, and what the log has of it."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import IntegrityError, transaction

from articles.fetching import FetchError, address_to_fetch
from factcheck.accounts.models import User
from factcheck.audit import verify
from factcheck.audit.models import Event
from factcheck.errors import Conflict, Malformed
from publishing import limits
from publishing.webhooks import actions
from publishing.webhooks.actions import (
    add_endpoint,
    change_endpoint,
    redeliver,
    remove_endpoint,
    renew_secret,
    send_test,
    switch_off_endpoint,
    switch_on_endpoint,
)
from publishing.webhooks.models import WHY_NOT, Delivery, Endpoint
from publishing.webhooks.signing import secret_of
from tests import factories as make
from tests.articles.canary import resolving
from tests.database import nothing_changes
from tests.webhooks.receiving import run

pytestmark = pytest.mark.django_db

PLACE = "https://partner.example/hook"
KINDS = ["publication.published"]


def refusal(actor: User, url: str = PLACE, kinds: Any = KINDS) -> dict[str, str]:
    with nothing_changes(), pytest.raises(Malformed) as caught:
        add_endpoint(actor=actor, url=url, kinds=kinds)
    [error] = caught.value.facts["errors"]
    return dict(error)


def test_an_endpoint_is_added_with_a_secret(max_: User) -> None:
    endpoint, secret = add_endpoint(actor=max_, url=PLACE, kinds=["claim.flagged", *KINDS, *KINDS])
    assert secret == secret_of(endpoint)
    assert (endpoint.url, endpoint.kinds) == (PLACE, ["claim.flagged", *KINDS])
    assert (endpoint.status, endpoint.is_on, endpoint.added_by) == ("done", True, max_)
    event = Event.objects.get(action="endpoint.added")
    assert (event.actor, event.data["host"]) == (max_, "partner.example")
    assert secret not in str(event.data)


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("http://partner.example/hook", "url_refused"),
        ("ftp://partner.example/", "url_refused"),
        ("https://user:pass@partner.example/", "url_refused"),
        ("https://partner.example:8443/", "url_refused"),
        ("https://partner.example:80/", "url_refused"),
        ("https://partner.example/a b", "url_refused"),
        ("https://partner.example/\r\nX: y", "url_refused"),
        ("https://partner.example/" + "a" * 2000, "url_refused"),
        ("https://partner.example/" + "ä" * 700, "url_refused"),
        ("", "url_refused"),
    ],
)
def test_only_a_plain_https_address_is_taken(url: str, code: str, max_: User) -> None:
    error = refusal(max_, url)
    assert (error["pointer"], error["code"]) == ("/url", code)
    assert "https" in error["detail"]


@pytest.mark.parametrize("url", ["http://hooks.inner:8080/", "https://hooks.inner:8080/"])
def test_what_may_be_sent_to_inside_has_a_list_of_its_own(url: str, max_: User, settings: Any) -> None:
    """What stands there is for administrators: nobody fetches it; and what may be fetched is sent nothing."""
    settings.FETCH_ALLOW, settings.SEND_ALLOW = [], ["hooks.inner:8080"]
    assert add_endpoint(actor=max_, url=url, kinds=KINDS)[0].url == url
    with pytest.raises(FetchError):
        address_to_fetch(url)
    settings.FETCH_ALLOW, settings.SEND_ALLOW = ["hooks.inner:8080"], []
    assert refusal(max_, url)["code"] == "url_refused"
    assert address_to_fetch(url) == url


@pytest.mark.case("S11")
@pytest.mark.parametrize(
    "url", ["https://desk.example/api/v1/imports", "https://DESK.example./", "https://a.inner.example/"]
)
def test_the_desk_does_not_tell_itself(url: str, max_: User, settings: Any) -> None:
    settings.PUBLIC_ORIGIN = "https://desk.example"
    settings.ALLOWED_HOSTS = ["desk.example", ".inner.example"]
    assert refusal(max_, url)["code"] == "own_host"
    endpoint = make.endpoint()
    with nothing_changes(), pytest.raises(Malformed):
        change_endpoint(endpoint, actor=max_, url=url)


def test_it_has_to_be_told_something_that_there_is(max_: User) -> None:
    assert refusal(max_, kinds=[]) | {"detail": ""} == {
        "pointer": "/kinds",
        "code": "required",
        "detail": "",
    }
    error = refusal(max_, kinds=[*KINDS, "source.changed"])
    assert error["code"] == "invalid_choice"
    assert "source.changed" in error["detail"]
    assert "publication.corrected" in error["detail"]


def test_an_address_is_told_once_and_again_when_it_was_removed(max_: User) -> None:
    first, secret = add_endpoint(actor=max_, url=PLACE, kinds=KINDS)
    with nothing_changes(), pytest.raises(Conflict):
        add_endpoint(actor=max_, url=PLACE, kinds=KINDS)
    other = make.endpoint()
    with nothing_changes(), pytest.raises(Conflict):
        change_endpoint(other, actor=max_, url=PLACE)
    remove_endpoint(first, actor=max_)
    again, new = add_endpoint(actor=max_, url=PLACE, kinds=KINDS)
    assert again.pk != first.pk
    assert new != secret


def test_there_are_so_many_at_most(max_: User, monkeypatch: pytest.MonkeyPatch) -> None:
    assert limits.ENDPOINTS == 20
    monkeypatch.setattr(actions, "ENDPOINTS", 2)
    endpoints = [make.endpoint() for _ in range(2)]
    with nothing_changes(), pytest.raises(Conflict):
        make.endpoint()
    remove_endpoint(endpoints[0], actor=max_)
    make.endpoint()


def test_a_change_is_written_down_and_no_change_is_none(max_: User) -> None:
    endpoint = make.endpoint(url=PLACE, kinds=KINDS)
    with nothing_changes():
        change_endpoint(endpoint, actor=max_, url=PLACE, kinds=KINDS)
    assert not Event.objects.filter(action="endpoint.changed").exists()
    change_endpoint(endpoint, actor=max_, kinds=["claim.flagged"])
    event = Event.objects.get(action="endpoint.changed")
    host = {"host": "partner.example"}
    assert event.data == {
        "fields": ["kinds"],
        "was": {**host, "kinds": KINDS},
        "now": {**host, "kinds": ["claim.flagged"]},
    }
    assert (endpoint.url, endpoint.status) == (PLACE, "done")


@pytest.mark.parametrize("changes", [{}, {"url": PLACE}, {"kinds": KINDS}, {"kinds": ["claim.flagged"]}])
def test_one_that_was_removed_is_not_changed_also_where_nothing_is_different(
    changes: Any, max_: User
) -> None:
    endpoint = make.endpoint(url=PLACE, kinds=KINDS)
    remove_endpoint(Endpoint.objects.get(), actor=max_)
    with nothing_changes(), pytest.raises(Conflict, match="removed"):
        change_endpoint(endpoint, actor=max_, **changes)


def test_a_secret_is_renewed_once_of_two_clicks(max_: User) -> None:
    endpoint, stale = make.endpoint(), Endpoint.objects.get()
    secret = renew_secret(endpoint, actor=max_)
    with nothing_changes(), pytest.raises(Conflict):
        renew_secret(stale, actor=max_)
    assert secret_of(Endpoint.objects.get()) == secret
    assert secret not in str(Event.objects.get(action="endpoint.secret_renewed").data)


def test_switching_off_and_on_and_removing_are_done_once(max_: User) -> None:
    endpoint = make.endpoint()
    for _ in range(2):
        switch_off_endpoint(endpoint, actor=max_)
    assert (endpoint.is_on, endpoint.disabled_reason) == (False, "by_hand")
    for _ in range(2):
        switch_on_endpoint(endpoint, actor=max_)
    assert (endpoint.is_on, endpoint.why_off) == (True, "")
    for _ in range(2):
        remove_endpoint(endpoint, actor=max_)
    assert not Endpoint.objects.kept().exists()
    assert list(Event.objects.order_by("pk").values_list("action", flat=True)) == [
        "endpoint.added", "endpoint.switched_off", "endpoint.switched_on", "endpoint.removed",
    ]  # fmt: skip
    assert list(verify.faults()) == []


def test_one_that_broke_workers_is_begun_again_by_hand(max_: User) -> None:
    endpoint = make.endpoint()
    Endpoint.objects.update(status="failed", attempts=20, error_code="gave_up")
    switch_on_endpoint(endpoint, actor=max_)
    assert (endpoint.status, endpoint.attempts, endpoint.error_code) == ("queued", 0, "")


def test_nothing_is_asked_of_one_that_is_off_or_gone(max_: User) -> None:
    endpoint = make.endpoint()
    delivery = send_test(endpoint, actor=max_)
    Delivery.objects.update(status="failed")
    for act in (switch_off_endpoint, remove_endpoint):
        act(endpoint, actor=max_)
        with nothing_changes():
            for ask in (lambda: send_test(endpoint, actor=max_), lambda: redeliver(delivery, actor=max_)):
                with pytest.raises(Conflict):
                    ask()
    with nothing_changes():
        for change in (
            lambda: switch_on_endpoint(endpoint, actor=max_),
            lambda: renew_secret(endpoint, actor=max_),
            lambda: change_endpoint(endpoint, actor=max_, url="https://other.example/"),
        ):
            with pytest.raises(Conflict):
                change()


def test_whoever_asks_is_in_the_log(max_: User) -> None:
    endpoint = make.endpoint()
    delivery = send_test(endpoint, actor=max_)
    Delivery.objects.update(status="failed")
    redeliver(delivery, actor=max_)
    for action in ("endpoint.test_requested", "endpoint.redelivery_requested"):
        event = Event.objects.get(action=action)
        assert (event.actor, event.data) == (max_, {"delivery": str(delivery.key)})
    endpoint.refresh_from_db()
    assert endpoint.status == "queued"


def test_an_address_that_lets_one_in_stands_in_no_log(max_: User, caplog: Any) -> None:
    """Editors read the audit log, and it is for ever."""
    endpoint = make.endpoint(url="https://chat.example/T0/B0/hidden?key=hidden")
    change_endpoint(endpoint, actor=max_, url="https://chat.example/T0/B0/hidden2")
    send_test(endpoint, actor=max_)
    make.imported_article()
    Endpoint.objects.update(failing_since="2026-01-01T00:00Z", failures=99)
    with resolving(chat_example=[["10.0.0.8"]]):
        endpoint = run(endpoint)
    assert not endpoint.is_on
    for act in (switch_on_endpoint, remove_endpoint):
        act(endpoint, actor=max_)
    assert "hidden" not in repr(list(Event.objects.values()))
    assert "hidden" not in caplog.text
    assert "chat.example" in caplog.text


@pytest.mark.parametrize(
    "fields",
    [
        {"status": "queued", "removed_at": "2026-01-01T00:00Z"},
        {"status": "running", "disabled_at": "2026-01-01T00:00Z", "disabled_reason": "gone"},
        {"disabled_at": "2026-01-01T00:00Z"},
        {"disabled_reason": "gone"},
    ],
)
def test_the_database_has_no_endpoint_that_is_off_and_sends(fields: dict[str, str]) -> None:
    make.endpoint()
    with pytest.raises(IntegrityError), transaction.atomic():
        Endpoint.objects.update(**fields)


def test_every_way_to_fail_has_a_sentence() -> None:
    endpoint = make.endpoint()
    for code in WHY_NOT:
        sentence = Delivery(endpoint=endpoint, error_code=code, answer_status=503).shown_error
        assert sentence.endswith(".")
        assert "{" not in sentence
