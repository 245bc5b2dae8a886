"""How messages are sent: signed, in order, again until they are taken, and not where they must not go."""

from __future__ import annotations

import base64
import socket
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.apps import apps
from django.utils import timezone
from standardwebhooks import Webhook, WebhookVerificationError

from articles.fetching import send
from factcheck.audit import verify
from factcheck.audit.models import Event
from factcheck.jobs.sweep import sweep
from publishing.webhooks import sending
from publishing.webhooks.actions import (
    change_endpoint,
    redeliver,
    remove_endpoint,
    renew_secret,
    send_test,
    switch_off_endpoint,
    switch_on_endpoint,
)
from publishing.webhooks.models import Delivery, Endpoint
from publishing.webhooks.sending import PATIENCE, shown
from publishing.webhooks.signing import BOTH_FOR, ending_of, secret_of
from publishing.webhooks.telling import tell
from tests import factories as make
from tests.articles.canary import allowing, page, redirect, resolving, serving
from tests.webhooks.receiving import TAKEN, Receiver, run

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)


def due(endpoint: Endpoint) -> Endpoint:
    """The endpoint after one more run, whatever pause it is in."""
    Endpoint.objects.filter(pk=endpoint.pk, status="queued").update(run_after=timezone.now())
    return run(endpoint)


def ids() -> list[str]:
    """The ids of all that there is to deliver, in order."""
    return [str(key) for key in Delivery.objects.order_by("pk").values_list("key", flat=True)]


def articles(number: int) -> None:
    for _ in range(number):
        make.imported_article()


# --- A message -----------------------------------------------------------------------------------


def test_a_message_is_signed_as_receivers_check_it(endpoint: Endpoint, receiver: Receiver) -> None:
    articles(1)
    run(endpoint)
    [message], delivery = receiver.messages, Delivery.objects.get()
    said = Webhook(secret_of(endpoint)).verify(message.body, message.headers)
    assert said == message.json
    assert said["type"] == "article.imported"
    assert (message.method, message.id) == ("POST", str(delivery.key))
    assert message.headers["content-type"] == "application/json"
    assert message.body.decode() == delivery.body
    assert (delivery.status, delivery.attempts, delivery.answer_status) == ("delivered", 1, 200)
    assert delivery.answer == "thanks"
    assert delivery.took_ms is not None
    assert delivery.taken_at == delivery.sent_at


def test_with_another_secret_or_other_words_it_is_not_believed(
    endpoint: Endpoint, receiver: Receiver
) -> None:
    other = make.endpoint()
    articles(1)
    run(endpoint)
    [message] = receiver.messages
    with pytest.raises(WebhookVerificationError):
        Webhook(secret_of(other)).verify(message.body, message.headers)
    with pytest.raises(WebhookVerificationError):
        Webhook(secret_of(endpoint)).verify(message.body + b" ", message.headers)


def test_for_a_day_after_a_renewal_both_secrets_hold(
    endpoint: Endpoint, receiver: Receiver, max_: Any
) -> None:
    old, now = secret_of(endpoint), timezone.now()
    with time_machine.travel(now, tick=False) as clock:
        new = renew_secret(endpoint, actor=max_)
        articles(1)
        clock.shift(BOTH_FOR - timedelta(seconds=1))
        run(endpoint)
        [message] = receiver.messages
        for secret in (old, new):
            assert Webhook(secret).verify(message.body, message.headers)
        clock.shift(timedelta(seconds=1))
        articles(1)
        run(endpoint)
        message = receiver.messages[-1]
        assert Webhook(new).verify(message.body, message.headers)
        with pytest.raises(WebhookVerificationError):
            Webhook(old).verify(message.body, message.headers)


def test_a_secret_is_kept_nowhere_and_each_has_its_own(settings: Any, max_: Any) -> None:
    endpoint, other = make.endpoint(), make.endpoint()
    secrets = [secret_of(endpoint), secret_of(other), renew_secret(endpoint, actor=max_)]
    assert len(set(secrets)) == 3
    for secret in secrets:
        assert secret.startswith("whsec_")
        assert len(base64.b64decode(secret.removeprefix("whsec_"))) == 32
    assert secrets[2].endswith(f"{ending_of(endpoint)}=")
    kept = repr([list(model._default_manager.values()) for model in apps.get_models()])
    assert not any(secret.removeprefix("whsec_")[:20] in kept for secret in secrets)
    settings.SECRET_KEY = "another key, which makes all of them others"
    assert secret_of(other) != secrets[1]


