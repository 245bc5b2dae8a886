"""Relations whose rows are known, because this request has just written or read them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Model


def known(obj: Model, relation: str, rows: Iterable[Model]) -> None:
    """Let `obj.<relation>.all()` be these rows without a query, as `prefetch_related` would."""
    found: Any = getattr(obj, relation).all()
    found._result_cache, found._prefetch_done = list(rows), True
    kept: dict[str, Any] = obj.__dict__.setdefault("_prefetched_objects_cache", {})
    kept[relation] = found
