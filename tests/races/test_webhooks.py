"""Looks at the log and runs of workers at the same moment: each event is told once, and sent in order."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

import pytest

from factcheck.accounts.models import User
from factcheck.audit import verify
from publishing.limits import ENDPOINTS
from publishing.tasks import send_deliveries
from publishing.webhooks.actions import add_endpoint, remove_endpoint, renew_secret
from publishing.webhooks.models import Delivery, Endpoint
from publishing.webhooks.telling import tell, tell_endpoints
from tests import factories as make
from tests.articles.canary import serving
from tests.races.threads import at_once, winners
from tests.webhooks.receiving import Receiver

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def receiver(settings: Any) -> Iterator[Receiver]:
    with serving() as server:
        settings.SEND_ALLOW = [server.place]
        yield Receiver(server)


def test_looks_at_once_make_one_delivery_of_each_event() -> None:
    endpoint = make.endpoint()
    for _ in range(5):
        make.flagged()
        looks = [partial(tell, Endpoint.objects.get()) for _ in range(3)]
        outcomes = at_once(*looks, tell_endpoints)
        assert sorted(outcomes) == [0, 0, 0, 2]
    assert endpoint.deliveries.count() == endpoint.deliveries.values("event").distinct().count() == 10


def test_runs_and_looks_at_once_send_each_message_once_in_order(receiver: Receiver) -> None:
    endpoint = make.endpoint(url=receiver.url)
    for _ in range(5):
        make.flagged()
        acts = [partial(send_deliveries, endpoint.pk) for _ in range(3)]
        at_once(*acts, tell_endpoints)
    tell_endpoints()
    send_deliveries(endpoint.pk)
    send_deliveries(endpoint.pk)
    order = [str(key) for key in Delivery.objects.order_by("pk").values_list("key", flat=True)]
    assert [message.id for message in receiver.messages] == order
    assert len(order) == 10
    assert Endpoint.objects.get().status == "done"
    assert list(verify.faults()) == []


def test_of_many_who_add_one_address_one_does(max_: User) -> None:
    for number in range(5):
        url = f"https://partner.example/{number}"
        outcomes = at_once(*(partial(add_endpoint, actor=max_, url=url, kinds=["claim.flagged"]),) * 4)
        assert len(winners(outcomes)) == 1
    assert Endpoint.objects.count() == 5


def test_of_many_who_add_the_last_endpoint_one_does(max_: User) -> None:
    for _ in range(ENDPOINTS - 1):
        make.endpoint()
    for number in range(5):
        urls = [f"https://partner.example/{number}/{each}" for each in range(4)]
        outcomes = at_once(
            *(partial(add_endpoint, actor=max_, url=url, kinds=["claim.flagged"]) for url in urls)
        )
        [winner] = winners(outcomes)
        assert Endpoint.objects.kept().count() == ENDPOINTS
        remove_endpoint(outcomes[winner][0], actor=max_)


def test_of_many_who_renew_a_secret_one_does(max_: User) -> None:
    make.endpoint()
    stale = [Endpoint.objects.get() for _ in range(4)]
    outcomes = at_once(*(partial(renew_secret, each, actor=max_) for each in stale))
    assert len(winners(outcomes)) == 1
    assert Endpoint.objects.get().secret_number == 2
