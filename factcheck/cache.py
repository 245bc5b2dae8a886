"""A cache that can be away.

What it keeps (throttle counters, computed figures) is never the truth, so a server that is down or
frozen must cost the desk nothing but the memory of it.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

log = logging.getLogger("factcheck.cache")
Answer = TypeVar("Answer")
QUIET = 5.0
"""Seconds for which a server that failed is left alone, so that a page waits for it once."""


class ForgivingRedisCache(RedisCache):
    """Redis where it answers; where it does not, an empty cache that forgets what it is told."""

    _quiet_until = 0.0

    def _ask(self, question: Callable[[], Answer], otherwise: Answer) -> Answer:
        if time.monotonic() < ForgivingRedisCache._quiet_until:
            return otherwise
        try:
            return question()
        except (RedisError, OSError) as problem:
            ForgivingRedisCache._quiet_until = time.monotonic() + QUIET
            log.warning("cache away: %s", problem)
            return otherwise

    def get(self, key: Any, default: Any = None, version: int | None = None) -> Any:
        """Return what is kept, or `default`."""
        return self._ask(lambda: super(ForgivingRedisCache, self).get(key, default, version), default)

    def get_many(self, keys: Iterable[Any], version: int | None = None) -> dict[Any, Any]:
        """Return what is kept of these."""
        return self._ask(lambda: super(ForgivingRedisCache, self).get_many(keys, version), {})

    def has_key(self, key: Any, version: int | None = None) -> bool:
        """Tell whether something is kept."""
        return self._ask(lambda: super(ForgivingRedisCache, self).has_key(key, version), False)

    def set(self, key: Any, value: Any, *args: Any, **kwargs: Any) -> None:
        """Keep a value, if possible."""
        self._ask(lambda: super(ForgivingRedisCache, self).set(key, value, *args, **kwargs), None)

    def set_many(self, data: Mapping[Any, Any], *args: Any, **kwargs: Any) -> list[Any]:
        """Keep several values; return the keys that could not be kept."""
        return self._ask(
            lambda: super(ForgivingRedisCache, self).set_many(dict(data), *args, **kwargs), list(data)
        )

    def add(self, key: Any, value: Any, *args: Any, **kwargs: Any) -> bool:
        """Keep a value unless there is one; an absent server says yes, as an empty one would."""
        return self._ask(lambda: super(ForgivingRedisCache, self).add(key, value, *args, **kwargs), True)

    def incr(self, key: Any, delta: int = 1, version: int | None = None) -> int:
        """Count up; an absent server counts from zero each time."""
        return self._ask(lambda: super(ForgivingRedisCache, self).incr(key, delta, version), delta)

    def touch(self, key: Any, *args: Any, **kwargs: Any) -> bool:
        """Prolong what is kept."""
        return self._ask(lambda: super(ForgivingRedisCache, self).touch(key, *args, **kwargs), False)

    def delete(self, key: Any, version: int | None = None) -> bool:
        """Forget a value."""
        return self._ask(lambda: super(ForgivingRedisCache, self).delete(key, version), False)

    def delete_many(self, keys: Iterable[Any], version: int | None = None) -> None:
        """Forget several values."""
        self._ask(lambda: super(ForgivingRedisCache, self).delete_many(keys, version), None)

    def clear(self) -> None:
        """Forget everything."""
        self._ask(lambda: super(ForgivingRedisCache, self).clear(), None)
