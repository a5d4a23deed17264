"""Show me: what has ended for good, and what an act would end; it is done and taken back."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet

from flexnet import transactions
from flexnet.access import facts, queries, rules
from flexnet.access.models import Access
from flexnet.access.rules import Channel, Reason, Refusal
from flexnet.members.models import Practice

OVER = (Reason.NOT_TRANSFERABLE, Reason.ENDED, Reason.WITHDRAWN, Reason.INTEREST_OVER, Reason.ACTIVITY_OVER)


@dataclass(frozen=True)
class Loss:
    """An access that the act would end, from an instant on; at once, if that is over."""

    access: Access
    from_at: datetime
    is_at_once: bool


def reached_by(*, lanr: str, practice: Practice) -> QuerySet[Access, int]:
    """The accesses that a fact about this person may end: their own, those of this practice and of every
    one that they own or direct, and what is derived from these."""
    bound = Q(person__lanr=lanr) | Q(site__practice=practice)
    for bond in ("ownerships", "directions"):
        bound |= Q(**{f"site__practice__{bond}__person__lanr": lanr})
    members = Access.objects.filter(bound)
    return Access.objects.filter(Q(pk__in=members) | Q(origin__in=members)).values_list("pk", flat=True)


def standing(rows: QuerySet[Access], *, now: datetime) -> list[Access]:
    """Those of them that have not ended for good."""
    known = facts.of(rows.values_list("pk", flat=True))
    ids = [pk for pk, one in known.items() if (end := _end(one)) is None or now < end]
    return list(queries.whole().filter(pk__in=ids).order_by("pk"))


def losses(act: Callable[[], object], access_ids: Iterable[int], *, now: datetime) -> list[Loss]:
    """Which of these accesses would end by the act, or earlier than without it; nothing of it stays.

    Raises what the act raises.
    """
    ids = sorted(set(access_ids))
    before = facts.of(ids)
    with transactions.writing():
        act()
        after = facts.of(ids)
        transaction.set_rollback(True)
    found = {pk: end for pk in ids if (end := _earlier_end(before[pk], after[pk]))}
    rows = queries.whole().in_bulk(found)
    return [Loss(rows[pk], end, end <= now) for pk, end in found.items()]


def _earlier_end(before: rules.Facts, after: rules.Facts) -> datetime | None:
    then, now = _end(before), _end(after)
    return now if now and (then is None or now < then) else None


def _end(known: rules.Facts) -> datetime | None:
    """The instant after which it never opens again, if it is a notice or the end of the activity."""
    last = rules.intervals(known, Channel.PORTAL)[-1]
    is_over = isinstance(last.decision, Refusal) and last.decision.reason in OVER
    return last.from_at if is_over else None
