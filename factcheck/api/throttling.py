"""How often one person, with all their tokens, may ask.

A counter per person and minute in the cache. The limit is generous: it stops a program that runs
wild, it does not ration work. Without a cache nobody is refused.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.cache import cache
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

if TYPE_CHECKING:
    from rest_framework.views import APIView

WINDOW = 60
"""Seconds that one count lasts."""


class PersonThrottle(BaseThrottle):
    """At most `API_CALLS_PER_MINUTE` calls in any minute of the clock."""

    def allow_request(self, request: Request, view: APIView) -> bool:
        """Count this call; say whether it is within the limit. No query."""
        self.now = time.time()
        key = f"api-calls:{request.user.pk}:{int(self.now // WINDOW)}"
        if cache.add(key, 1, 2 * WINDOW):
            return True
        try:
            calls = cache.incr(key)
        except ValueError:  # The cache was emptied, or is away.
            return True
        return calls <= settings.API_CALLS_PER_MINUTE

    def wait(self) -> float:
        """Seconds until the next count begins."""
        return WINDOW - self.now % WINDOW
