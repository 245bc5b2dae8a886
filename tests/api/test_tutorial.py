"""The commands of `docs/api.md`, run as they stand there, against a server and a real worker."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from publishing.models import Publication
from publishing.webhooks.actions import renew_secret, send_test
from publishing.webhooks.kinds import Kind
from publishing.webhooks.models import Delivery, Endpoint
from publishing.webhooks.signing import secret_of, signed
from tests import factories as make
from tests.cast import person
from tests.conftest import ROOT, SERVICES

PAGE = ROOT / "docs" / "api.md"
BLOCK = re.compile(r"^```sh\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def script() -> str:
    """All commands of the page, in order; the first that fails ends it."""
    return "set -euo pipefail\n" + "\n".join(BLOCK.findall(PAGE.read_text(encoding="utf-8")))


@pytest.mark.django_db(transaction=True)
def test_the_commands_lead_from_an_import_to_a_published_page(
    desk_server: str, start_worker: Callable[..., Any], settings: Any, tmp_path: Path
) -> None:
    settings.SITE_DIR = tmp_path / "site"
    person("Ada", "reporter")
    person("Cleo", "editor", "publisher")
    person("Max", "administrator")
    start_worker()
    name = connection.settings_dict["NAME"]
    database = f"sqlite://{name}"
    if SERVICES:
        database = os.environ["CHECKDESK_TEST_DATABASE"].replace("/postgres?", f"/{name}?")
    done = subprocess.run(
        ["bash", "-c", script()],
        cwd=ROOT,
        env={
            **os.environ,
            "CHECKDESK_DATABASE_URL": database,
            "DESK": desk_server,
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
            "PYTHONDONTWRITEBYTECODE": "1",
        },
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    assert "\nmostly-false\n" in done.stdout
    assert '"code": "forbidden"' in done.stdout, "Ada was to be refused"
    publication = Publication.objects.get(slug="lindhaven-tram-doubled")
    assert publication.state == "live"
    assert (tmp_path / "site" / "checks" / "lindhaven-tram-doubled" / "index.html").exists()
    assert Endpoint.objects.get().removed_at
    assert Delivery.objects.get().kind == "endpoint.test"


@pytest.mark.django_db
def test_what_the_page_says_to_verify_by_hand_lets_the_desk_in_and_nobody_else() -> None:
    [by_hand] = re.findall(
        r"^```python\n(.*?)^```$", PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL
    )
    found: dict[str, Any] = {}
    exec(by_hand, found)
    verify = found["is_from_the_desk"]
    endpoint = make.endpoint()
    delivery = send_test(endpoint, actor=person("Max"))
    secret, body, now = secret_of(endpoint), delivery.body.encode(), timezone.now()
    headers = signed(endpoint, delivery, at=now)
    assert verify(secret, headers, body)
    assert not verify(secret, headers, body + b" ")
    assert not verify(secret, headers | {"webhook-id": "another"}, body)
    assert not verify(secret_of(make.endpoint()), headers, body)
    assert not verify(secret, signed(endpoint, delivery, at=now - timedelta(minutes=6)), body)
    renew_secret(endpoint, actor=person("Max"))
    both = signed(endpoint, delivery, at=now)
    assert verify(secret, both, body)
    assert verify(secret_of(endpoint), both, body)


def test_the_page_names_every_type_of_message() -> None:
    for kind in Kind.values:
        assert f"`{kind}`" in PAGE.read_text(encoding="utf-8").split("### What arrives", 1)[1], kind


def test_the_page_names_every_resource() -> None:
    from factcheck.urls import api

    table = PAGE.read_text(encoding="utf-8").split("## Resources", 1)[1]
    for resource in api.resources:
        assert f"`{resource}`" in table, resource
