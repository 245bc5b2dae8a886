"""What tests of webhooks share: a receiver, and an endpoint there."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

from tests.publishing.conftest import site  # noqa: F401  (a fixture)

if TYPE_CHECKING:
    from publishing.webhooks.models import Endpoint
    from tests.webhooks.receiving import Receiver


@pytest.fixture
def receiver(settings: Any) -> Iterator[Receiver]:
    from tests.articles.canary import serving
    from tests.webhooks.receiving import Receiver

    with serving() as server:
        settings.SEND_ALLOW = [server.place]
        yield Receiver(server)


@pytest.fixture
def endpoint(receiver: Receiver) -> Endpoint:
    """A receiver that is told everything."""
    from tests import factories as make

    return make.endpoint(url=receiver.url)
