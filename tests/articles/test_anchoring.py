"""Finding passages again: what may follow by itself, by property and by named cases."""

from __future__ import annotations

from unittest import mock

import pytest
from hypothesis import given, settings, strategies as st

from articles.anchoring import ACCEPTED_FROM, Anchored, Outcome, are_same_words, reanchor, spelling

FERRY = (
    "The night ferry to Vell Island carried 41,000 passengers last year, the harbour board said on Monday.",
    "That is twice as many as in 2019, when the old boat still sailed.",
    "“No other crossing on this coast is cheaper,” said its director, Ilse Maar.",
    "A single ticket costs 9 crowns, and children under six travel free of charge.",
    "The board wants to add a second boat in spring, if the town council agrees to pay half.",
    "Fishermen in the north harbour fear for their moorings and have written to the council.",
)


def _text(*lines: str) -> str:
    return "\n".join(lines)


def _find(old: str, new: str, quote: str) -> Anchored:
    start = old.index(quote)
    [found] = reanchor(old, new, [(start, start + len(quote))])
    return found


def _words(text: str, found: Anchored) -> str:
    return text[slice(*found.place)] if found.place else ""


# --- By property ---------------------------------------------------------------------------------

# Few words, so that they repeat, with other scripts and what is more than one code point among them.
WORDS = st.sampled_from(
    [
        "ferry",
        "41,000",
        "-5%",
        "“Maar”",
        "the",
        "die",
        "e\u0301t\u00e9",
        "👩‍🚒",
        "島",
        "フェリー",
        "سفينة",
        "אי",
        ".",
        "\n",
    ]
)
TEXTS = st.lists(WORDS, min_size=1, max_size=60).map(" ".join)


@st.composite
def edited(draw: st.DrawFn) -> tuple[str, str, tuple[int, int]]:
    """A text, another that shares parts of it, and a passage of the first."""
    old = draw(st.lists(WORDS, min_size=2, max_size=40))
    new: list[str] = []
    for _ in range(draw(st.integers(1, 4))):
        first = draw(st.integers(0, len(old) - 1))
        new += old[first : draw(st.integers(first + 1, len(old)))]
        new += draw(st.lists(WORDS, max_size=3))
    text = " ".join(old)
    start = draw(st.integers(0, len(text) - 1))
    return text, " ".join(new), (start, draw(st.integers(start + 1, len(text))))


@given(st.data())
@settings(max_examples=300)
def test_in_the_same_text_every_passage_is_kept_where_it_stands(data: st.DataObject) -> None:
    text = _text(*(line.upper() if data.draw(st.booleans()) else line for line in FERRY))
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    if text[start:end].strip():
        [found] = reanchor(text, text, [(start, end)])
        assert (found.outcome, found.is_certain) == (Outcome.KEPT, True)
        assert _words(text, found).strip() == text[start:end].strip()


@pytest.mark.parametrize("letters", [spelling.LETTERS, 4], ids=["each word has a letter", "they run out"])
@given(case=edited())
@settings(max_examples=500)
def test_what_is_certain_reads_the_same(case: tuple[str, str, tuple[int, int]], letters: int) -> None:
    old, new, (start, end) = case
    with mock.patch.object(spelling, "LETTERS", letters):
        [found] = reanchor(old, new, [(start, end)])
    if found.is_certain:
        assert found.outcome in {Outcome.KEPT, Outcome.MOVED}
        assert are_same_words(old[start:end], _words(new, found))


@given(edited())
@settings(max_examples=500)
def test_every_place_lies_in_the_text_and_every_score_says_what_it_is(
    case: tuple[str, str, tuple[int, int]],
) -> None:
    old, new, passage = case
    [found] = reanchor(old, new, [passage])
    for start, end in [*([found.place] if found.place else []), *found.others]:
        assert 0 <= start < end <= len(new)
    assert 0 <= found.score <= 1
    match found.outcome:
        case Outcome.KEPT:
            assert found.is_certain
            assert found.score == 1
        case Outcome.MOVED:
            assert found.place
            assert found.score == 1
        case Outcome.CHANGED:
            assert found.place
            assert not found.is_certain
            assert found.score >= ACCEPTED_FROM
        case Outcome.LOST:
            assert found.place is None
            assert not found.is_certain
            assert found.score < ACCEPTED_FROM


