"""Make it happen: a member locks an access of the staff, and opens it again (§ 1(2))."""

from datetime import datetime

from flexnet import transactions
from flexnet.access.actions import facts_changed
from flexnet.access.models import Access, Suspension
from flexnet.audit import actions as audit


def suspend(*, access: Access, by: str, now: datetime) -> None:
    """It opens nothing, and whoever is signed in with it is signed out; twice changes nothing."""
    with transactions.writing():
        transactions.take_turn_at_facts()
        if Suspension.objects.filter(access=access, lifted_at=None).exists():
            return
        Suspension.objects.create(access=access, imposed_at=now, imposed_by=by)
        audit.record("access.suspended", by=by, subject=f"access:{access}")
        facts_changed([access.pk], by=by, reason="suspension", now=now)


def resume(*, access: Access, by: str, now: datetime) -> None:
    """What the member locked is open again; a lock of the KV stays. Twice changes nothing."""
    with transactions.writing():
        transactions.take_turn_at_facts()
        rows = Suspension.objects.filter(access=access, lifted_at=None)
        if rows.update(lifted_at=now, lifted_by=by):
            audit.record("access.resumed", by=by, subject=f"access:{access}")
            facts_changed([access.pk], by=by, reason="suspension_lifted", now=now)
