"""What a code is worth, against RFC 4226's own numbers."""

from dataclasses import replace

import pytest

from flexnet.configuration import Hotp
from flexnet.keys import rules
from flexnet.keys.rules import Outcome, Standing, Verdict
from flexnet.lib import hotp

SEED = b"12345678901234567890"
LIMITS = Hotp()
AT_FIVE = Standing(SEED, 6, 5)


def judged(counter: int, missed: int | None = None, *, at: Standing = AT_FIVE) -> Verdict:
    standing = replace(at, missed=None if missed is None else hotp.code(SEED, missed, at.digits))
    return rules.judge(standing, hotp.code(SEED, counter, at.digits), LIMITS)


@pytest.mark.parametrize("counter", range(5, 15))
def test_in_the_window_it_is_accepted(counter: int) -> None:
    assert judged(counter) == Verdict(Outcome.ACCEPTED, counter)


@pytest.mark.parametrize("counter", range(5))
def test_behind_the_counter_it_was_used(counter: int) -> None:
    assert judged(counter) == Verdict(Outcome.ALREADY_USED)


def test_far_behind_it_is_as_wrong_as_any() -> None:
    assert judged(3, at=replace(AT_FIVE, counter=500)) == Verdict(Outcome.WRONG)


def test_two_in_a_row_heal_up_to_the_end_of_the_resync_window() -> None:
    assert judged(1005, 1004) == Verdict(Outcome.HEALED, 1005)
    assert judged(1006, 1005) == Verdict(Outcome.WRONG)


@pytest.mark.parametrize("missed", [299, 301, 302, 4])
def test_two_that_are_no_neighbours_heal_nothing(missed: int) -> None:
    assert judged(301, missed) == Verdict(Outcome.WRONG)


def test_what_was_missed_does_not_hinder_what_is_in_the_window() -> None:
    assert judged(6, 300) == Verdict(Outcome.ACCEPTED, 6)


def test_eight_digits_are_told_from_six() -> None:
    eight = Standing(SEED, 8, 0)
    assert judged(9, at=eight) == Verdict(Outcome.ACCEPTED, 9)
    assert rules.judge(eight, hotp.code(SEED, 0, 6), LIMITS) == Verdict(Outcome.WRONG)


@pytest.mark.parametrize("outcome", Outcome)
def test_only_what_is_accepted_or_healed_is_spent(outcome: Outcome) -> None:
    assert outcome.is_spent == (outcome in ("accepted", "healed"))


def test_a_standing_shows_neither_seed_nor_code() -> None:
    shown = repr(replace(AT_FIVE, missed="338314"))
    assert "338314" not in shown
    assert "1234567890" not in shown
