"""What outlets do to an article under a claim, and what nobody does on purpose but happens.

Each edit changes a `Traced` text, knowing which passage is being watched. All randomness is in `rng`.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from dataclasses import dataclass

from articles.anchoring.tokens import Tokens
from benchmarks.anchoring.traced import Traced

_WORD = re.compile(r"\w+")
_SENTENCE = re.compile(r"[^.!?。！？\n]+[.!?。！？]*[\"'”“’»」)]*\s*")


@dataclass(frozen=True)
class Case:
    """One text under the knife: the passage watched, and sentences from elsewhere to put in."""

    traced: Traced
    start: int
    end: int
    others: list[str]
    rng: random.Random

    def here(self) -> tuple[int, int]:
        """Where the passage is now, or where its first character that is left is."""
        found = self.traced.truth(self.start, self.end)
        if found:
            return found
        left = [at for at, origin in enumerate(self.traced.origins) if self.start <= origin < self.end]
        return (left[0], left[-1] + 1) if left else (0, 0)

    def lines(self) -> list[tuple[int, int]]:
        return [match.span() for match in re.finditer(r"[^\n]+", self.traced.text)]

    def line_here(self) -> tuple[int, int]:
        return self.line_at(self.here()[0])

    def line_at(self, at: int) -> tuple[int, int]:
        return next((line for line in self.lines() if line[0] <= at < line[1]), self.lines()[0])

    def other_line(self) -> tuple[int, int]:
        mine = self.line_here()
        return self.rng.choice([line for line in self.lines() if line != mine] or [mine])

    def sentences(self, line: tuple[int, int]) -> list[tuple[int, int]]:
        text = self.traced.text[line[0] : line[1]]
        return [
            (line[0] + m.start(), line[0] + m.end()) for m in _SENTENCE.finditer(text) if m.group().strip()
        ]

    def sentence_here(self) -> tuple[int, int]:
        return self.sentence_at(self.here()[0])

    def sentence_at(self, at: int) -> tuple[int, int]:
        found = [s for s in self.sentences(self.line_at(at)) if s[0] <= at < s[1]]
        return found[0] if found else self.line_at(at)

    def words_in(self, span: tuple[int, int]) -> list[tuple[int, int]]:
        tokens = Tokens(self.traced.text[slice(*span)])
        return [
            (span[0] + start, span[0] + end)
            for word, start, end in zip(tokens.words, tokens.starts, tokens.ends, strict=True)
            if word[0].isalnum()
        ]

    def foreign(self) -> str:
        """A sentence that is not in the text."""
        while (sentence := self.rng.choice(self.others)) in self.traced.was:
            pass
        return sentence

    def foreign_word(self) -> str:
        """A word that is not in the text."""
        while (word := self.rng.choice(_WORD.findall(self.foreign()) or ["other"])) in self.traced.text:
            pass
        return word


Edit = Callable[[Case], None]


def a_paragraph_comes(case: Case) -> None:
    at = case.rng.choice(case.lines())[0]
    case.traced.replace(at, at, case.foreign() + " " + case.foreign() + "\n")


def a_sentence_comes_just_before(case: Case) -> None:
    at = case.sentence_at(case.here()[0])[0]
    case.traced.replace(at, at, f" {case.foreign()} ")


def a_sentence_comes_just_after(case: Case) -> None:
    at = case.sentence_at(case.here()[1] - 1)[1]
    case.traced.replace(at, at, f" {case.foreign()} ")


def another_paragraph_goes(case: Case) -> None:
    start, end = case.other_line()
    case.traced.replace(start, min(end + 1, len(case.traced.text)), "")


def the_passage_goes(case: Case) -> None:
    case.traced.replace(*case.here(), "")


def the_paragraph_goes(case: Case) -> None:
    case.traced.replace(*case.line_here(), "")


def a_word_of_it_changes(case: Case) -> None:
    if words := case.words_in(case.here()):
        start, end = case.rng.choice(words)
        case.traced.replace(start, end, case.foreign_word())


def its_number_changes(case: Case) -> None:
    numbers = [w for w in case.words_in(case.here()) if case.traced.text[slice(*w)].isdigit()]
    if numbers:
        start, end = case.rng.choice(numbers)
        case.traced.replace(start, end, str(int(case.traced.text[start:end][:9]) + case.rng.randint(1, 9)))
    else:
        a_word_of_it_changes(case)


def a_not_slips_in(case: Case) -> None:
    if words := case.words_in(case.here()):
        at = case.rng.choice(words)[0]
        case.traced.replace(at, at, "not ")


def it_is_paraphrased(case: Case) -> None:
    for start, end in reversed(case.words_in(case.here())):
        if case.rng.random() < 0.3:
            case.traced.replace(start, end, case.foreign_word())


def it_is_rewritten(case: Case) -> None:
    case.traced.replace(*case.here(), case.foreign())


def its_paragraph_moves(case: Case) -> None:
    start, end = case.line_here()
    to = case.other_line()[0]
    if to != start and end < len(case.traced.text):
        case.traced.move(start, end + 1, to)


def its_sentence_moves(case: Case) -> None:
    start, end = case.sentence_here()
    line = case.other_line()
    if line != case.line_here() and (places := case.sentences(line)):
        to = case.rng.choice(places)[0]
        case.traced.replace(to, to, " ")  # or its last word would be one with the next
        behind = to <= start
        case.traced.move(start + behind, end + behind, to)


def paragraphs_are_shuffled(case: Case) -> None:
    lines = case.lines()
    pieces = [(case.traced.text[a:b], case.traced.origins[a:b]) for a, b in lines]
    case.rng.shuffle(pieces)
    text, origins = "", []
    for index, (words, froms) in enumerate(pieces):
        text += ("\n" if index else "") + words
        origins += ([-1] if index else []) + froms
    case.traced.text, case.traced.origins = text, origins


def a_caption_repeats_it(case: Case) -> None:
    words = case.traced.text[slice(*case.sentence_here())].strip()
    at = case.other_line()[1]
    case.traced.replace(at, at, "\n" + words)


def a_lookalike_comes(case: Case) -> None:
    words = case.traced.text[slice(*case.sentence_here())].strip()
    at = case.rng.choice(case.lines())[0]
    found = list(_WORD.finditer(words))
    if found:
        one = case.rng.choice(found)
        words = f"{words[: one.start()]}otherwise{words[one.end() :]}"
    case.traced.replace(at, at, words + "\n")


def it_changes_and_its_old_words_come_elsewhere(case: Case) -> None:
    start, end = case.here()
    words = case.traced.text[start:end]
    a_word_of_it_changes(case)
    line = case.other_line()
    case.traced.replace(line[1], line[1], f" {words}")


def words_around_are_mended(case: Case) -> None:
    _mend(case, 0.05)


def words_around_are_rewritten(case: Case) -> None:
    _mend(case, 0.25)


def _mend(case: Case, share: float) -> None:
    start, end = case.here()
    for first, last in reversed(case.words_in((0, len(case.traced.text)))):
        if not (first < end and start < last) and case.rng.random() < share:
            case.traced.replace(first, last, case.foreign_word())


def its_paragraph_is_split(case: Case) -> None:
    at = case.here()[0]
    if at and case.traced.text[at - 1] == " ":
        case.traced.replace(at - 1, at, "\n")


def its_paragraph_is_joined(case: Case) -> None:
    end = case.line_here()[1]
    if end < len(case.traced.text):
        case.traced.replace(end, end + 1, " ")


def quotation_marks_are_set(case: Case) -> None:
    for plain, set_ in (("'", "’"), ('"', "”"), ("-", "–"), ("“", '"'), ("’", "'")):
        text = case.traced.text.replace(plain, set_)
        case.traced.replace(0, len(text), text, kept=True)


def a_picture_of_two_units_comes(case: Case) -> None:
    at = case.line_here()[0]
    case.traced.replace(at, at, "🚒🇺🇦 عاجل — ")


def the_text_is_another(case: Case) -> None:
    case.traced.replace(0, len(case.traced.text), "\n".join(case.foreign() for _ in range(20)))


ORDINARY: tuple[Edit, ...] = (
    a_paragraph_comes,
    a_sentence_comes_just_before,
    a_sentence_comes_just_after,
    another_paragraph_goes,
    words_around_are_mended,
    its_paragraph_is_split,
    its_paragraph_is_joined,
    quotation_marks_are_set,
    a_picture_of_two_units_comes,
)
"""What leaves no doubt which words were meant, so that it can come on top of any other."""

EDITS: tuple[Edit, ...] = (
    *ORDINARY,
    words_around_are_rewritten,
    its_paragraph_moves,
    its_sentence_moves,
    paragraphs_are_shuffled,
    a_caption_repeats_it,
    a_lookalike_comes,
    it_changes_and_its_old_words_come_elsewhere,
    a_word_of_it_changes,
    its_number_changes,
    a_not_slips_in,
    it_is_paraphrased,
    it_is_rewritten,
    the_passage_goes,
    the_paragraph_goes,
    the_text_is_another,
)
