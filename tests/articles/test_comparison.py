"""Two texts laid beside each other: nothing of either is lost, and what is marked is what was changed."""

from __future__ import annotations

import random
import time

import pytest

from articles import comparison
from articles.comparison import Piece, Row, block_diff, where_they_stood, word_diff, words_in_common
from articles.extraction import Block

OLD = "In 1994 Ukraine surrendered the third-largest nuclear arsenal in the world."
NEW = "In 1994 Ukraine handed over the third-largest nuclear arsenal in the world."


def shown(pieces: list[Piece] | tuple[Piece, ...]) -> str:
    """The text with what differs in brackets."""
    return "".join(piece.text if piece.is_same else f"[{piece.text}]" for piece in pieces)


def blocks_of(text: str) -> list[Block]:
    """Every line is a paragraph."""
    blocks, start = [], 0
    for line in text.split("\n"):
        blocks.append(Block("paragraph", 0, start, start + len(line)))
        start += len(line) + 1
    return blocks


def rows_of(old: str, new: str) -> list[Row]:
    return block_diff(old, blocks_of(old), new, blocks_of(new))


def test_the_words_that_were_replaced_are_marked() -> None:
    old, new = word_diff(OLD, NEW)
    assert shown(old) == OLD.replace("surrendered", "[surrendered]")
    assert shown(new) == NEW.replace("handed over", "[handed over]")
    assert words_in_common(OLD, NEW) == (11, 12)


@pytest.mark.parametrize(
    ("old", "new", "marked"),
    [
        ("", "", ("", "")),
        ("", "New words.", ("", "[New words.]")),
        ("Old words.", "", ("[Old words.]", "")),
        ("The same.", "The same.", ("The same.", "The same.")),
        ("It rose 5%.", "It rose -5%.", ("It rose 5%.", "It rose [-]5%.")),
        ("“Yes”, he  said.", '"Yes", he said.', ("“Yes”, he  said.", '"Yes", he said.')),
        (
            "He left. The door closed.",
            "He left. The light went out. The door closed.",
            ("He left. The door closed.", "He left. [The light went out.] The door closed."),
        ),
        (
            "He left. The light went out. The door closed.",
            "He left. The door closed.",
            ("He left. [The light went out.] The door closed.", "He left. The door closed."),
        ),
        ("Café 👩‍👩‍👧 opened", "Café 👩‍👩‍👧 closed", ("Café 👩‍👩‍👧 [opened]", "Café 👩‍👩‍👧 [closed]")),
        ("渡轮去年载客四万人", "渡轮去年载客三万人", ("渡轮去年载客[四]万人", "渡轮去年载客[三]万人")),
        (
            "Nobody in the town hall was asked about the price of the boat.",
            "Ilse Maar sold the ship of her father to the highest bidder of all.",
            (
                "[Nobody in the town hall was asked about the price of the boat].",
                "[Ilse Maar sold the ship of her father to the highest bidder of all].",
            ),
        ),
    ],
)
def test_what_counts_as_a_change(old: str, new: str, marked: tuple[str, str]) -> None:
    pieces = word_diff(old, new)
    assert (shown(pieces[0]), shown(pieces[1])) == marked


def test_the_pieces_are_the_texts_whatever_was_done_to_them() -> None:
    chance = random.Random(7)
    words = [
        "ferry",
        "the",
        "of",
        "9",
        "crowns",
        "–",
        "“",
        "”",
        "\n",
        " ",
        "  ",
        "🚢",
        "السفينة",
        "渡轮",
        "e\u0301",
    ]
    for _ in range(300):
        texts = [" ".join(chance.choices(words, k=chance.randrange(40))) for _ in range(2)]
        for text, pieces in zip(texts, word_diff(*texts), strict=True):
            assert "".join(piece.text for piece in pieces) == text
            assert all(piece.text == text[piece.start : piece.end] for piece in pieces)
        rows = rows_of(*texts)
        sides = [[row.old for row in rows if row.old], [row.new for row in rows if row.new]]
        for text, side in zip(texts, sides, strict=True):
            joined = ["".join(piece.text for piece in block) for block in side]
            assert joined == [line for line in text.split("\n") if line]


FERRY = """\
The night ferry to Vell Island carried 41,000 passengers last year, the harbour board said on Monday.
That is twice as many as in 2019, when the old boat still sailed.
“No other crossing on this coast is cheaper,” said its director, Ilse Maar.
A single ticket costs 9 crowns. The board wants to add a second boat in spring."""


