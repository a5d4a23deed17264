"""What a stranger can make the server do: ceilings of queries, and what is hashed or written."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from flexnet import transactions
from flexnet.access.rules import Reason, Refusal
from flexnet.accounts import passwords
from flexnet.audit.models import Tally
from flexnet.gateway.actions import Accepted, Authorized
from tests import make

pytestmark = pytest.mark.django_db
WRONG_CODE = make.PASSWORD.encode() + b"000000"
SECOND = timedelta(seconds=1)
AtMost = Callable[[int], Any]


@pytest.fixture
def door() -> make.Door:
    """Signed in once: keys and places are known from then on."""
    door = make.door(make.settled())
    assert isinstance(door.sign_in(0), Accepted)
    return door


def writes(asked: Any) -> list[str]:
    """Several may stand in one statement."""
    said = " ".join(query["sql"] for query in asked.captured_queries)
    return re.findall(r"INSERT INTO|UPDATE \"?\w+_|DELETE FROM", said)


def test_a_sign_in(door: make.Door, django_assert_max_num_queries: AtMost) -> None:
    with django_assert_max_num_queries(14) as asked:
        assert isinstance(door.sign_in(1), Accepted)
    assert len(writes(asked)) == 4  # counter, session, entry, and that it waits to be sealed


def test_a_wrong_code(
    door: make.Door, django_assert_max_num_queries: AtMost, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(passwords.Check, "run", never)
    with django_assert_max_num_queries(8) as asked:
        assert isinstance(door.type(WRONG_CODE), Refusal)
    assert len(writes(asked)) == 3  # missed code, tries, count


def test_wrong_codes_at_once_are_written_as_one_and_each_costs_its_try(
    door: make.Door, django_assert_max_num_queries: AtMost
) -> None:
    unwritten = [next(door.steps(make.PASSWORD.encode() + b"00000%d" % number)) for number in range(10)]
    with django_assert_max_num_queries(5) as asked:
        transactions.write_all([one for one in unwritten if isinstance(one, transactions.Unwritten)])
    assert len(writes(asked)) == 3
    assert Tally.objects.get().count == 10
    assert door.sign_in(1) == Refusal(Reason.THROTTLED)


def test_a_code_used_before(
    door: make.Door, django_assert_max_num_queries: AtMost, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(passwords.Check, "run", never)
    with django_assert_max_num_queries(8) as asked:
        assert isinstance(door.sign_in(0), Refusal)
    assert len(writes(asked)) == 2  # tries, count


def test_a_wrong_password(door: make.Door, django_assert_max_num_queries: AtMost) -> None:
    with django_assert_max_num_queries(10):
        assert isinstance(door.sign_in(1, password="Fruehling-2025"), Refusal)


def test_an_unknown_name(
    door: make.Door, django_assert_max_num_queries: AtMost, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(passwords.Check, "run", never)
    with django_assert_max_num_queries(6):
        assert isinstance(door.type(WRONG_CODE, user_name="nobody"), Refusal)


def test_the_throttled_cost_nothing(
    door: make.Door, django_assert_num_queries: AtMost, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(11):
        door.type(WRONG_CODE)
    monkeypatch.setattr(passwords.Check, "run", never)
    with django_assert_num_queries(0):
        for _ in range(100):
            assert isinstance(door.type(WRONG_CODE), Refusal)


def test_authorize(door: make.Door, django_assert_max_num_queries: AtMost) -> None:
    state = door.open(1)
    with django_assert_max_num_queries(3) as asked:
        assert isinstance(door.authorize(state, now=make.NOW + SECOND), Authorized)
    assert writes(asked) == []


def test_the_first_authorize(door: make.Door, django_assert_max_num_queries: AtMost) -> None:
    accepted = door.sign_in(1)
    assert isinstance(accepted, Accepted)
    with django_assert_max_num_queries(17):
        assert isinstance(door.authorize(accepted.state), Authorized)


def never(*_: object, **__: object) -> bool:
    raise AssertionError("a password was hashed")
