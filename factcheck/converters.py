"""Ids in addresses: `<id:pk>` is a whole number that fits a row's key; anything else is no address."""

from __future__ import annotations

from django.urls import register_converter

from factcheck.forms import LARGEST_ID


class IdConverter:
    """A positive whole number of at most 64 bits, in plain digits."""

    regex = "[0-9]{1,19}"

    def to_python(self, value: str) -> int:
        """Return the number.

        Raises:
            ValueError: no key is that large; Django answers 404.
        """
        number = int(value)
        if not 1 <= number <= LARGEST_ID:
            raise ValueError(value)
        return number

    def to_url(self, value: int | str) -> str:
        """Return the digits."""
        return str(value)


register_converter(IdConverter, "id")
