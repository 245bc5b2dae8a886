"""Counting no further than anybody reads: "99+" costs the same in any number of rows."""

from __future__ import annotations

from typing import Any

from django.db.models import IntegerField, QuerySet, Subquery

MOST = 100


class CountUpTo(Subquery):
    """How many rows a query has, counted up to a limit, as a column of another query.

    Rows are walked until the limit is reached, so the query has to find its rows by an index.
    """

    template = "(SELECT COUNT(*) FROM (%(subquery)s) AS counted)"
    output_field = IntegerField()
    empty_result_set_value = 0

    def __init__(self, queryset: QuerySet[Any], limit: int = MOST) -> None:
        super().__init__(queryset.order_by().values("pk")[:limit])
