"""Browsers that tell what went wrong in them, on a desk that has a public site of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, expect

from tests.browser.watching import Watch

TIMEOUT = 45_000
"""Milliseconds. Long, because the machine may be busy; nothing waits for it that goes well."""

expect.set_options(timeout=TIMEOUT)


@pytest.fixture(autouse=True)
def _own_site(settings: Any, tmp_path: Path) -> None:
    settings.SITE_DIR = tmp_path / "site"


@pytest.fixture
def watch(desk_server: str) -> Iterator[Watch]:
    """Note what goes wrong in the test's browsers; nothing may, but what the test expects."""
    watch = Watch(desk_server)
    yield watch
    assert watch.unexpected() == []


@pytest.fixture
def open_browser(browser: Browser, watch: Watch, desk_server: str) -> Iterator[Callable[..., BrowserContext]]:
    """Give a function that opens another browser: own cookies, and whatever Playwright can set."""
    opened: list[BrowserContext] = []

    def open_one(**options: Any) -> BrowserContext:
        options = {
            "viewport": {"width": 1440, "height": 900},
            "locale": "en-GB",
            "timezone_id": "UTC",
            "reduced_motion": "reduce",
            "base_url": desk_server,
        } | options
        context = browser.new_context(**options)
        context.set_default_timeout(TIMEOUT)
        watch.over(context)
        opened.append(context)
        return context

    yield open_one
    for context in opened:
        context.close()


@pytest.fixture
def context(open_browser: Callable[..., BrowserContext]) -> BrowserContext:
    """Give a browser without cookies, 1440 px wide."""
    return open_browser()
