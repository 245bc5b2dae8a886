"""What a browser complains about: errors, a policy that was broken, a dialog that nobody meant to open.

Every browser test has this on, so that every page that a test walks over is checked along the way.
"""

from __future__ import annotations

import re

from playwright.sync_api import BrowserContext, ConsoleMessage, Dialog, Request, WebError

# The console hears of what a policy refused, so that it does not get lost when the page changes.
_LISTENER = """
addEventListener('securitypolicyviolation', (e) =>
  console.error(`policy broken: ${e.violatedDirective} by ${e.blockedURI} in ${e.sourceFile}:${e.lineNumber}`));
"""


class Watch:
    """What was heard, and what a test said that it would hear."""

    def __init__(self, origin: str) -> None:
        self.origin = origin
        self.heard: list[str] = []
        self._expected: list[str] = []

    def over(self, context: BrowserContext) -> None:
        """Listen to every page of this browser."""
        context.add_init_script(_LISTENER)
        context.on("console", self._console)
        context.on("weberror", self._error)
        context.on("dialog", self._dialog)
        context.on("request", self._request)

    def expect(self, pattern: str) -> None:
        """Expect complaints that match."""
        self._expected.append(pattern)

    def unexpected(self) -> list[str]:
        """Return what was heard besides."""
        return [each for each in self.heard if not any(re.search(one, each) for one in self._expected)]

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self.heard.append(f"{message.type}: {message.text} ({message.location['url']})")

    def _error(self, error: WebError) -> None:
        self.heard.append(f"exception: {error.error}")

    def _dialog(self, dialog: Dialog) -> None:
        self.heard.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    def _request(self, request: Request) -> None:
        if not request.url.startswith((self.origin, "data:", "blob:", "about:")):
            self.heard.append(f"request to elsewhere: {request.url}")
