"""The bar of filters above a list, as its template draws it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils.functional import Promise

from factcheck.accounts.models import User
from factcheck.api.pagination import Order
from reviews.models import Rating

PASSING = frozenset({"cursor", "open"})
"""Parameters that belong to one look at the list, not to its filters."""


@dataclass(frozen=True)
class Option:
    """One thing to choose, drawn by whatever it is: a state, a rating or a person."""

    value: str
    label: str
    checked: bool = False
    state: str = ""
    rating: Rating | None = None
    user: User | None = None
    priority: int | None = None
    count: int | None = None


@dataclass(frozen=True)
class Menu:
    """The options of one parameter."""

    name: str
    label: str
    title: str
    options: Sequence[Option]
    multiple: bool = True


@dataclass(frozen=True)
class Sort:
    """One way to order a list: what it is called, and the order of the rows."""

    value: str
    label: str | Promise
    order: Order


@dataclass(frozen=True)
class Filters:
    """All that the bar shows."""

    q: str
    menus: Sequence[Menu]
    sort: dict[str, Any] | None = field(default=None)

    @property
    def chips(self) -> Iterable[tuple[Menu, Option]]:
        """The options that are chosen, with their menus."""
        return [
            (menu, option)
            for menu in self.menus
            for option in menu.options
            if option.checked and option.value
        ]


def sort_menu(sorts: Sequence[Sort], chosen: str) -> dict[str, Any]:
    """Return the menu of orders, labelled with the one that holds."""
    current = sort_named(sorts, chosen)
    options = [Option(sort.value, str(sort.label), checked=sort is current) for sort in sorts]
    return {"name": "sort", "label": str(current.label), "options": options}


def sort_named(sorts: Sequence[Sort], chosen: str) -> Sort:
    """Return the order of that name, or the first."""
    return next((sort for sort in sorts if sort.value == chosen), sorts[0])


def without(query: QueryDict, name: str, value: str) -> str:
    """Return the query string without one of its values."""
    kept = {
        other: [each for each in values if (other, each) != (name, value)]
        for other, values in query.lists()
        if other not in PASSING
    }
    return "?" + urlencode({other: values for other, values in kept.items() if values}, doseq=True)
