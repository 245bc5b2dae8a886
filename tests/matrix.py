"""Which cases of the security and reliability matrix have a test: ``make matrix``.

A test names its cases, ``@pytest.mark.case("A1", "A2")``; this reads the source and runs nothing.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

FAMILIES = {
    "A": ("sign-in and rights", 24),
    "C": ("CSRF, sessions, redirects", 9),
    "X": ("output and stored XSS", 18),
    "S": ("outgoing requests", 23),
    "P": ("parsers and imports", 22),
    "R": ("races and double actions", 12),
    "F": ("faults", 22),
    "L": ("load", 6),
    "D": ("data integrity", 12),
    "Z": ("fuzz, headers, supply chain", 14),
}
CASES = [f"{family}{number}" for family, (_, count) in FAMILIES.items() for number in range(1, count + 1)]


def marked(source: str) -> Iterator[str]:
    """Yield the cases that a module's markers name, on functions, classes, modules and parameters."""
    for node in ast.walk(ast.parse(source)):
        if not (
            isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "case"
        ):
            continue
        if isinstance(node.func.value, ast.Attribute) and node.func.value.attr == "mark":
            yield from (str(arg.value) for arg in node.args if isinstance(arg, ast.Constant))


def covered(folder: Path) -> dict[str, list[str]]:
    """Return, for each case, the test modules that cover it.

    Raises:
        ValueError: where a marker names a case that the matrix does not have.
    """
    found: dict[str, list[str]] = {case: [] for case in CASES}
    for place in sorted(folder.rglob("test_*.py")):
        for case in dict.fromkeys(marked(place.read_text(encoding="utf-8"))):
            if case not in found:
                raise ValueError(f"{place.name} names the case {case}, which the matrix does not have")
            found[case].append(place.name)
    return found


def report(found: dict[str, list[str]]) -> str:
    """Write the two lists, family by family, and the count."""
    lines = []
    for family, (title, count) in FAMILIES.items():
        cases = [f"{family}{number}" for number in range(1, count + 1)]
        have = [case for case in cases if found[case]]
        lines += [
            f"{family}  {title}: {len(have)} of {count}",
            f"   covered    {' '.join(have) or '–'}",
            f"   uncovered  {' '.join(case for case in cases if not found[case]) or '–'}",
        ]
    return "\n".join([*lines, f"{sum(map(bool, found.values()))} of {len(found)} cases have a test."])


def main() -> None:
    """Print the report for the tests beside this file."""
    sys.stdout.write(report(covered(Path(__file__).parent)) + "\n")


if __name__ == "__main__":
    main()
