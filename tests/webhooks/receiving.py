"""A receiver of webhooks, what it was told, and one round of what beat and a worker do."""

from __future__ import annotations

import json
from typing import Any

from django.utils import timezone

from publishing.tasks import send_deliveries
from publishing.webhooks.models import Endpoint
from publishing.webhooks.telling import tell_endpoints
from tests.articles.canary import Answer, Server, page

TAKEN = page("thanks", status="200 OK")


class Message:
    """A request as the receiver read it."""

    def __init__(self, raw: bytes) -> None:
        head, _, self.body = raw.partition(b"\r\n\r\n")
        first, *lines = head.decode("latin-1").split("\r\n")
        self.method, self.path, _version = first.split(" ")
        pairs = [line.partition(": ") for line in lines]
        self.headers = {name.lower(): value for name, _colon, value in pairs}

    @property
    def id(self) -> str:
        return self.headers["webhook-id"]

    @property
    def json(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.body)
        return found

    @property
    def kind(self) -> str:
        return str(self.json["type"])


class Receiver:
    """A program on the loopback, which the settings allow by name."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.answers(TAKEN)

    @property
    def url(self) -> str:
        return self.server.url("/hook")

    def answers(self, answer: Answer) -> None:
        self.server.says("/hook", answer)

    def fails(self, status: str = "500 Oops", *headers: str) -> None:
        self.answers(page("sorry", *headers, status=status))

    @property
    def messages(self) -> list[Message]:
        return [Message(raw) for raw in self.server.requests if raw.startswith(b"POST ")]


def run(endpoint: Endpoint) -> Endpoint:
    """Do what beat and a worker do, once; a pause holds."""
    tell_endpoints()
    if Endpoint.objects.claimable(timezone.now()).filter(pk=endpoint.pk).exists():
        send_deliveries(endpoint.pk)
    return Endpoint.objects.get(pk=endpoint.pk)
