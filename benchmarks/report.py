"""The table, and what in it is beyond the aims. Markdown, so that it can stand in the documentation."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from benchmarks.cases import Case
from benchmarks.meter import Cost

MOST_STATEMENTS = 12
FLAT = 1.5
"""How much more CPU time a call may take at the largest size than at the smallest, to count as flat."""
NOISE_MS = 3.0
"""Milliseconds that no conclusion is drawn from."""

HEAD = """\
| | claims | ms | ms bare | CPU ms (app + db) | CPU ms bare | × | SQL | SQL bare | kB |
|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|"""


@dataclass(frozen=True)
class Line:
    """One case at one size."""

    case: Case
    claims: int
    ours: Cost
    bare: Cost

    @property
    def times(self) -> float:
        """How often the CPU time of the bare one ours takes."""
        return self.ours.cpu / self.bare.cpu if self.bare.cpu else 0.0

    def __str__(self) -> str:
        ours, bare = self.ours, self.bare
        return (
            f"| {self.case.name} | {self.claims:,} | {ours.wall:.1f} | {bare.wall:.1f}"
            f" | {ours.cpu:.1f} ({ours.application:.1f} + {ours.database:.1f})"
            f" | {bare.cpu:.1f} ({bare.application:.1f} + {bare.database:.1f}) | {self.times:.1f}"
            f" | {ours.statements:.0f} | {bare.statements:.0f} | {ours.size / 1000:.0f} |"
        )

    def beyond(self) -> Iterable[str]:
        """Say what of this line is beyond the aims."""
        if self.times > self.case.limit:
            yield f"takes {self.times:.1f} times the CPU of the bare one, aim {self.case.limit:g}"
        if self.case.is_one_call and self.ours.statements > MOST_STATEMENTS:
            yield f"needs {self.ours.statements:.0f} statements, aim {MOST_STATEMENTS}"


def beyond(lines: Iterable[Line]) -> list[str]:
    """Say what is beyond the aims, one sentence each."""
    lines = list(lines)
    found = [
        f"{line.case.name}, {line.claims:,} claims: {words}" for line in lines for words in line.beyond()
    ]
    for name in dict.fromkeys(line.case.name for line in lines):
        mine = sorted((line for line in lines if line.case.name == name), key=lambda line: line.claims)
        first, last = mine[0].ours.cpu, mine[-1].ours.cpu
        if last > FLAT * first and last - first > NOISE_MS:
            found.append(
                f"{name}: not flat, {first:.1f} ms CPU at {mine[0].claims:,} claims,"
                f" {last:.1f} ms at {mine[-1].claims:,}"
            )
    return found
