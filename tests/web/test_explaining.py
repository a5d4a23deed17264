"""Every reason has words for those who look after members."""

from flexnet.access.rules import Reason
from flexnet.web import explaining


def test_no_reason_is_without_a_word() -> None:
    assert set(explaining.SHORT) == set(Reason)
