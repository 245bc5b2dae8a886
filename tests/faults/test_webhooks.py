"""A worker dies while it tells a program what happened; each message is there, and doubled under one id at most."""

from __future__ import annotations

from collections import Counter

import pytest
from django.utils import timezone

from factcheck.audit import verify
from publishing.webhooks.models import Delivery, Endpoint
from publishing.webhooks.telling import tell_endpoints
from tests import factories as make
from tests.articles.canary import Server
from tests.faults.conftest import KILLED, Workshop
from tests.faults.test_feeds import _time_passes
from tests.faults.test_kills import ENDPOINT
from tests.webhooks.receiving import TAKEN, Receiver

MESSAGES = 3


def _endpoint(server: Server) -> tuple[Endpoint, Receiver]:
    receiver = Receiver(server)
    endpoint = make.endpoint(url=receiver.url)
    for _ in range(MESSAGES):
        make.imported_article()
    tell_endpoints()
    endpoint.refresh_from_db()
    return endpoint, receiver


def _ids() -> list[str]:
    return [str(key) for key in Delivery.objects.order_by("pk").values_list("key", flat=True)]


@pytest.mark.case("F1")
@pytest.mark.parametrize("place", ENDPOINT)
def test_a_worker_is_killed_there_and_every_message_arrives_in_order(
    place: str, workshop: Workshop, server: Server
) -> None:
    endpoint, receiver = _endpoint(server)
    for _ in range(2):
        assert workshop.work(endpoint, place)["exit"] == KILLED
        if place.endswith("after_done"):
            break
        # Nobody else begins while the dead worker's lease still runs.
        heard = len(receiver.messages)
        assert workshop.work(endpoint)["exit"] == 0
        assert len(receiver.messages) == heard
        _time_passes(endpoint)
    assert workshop.work(endpoint)["exit"] == 0
    assert workshop.work(endpoint)["exit"] == 0
    heard_ids = [message.id for message in receiver.messages]
    assert list(dict.fromkeys(heard_ids)) == _ids()
    # Sent and not written down: sent again, with the same id and words.
    doubled = 2 if place == "endpoint.after_send" else 0
    assert Counter(heard_ids)[_ids()[0]] == 1 + doubled
    assert len(heard_ids) == MESSAGES + doubled
    assert len({message.body for message in receiver.messages}) == MESSAGES
    assert set(Delivery.objects.values_list("status", "attempts")) == {("delivered", 1)}
    endpoint.refresh_from_db()
    assert (endpoint.status, endpoint.failures) == ("done", 0)
    assert list(verify.faults()) == []


@pytest.mark.case("F1", "F2")
def test_a_worker_that_comes_to_long_after_another_sent_it_does_no_harm(
    workshop: Workshop, server: Server
) -> None:
    endpoint, receiver = _endpoint(server)
    asleep = workshop.work(endpoint, "endpoint.after_send", "stop")
    assert asleep["exit"] is None
    _time_passes(endpoint)
    receiver.fails()
    assert workshop.work(endpoint)["exit"] == 0
    _time_passes(endpoint)
    before = list(Delivery.objects.order_by("pk").values())
    # It had its message taken, and says so too late.
    assert workshop.go_on(asleep)["exit"] == 0
    assert list(Delivery.objects.order_by("pk").values()) == before
    receiver.answers(TAKEN)
    Endpoint.objects.update(run_after=timezone.now())
    assert workshop.work(endpoint)["exit"] == 0
    assert list(dict.fromkeys(message.id for message in receiver.messages)) == _ids()
    assert set(Delivery.objects.values_list("status", flat=True)) == {"delivered"}