@given(TEXTS, TEXTS)
def test_any_two_texts_can_be_compared(old: str, new: str) -> None:
    assert len(reanchor(old, new, [(0, 1), (0, len(old))])) == 2


def test_a_passage_outside_the_text_is_a_mistake_of_the_caller() -> None:
    for passage in ((0, 0), (5, 3), (0, 100), (-1, 2)):
        with pytest.raises(ValueError):
            reanchor("Nine crowns.", "Nine crowns.", [passage])


# --- By name -------------------------------------------------------------------------------------


def test_a_paragraph_before_it_changes_nothing() -> None:
    old = _text(*FERRY)
    new = _text("Corrected on Tuesday: the director's name was spelt wrong.", *FERRY)
    found = _find(old, new, FERRY[3])
    assert (found.outcome, found.is_certain) == (Outcome.KEPT, True)
    assert _words(new, found) == FERRY[3]


def test_a_paragraph_that_moved_is_followed_and_said_to_have_moved() -> None:
    old, new = _text(*FERRY), _text(FERRY[0], *FERRY[2:], FERRY[1])
    found = _find(old, new, FERRY[1])
    assert (found.outcome, found.is_certain) == (Outcome.MOVED, True)
    assert _words(new, found) == FERRY[1]


@pytest.mark.parametrize(
    ("was", "now"),
    [("41,000", "38,900"), ("41,000", "-41,000"), ("carried", "did not carry"), ("Vell", "Nell")],
)
def test_other_words_are_never_certain(was: str, now: str) -> None:
    old = _text(*FERRY)
    new = old.replace(was, now, 1)
    found = _find(old, new, FERRY[0])
    assert (found.outcome, found.is_certain) == (Outcome.CHANGED, False)
    assert _words(new, found) == FERRY[0].replace(was, now)


def test_a_sentence_that_is_gone_is_lost_and_no_other_is_offered() -> None:
    old, new = _text(*FERRY), _text(*FERRY[:3], *FERRY[4:])
    found = _find(old, new, FERRY[3])
    assert (found.outcome, found.place, found.is_certain) == (Outcome.LOST, None, False)


def test_of_a_sentence_said_twice_the_one_that_is_left_is_not_taken_for_the_other() -> None:
    again = "It is not true."
    old = _text(FERRY[0], again, FERRY[1], FERRY[2], FERRY[3], again, FERRY[4])
    new = _text(FERRY[0], FERRY[1], FERRY[2], FERRY[3], again, FERRY[4])
    first = old.index(again)
    [gone, left] = reanchor(
        old, new, [(first, first + len(again)), (old.rindex(again), old.rindex(again) + len(again))]
    )
    assert not gone.is_certain
    assert left.is_certain
    assert left.place == (new.index(again), new.index(again) + len(again))


TICKET = FERRY[3]


def test_of_a_sentence_said_twice_the_one_that_moved_is_followed_where_the_other_stayed() -> None:
    old = _text(FERRY[0], f"{FERRY[1]} {TICKET}", FERRY[2], f"{FERRY[4]} {TICKET}", FERRY[5])
    new = _text(f"{TICKET} {FERRY[0]}", FERRY[1], FERRY[2], f"{FERRY[4]} {TICKET}", FERRY[5])
    found = _find(old, new, TICKET)
    assert (found.outcome, found.is_certain, found.place) == (Outcome.MOVED, True, (0, len(TICKET)))


