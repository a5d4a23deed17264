"""Since when a practice is in the same hands."""

from datetime import date

import pytest

from flexnet.members.continuity import Span, begin_of_last

A, B, C, D = date(2020, 1, 1), date(2022, 1, 1), date(2024, 1, 1), date(2026, 1, 1)
BEFORE_C = date(2023, 12, 31)


@pytest.mark.parametrize(
    ("spans", "since"),
    [
        ([], None),
        ([(A, None)], A),
        ([(A, BEFORE_C), (C, None)], C),  # a takeover: nobody of before is there after
        ([(A, BEFORE_C), (B, None)], A),  # a partner came and stayed
        ([(A, C), (C, None)], A),  # together for one day
        ([(B, None), (A, None), (D, None)], A),
        ([(A, D), (B, BEFORE_C), (C, None)], A),  # the first one outlasts the second
        ([(A, B), (C, D)], C),  # all have left: those who were there last
    ],
)
def test_partners_carry_on_and_a_takeover_begins_anew(spans: list[Span], since: date | None) -> None:
    assert begin_of_last(spans) == since
