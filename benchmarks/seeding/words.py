"""Texts for seeded articles and claims: deterministic, of the length that real ones have."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

PARAGRAPHS_IN_AN_ARTICLE = 20

_SUBJECTS = (
    "The harbour board",
    "Vell County",
    "The school council",
    "The ministry of transport",
    "The water company",
    "The statistics office",
    "A spokesman for the clinic",
    "The mayor of Orsund",
    "The farmers’ union",
    "The night ferry",
)
_DEEDS = (
    "counted {n:,} passengers last year",
    "spent {n:,} crowns on new roads",
    "has lost {n:,} jobs since 2019",
    "planted {n:,} trees along the coast",
    "wants to close {n:,} wells by spring",
    "said that rents rose by {p} percent",
    "reported {n:,} cases in one winter",
    "promised {n:,} new flats before the election",
)
_ENDS = (
    "according to a report that the desk has seen",
    "which is twice as many as in the year before",
    "and nobody in the council objected",
    "although the yearly table gives another number",
    "more than any other town on this coast",
    "a figure that was repeated on Monday",
)


@dataclass(frozen=True, slots=True)
class Text:
    """An article's text, its blocks, and where in it claims can stand."""

    text: str
    blocks: list[dict[str, object]]
    places: list[tuple[int, int]]


def sentence(chance: Random) -> str:
    """Return a sentence that could be checked."""
    deed = chance.choice(_DEEDS).format(n=chance.randrange(100, 90_000), p=chance.randrange(2, 40))
    return f"{chance.choice(_SUBJECTS)} {deed}, {chance.choice(_ENDS)}."


def paragraphs(chance: Random, count: int) -> list[tuple[str, int]]:
    """Return paragraphs of two to four sentences, each with the length of its first sentence."""
    made = []
    for _ in range(count):
        sentences = [sentence(chance) for _ in range(chance.randrange(2, 5))]
        made.append((" ".join(sentences), len(sentences[0])))
    return made


def article(chance: Random, stock: list[tuple[str, int]], number: int) -> Text:
    """Put an article together from a stock of paragraphs; its number makes its text its own."""
    chosen = [(f"Notice {number} of this year.", 0), *chance.sample(stock, PARAGRAPHS_IN_AN_ARTICLE)]
    blocks: list[dict[str, object]] = []
    places: list[tuple[int, int]] = []
    start = 0
    for text, first in chosen:
        blocks.append({"kind": "paragraph", "level": 0, "start": start, "end": start + len(text)})
        if first:
            places.append((start, start + first))
        start += len(text) + 1
    return Text("\n".join(text for text, _ in chosen), blocks, places)