def test_blocks_stand_beside_what_they_became() -> None:
    first, second, third, fourth = FERRY.split("\n")
    new = "\n".join([first.replace("41,000", "38,900"), "Nobody had asked before.", third, fourth])
    rows = rows_of(FERRY, new)
    assert [(shown(row.old), shown(row.new)) for row in rows] == [
        (first.replace("41,000", "[41,000]"), first.replace("41,000", "[38,900]")),
        (f"[{second[:-1]}].", ""),
        ("", "[Nobody had asked before]."),
        (third, third),
        (fourth, fourth),
    ]
    assert [row.is_same for row in rows] == [False, False, False, True, True]


def test_a_paragraph_that_moved_is_said_to_have_moved() -> None:
    first, second, third, fourth = FERRY.split("\n")
    rows = rows_of(FERRY, f"{second}\n{third}\n{fourth}\n{first}")
    assert [(bool(row.old), bool(row.new), row.is_moved) for row in rows] == [
        (True, False, True),
        (True, True, False),
        (True, True, False),
        (True, True, False),
        (False, True, True),
    ]


def test_a_paragraph_cut_in_two_has_no_changed_words() -> None:
    rows = rows_of(FERRY, FERRY.replace("crowns. The", "crowns.\nThe"))
    assert all(row.is_same for row in rows)


def test_where_a_passage_stood_is_behind_what_stood_before_it() -> None:
    second = FERRY.split("\n")[1]
    start = FERRY.index(second)
    new = FERRY.replace(f"{second}\n", "")
    assert where_they_stood(FERRY, new, [(start, start + len(second)), (0, 9)]) == [new.index("\n"), 0]


def test_ten_thousand_words_are_compared_at_once() -> None:
    chance = random.Random(7)
    words = [
        f"{chance.choice('bcdfgkl')}{chance.choice('aeiou')}{chance.randrange(900)}" for _ in range(10_000)
    ]
    old = "\n".join(" ".join(words[at : at + 80]) for at in range(0, 10_000, 80))
    rewritten = "\n".join(" ".join(chance.sample(words[at : at + 80], 80)) for at in range(0, 10_000, 80))
    edited = " ".join("other" if chance.random() < 0.05 else word for word in old.split(" "))
    for new in (edited, rewritten, old.upper(), " ".join(reversed(old.split()))):
        began = time.perf_counter()
        rows_of(old, new)
        assert time.perf_counter() - began < 1  # it takes a tenth of that where nothing else runs


BOOK = " ".join(
    f"Sentence number {n} tells of the ferry, the bridge and 4.{n} other things." for n in range(8_000)
)


def test_in_books_whole_sentences_are_compared(monkeypatch: pytest.MonkeyPatch) -> None:
    """One block of 100,000 words, and what is laid beside each other is a tenth of that."""
    compared = []
    align = comparison.Alignment
    monkeypatch.setattr(
        comparison,
        "Alignment",
        lambda old, new: compared.append(len(old.letters) + len(new.letters)) or align(old, new),
    )
    new = BOOK.replace("number 700 tells", "number 700 says").replace("Sentence number 9 tells", "It tells")
    assert comparison.is_coarse(BOOK, new)
    [row] = rows_of(BOOK, new)
    assert "".join(piece.text for piece in row.old) == BOOK
    assert "".join(piece.text for piece in row.new) == new
    assert [piece.text for piece in row.new if not piece.is_same] == [
        "It tells of the ferry, the bridge and 4.",
        "Sentence number 700 says of the ferry, the bridge and 4.",
    ]
    assert sum(compared) < 40_000
    assert where_they_stood(BOOK, new, [(BOOK.index("Sentence number 900 "), len(BOOK))]) == [
        new.index(" Sentence number 900 ")
    ]
    assert words_in_common(BOOK, new) == (111_996, 112_000)


@pytest.mark.parametrize("text", ["word " * 100_000, "." * 400_000, "語" * 400_000, "a\n" * 200_000])
def test_texts_without_sentences_end_as_well(text: str) -> None:
    text = text.strip()
    old, new = word_diff(text, f"{text} more")
    assert "".join(piece.text for piece in old) == text
    assert "".join(piece.text for piece in new) == f"{text} more"
    assert len(old) + len(new) < 10_000


def test_articles_of_a_usual_length_are_compared_by_words() -> None:
    assert not comparison.is_coarse(BOOK[:140_000], BOOK[:140_000])
