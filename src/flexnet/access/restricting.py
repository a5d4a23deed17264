"""Make it happen: an access is restricted to named services, and freed of it (§ 7(2))."""

from collections.abc import Sequence
from datetime import datetime

from flexnet import transactions
from flexnet.access.actions import facts_changed
from flexnet.access.errors import BadLock
from flexnet.access.models import Access, Lock, Restriction, Service
from flexnet.audit import actions as audit


def restrict(
    *, access: Access, services: Sequence[Service], cause: Lock.Cause, by: str, reason: str, now: datetime
) -> Restriction:
    """Of what was granted only these services are left, at once; what everyone reaches stays.

    No service: only what everyone reaches. Of several restrictions each holds.
    """
    slugs = sorted(service.slug for service in services)
    with transactions.writing():
        row = Restriction.objects.create(
            access=access, cause=cause, reason=reason, imposed_at=now, imposed_by=by
        )
        row.services.set(services)
        data = {"restriction": row.pk, "cause": cause, "services": slugs, "reason": reason}
        audit.record("restriction.imposed", by=by, subject=f"access:{access}", data=data)
        facts_changed([access.pk], by=by, reason="restriction", now=now)
    return row


def lift_restriction(row: Restriction, *, by: str, reason: str, now: datetime) -> None:
    """It ends now; lifting one that is lifted changes nothing. Raises BadLock without a reason."""
    if not reason.strip():
        raise BadLock("A restriction is lifted for a reason: give it.")
    with transactions.writing():
        if Restriction.objects.filter(pk=row.pk, lifted_at=None).update(lifted_at=now, lifted_by=by):
            data = {"restriction": row.pk, "reason": reason}
            audit.record("restriction.lifted", by=by, subject=f"access:{row.access}", data=data)
            facts_changed([row.access_id], by=by, reason="restriction_lifted", now=now)
