"""The two that are compared: ours, and the order in which annotation clients look for a passage."""

from __future__ import annotations

from rapidfuzz import fuzz

from articles.anchoring import reanchor

Answer = tuple[int, int] | None
"""A place taken without asking; None where a person is asked."""


def ours(old: str, new: str, passage: tuple[int, int]) -> Answer:
    """Re-anchor as the desk does."""
    found = reanchor(old, new, [passage])[0]
    return found.place if found.is_certain else None


def position_then_fuzzy(old: str, new: str, passage: tuple[int, int]) -> Answer:
    """Take the old position if the words stand there, else the best fuzzy match, with no floor."""
    start, end = passage
    exact = old[start:end]
    if new[start:end] == exact:
        return start, end
    found = fuzz.partial_ratio_alignment(exact, new)
    return (found.dest_start, found.dest_end) if found else None