def test_it_carries_nothing_else(endpoint: Endpoint, receiver: Receiver) -> None:
    receiver.answers(page("ok", "Set-Cookie: a=b"))
    articles(2)
    run(endpoint)
    assert len(receiver.messages) == 2
    for message in receiver.messages:
        assert set(message.headers) == {
            *("host", "user-agent", "accept", "accept-encoding", "connection", "content-type"),
            *("content-length", "webhook-id", "webhook-timestamp", "webhook-signature"),
        }


# --- What the receiver says ----------------------------------------------------------------------


@pytest.mark.parametrize("status", ["200 OK", "201 Created", "202 Accepted", "204 No Content"])
def test_any_2xx_is_taken(status: str, endpoint: Endpoint, receiver: Receiver) -> None:
    receiver.answers(page("", status=status))
    articles(1)
    assert run(endpoint).status == "done"
    assert Delivery.objects.get().status == "delivered"


@pytest.mark.parametrize(
    ("status", "code"),
    [
        ("304 Not Modified", "redirected"),
        ("400 Bad Request", "bad_status"),
        ("401 Unauthorized", "bad_status"),
        ("404 Not Found", "bad_status"),
        ("429 Slow Down", "bad_status"),
        ("500 Oops", "bad_status"),
        ("503 Away", "bad_status"),
    ],
)
def test_everything_else_is_tried_again(
    status: str, code: str, endpoint: Endpoint, receiver: Receiver
) -> None:
    receiver.fails(status)
    articles(2)
    endpoint = run(endpoint)
    first, second = Delivery.objects.order_by("pk")
    assert (first.status, first.error_code, first.attempts) == ("waiting", code, 1)
    assert status[:3] in first.shown_error
    assert (second.status, second.attempts) == ("waiting", 0)
    assert (endpoint.status, endpoint.failures) == ("queued", 1)
    assert endpoint.next_try_at == endpoint.run_after
    receiver.answers(TAKEN)
    endpoint = due(endpoint)
    assert [message.id for message in receiver.messages] == [ids()[0], *ids()]
    assert (endpoint.failures, endpoint.failing_since, endpoint.next_try_at) == (0, None, None)


def test_410_switches_it_off_at_once(endpoint: Endpoint, receiver: Receiver, max_: Any) -> None:
    receiver.fails("410 Gone")
    articles(2)
    endpoint = run(endpoint)
    assert (endpoint.is_on, endpoint.disabled_reason) == (False, "gone")
    assert "410" in endpoint.why_off
    event = Event.objects.get(action="endpoint.switched_off")
    assert (event.actor, event.data) == (None, {"reason": "gone"})
    due(endpoint)
    assert len(receiver.messages) == 1
    receiver.answers(TAKEN)
    switch_on_endpoint(endpoint, actor=max_)
    run(endpoint)
    assert [message.id for message in receiver.messages[1:]] == ids()


def pause(endpoint: Endpoint) -> timedelta:
    return endpoint.run_after - timezone.now()


@pytest.mark.parametrize(
    ("said", "least", "most"),
    [("120", 120, 120), ("1", 5, 5), ("7200", 3600, 3600), ("soon", 5, 5), ("-5", 5, 5)],
)
def test_a_receiver_may_ask_for_a_pause_of_an_hour_at_most(
    said: str, least: int, most: int, endpoint: Endpoint, receiver: Receiver
) -> None:
    receiver.fails("503 Away", f"Retry-After: {said}")
    with time_machine.travel(timezone.now(), tick=False):
        articles(1)
        endpoint = run(endpoint)
        assert timedelta(seconds=least) <= pause(endpoint) <= timedelta(seconds=most)


# --- Three days (F18) ----------------------------------------------------------------------------