def test_where_the_copy_that_stayed_is_in_doubt_so_is_the_other() -> None:
    old = _text(FERRY[0], f"{FERRY[1]} {TICKET}", FERRY[2], f"{FERRY[4]} {TICKET}", FERRY[5])
    new = _text(f"{TICKET} {FERRY[0]}", FERRY[1], FERRY[2], TICKET, FERRY[4], FERRY[5])
    assert not _find(old, new, TICKET).is_certain


def test_of_a_sentence_said_twice_the_other_is_not_taken_where_one_was_changed_and_said_again() -> None:
    old = _text(FERRY[0], f"{FERRY[1]} {TICKET}", FERRY[2], f"{FERRY[4]} {TICKET}", FERRY[5])
    other = TICKET.replace("9 crowns", "11 crowns")
    new = _text(f"{TICKET} {FERRY[0]}", f"{FERRY[1]} {other}", FERRY[2], f"{FERRY[4]} {TICKET}", FERRY[5])
    assert not _find(old, new, TICKET).is_certain


def test_equal_sentences_side_by_side_are_not_told_from_one_another() -> None:
    old = _text(*FERRY[:3], TICKET, TICKET, *FERRY[4:])
    new = _text("The two may have changed places.", old)
    assert not _find(old, new, TICKET).is_certain


FILLING = " ".join(f"word{n}" for n in range(100))


def test_a_paragraph_quoted_as_it_was_is_not_taken_for_the_one_that_was_changed() -> None:
    old = _text(*FERRY)
    part = "9 crowns"
    note = f"Correction: this article said “{TICKET}”"
    new = _text(*FERRY[:3], TICKET.replace(part, "11 crowns"), *FERRY[4:], note)
    assert not _find(old, new, part).is_certain
    assert not _find(old, new, TICKET).is_certain
    copied = _text(FERRY[0].replace("41,000", "38,900"), *FERRY[1:], FERRY[0])
    assert not _find(old, copied, "41,000").is_certain


@pytest.mark.parametrize(
    ("was", "now", "part", "after"),
    [
        pytest.param(
            f"Of these, {TICKET} {FILLING}",
            f"Of these, {TICKET} {FILLING}",
            "9 crowns",
            FERRY[4:5],
            id="longer than what follows",
        ),
        pytest.param(
            f"{TICKET} {FERRY[4]}",
            f"One such ticket sells at 9 crowns, and children under seven travel free. {FERRY[4]}",
            "9 crowns",
            FERRY[5:],
            id="rewritten around it",
        ),
        pytest.param(
            "Main image credit: Getty", "Main image credit: Getty", "credit", (), id="the last words"
        ),
    ],
)
def test_a_block_that_is_copied_to_the_end_is_not_taken_for_the_one_that_was_changed(
    was: str, now: str, part: str, after: tuple[str, ...]
) -> None:
    old = _text(*FERRY[:3], was, *after)
    new = _text(*FERRY[:3], now.replace(part, "11"), *after, was)
    assert not _find(old, new, part).is_certain


def test_a_lookalike_among_strangers_is_no_rival_of_words_beside_their_old_neighbour() -> None:
    like = TICKET.replace("9 crowns", "11 crowns")
    old = _text(*FERRY[:3], f"{TICKET} {FERRY[4]}", FILLING, FERRY[5])
    new = _text(*FERRY[:3], f"{TICKET} It was new. {FERRY[4]}", FILLING, like, FILLING[::-1], FERRY[5])
    found = _find(old, new, TICKET)
    assert (found.outcome, found.is_certain, _words(new, found)) == (Outcome.KEPT, True, TICKET)


def test_a_lookalike_beside_the_other_neighbour_may_be_what_became_of_the_passage() -> None:
    like = TICKET.replace("9 crowns", "11 crowns")
    old = _text(*FERRY[:3], TICKET, *FERRY[4:], FILLING)
    new = _text(*FERRY[:3], f"{TICKET} It was new.", FILLING, like, *FERRY[4:])
    assert not _find(old, new, TICKET).is_certain


