"""Make it happen: travel passes (Auslandsfreigabe) let an access be used from abroad for some days (§ 12)."""

from datetime import date, datetime

from flexnet import transactions
from flexnet.access import rules
from flexnet.access.actions import facts_changed
from flexnet.access.errors import BadTravelPass, FourEyesNeeded, NoSuchTravelPass
from flexnet.access.models import Access, TravelPass
from flexnet.audit import actions as audit


def grant_pass(
    *,
    access: Access,
    from_on: date,
    until_on: date,
    by: str,
    reason: str,
    now: datetime,
    approved_by: str = "",
) -> TravelPass:
    """From abroad the access may be used on these days, both inclusive; over 30 days only if two agree.

    Raises BadTravelPass, FourEyesNeeded.
    """
    _check(from_on, until_on, reason, today=rules.day_of(now))
    if rules.is_long_journey(from_on, until_on) and approved_by.strip() in ("", by):
        raise FourEyesNeeded("A travel pass over 30 days needs the approval of a second person.")
    with transactions.writing():
        row = TravelPass.objects.create(
            access=access,
            from_on=from_on,
            until_on=until_on,
            reason=reason,
            granted_at=now,
            granted_by=by,
            approved_by=approved_by,
        )
        days = {"from": from_on.isoformat(), "until": until_on.isoformat()}
        data = {"travel_pass": row.pk, **days, "reason": reason, "approved_by": approved_by}
        audit.record("travel_pass.granted", by=by, subject=f"access:{access}", data=data)
        facts_changed([access.pk], by=by, reason="travel_pass", now=now)
    return row


def revoke_pass(*, number: int, by: str, reason: str, now: datetime) -> None:
    """The pass opens nothing any more. Raises NoSuchTravelPass."""
    with transactions.writing():
        row = TravelPass.objects.filter(pk=number, revoked_at=None).select_related("access__account").first()
        if row is None:
            raise NoSuchTravelPass(f"There is no travel pass {number}, or it is revoked already.")
        row.revoked_at, row.revoked_by = now, by
        row.save(update_fields=["revoked_at", "revoked_by"])
        data = {"travel_pass": row.pk, "reason": reason}
        audit.record("travel_pass.revoked", by=by, subject=f"access:{row.access}", data=data)
        facts_changed([row.access_id], by=by, reason="travel_pass_revoked", now=now)


def _check(from_on: date, until_on: date, reason: str, *, today: date) -> None:
    if not reason.strip():
        raise BadTravelPass("A travel pass is a decision in a single case (§ 12): give its reason.")
    if until_on < from_on:
        raise BadTravelPass(f"It begins on {from_on}; it cannot end on {until_on}.")
    if until_on < today:
        raise BadTravelPass(f"{until_on} is over. A travel pass needs a last day that is still to come.")