@pytest.mark.case("F18")
def test_a_receiver_that_is_away_for_two_days_gets_everything_in_order(
    endpoint: Endpoint, receiver: Receiver
) -> None:
    with time_machine.travel(timezone.now(), tick=False) as clock:
        since = timezone.now()
        receiver.fails("503 Away")
        for step in range(48 * 3):
            if step % 12 == 0:
                articles(1)
            endpoint = run(endpoint)
            assert endpoint.is_on
            assert endpoint.failing_since == since
            assert timedelta(0) < pause(endpoint) <= HOUR
            clock.shift(timedelta(minutes=20))
        tried = [message.id for message in receiver.messages]
        assert set(tried) == {ids()[0]}
        assert 48 <= len(tried) < 48 * 3
        receiver.answers(TAKEN)
        clock.shift(HOUR)
        endpoint = run(endpoint)
    assert [message.id for message in receiver.messages[len(tried) :]] == ids()
    assert len(ids()) == 12
    assert set(Delivery.objects.values_list("status", flat=True)) == {"delivered"}
    assert (endpoint.status, endpoint.failing_since) == ("done", None)


@pytest.mark.case("F18")
@pytest.mark.parametrize("how", ["500s", "slow", "wrong TLS", "nobody there"])
def test_after_three_days_it_is_switched_off_with_a_notice_and_nothing_is_lost(
    how: str,
    endpoint: Endpoint,
    receiver: Receiver,
    max_: Any,
    monkeypatch: pytest.MonkeyPatch,
    settings: Any,
) -> None:
    right = endpoint.url
    if how == "slow":
        monkeypatch.setattr("articles.fetching.policy.SENDING_SECONDS", 0.05)
        receiver.answers(lambda connection: time.sleep(0.1))
    elif how == "wrong TLS":
        change_endpoint(endpoint, actor=max_, url=right.replace("http:", "https:"))
    elif how == "nobody there":
        with socket.create_server(("127.0.0.1", 0)) as closed:
            free = f"127.0.0.1:{closed.getsockname()[1]}"
        settings.SEND_ALLOW.append(free)
        change_endpoint(endpoint, actor=max_, url=f"http://{free}/hook")
    else:
        receiver.fails()
    begun = timezone.now()
    # The clock stands still while a receiver is waited for, except where that is what is waited for.
    with time_machine.travel(begun, tick=how == "slow") as clock:
        articles(1)
        tries = 0
        while (endpoint := run(endpoint)).is_on:
            tries += 1
            assert tries < 100
            assert pause(endpoint) <= HOUR
            clock.move_to(endpoint.run_after)
        articles(2)
        assert PATIENCE <= endpoint.disabled_at - begun <= PATIENCE + HOUR + timedelta(minutes=2)
        assert endpoint.disabled_reason == "failing"
        assert "Nothing is lost" in endpoint.why_off
        assert Event.objects.get(action="endpoint.switched_off").data == {"reason": "failing"}
        assert (sweep(), run(endpoint).status) == (0, "done")
        [waits] = Delivery.objects.all()
        assert (waits.status, waits.attempts) == ("waiting", tries + 1)
        assert waits.shown_error

        monkeypatch.undo()
        receiver.answers(TAKEN)
        heard = len(receiver.messages)
        clock.shift(timedelta(days=4))
        endpoint = change_endpoint(endpoint, actor=max_, url=right)
        endpoint = run(switch_on_endpoint(endpoint, actor=max_))
    assert (endpoint.is_on, endpoint.status, endpoint.failures) == (True, "done", 0)
    assert [message.id for message in receiver.messages[heard:]] == ids()
    assert len(set(ids())) == 3
    assert list(verify.faults()) == []


# --- Where it goes -------------------------------------------------------------------------------


@pytest.mark.case("S19")
@pytest.mark.parametrize("inside", ["127.0.0.1", "::1", "10.0.0.8", "169.254.169.254"])
def test_a_name_that_leads_inside_since_it_was_saved_is_sent_nothing(
    inside: str, max_: Any, settings: Any
) -> None:
    """Looked up at each send: a public address at first, then ours, where a canary listens."""
    with serving() as canary:
        settings.SEND_ALLOW = []
        endpoint = make.endpoint(url="https://partner.example/hook")
        articles(1)
        with resolving(partner_example=[[inside]]):
            for attempt in (1, 2, 3):
                endpoint = due(endpoint)
                [delivery] = Delivery.objects.all()
                assert (delivery.status, delivery.attempts) == ("waiting", attempt)
                assert (delivery.error_code, delivery.answer_status) == ("url_blocked", None)
                assert "public" in delivery.shown_error
                assert inside not in delivery.shown_error
                assert (endpoint.status, endpoint.failures) == ("queued", attempt)
        assert canary.connections == 0


