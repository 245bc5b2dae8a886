"""What endpoints are told: everything they want, once, in order, and nothing that is not public."""

from __future__ import annotations

import pytest

from publishing.webhooks.models import Delivery, Endpoint
from tests import factories as make
from tests.webhooks.receiving import Receiver, run

pytestmark = pytest.mark.django_db


def test_all_that_happens_on_the_way_of_a_claim_is_told_in_order(
    endpoint: Endpoint, receiver: Receiver, site: object
) -> None:
    make.published(slug="ferry")
    endpoint = run(endpoint)
    assert [message.kind for message in receiver.messages] == [
        "article.imported",
        "claim.flagged",
        "review.submitted",
        "review.approved",
        "publication.published",
    ]
    assert (endpoint.status, endpoint.failures, endpoint.error_detail) == ("done", 0, "")
    assert set(Delivery.objects.values_list("status", "attempts")) == {("delivered", 1)}
