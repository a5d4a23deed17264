"""Quarters: every written form, their order in time, and the dates on which notices take effect."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flexnet.lib import quarters
from flexnet.lib.quarters import Quarter

any_quarter = st.builds(Quarter, st.integers(1900, 2199), st.integers(1, 4))
FIRST_OF_2026 = Quarter(2026, 1)


@pytest.mark.parametrize("text", ["Q1/2026", "q1/2026", "1/2026", "I/2026", "2026q1", "2026Q1", " 1/2026 "])
def test_people_write_a_quarter_in_many_ways(text: str) -> None:
    assert Quarter.parse(text) == FIRST_OF_2026


@pytest.mark.parametrize(("roman", "number"), [("I", 1), ("II", 2), ("III", 3), ("IV", 4)])
def test_roman_quarters_are_read(roman: str, number: int) -> None:
    assert Quarter.parse(f"{roman}/2026") == Quarter(2026, number)


@pytest.mark.parametrize(
    "text", ["", "5/2026", "0/2026", "V/2026", "IIII/2026", "1/26", "12026", "2026", "1/0000", "٣/2026"]
)
def test_what_is_no_quarter_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(quarters.BadQuarter, match="1/2026"):
        Quarter.parse(text)


@pytest.mark.parametrize("text", ["20261", "52026", "02026", "1202", "120260", "1/2026", " 12026", "10000"])
def test_what_is_no_kvdt_quarter_is_refused(text: str) -> None:
    with pytest.raises(quarters.BadQuarter):
        Quarter.parse_kvdt(text)


def test_the_last_quarter_of_a_year_comes_before_the_first_of_the_next() -> None:
    assert Quarter.parse_kvdt("42025") < Quarter.parse_kvdt("12026")


@given(any_quarter)
def test_every_written_form_reads_back(quarter: Quarter) -> None:
    assert Quarter.parse_kvdt(quarter.kvdt) == quarter
    assert Quarter.parse(str(quarter)) == quarter


@given(st.dates())
def test_a_day_lies_in_its_quarter_and_in_no_other(day: date) -> None:
    quarter = Quarter.of(day)
    assert day in quarter
    assert quarter.first_day.day == 1
    assert Quarter.of(quarter.first_day) == Quarter.of(quarter.last_day) == quarter


@given(any_quarter, st.integers(-400, 400))
def test_arithmetic_agrees_with_itself_and_with_order(quarter: Quarter, step: int) -> None:
    moved = quarter + step
    assert moved - quarter == step
    assert moved - step == quarter
    assert (moved > quarter) == (step > 0)


@given(any_quarter)
def test_the_next_quarter_begins_the_day_after(quarter: Quarter) -> None:
    assert quarter.last_day + timedelta(days=1) == (quarter + 1).first_day


@pytest.mark.parametrize(
    ("ended_on", "last_day"),
    [
        (date(2025, 5, 10), date(2026, 6, 30)),
        (date(2025, 3, 31), date(2026, 3, 31)),
        (date(2025, 12, 31), date(2026, 12, 31)),
        (date(2025, 1, 1), date(2026, 3, 31)),
    ],
)
def test_access_lasts_through_the_fourth_quarter_after_the_activity(ended_on: date, last_day: date) -> None:
    assert quarters.last_day_after_activity(ended_on) == last_day


def test_the_stricter_reading_locks_one_quarter_earlier() -> None:
    assert quarters.last_day_after_activity(date(2025, 5, 10), quarters=3) == date(2026, 3, 31)


@pytest.mark.parametrize(
    ("received_on", "last_day"),
    [
        (date(2026, 2, 3), date(2026, 3, 31)),
        (date(2026, 2, 4), date(2026, 6, 30)),
        (date(2025, 11, 5), date(2025, 12, 31)),
        (date(2025, 11, 6), date(2026, 3, 31)),
    ],
)
def test_the_kv_gives_notice_eight_weeks_before_a_quarter_ends(received_on: date, last_day: date) -> None:
    assert quarters.last_day_after_kv_notice(received_on) == last_day


def test_a_member_gives_notice_of_two_weeks() -> None:
    assert quarters.last_day_after_member_notice(date(2026, 3, 1)) == date(2026, 3, 15)
