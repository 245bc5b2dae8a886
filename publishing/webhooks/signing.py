"""The secrets by which receivers know the desk: derived, so that no copy of the database holds one.

A secret is made of the desk's own key, the endpoint and a number; renewing it counts the number up. A new
SECRET_KEY makes every one of them another.
"""

from __future__ import annotations

import base64
from datetime import datetime, timedelta
from typing import Final

from django.utils.crypto import salted_hmac
from standardwebhooks import Webhook

from publishing.webhooks.models import Delivery, Endpoint

BOTH_FOR: Final = timedelta(hours=24)
"""How long after a renewal messages carry the signature of the secret before as well."""


def secret_of(endpoint: Endpoint) -> str:
    """Return the secret that counts now, as it is shown once: `whsec_` and 32 bytes in base64."""
    return _secret(endpoint, endpoint.secret_number)


def ending_of(endpoint: Endpoint) -> str:
    """Return the last characters of the secret, by which people tell one from another."""
    return secret_of(endpoint).rstrip("=")[-4:]


def signed(endpoint: Endpoint, delivery: Delivery, *, at: datetime) -> dict[str, str]:
    """Return the headers of an attempt that is made now, as Standard Webhooks has them."""
    numbers = [endpoint.secret_number]
    if endpoint.secret_number > 1 and at < endpoint.secret_changed_at + BOTH_FOR:
        numbers.append(endpoint.secret_number - 1)
    key = str(delivery.key)
    return {
        "Content-Type": "application/json",
        "webhook-id": key,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": " ".join(
            Webhook(_secret(endpoint, number)).sign(key, at, delivery.body) for number in numbers
        ),
    }


def _secret(endpoint: Endpoint, number: int) -> str:
    derived = salted_hmac("publishing.webhooks", f"{endpoint.key}:{number}", algorithm="sha256").digest()
    return f"whsec_{base64.b64encode(derived).decode()}"
