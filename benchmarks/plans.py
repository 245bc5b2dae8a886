"""How PostgreSQL finds what each list shows: planning and execution time, and tables that are read whole."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from django.db import connection

from benchmarks.cases import Cases
from benchmarks.doors import Door
from benchmarks.meter import Call

LONG_MS = 2.0
"""Statements that take no longer are not shown."""
MANY_ROWS = 5_000

DESK = (
    "/desk/",
    "/desk/queue/",
    "/desk/queue/?state=signoff",
    "/desk/queue/?state=returned",
    "/desk/queue/?state=published",
    "/desk/queue/?assignee=me",
    "/desk/queue/?due=overdue",
    "/desk/queue/?priority=high",
    "/desk/queue/?sort=touched",
    "/desk/queue/?q=passengers",
    "/desk/articles/",
    "/desk/articles/?state=published",
    "/desk/articles/?q=harbour",
    "/desk/articles/7/",
    "/desk/claims/77/",
)
API = (
    "reviews/",
    "reviews/?open=true&ordering=due",
    "reviews/?state=returned",
    "reviews/?article=5",
    "articles/",
    "claims/",
    "claims/?article=5",
    "sources/",
    "publications/",
    "imports/",
    "events/",
)


def show(cases: Cases) -> None:
    """Print a line for each statement that takes long."""
    if connection.vendor != "postgresql":
        print("\nPlans are shown on PostgreSQL only.")
        return
    desk, api = cases.door("Cleo", program=False), cases.door("Cleo")
    print("\n| page | planning ms | execution ms | reads whole | statement |\n|---|--:|--:|---|---|")
    for door, paths in ((desk, DESK), (api, [f"/api/v1/{path}" for path in API])):
        for path in paths:
            _show(path, door)


def _show(path: str, door: Door) -> None:
    call = door.get(path)
    call()
    found = list(_explained(call))
    for plan, sql in found:
        planning, execution = plan["Planning Time"], plan["Execution Time"]
        if planning + execution > LONG_MS:
            whole = ", ".join(sorted(set(_read_whole(plan["Plan"]))))
            print(f"| {path} | {planning:.1f} | {execution:.1f} | {whole} | {sql[:60]}… |")
    if all(plan["Planning Time"] + plan["Execution Time"] <= LONG_MS for plan, _sql in found):
        print(f"| {path} | | | | none of {len(found)} takes more than {LONG_MS:g} ms |")


def _explained(call: Call) -> Iterator[tuple[dict[str, Any], str]]:
    asked: list[tuple[str, Any]] = []

    def keep(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql.startswith("SELECT"):
            asked.append((sql, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(keep):
        call()
    for sql, params in asked:
        with connection.cursor() as cursor:
            for _warm in range(2):
                cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {sql}", params)
                plan = cursor.fetchone()[0]
        yield (json.loads(plan) if isinstance(plan, str) else plan)[0], sql


def _read_whole(node: dict[str, Any]) -> Iterator[str]:
    if node["Node Type"] == "Seq Scan" and node["Actual Rows"] * node["Actual Loops"] > MANY_ROWS:
        yield node["Relation Name"]
    for below in node.get("Plans", ()):
        yield from _read_whole(below)
