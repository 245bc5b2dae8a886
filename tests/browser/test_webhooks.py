"""A program is told what happens: added, tested, failing, told again, with a real worker and receiver."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, expect
from standardwebhooks import Webhook

from factcheck.accounts.models import User
from publishing.webhooks.models import Endpoint
from tests import factories as make
from tests.articles.canary import serving
from tests.browser import hands
from tests.webhooks.receiving import TAKEN, Receiver


@pytest.mark.long
def test_an_endpoint_is_added_tested_and_told_again_after_it_failed(
    open_browser: Callable[..., BrowserContext],
    start_worker: Callable[..., subprocess.Popen[bytes]],
    desk_server: str,
    max_: User,
    settings: Any,
) -> None:
    with serving() as server:
        settings.SEND_ALLOW = [server.place]
        receiver = Receiver(server)
        start_worker(CHECKDESK_SEND_ALLOW=server.place)
        context = open_browser(permissions=["clipboard-read", "clipboard-write"])
        hands.sign_in(context, desk_server, max_)
        page = context.new_page()

        page.goto("/desk/webhooks/")
        page.get_by_role("button", name="Add endpoint").click()
        dialog = page.get_by_role("dialog", name="Add a webhook endpoint")
        dialog.get_by_label("Address").fill(receiver.url)
        dialog.get_by_label("A claim is flagged").check()
        dialog.get_by_role("button", name="Add endpoint").click()
        secret = page.get_by_label("Secret", exact=True).input_value()
        page.get_by_role("button", name="Copy", exact=True).click()
        expect(page.locator("#toasts")).to_contain_text("Copied")
        assert page.evaluate("navigator.clipboard.readText()") == secret

        # The page says by itself when the test has arrived.
        page.get_by_role("button", name="Send test").click()
        expect(page.get_by_label("Secret", exact=True)).to_have_count(0)
        expect(page.locator(".hook .chip.ok")).to_have_text("Working")
        [test] = receiver.messages
        Webhook(secret).verify(test.body, test.headers)

        receiver.fails("503 Away")
        make.flagged_claim()
        while not Endpoint.objects.filter(failing_since__isnull=False):  # beat looks every ten seconds
            time.sleep(0.2)
        page.goto("/desk/webhooks/")
        expect(page.get_by_text("Nothing is lost: what happens meanwhile waits.")).to_be_visible()
        expect(page.locator(".hook")).to_contain_text("The receiver answered with HTTP 503")

        receiver.answers(TAKEN)
        page.get_by_role("button", name="Try now").click()
        expect(page.locator(".hook .chip.ok")).to_have_text("Working")
        assert receiver.messages[-1].kind == "claim.flagged"
        page.get_by_role("link", name="Payload").first.click()
        expect(page.get_by_role("region", name="Payload")).to_contain_text('"type": "claim.flagged"')

        page.go_back()
        before = len(receiver.messages)
        page.get_by_role("button", name="Send again").first.click()
        expect(page.locator(".hook")).to_contain_text("attempts")
        expect(page.get_by_text("On its way")).to_have_count(0)
        assert len(receiver.messages) == before + 1
        assert receiver.messages[-1].id == receiver.messages[-2].id

        # Asked first, while the panel looks again by itself beneath.
        page.get_by_role("button", name="Renew secret").click()
        page.get_by_role("dialog", name="Renew this secret?").get_by_role(
            "button", name="Renew secret"
        ).click()
        expect(page.get_by_label("Secret", exact=True)).not_to_have_value(secret)
        assert Endpoint.objects.get().secret_number == 2
