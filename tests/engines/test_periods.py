"""Periods as values keep them: one text a stretch of time, in the order of time, compared like with like."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from insek.engines.periods import in_time, is_period, next_like, period_of, season, text_of, year_in


@pytest.mark.parametrize(
    ("text", "start", "end", "kind", "following"),
    [
        ("2024", date(2024, 1, 1), date(2024, 12, 31), "year", "2025"),
        ("2024-H2", date(2024, 7, 1), date(2024, 12, 31), "half", "2025-H1"),
        ("2024-Q1", date(2024, 1, 1), date(2024, 3, 31), "quarter", "2024-Q2"),
        ("2023-02", date(2023, 2, 1), date(2023, 2, 28), "month", ""),
        ("2024-06-30", date(2024, 6, 30), date(2024, 6, 30), "day", "2025-06-30"),
        ("2022/23", date(2022, 8, 1), date(2023, 7, 31), "school", "2023/24"),
        ("1999/00", date(1999, 8, 1), date(2000, 7, 31), "school", "2000/01"),
        ("2020-2022", date(2020, 1, 1), date(2022, 12, 31), "years", "2021-2023"),
        ("2022-10-01/2023-03-31", date(2022, 10, 1), date(2023, 3, 31), "free", "2023-10-01/2024-03-31"),
    ],
)
def test_each_text_is_one_stretch_of_time(text, start, end, kind, following):
    found = period_of(text)
    assert (found.start, found.end, found.kind) == (start, end, kind)
    assert (text_of(start, end), year_in(text)) == (text, end.year)
    if kind != "month":  # of 2024 a February has another last day
        assert next_like(text) == following


@pytest.mark.parametrize("text", ["", "24", "2024-13", "2023-02-29", "2024-Q5", "2022/24", "2022-2022", "2024-01-01/2024-12-31", "2024-02-01/2024-01-01"])  # fmt: skip
def test_what_is_none_or_has_another_text_is_refused(text):
    assert not is_period(text)


def test_a_year_comes_before_its_last_day_and_like_is_compared_with_like():
    told = ["2024-12-31", "2022/23", "2024", "2024-Q1", "2023"]
    assert sorted(told, key=in_time) == ["2022/23", "2023", "2024-Q1", "2024", "2024-12-31"]
    assert season("2024") == season("2023-12-31") != season("2024-Q4")
    assert season("2024-Q1") == season("2020-Q1") != season("2024-Q2")
    assert season("2020-2022") == season("2019-2021") != season("2020-2023")


@given(st.dates(date(1900, 1, 1), date(2100, 1, 1)), st.integers(0, 3000))
def test_any_two_days_have_one_text(start, days):
    end = date.fromordinal(start.toordinal() + days)
    found = period_of(text_of(start, end))
    assert (found.start, found.end) == (start, end)
