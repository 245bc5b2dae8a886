"""Rules about the source itself: its modules, parsed once."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("factcheck", "articles", "reviews", "publishing", "assist")


@cache
def modules() -> dict[str, ast.Module]:
    """Every module of the product by its path, migrations left out."""
    found = {}
    for package in PACKAGES:
        for place in sorted((ROOT / package).rglob("*.py")):
            name = place.relative_to(ROOT).as_posix()
            if "/migrations/" not in name:
                found[name] = ast.parse(place.read_text(encoding="utf-8"), filename=name)
    return found


def calls(tree: ast.AST) -> Iterator[tuple[str, ast.Call]]:
    """Every call with the last part of what is called: `a.b.update(…)` is `update`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            if isinstance(node.func, ast.Attribute):
                yield node.func.attr, node
            elif isinstance(node.func, ast.Name):
                yield node.func.id, node
