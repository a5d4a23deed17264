"""Receipt numbers: their form, and that a slip on the telephone is noticed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flexnet.billing import numbers
from flexnet.lib.quarters import Quarter


def quarters() -> st.SearchStrategy[Quarter]:
    return st.builds(Quarter, year=st.integers(2000, 2099), number=st.integers(1, 4))


def test_a_number_reads_as_quarter_count_and_check_digit() -> None:
    assert numbers.number(Quarter(2027, 1), 42).startswith("2027-1-000042-")
    assert numbers.number(Quarter(2027, 1), 1_234_567).startswith("2027-1-1234567-")


@given(quarters(), st.integers(1, 10_000_000))
def test_every_number_is_one(quarter: Quarter, running: int) -> None:
    assert numbers.is_number(numbers.number(quarter, running))


@given(quarters(), st.integers(1, 999_999), st.integers(0, 13), st.integers(1, 9))
def test_a_wrong_digit_is_noticed(quarter: Quarter, running: int, place: int, shift: int) -> None:
    right = numbers.number(quarter, running)
    places = [index for index, character in enumerate(right) if character.isdigit()]
    at = places[place % len(places)]
    wrong = f"{right[:at]}{(int(right[at]) + shift) % 10}{right[at + 1 :]}"
    assert not numbers.is_number(wrong)


@pytest.mark.parametrize("text", ["", "2027-1-000042", "2027-5-000042-1", " 2027-1-000042-7", "2027-1-42-7"])
def test_what_has_another_form_is_none(text: str) -> None:
    assert not numbers.is_number(text)
