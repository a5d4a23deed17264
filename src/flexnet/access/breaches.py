"""Make it happen: a misuse is judged as a breach of data protection within 72 hours (Art. 33 GDPR)."""

from datetime import datetime

from flexnet import transactions
from flexnet.access import rules
from flexnet.access.errors import BadBreach, NoSuchBreach
from flexnet.access.models import Breach, Lock
from flexnet.audit import actions as audit


def open_breach(*, lock: Lock, by: str) -> Breach:
    """The clock starts when the KV learned of it: with the report, or the lock. A lock has one breach."""
    noticed_at = lock.report.received_at if lock.report else lock.imposed_at
    with transactions.writing():
        row, is_new = Breach.objects.get_or_create(lock=lock, defaults={"noticed_at": noticed_at})
        if is_new:
            data = {"lock": lock.pk, "due": rules.breach_due_at(noticed_at).isoformat()}
            audit.record("breach.opened", by=by, subject=_subject(row), data=data)
    return row


def tell_breach(
    *,
    number: int,
    told_authority_at: datetime,
    told_supervisor_at: datetime,
    by: str,
    now: datetime,
    reasons: str = "",
) -> Breach:
    """It was reported: to the data protection authority, and to the KV's own supervisor (§ 83a SGB X).

    Reasons say what was reported; a report after 72 hours has to say why it comes late. Raises NoSuchBreach,
    BadBreach.
    """
    if max(told_authority_at, told_supervisor_at) > now:
        raise BadBreach("A report that lies ahead has not been made yet.")
    with transactions.writing():
        row = _undecided(number)
        if told_authority_at > rules.breach_due_at(row.noticed_at) and not reasons.strip():
            raise BadBreach("It was reported after 72 hours: say why (Art. 33(1) GDPR).")
        row.told_authority_at, row.told_supervisor_at = told_authority_at, told_supervisor_at
        _decide(row, "breach.told", by=by, reasons=reasons, now=now)
    return row


def dismiss_breach(*, number: int, by: str, reasons: str, now: datetime) -> Breach:
    """No report is necessary, for reasons kept on record (Art. 33(5)). Raises NoSuchBreach, BadBreach."""
    if not reasons.strip():
        raise BadBreach("Without a report the reasons must be documented (Art. 33(5) GDPR): give them.")
    with transactions.writing():
        row = _undecided(number)
        _decide(row, "breach.dismissed", by=by, reasons=reasons, now=now)
    return row


def close_breach(*, number: int, by: str, note: str, now: datetime) -> None:
    """Nothing is left to be done. Raises NoSuchBreach, BadBreach while it is not decided."""
    with transactions.writing():
        row = _open(number)
        if row.decided_at is None:
            raise BadBreach("Decide first whether it has to be reported.")
        Breach.objects.filter(pk=row.pk).update(closed_at=now, closed_by=by)
        audit.record("breach.closed", by=by, subject=_subject(row), data={"note": note})


def _open(number: int) -> Breach:
    row = Breach.objects.select_for_update().filter(pk=number, closed_at=None).first()
    if row is None:
        raise NoSuchBreach(f"There is no open breach {number}.")
    return row


def _undecided(number: int) -> Breach:
    row = _open(number)
    if row.decided_at:
        raise BadBreach(f"Breach {number} was decided on {rules.day_of(row.decided_at)} already.")
    return row


def _decide(row: Breach, event: str, *, by: str, reasons: str, now: datetime) -> None:
    row.decided_at, row.decided_by, row.reasons = now, by, reasons
    row.save()
    told = {"authority": row.told_authority_at, "supervisor": row.told_supervisor_at}
    data = {name: at.isoformat() for name, at in told.items() if at}
    audit.record(event, by=by, subject=_subject(row), data={**data, "reasons": reasons})


def _subject(row: Breach) -> str:
    return f"breach:{row.pk}"
