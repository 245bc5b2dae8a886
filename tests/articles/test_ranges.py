"""Many numbers in one field of a form."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from articles.ranges import MOST, as_ranges, read_ranges


@given(st.sets(st.integers(0, MOST - 1)))
def test_numbers_are_read_as_they_were_written(numbers: set[int]) -> None:
    assert read_ranges(as_ranges(numbers)) == numbers


def test_numbers_next_to_each_other_are_one_range() -> None:
    assert as_ranges([4, 3, 9, 3, 5]) == "3-5,9"
    assert as_ranges([]) == ""


@pytest.mark.parametrize("text", ["a", "-1", "3-", "5-3", "0-100000", "0-99999,7", "1.5", "٣", " 1"])
def test_what_is_no_range_or_stands_for_too_many_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"range|many"):
        read_ranges(text)
