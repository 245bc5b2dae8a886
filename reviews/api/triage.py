"""How urgency is written in JSON: in words."""

from __future__ import annotations

from typing import Any, Final

from rest_framework import serializers

from reviews.models import Review

PRIORITIES: Final[dict[int, str]] = {priority.value: priority.name.lower() for priority in Review.Priority}
NUMBERS: Final[dict[str, int]] = {word: number for number, word in PRIORITIES.items()}


class PriorityField(serializers.ChoiceField):
    """`low`, `normal` or `high`."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(choices=list(NUMBERS), **kwargs)

    def to_representation(self, value: Any) -> str:
        """Return the word."""
        return PRIORITIES[int(value)]

    def to_internal_value(self, data: Any) -> Any:
        """Return the number."""
        return NUMBERS[str(super().to_internal_value(data))]
