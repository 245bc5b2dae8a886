"""What one call costs: time, CPU time of this process and of the database's, SQL statements, bytes."""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import connection

CONTROL = ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE", "SET ")
SETTLING = 0.0005
"""Seconds for the database to put away what it answered with, before its clock is read."""

Call = Callable[[], int]
"""Does one thing through a door; returns the bytes of the answer."""


@dataclass(frozen=True, slots=True)
class Cost:
    """Of one call, or the medians of many. Milliseconds."""

    wall: float
    application: float
    database: float
    statements: float
    size: float

    @property
    def cpu(self) -> float:
        return self.application + self.database


def measure(call: Call) -> Cost:
    """Make one call and tell what it cost. Statements that only begin and end transactions count as none."""
    counted = 0

    def count(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        nonlocal counted
        counted += not sql.startswith(CONTROL)
        return execute(sql, params, many, context)

    connection.ensure_connection()
    clock = _database_clock()
    database = clock()
    with connection.execute_wrapper(count):
        application, wall = time.process_time(), time.perf_counter()
        size = call()
        wall, application = time.perf_counter() - wall, time.process_time() - application
    time.sleep(SETTLING)
    return Cost(wall * 1e3, application * 1e3, (clock() - database) * 1e3, counted, size)


def interleaved(calls: Sequence[tuple[Call, Call]]) -> tuple[Cost, Cost]:
    """Measure pairs of calls (ours, bare), each first in turn; return the medians of both.

    The garbage collector is off meanwhile: whom it would strike is chance.
    """
    ours: list[Cost] = []
    bare: list[Cost] = []
    gc.collect()
    gc.disable()
    try:
        for turn, (our, their) in enumerate(calls):
            order = [(ours, our), (bare, their)]
            for kept, call in order if turn % 2 else reversed(order):
                kept.append(measure(call))
    finally:
        gc.enable()
    return median(ours), median(bare)


def median(costs: Sequence[Cost]) -> Cost:
    """The median of each figure."""
    names = Cost.__dataclass_fields__
    return Cost(**{name: statistics.median(getattr(cost, name) for cost in costs) for name in names})


def _database_clock() -> Callable[[], float]:
    """Return a clock of the CPU seconds of the process that serves our connection.

    SQLite has none of its own: its work is in the application's.
    """
    if connection.vendor != "postgresql":
        return lambda: 0.0
    # Nanoseconds on a CPU; /proc/…/stat counts in hundredths of a second only.
    place = Path(f"/proc/{connection.connection.info.backend_pid}/schedstat")
    return lambda: int(place.read_text().split()[0]) / 1e9 if place.exists() else 0.0
