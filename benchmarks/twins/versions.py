"""What other outlets make of a text, and what one outlet writes about the same matter later."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from articles.anchoring.tokens import Tokens

HEADLINE = "What we know so far, and what the people who were there say about it"
INTRO = (
    "This report comes from our news agency partners and was edited by our own desk in the capital.\n"
    "Readers of our morning letter get reports like this one every day before seven o'clock."
)
OUTRO = (
    "Sign up for our newsletter to have the most important news of the day in your inbox each morning.\n"
    "Our reporters work independently of advertisers and owners; read more about our principles here.\n"
    "All rights reserved. No part of this text may be used without the written permission of the publisher."
)


@dataclass
class Material:
    """One text, its words, and words of others to put in."""

    text: str
    words: Sequence[str]
    rng: random.Random

    @property
    def paragraphs(self) -> list[str]:
        return [line for line in self.text.split("\n") if line.strip()]

    def filler(self, length: int) -> str:
        """Return as much new text, in made-up order, in paragraphs."""
        chosen = self.rng.choices(self.words, k=length)
        return "\n".join(" ".join(chosen[at : at + 40]) for at in range(0, len(chosen), 40))


Version = Callable[[Material], str]


def another_headline(of: Material) -> str:
    return f"{HEADLINE}\n{of.text}"


def intro_and_outro(of: Material) -> str:
    return f"{INTRO}\n{of.text}\n{OUTRO}"


def cut_by_a_third(of: Material) -> str:
    return _first(of.text, 2 / 3)


def cut_by_half(of: Material) -> str:
    return _first(of.text, 1 / 2)


def a_tenth_edited(of: Material) -> str:
    """Every tenth word or so replaced, left out, or followed by another."""
    return _edited(of, of.text, 0.1)


def all_of_these(of: Material) -> str:
    return f"{HEADLINE}\n{INTRO}\n{_edited(of, _first(of.text, 2 / 3), 0.1)}"


def paragraphs_in_another_order(of: Material) -> str:
    return "\n".join(of.rng.sample(of.paragraphs, len(of.paragraphs)))


def inside_a_piece_three_times_as_long(of: Material) -> str:
    length = len(Tokens(of.text))
    return f"{of.filler(length)}\n{of.text}\n{of.filler(length)}"


def a_follow_up(of: Material) -> str:
    """A new text with a quarter of the old one as its background, and what the outlet puts under it."""
    background = of.text[-len(of.text) // 4 :]
    return f"{INTRO}\n{of.filler(int(0.75 * len(Tokens(of.text))))}\n{background}\n{OUTRO}"


def another_text_of_the_outlet(of: Material) -> str:
    """The same words in another order, between the sentences that the outlet puts around everything."""
    tokens = Tokens(of.text)
    return f"{INTRO}\n{' '.join(of.rng.sample(tokens.words, len(tokens)))}\n{OUTRO}"


COPIES: Sequence[Version] = (
    another_headline,
    intro_and_outro,
    cut_by_a_third,
    cut_by_half,
    a_tenth_edited,
    all_of_these,
    paragraphs_in_another_order,
    inside_a_piece_three_times_as_long,
)
OTHERS: Sequence[Version] = (a_follow_up, another_text_of_the_outlet)


def _first(text: str, share: float) -> str:
    return text[: int(len(text) * share)]


def _edited(of: Material, text: str, share: float) -> str:
    """Edit words; characters in a text without spaces."""
    has_spaces = 20 * text.count(" ") > len(text)
    parts = re.findall(r"\S+|\s+", text) if has_spaces else list(text)
    edited = []
    for part in parts:
        if part.isspace() or of.rng.random() >= share:
            edited.append(part)
            continue
        match of.rng.randrange(3):
            case 0:
                edited.append(of.rng.choice(of.words))
            case 1:
                edited.append(f"{part} {of.rng.choice(of.words)}")
    return "".join(edited)
