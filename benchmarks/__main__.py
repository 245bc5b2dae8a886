"""`python -m benchmarks`: seed, measure, print the table."""

from __future__ import annotations

import argparse
import platform
import signal
import sys
import time
from types import FrameType

from benchmarks.ground import ground

SIZES = (1_000, 10_000, 100_000)


def main() -> None:
    """Read the command line and run."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--sqlite", action="store_true", help="measure on SQLite instead of PostgreSQL")
    parser.add_argument(
        "--sizes", type=int, nargs="+", default=SIZES, metavar="CLAIMS", help="1000 10000 100000"
    )
    parser.add_argument("--only", default="", metavar="WORDS", help="only cases whose name has these words")
    parser.add_argument("--plans", action="store_true", help="also print how the database finds each list")
    parser.add_argument(
        "--serve", action="store_true", help="also measure gunicorn with a worker (PostgreSQL)"
    )
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, _end)
    with ground(sqlite=options.sqlite):
        run(options)


def run(options: argparse.Namespace) -> None:
    """Grow the desk and measure at each size."""
    from django.db import connection

    from benchmarks import plans, report, serving
    from benchmarks.cases import WARM_UP, Cases
    from benchmarks.meter import interleaved
    from benchmarks.seeding import Desk

    say(f"{connection.vendor}, Python {platform.python_version()}, {platform.machine()}")
    desk = Desk()
    cases = Cases(desk)
    lines = []
    print(report.HEAD, flush=True)
    for claims in sorted(options.sizes):
        began = time.monotonic()
        desk.grow(claims)
        say(f"{claims:,} claims after {time.monotonic() - began:.0f} s")
        began = time.monotonic()
        for case in cases.all():
            if options.only not in case.name:
                continue
            pairs = case.pairs()
            for pair in pairs[:WARM_UP]:
                for call in pair:
                    call()
            ours, bare = interleaved(pairs[WARM_UP:])
            lines.append(report.Line(case, claims, ours, bare))
            print(lines[-1], flush=True)
        say(f"measured in {time.monotonic() - began:.0f} s")
    print()
    for words in report.beyond(lines) or ["Nothing is beyond the aims."]:
        print(f"- {words}")
    if options.plans:
        plans.show(cases)
    if options.serve:
        serving.show(cases)


def say(text: str) -> None:
    """Tell whoever watches; the table goes elsewhere."""
    print(text, file=sys.stderr, flush=True)


def _end(_number: int, _frame: FrameType | None) -> None:
    raise SystemExit(143)


if __name__ == "__main__":
    main()
