"""Numbers of applications: read out, typed in, and a slip is noticed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flexnet.applications import numbers


def test_a_number_reads_as_year_count_and_check_digit() -> None:
    assert numbers.number(2027, 42).startswith("A-2027-00042-")
    assert numbers.is_number(numbers.number(2027, 42))
    assert numbers.normal(" a-2027-00042 -6") == "A-2027-00042-6"


@given(st.integers(1, 99_999), st.integers(2, 10), st.integers(1, 9))
def test_a_wrong_digit_is_noticed(running: int, place: int, shift: int) -> None:
    right = numbers.number(2027, running)
    at = [index for index, character in enumerate(right) if character.isdigit()][place - 1]
    wrong = f"{right[:at]}{(int(right[at]) + shift) % 10}{right[at + 1 :]}"
    assert not numbers.is_number(wrong)


@pytest.mark.parametrize("text", ["", "A-2027-42-6", "2027-00042-6", "A-2027-00042", "A-2027-00042-6\n"])
def test_what_has_another_form_is_none(text: str) -> None:
    assert not numbers.is_number(text)
