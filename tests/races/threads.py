"""Real threads with real transactions, let go at the same moment."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import Any

from django.db import connection

from factcheck.errors import DomainError

Outcome = Any
PATIENCE_S = 120


def at_once(*acts: Callable[[], Any]) -> list[Outcome]:
    """Carry out all of them, each in a thread of its own; return what each gave or raised."""
    [outcomes] = rounds([acts])
    return outcomes


def rounds(contests: Sequence[Sequence[Callable[[], Any]]]) -> list[list[Outcome]]:
    """Carry out one contest after the other; in each, all start together. Threads are kept."""
    size = len(contests[0])
    start = threading.Barrier(size)
    outcomes: list[list[Outcome]] = [[None] * size for _ in contests]

    def contender(number: int) -> None:
        try:
            for results, acts in zip(outcomes, contests, strict=True):
                start.wait(PATIENCE_S)
                try:
                    results[number] = acts[number]()
                except Exception as error:
                    results[number] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=contender, args=[number]) for number in range(size)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE_S)
    assert not any(thread.is_alive() for thread in threads)
    return outcomes


def winners(outcomes: Sequence[Outcome]) -> list[int]:
    """The numbers of those that were not refused; whoever was, was told 409 and nothing else."""
    for outcome in outcomes:
        if isinstance(outcome, Exception) and not (
            isinstance(outcome, DomainError) and outcome.status == 409
        ):
            raise outcome
    return [number for number, outcome in enumerate(outcomes) if not isinstance(outcome, Exception)]