@pytest.mark.case("S19")
def test_the_name_is_looked_up_at_each_send(
    settings: Any, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Allowed by name and port, as an archive inside may be: the address is what changes."""
    port = receiver.server.port
    settings.SEND_ALLOW = [f"partner.example:{port}"]
    endpoint = make.endpoint(url=f"http://partner.example:{port}/hook")
    articles(1)
    with resolving(partner_example=[["127.0.0.1"], ["::1"]]) as resolver:
        run(endpoint)
        assert Delivery.objects.get().status == "delivered"
        articles(1)
        run(endpoint)
        assert resolver.asked.count("partner.example") == 2
    assert Delivery.objects.latest("pk").error_code == "unreachable"
    assert len(receiver.messages) == 1


def test_a_receiver_that_may_only_be_fetched_from_is_sent_nothing(
    endpoint: Endpoint, receiver: Receiver, settings: Any
) -> None:
    settings.FETCH_ALLOW, settings.SEND_ALLOW = [receiver.server.place], []
    articles(1)
    run(endpoint)
    assert Delivery.objects.get().status == "waiting"
    assert receiver.server.connections == 0


@pytest.mark.case("S11")
def test_an_address_that_has_become_the_desk_is_sent_nothing(settings: Any) -> None:
    with serving() as canary, resolving(partner_example=[["127.0.0.1"]]):
        endpoint = make.endpoint(url="https://partner.example/hook")
        settings.ALLOWED_HOSTS = ["partner.example"]
        articles(1)
        run(endpoint)
        assert Delivery.objects.get().error_code == "own_host"
        assert canary.connections == 0


@pytest.mark.case("S20")
@pytest.mark.parametrize("status", ["301 Moved", "302 Found", "303 Other", "307 Temporary", "308 Permanent"])
def test_a_redirect_is_not_followed(status: str, endpoint: Endpoint, receiver: Receiver) -> None:
    with serving() as inner:
        receiver.answers(redirect(inner.url("/hook"), status))
        articles(1)
        endpoint = run(endpoint)
        assert Delivery.objects.get().error_code == "redirected"
        assert (endpoint.status, endpoint.failures) == ("queued", 1)
        assert inner.connections == 0
    assert len(receiver.messages) == 1


# --- How much, how long --------------------------------------------------------------------------


def endless(connection: socket.socket) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 10737418240\r\n\r\n")
    for _ in range(2_000):
        connection.sendall(b"x" * 65536)


def drip(connection: socket.socket) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n")
    for _ in range(100):
        connection.sendall(b"x")
        time.sleep(0.05)


@pytest.mark.case("S20")
@pytest.mark.parametrize(
    ("answer", "kept"),
    [
        pytest.param(endless, "x" * 1024, id="endless"),
        pytest.param(page("y" * 50_000), "y" * 1024, id="large"),
        pytest.param(page("<script>alert(1)</script>"), "<script>alert(1)</script>", id="HTML"),
        pytest.param(page(b"a\x00b\x1b[31m\r\n\x7f\xff"), "a␀b␛[31m␍␊\\u007f\ufffd", id="controls"),
        pytest.param(page("a\u202eb\u200bc\u2028d"), "a\\u202eb\\u200bc\\u2028d", id="invisible"),
        pytest.param(page(b"\x1f\x8b", "Content-Encoding: gzip"), "␟\ufffd", id="packed"),
    ],
)
def test_of_an_answer_its_status_and_a_kilobyte_are_kept(
    answer: Any, kept: str, endpoint: Endpoint, receiver: Receiver
) -> None:
    receiver.answers(answer)
    articles(1)
    assert run(endpoint).status == "done"
    delivery = Delivery.objects.get()
    assert (delivery.status, delivery.answer_status) == ("delivered", 200)
    assert delivery.answer == kept


@pytest.mark.case("S20")
def test_an_answer_that_drips_is_cut_and_its_status_counts(receiver: Receiver) -> None:
    receiver.answers(drip)
    began = time.monotonic()
    answered = send(receiver.url, b"{}", {}, policy=allowing(receiver.server, seconds=0.5))
    assert (answered.status, answered.is_taken) == (200, True)
    assert set(answered.beginning) == {ord("x")}
    assert time.monotonic() - began < 2


def test_every_character_that_does_something_is_shown_as_its_sign() -> None:
    assert shown(bytes(range(32))) == "".join(chr(0x2400 + number) for number in range(32))
    assert shown("é ☃ 中".encode()) == "é ☃ 中"


# --- Out of turn ---------------------------------------------------------------------------------


def test_a_test_goes_first_and_once(endpoint: Endpoint, receiver: Receiver, max_: Any) -> None:
    receiver.fails()
    articles(1)
    run(endpoint)
    test = send_test(endpoint, actor=max_)
    endpoint = run(endpoint)
    test.refresh_from_db()
    assert test.is_test
    assert (test.status, test.attempts, test.error_code) == ("failed", 1, "bad_status")
    kinds = [message.kind for message in receiver.messages]
    assert kinds == ["article.imported", "endpoint.test", "article.imported"]
    assert endpoint.failures == 2  # of what waits for its turn
    due(endpoint)
    test.refresh_from_db()
    assert test.attempts == 1


def test_what_is_sent_again_has_the_same_id_and_words_and_disturbs_nothing(
    endpoint: Endpoint, receiver: Receiver, max_: Any
) -> None:
    articles(2)
    run(endpoint)
    first = Delivery.objects.order_by("pk")[0]
    receiver.fails()
    articles(2)
    run(endpoint)
    receiver.answers(TAKEN)
    taken_at = first.taken_at
    assert redeliver(first, actor=max_).status == "asked"
    run(endpoint)
    one, two, three, four = ids()
    assert [message.id for message in receiver.messages] == [one, two, three, one, three, four]
    again = [message.body for message in receiver.messages if message.id == one]
    assert len(set(again)) == 1
    first.refresh_from_db()
    assert (first.status, first.attempts, first.taken_at) == ("delivered", 2, taken_at)


def test_what_waits_for_its_turn_is_tried_now_and_in_its_turn(
    endpoint: Endpoint, receiver: Receiver, max_: Any
) -> None:
    receiver.fails()
    articles(2)
    run(endpoint)
    receiver.answers(TAKEN)
    assert redeliver(Delivery.objects.latest("pk"), actor=max_).status == "waiting"
    run(endpoint)
    assert [message.id for message in receiver.messages] == [ids()[0], *ids()]


# --- While a run is going on ---------------------------------------------------------------------


def meanwhile(monkeypatch: pytest.MonkeyPatch, act: Callable[[], Any]) -> None:
    """Do something after the first message has gone out, before it is written down."""

    def send_and_act(*args: Any, **kwargs: Any) -> Any:
        answered = send(*args, **kwargs)
        monkeypatch.setattr(sending, "send", send)
        act()
        return answered

    monkeypatch.setattr(sending, "send", send_and_act)


@pytest.mark.parametrize("act", [switch_off_endpoint, remove_endpoint])
def test_one_that_is_switched_off_or_removed_is_sent_nothing_more_and_written_nothing(
    act: Any, endpoint: Endpoint, receiver: Receiver, max_: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    articles(2)
    meanwhile(monkeypatch, lambda: act(Endpoint.objects.get(), actor=max_))
    endpoint = run(endpoint)
    assert (endpoint.status, endpoint.is_on) == ("done", False)
    assert len(receiver.messages) == 1
    assert set(Delivery.objects.values_list("status", "attempts")) == {("waiting", 0)}


def test_a_worker_that_lost_its_lease_writes_nothing(
    endpoint: Endpoint, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where the other one has ended its run and a third one has begun, with the same number of attempts."""
    articles(1)
    meanwhile(
        monkeypatch, lambda: Endpoint.objects.update(leased_until=timezone.now() + timedelta(seconds=91))
    )
    endpoint = run(endpoint)
    assert (endpoint.status, endpoint.attempts) == ("running", 1)
    assert set(Delivery.objects.values_list("status", "attempts")) == {("waiting", 0)}


def test_a_new_address_counts_from_the_next_message_on(
    endpoint: Endpoint, receiver: Receiver, max_: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    articles(2)
    new = receiver.server.says("/new", TAKEN)
    meanwhile(monkeypatch, lambda: change_endpoint(Endpoint.objects.get(), actor=max_, url=new))
    run(endpoint)
    assert [message.path for message in receiver.messages] == ["/hook", "/new"]


@pytest.mark.parametrize("status", ["500 Oops", "410 Gone"])
@pytest.mark.parametrize("since", [timedelta(minutes=1), PATIENCE - timedelta(minutes=1), PATIENCE])
def test_what_the_old_address_says_is_not_held_against_the_new_one(
    since: timedelta,
    status: str,
    endpoint: Endpoint,
    receiver: Receiver,
    max_: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    receiver.fails(status, "Retry-After: 3000")
    articles(2)
    Endpoint.objects.update(failures=7, failing_since=timezone.now() - since)
    new = receiver.server.says("/new", TAKEN)
    meanwhile(monkeypatch, lambda: change_endpoint(Endpoint.objects.get(), actor=max_, url=new))
    endpoint = run(endpoint)
    assert (endpoint.is_on, endpoint.status, endpoint.url) == (True, "queued", new)
    assert (endpoint.failures, endpoint.failing_since) == (0, None)
    assert endpoint.run_after <= timezone.now()
    assert Delivery.objects.earliest("pk").attempts == 1
    endpoint = run(endpoint)
    assert (endpoint.status, endpoint.failures) == ("done", 0)
    assert [(message.path, message.id) for message in receiver.messages] == [
        ("/hook", ids()[0]),
        *(("/new", each) for each in ids()),
    ]
    assert not Event.objects.filter(action="endpoint.switched_off").exists()


def test_a_test_that_the_old_address_refused_for_good_does_not_switch_the_new_one_off(
    endpoint: Endpoint, receiver: Receiver, max_: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    receiver.fails("410 Gone")
    articles(1)
    send_test(endpoint, actor=max_)
    new = receiver.server.says("/new", TAKEN)
    meanwhile(monkeypatch, lambda: change_endpoint(Endpoint.objects.get(), actor=max_, url=new))
    endpoint = run(endpoint)
    assert (endpoint.is_on, endpoint.status) == (True, "done")
    assert sorted(Delivery.objects.values_list("kind", "status")) == [
        ("article.imported", "delivered"),
        ("endpoint.test", "failed"),
    ]


def test_what_is_asked_for_while_a_run_fails_does_not_wait_for_the_pause(
    endpoint: Endpoint, receiver: Receiver, max_: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    receiver.fails()
    articles(1)
    meanwhile(monkeypatch, lambda: send_test(Endpoint.objects.get(), actor=max_))
    run(endpoint)
    run(endpoint)
    assert [message.kind for message in receiver.messages][1] == "endpoint.test"


def test_a_run_sends_so_many_and_the_next_one_begins_at_once(
    endpoint: Endpoint, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "MOST_AT_ONCE", 2)
    articles(3)
    endpoint = run(endpoint)
    assert (endpoint.status, len(receiver.messages)) == ("queued", 2)
    assert endpoint.run_after <= timezone.now()
    assert run(endpoint).status == "done"
    assert [message.id for message in receiver.messages] == ids()


def test_a_run_ends_within_its_lease(
    endpoint: Endpoint, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert sending.SECONDS + 15 < 75 < Endpoint.lease.total_seconds()
    monkeypatch.setattr(sending, "SECONDS", -1.0)
    articles(1)
    assert run(endpoint).status == "queued"
    assert receiver.messages == []


def test_one_receiver_that_is_away_holds_up_no_other(endpoint: Endpoint, receiver: Receiver) -> None:
    receiver.fails()
    other = make.endpoint(url=receiver.server.says("/other", TAKEN))
    articles(1)
    run(endpoint)
    tell(other)
    assert run(other).status == "done"
    assert other.deliveries.get().status == "delivered"
    assert endpoint.deliveries.get().status == "waiting"
