"""Make it happen: what the facts say for all time is written anew, for lists to read."""

from collections.abc import Sequence
from typing import Final

from flexnet import transactions
from flexnet.access import facts, owed_rules, rules
from flexnet.access.models import Access, Interval, Owed
from flexnet.access.rules import Channel, Decision, Facts, Granted, Refusal

_KEPT_CHANNELS: Final = (Channel.VPN_SIGN_IN, Channel.PORTAL, Channel.SUBMISSION)
_AT_ONCE: Final = 50  # accesses: for so long others wait for their turn


def rewrite(ids: Sequence[int]) -> dict[int, Facts]:
    """Inside a transaction, in one's turn at facts: the intervals of these accesses, and what they owe.

    Answers their facts.
    """
    known = facts.of(ids)
    transactions.delete(Interval, "access_id", ids)
    transactions.insert_all(_intervals(known))
    transactions.delete(Owed, "access_id", ids)
    transactions.insert_all(_owed(known))
    return known


def rewrite_intervals() -> int:
    """Derive the intervals of every access anew, as a changed configuration asks; answers of how many."""
    last, done = 0, 0
    while ids := list(
        Access.objects.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:_AT_ONCE]
    ):
        with transactions.writing():
            transactions.take_turn_at_facts()
            rewrite(ids)
        last, done = ids[-1], done + len(ids)
    return done


def _intervals(facts: dict[int, Facts]) -> list[Interval]:
    return [
        Interval(
            access_id=pk,
            channel=channel.value,
            from_at=interval.from_at,
            until_at=interval.until_at,
            reason=_reason(interval.decision),
            narrow=_narrow(interval.decision),
            at_main_door=channel is rules.main_door(known.kind),
        )
        for pk, known in facts.items()
        for channel in _KEPT_CHANNELS
        for interval in rules.intervals(known, channel)
    ]


def _reason(decision: Decision) -> str:
    return decision.reason.value if isinstance(decision, Refusal) else ""


def _narrow(decision: Decision) -> str:
    return decision.narrow.value if isinstance(decision, Granted) and decision.narrow else ""


def _owed(facts: dict[int, Facts]) -> list[Owed]:
    return [
        Owed(access_id=pk, what=debt.what.value, from_at=debt.from_at, until_at=debt.until_at)
        for pk, known in facts.items()
        for debt in owed_rules.debts(known)
    ]
