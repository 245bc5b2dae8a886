"""How long a text may be: a column says it once, in the model."""

from __future__ import annotations

from django.db.models import Model


def longest(model: type[Model], field: str) -> int:
    """The most characters that a column takes."""
    length = model._meta.get_field(field).max_length  # type: ignore[union-attr]
    assert length is not None, f"{model.__name__}.{field} has no end"
    return length