def test_words_with_much_put_into_them_are_still_what_became_of_the_passage() -> None:
    line = "The transport company itself speaks of “the summer”."
    changed = line.replace("the summer", "里面却只剩下一个丝绒底座 summer")
    old = _text(*FERRY[:3], line, *FERRY[4:], FILLING)
    new = _text(*FERRY[:3], changed, *FERRY[4:], FILLING, line)
    assert not _find(old, new, line).is_certain


def test_a_few_words_do_not_follow_one_neighbour_over_the_end_of_a_line() -> None:
    old = _text(*FERRY[:3], "Sweden had to wait for more than a year.", *FERRY[4:])
    new = _text(*FERRY[:2], f"{FERRY[2]} Sweden", "It had to wait for more than a year.", *FERRY[4:])
    assert not _find(old, new, "Sweden").is_certain


def test_a_lookalike_is_not_taken_for_a_passage_that_is_gone() -> None:
    like = "A single ticket costs 7 crowns, and pupils under sixteen travel free of charge."
    old = _text(*FERRY, like)
    new = _text(*FERRY[:3], *FERRY[4:], like)
    assert not _find(old, new, FERRY[3]).is_certain


def test_typesetting_is_no_change() -> None:
    old = _text(*FERRY)
    new = old.replace("“", '"').replace("”", '"').replace(" 9 crowns", "\u00a09\u202fcrowns")
    for quote in FERRY[2:4]:
        found = _find(old, new, quote)
        assert (found.outcome, found.is_certain) == (Outcome.KEPT, True)


@pytest.mark.parametrize(
    ("line", "was", "now"),
    [
        pytest.param(
            "The crew 👩‍🚒🇳🇴 of the boat carried 41,000 people home.", "41,000", "38,900", id="emoji"
        ),
        pytest.param(
            "نقلت العبارة الليلية إلى الجزيرة ٤١ ألف راكب في العام الماضي.", "٤١", "٣٨", id="arabic"
        ),
        pytest.param(
            "המעבורת הלילית הסיעה 41,000 נוסעים בשנה שעברה לאי הצפוני.", "41,000", "38,900", id="hebrew"
        ),
        pytest.param(
            "去年夜间渡轮运送了四万一千名乘客前往该岛，港务局周一表示。", "四万一千", "三万八千", id="chinese"
        ),
        pytest.param(
            "昨年、夜行フェリーは四万一千人の乗客を島へ運んだと発表した。",
            "四万一千",
            "三万八千",
            id="japanese",
        ),
        pytest.param("เรือเฟอร์รี่กลางคืนขนส่งผู้โดยสารสี่หมื่นคนเมื่อปีที่แล้ว", "สี่หมื่น", "สามหมื่น", id="thai"),
    ],
)
def test_it_is_the_same_in_every_script(line: str, was: str, now: str) -> None:
    old = _text(*FERRY[:2], line, *FERRY[2:])
    new = _text("👪 New: a first line.", *FERRY[:2], line, *FERRY[2:])
    kept = _find(old, new, line)
    assert (kept.outcome, kept.is_certain, _words(new, kept)) == (Outcome.KEPT, True, line)
    other = old.replace(was, now)
    changed = _find(old, other, line)
    assert (changed.outcome, changed.is_certain) == (Outcome.CHANGED, False)
    assert _words(other, changed) == line.replace(was, now)


def test_a_name_in_another_script_splits_no_words_elsewhere() -> None:
    line = "पिछले साल हिन्दी में चालीस हज़ार यात्रियों ने रात की नौका ली थी।"
    old = _text("एक पंक्ति।", line, "दूसरी पंक्ति।")
    new = _text("एक पंक्ति।", line, "दूसरी पंक्ति।", "李明 ने यह लिखा।")
    kept = _find(old, new, line)
    assert (kept.outcome, kept.is_certain, _words(new, kept)) == (Outcome.KEPT, True, line)
    assert _find(old, new, "दूसरी पंक्ति").outcome == Outcome.KEPT
