"""What an access owes the KV: by the facts alone, and as the desk has it."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from flexnet.access import actions, endings, locking, overview, owed_rules, rules
from flexnet.access.models import Access, Lock, Notice, Owed
from flexnet.access.owed_rules import Debt
from flexnet.access.rules import HeldKey, OfTerms, Span
from tests import make
from tests.access.test_rules import AGO, DAY, LATER, NOW, USABLE

KEY, PROMISE = Owed.What.KEY, Owed.What.PROMISE
ENDED = (Span(NOW),)
OLD, NEW, ASKED = OfTerms(1, Span(AGO)), OfTerms(2, Span(AGO)), (OfTerms(1, Span(AGO)), OfTerms(2, Span(NOW)))
TILL_LATER = OfTerms(2, Span(AGO, LATER))
SINCE_LATER = OfTerms(2, Span(LATER))

CASES: list[tuple[dict[str, Any], list[Debt]]] = [
    ({}, []),
    ({"ended": ENDED}, [Debt(KEY, NOW)]),
    ({"ended": ENDED, "locks": (Span(AGO),), "declared": ()}, [Debt(KEY, NOW)]),
    ({"ended": (Span(NOW, LATER),)}, []),
    ({"ended": ENDED, "keys": (HeldKey(1, Span(AGO, NOW)),)}, []),
    ({"ended": ENDED, "keys": (HeldKey(1, Span(LATER)),)}, [Debt(KEY, LATER)]),
    ({"ended": (Span(LATER),), "passed_on": ENDED}, [Debt(KEY, NOW)]),
    ({"interest": Span(AGO, LATER)}, [Debt(KEY, LATER)]),
    ({"activity_until_on": date(2025, 3, 31)}, [Debt(KEY, rules.day_begins(date(2026, 4, 1)))]),
    ({"activity_until_on": date(2025, 3, 31), "exempt": (Span(AGO, LATER),)}, [Debt(KEY, LATER)]),
    ({"announced": ASKED, "given": (OLD,)}, [Debt(PROMISE, NOW)]),
    ({"announced": ASKED, "given": (OLD, NEW)}, []),
    ({"announced": ASKED, "given": ()}, []),
    ({"announced": ASKED[:1], "given": (OLD,)}, []),
    ({"announced": ASKED, "given": (OLD, TILL_LATER)}, [Debt(PROMISE, LATER)]),
    ({"announced": ASKED, "given": (OLD, SINCE_LATER)}, [Debt(PROMISE, NOW, LATER)]),
    ({"announced": ASKED, "given": (OLD,), "kind": Access.Kind.EMPLOYEE}, []),
    ({"announced": ASKED, "given": (OLD,), "keys": (), "ended": (Span(AGO),)}, []),
    ({"announced": ASKED, "given": (OLD,), "keys": (), "ended": (Span(LATER),)}, [Debt(PROMISE, NOW, LATER)]),
]


@pytest.mark.parametrize(("changes", "debts"), CASES)
def test_what_is_owed_follows_from_the_facts(changes: dict[str, Any], debts: list[Debt]) -> None:
    assert owed_rules.debts(replace(USABLE, **changes)) == debts


@pytest.mark.django_db
def test_a_key_lies_on_the_desk_from_the_end_of_its_access_until_it_is_back() -> None:
    alice = make.settled()
    why: dict[str, Any] = {"by": make.BY, "reason": "Grund", "now": make.NOW}
    locking.lock_access(access=alice.practice_access, cause=Lock.Cause.VIOLATION, **why)
    endings.give_notice(
        access=alice.practice_access, kind=Notice.Kind.EXTRAORDINARY, received_on=make.NOW.date(), **why
    )
    over = rules.day_ends(make.NOW.date())
    assert overview.desk_keys_outstanding(over - timedelta(seconds=1), limit=9) == []
    (row,) = overview.desk_keys_outstanding(over, limit=9)
    assert (row.key, row.access, row.since) == (alice.key, alice.practice_access, over)
    actions.take_key_back(serial=alice.key.serial, by=make.BY, reason="zurück", now=over + DAY)
    assert overview.desk_keys_outstanding(over + DAY, limit=9) == []
