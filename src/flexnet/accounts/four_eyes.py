"""Make it happen: what one person alone must not do is asked for by one and decided by another."""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from django.db.models import Q, QuerySet

from flexnet import transactions
from flexnet.accounts.errors import NotDecidable
from flexnet.accounts.models import Approval, Role, Staff
from flexnet.audit import actions as audit
from flexnet.audit.rules import canonical

Act = Approval.Act
VALID: Final = timedelta(days=7)
VERSION: Final = 1

# Who may decide; asking is the affair of the page that offers the act.
DECIDED_BY: Final[dict[Approval.Act, frozenset[Role]]] = {
    Act.LIFT_MISUSE_LOCK: frozenset({Role.CLERK, Role.IT}),
    Act.KV_EXTRAORDINARY_NOTICE: frozenset({Role.CLERK}),
    Act.END_MANY: frozenset({Role.CLERK}),
    Act.EXEMPT: frozenset({Role.CLERK}),
    Act.TRAVEL_PASS_LONG: frozenset({Role.CLERK, Role.IT}),
    Act.CHANGE_ROLES: frozenset({Role.ADMINISTRATOR}),
    Act.RESET_STAFF: frozenset({Role.ADMINISTRATOR}),
    Act.EXPORT_AUDIT: frozenset({Role.AUDITOR, Role.IT}),
}


class State(StrEnum):
    """Where a wish stands; derived from its instants."""

    WAITING = "waiting"
    GRANTED = "granted"
    REFUSED = "refused"
    RUN_OUT = "run_out"


class Why(StrEnum):
    """Why somebody cannot decide."""

    OWN_WISH = "own_wish"
    WRONG_ROLE = "wrong_role"
    DECIDED = "decided"
    RUN_OUT = "run_out"


def ask(
    *,
    act: Approval.Act,
    subject: str,
    payload: Mapping[str, object],
    staff: Staff,
    reason: str,
    now: datetime,
) -> Approval:
    """A wish that waits for a second person; `payload` says, beside what is wanted, the facts it rests on.

    A wish for the same that waits already is answered instead of a second one.
    """
    text = canonical(payload)
    with transactions.writing():
        transactions.take_turn_at_facts()
        same = waiting(now=now).filter(act=act, subject=subject, payload=text).first()
        if same:
            return same
        row = Approval.objects.create(
            act=act,
            subject=subject,
            version=VERSION,
            payload=text,
            asked_by=staff,
            reason=reason,
            asked_at=now,
        )
        data = {"act": act, "approval": row.pk, "reason": reason, **_wanted(row)}
        audit.record("approval.asked", by=f"office:{staff}", subject=subject, data=data)
    return row


def decide(approval: Approval, *, staff: Staff, granted: bool, answer: str = "", now: datetime) -> Approval:
    """Inside the transaction that carries it out: granted or refused, once, by a second person.

    Raises NotDecidable; asked under the row's lock, so that of two who decide at once one is told.
    """
    transactions.hold(Approval, [approval.pk])
    row = Approval.objects.select_related("asked_by__account").get(pk=approval.pk)
    why = why_not_decidable(row, staff=staff, now=now)
    if why:
        raise NotDecidable(why)
    kind = "approval.granted" if granted else "approval.refused"
    data = {"act": row.act, "approval": row.pk, "asked_by": str(row.asked_by), "answer": answer}
    audit.record(kind, by=f"office:{staff}", subject=row.subject, data=data)
    row.decided_by, row.decided_at, row.granted, row.answer = staff, now, granted, answer
    row.save(update_fields=["decided_by", "decided_at", "granted", "answer"])
    return row


def state(approval: Approval, now: datetime) -> State:
    if approval.granted is not None:
        return State.GRANTED if approval.granted else State.REFUSED
    return State.RUN_OUT if now >= runs_out_at(approval) else State.WAITING


def runs_out_at(approval: Approval) -> datetime:
    return approval.asked_at + VALID


def why_not_decidable(approval: Approval, *, staff: Staff, now: datetime) -> Why | None:
    """May this person decide it now? The first reason against it, or None."""
    found = state(approval, now)
    if found in (State.GRANTED, State.REFUSED):
        return Why.DECIDED
    if found is State.RUN_OUT:
        return Why.RUN_OUT
    if approval.asked_by_id == staff.pk:
        return Why.OWN_WISH
    return None if staff.roles & DECIDED_BY[Act(approval.act)] else Why.WRONG_ROLE


def payload(approval: Approval) -> dict[str, Any]:
    """What was wanted, and the facts it rested on, as they were asked."""
    found: dict[str, Any] = json.loads(approval.payload)
    return found


def waiting(*, now: datetime) -> QuerySet[Approval]:
    """Everything undecided that has not run out, oldest first."""
    rows = Approval.objects.select_related("asked_by__account", "decided_by__account")
    return rows.filter(decided_at=None, asked_at__gt=now - VALID).order_by("asked_at", "pk")


def is_waiting(act: Approval.Act, subject: str, *, now: datetime) -> bool:
    """Whether a second person is asked to decide this about that already."""
    return waiting(now=now).filter(act=act, subject=subject).exists()


def waiting_for(staff: Staff, *, now: datetime) -> QuerySet[Approval]:
    """What this person may decide."""
    acts = [act for act, roles in DECIDED_BY.items() if roles & staff.roles]
    return waiting(now=now).filter(act__in=acts).exclude(asked_by=staff)


def seen_by(staff: Staff) -> QuerySet[Approval]:
    """What this person may look at: what they asked, decided or may decide; auditors everything."""
    rows = Approval.objects.select_related("asked_by__account", "decided_by__account")
    if Role.AUDITOR in staff.roles:
        return rows
    acts = [act for act, roles in DECIDED_BY.items() if roles & staff.roles]
    return rows.filter(Q(act__in=acts) | Q(asked_by=staff) | Q(decided_by=staff))


def _wanted(approval: Approval) -> dict[str, object]:
    return {"payload": payload(approval), "version": approval.version}
