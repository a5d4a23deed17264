"""The check digit is the standard's."""

import pytest

from flexnet.lib import check_digits


@pytest.mark.parametrize(
    ("digits", "check"), [("0794", 5), ("8609574271", 9), ("4703689281", 6), ("6592997048", 9)]
)
def test_the_check_digit_is_that_of_iso_7064(digits: str, check: int) -> None:
    """The standard's own example, and published examples of tax numbers, which use the same."""
    assert check_digits.mod_11_10(digits) == check
