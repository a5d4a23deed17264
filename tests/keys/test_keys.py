"""Keys are brought in and spend their codes, whatever comes in whatever order."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from flexnet import transactions
from flexnet.keys import actions, queries
from flexnet.keys.errors import BadKey, KeyExists, NoSuchKey
from flexnet.keys.models import Key
from flexnet.keys.rules import Outcome
from flexnet.lib import hotp
from tests import make

pytestmark = pytest.mark.django_db
GOOD: dict[str, Any] = {"serial": "10000001", "seed": make.SEED}
WINDOW, RESYNC = 10, 1000


def add(**changes: Any) -> Key:
    return actions.add(**(GOOD | changes), by=make.BY, now=make.NOW)


def spend(serial: str, code: str, *, source: str = "", now: datetime = make.NOW) -> Outcome:
    """As sign-in does."""
    key = queries.key(serial)
    verdict = actions.judge(key, code, source=source, now=now)
    if verdict.outcome is Outcome.WRONG:
        transactions.write_together([actions.remembering(key, code, source=source, now=now)])
        return verdict.outcome
    with transactions.writing():
        return actions.spend(key, verdict)


def test_a_seed_is_sealed_at_once() -> None:
    key = add()
    assert make.SEED not in bytes(key.sealed_seed)
    assert make.SEED.hex() not in repr(vars(key))


@pytest.mark.parametrize(
    "wrong",
    [
        {"seed": b"fifteen bytes.."},
        {"seed": b"x" * 65},
        {"digits": 7},
        {"identifier": "not modhex"},
        {"identifier": "c" * 13},
        {"counter": -1},
        {"counter": 2**63},
        {"serial": ""},
        {"serial": "1" * 21},
        {"serial": "1000 0001"},
    ],
)
def test_what_cannot_be_a_key_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(BadKey):
        add(**wrong)
    add(digits=8, identifier="ubhe00001234", counter=65520)


def test_a_serial_number_belongs_to_one() -> None:
    add()
    with pytest.raises(KeyExists, match="10000001"):
        add()
    add(serial="10000002")


def test_a_key_nobody_entered_is_not_there() -> None:
    with pytest.raises(NoSuchKey, match="10000001"):
        queries.key("10000001")


def test_a_missed_code_is_sealed_and_forgotten_by_the_next_success() -> None:
    serial, code = add().serial, hotp.code(make.SEED, 300)
    assert spend(serial, code) is Outcome.WRONG
    kept = queries.key(serial)
    assert code.encode() not in bytes(kept.missed_code or b"")
    assert kept.missed_at == make.NOW
    assert spend(serial, hotp.code(make.SEED, 0)) is Outcome.ACCEPTED
    assert (queries.key(serial).missed_code, queries.key(serial).missed_at) == (None, None)


def test_a_clock_set_back_a_little_does_not_hinder_healing() -> None:
    serial = add().serial
    spend(serial, hotp.code(make.SEED, 300))
    back = make.NOW - timedelta(seconds=30)
    assert spend(serial, hotp.code(make.SEED, 301), now=back) is Outcome.HEALED


def test_whoever_judged_before_another_spent_gets_nothing() -> None:
    key, code = add(), hotp.code(make.SEED, 3)
    verdict = actions.judge(key, code, source="", now=make.NOW)
    assert spend(key.serial, hotp.code(make.SEED, 5)) is Outcome.ACCEPTED
    with transactions.writing():
        assert actions.spend(key, verdict) is Outcome.ALREADY_USED
    assert queries.key(key.serial).counter == 6


class Presses(RuleBasedStateMachine):
    """A key is pressed, its codes are typed in any order and again; a model says what each is worth."""

    def __init__(self) -> None:
        super().__init__()
        self.undo = transaction.atomic()
        self.undo.__enter__()
        self.serial = add().serial
        self.counter = 0
        self.spent: list[int] = []
        self.missed: int | None = None
        self.now = make.NOW

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.undo.__exit__(None, None, None)

    def typed(self, press: int) -> Outcome:
        """Type one code and let the model follow; codes that mean two presses at once are passed over."""
        outcome = spend(self.serial, hotp.code(make.SEED, press), now=self.now)
        if outcome.is_spent:
            self.spent.append(press)
            self.counter, self.missed = press + 1, None
        elif outcome is Outcome.WRONG:
            self.missed = press
        return outcome

    def is_ambiguous(self, press: int) -> bool:
        """Six digits meet by chance: such a code says nothing about the rule under test."""
        code = hotp.code(make.SEED, press)
        near = range(max(self.counter - WINDOW, 0), self.counter + WINDOW)
        return any(hotp.code(make.SEED, other) == code for other in near if other != press)

    @rule(ahead=st.integers(0, WINDOW - 1))
    def a_code_in_the_window(self, ahead: int) -> None:
        press = self.counter + ahead
        if not self.is_ambiguous(press):
            assert self.typed(press) is Outcome.ACCEPTED

    @rule(ahead=st.integers(WINDOW, RESYNC + 50))
    def a_code_beyond_the_window(self, ahead: int) -> None:
        press, missed = self.counter + ahead, self.missed
        if not self.is_ambiguous(press):
            follows = missed is not None and press == missed + 1 and missed < self.counter + RESYNC
            assert self.typed(press) is (Outcome.HEALED if follows else Outcome.WRONG)

    @precondition(lambda self: self.missed is not None)
    @rule()
    def the_code_after_the_missed_one(self) -> None:
        assert self.missed is not None
        press, before = self.missed + 1, self.counter
        if self.is_ambiguous(press) or press < before + WINDOW:
            return
        within = self.missed < before + RESYNC
        assert self.typed(press) is (Outcome.HEALED if within else Outcome.WRONG)

    @precondition(lambda self: self.spent)
    @rule(which=st.integers(0, 1000))
    def an_old_code_again(self, which: int) -> None:
        press, before = self.spent[which % len(self.spent)], self.counter
        if self.is_ambiguous(press):
            return
        outcome = self.typed(press)
        assert outcome is (Outcome.ALREADY_USED if press >= before - WINDOW else Outcome.WRONG)

    @rule(minutes=st.integers(0, 10))
    def some_minutes_pass_and_the_missed_code_is_forgotten(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes, hours=1)
        self.missed = None

    @invariant()
    def the_counter_is_where_the_model_has_it(self) -> None:
        assert queries.key(self.serial).counter == self.counter

    @invariant()
    def no_code_was_spent_twice(self) -> None:
        assert len(set(self.spent)) == len(self.spent)


def test_an_old_code_is_never_accepted_again() -> None:
    few = settings(
        max_examples=25, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck)
    )
    run_state_machine_as_test(Presses, settings=few)
