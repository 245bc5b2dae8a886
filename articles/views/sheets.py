"""The lines of an original beside its text: a page of them, with what is chosen on all pages."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from django.utils.text import Truncator

from articles.extraction import Block
from articles.extraction.document import Draft, LeftOut, draft_left_out, draft_of, in_order
from articles.found import found_in, taken_as
from articles.models import Passage, Revision
from articles.passages import block_at
from articles.ranges import as_ranges

FEWEST_FOLDED = 4
MOST_ROWS = 100
MOST_BYTES = 200_000
"""Of the lines of a page in UTF-8. Each is drawn twice: together, half a megabyte at most."""
MOST_SHOWN = 50_000
"""Characters of one line that are drawn."""

FIELDS = ("leave_out", "take_in")
Chosen = Mapping[str, Collection[int]]
"""Numbers of lines by field, which says what is to become of them."""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the original: with its number among the blocks, or among those outside the text.

    Of the latter `taken_as` names the field that some say, as the headline.
    """

    line: Draft
    number: int
    claims: int
    is_chosen: bool
    taken_as: str = ""

    @property
    def is_lost(self) -> bool:
        """Whether it is in no part of the article."""
        return self.line.is_left_out and not self.taken_as

    @property
    def label(self) -> str:
        """Its first words, which tell its box from those of other lines to who hears them."""
        return Truncator(self.line.text[:100]).chars(60)  # which would look through all of a long line

    @property
    def words(self) -> str:
        """What is drawn of the line."""
        return self.line.text[:MOST_SHOWN]

    @property
    def more(self) -> int:
        """How many characters of it are not drawn."""
        return max(0, len(self.line.text) - MOST_SHOWN)


@dataclass(frozen=True, slots=True)
class Stretch:
    """Rows that are in the article, or rows that are not."""

    rows: Sequence[Row]
    is_left_out: bool

    @property
    def is_folded(self) -> bool:
        return self.is_left_out and len(self.rows) >= FEWEST_FOLDED

    @property
    def is_chosen_from(self) -> bool:
        return any(row.is_chosen for row in self.rows)


@dataclass(frozen=True, slots=True)
class Sheet:
    """One page of the lines, counted from 1; `kept` is what is chosen on the others, as ranges."""

    number: int
    pages: int
    first: int
    last: int
    lines: int
    stretches: Sequence[Stretch]
    kept: Mapping[str, str]
    chosen_elsewhere: int

    @property
    def previous(self) -> int | None:
        return self.number - 1 if self.number > 1 else None

    @property
    def following(self) -> int | None:
        return self.number + 1 if self.number < self.pages else None


def sheet_of(revision: Revision, chosen: Chosen, wanted: int) -> Sheet:
    """Return a page of the lines, or the nearest that there is. One query.

    Of a book nothing is made for each line but its place: it has twenty thousand.
    """
    left_out = revision.extraction.left_out
    order = list(in_order(len(revision.blocks), [line["before"] for line in left_out]))
    begins = _begins(revision, order)
    page = min(max(wanted, 1), len(begins))
    first, last = begins[page - 1], [*begins, len(order)][page]
    shown = order[first:last]
    claims = _claims_by_block(revision, [number for is_left_out, number in shown if not is_left_out])
    found = found_in(revision)
    wish = {name: frozenset(chosen.get(name, ())) for name in FIELDS}
    rows = [
        Row(
            _draft(revision, is_left_out, number),
            number,
            0 if is_left_out else claims[number],
            number in wish[_field(is_left_out)],
            taken_as(left_out[number]["text"], found) if is_left_out else "",
        )
        for is_left_out, number in shown
    ]
    elsewhere = {
        name: numbers - {n for out, n in shown if _field(out) == name} for name, numbers in wish.items()
    }
    return Sheet(
        number=page,
        pages=len(begins),
        first=first + 1,
        last=last,
        lines=len(order),
        stretches=[Stretch(list(group), out) for out, group in groupby(rows, lambda row: row.is_lost)],
        kept={name: as_ranges(numbers) for name, numbers in elsewhere.items() if numbers},
        chosen_elsewhere=sum(map(len, elsewhere.values())),
    )


def _field(is_left_out: bool) -> str:
    """Name the field that chooses a line."""
    return "take_in" if is_left_out else "leave_out"


def _draft(revision: Revision, is_left_out: bool, number: int) -> Draft:
    if is_left_out:
        return draft_left_out(LeftOut(**revision.extraction.left_out[number]))
    return draft_of(revision.text, Block(**revision.blocks[number]))


def _begins(revision: Revision, order: Sequence[tuple[bool, int]]) -> list[int]:
    """Return at which line each page begins."""
    blocks, left_out = revision.blocks, revision.extraction.left_out
    width = len(revision.text.encode()) / len(revision.text)  # bytes of a character, all in all
    begins, weight = [0], 0.0
    for at, (is_left_out, number) in enumerate(order):
        length = (
            len(left_out[number]["text"]) if is_left_out else blocks[number]["end"] - blocks[number]["start"]
        )
        weighs = width * min(length, MOST_SHOWN)
        if at > begins[-1] and (at - begins[-1] == MOST_ROWS or weight + weighs > MOST_BYTES):
            begins.append(at)
            weight = 0.0
        weight += weighs
    return begins


def _claims_by_block(revision: Revision, numbers: Sequence[int]) -> Counter[int]:
    """Count the claims in each of these blocks, which follow each other. One query at most."""
    if not numbers:
        return Counter()
    blocks = [Block(**revision.blocks[number]) for number in numbers]
    first, last = blocks[0], blocks[-1]
    passages = Passage.objects.live().filter(revision=revision, start__lt=last.end, end__gt=first.start)
    seen = {
        (numbers[at], claim)
        for start, end, claim in passages.values_list("start", "end", "claim")
        for at in range(max(0, block_at(blocks, start)), block_at(blocks, end - 1) + 1)
    }
    return Counter(block for block, _claim in seen)
