"""Make it happen: accesses end by notice, and what the KV and its members may agree on instead (§ 10)."""

from collections.abc import Callable
from datetime import date, datetime
from enum import StrEnum
from typing import Final

from flexnet import transactions
from flexnet.access import notices, rules, telling
from flexnet.access.actions import facts_changed
from flexnet.access.errors import BadExemption, BadNotice, NoSuchExemption, NoSuchNotice
from flexnet.access.models import Access, Exemption, Notice
from flexnet.audit import actions as audit
from flexnet.lib import quarters

_LAST_DAY: Final[dict[Notice.Kind, Callable[[date], date]]] = {
    Notice.Kind.MEMBER: quarters.last_day_after_member_notice,
    Notice.Kind.KV: quarters.last_day_after_kv_notice,
    Notice.Kind.EXTRAORDINARY: lambda received_on: received_on,
}


class NotGiven(StrEnum):
    """Why a notice in the portal does not count."""

    NOT_YOURS = "not_yours"
    ON_PAPER = "on_paper"
    OTHER_DAY = "other_day"


def last_day(kind: Notice.Kind, received_on: date) -> date:
    """The last day of an access whose notice arrived on that day (§ 10(2))."""
    return _LAST_DAY[kind](received_on)


def give_notice(
    *, access: Access, kind: Notice.Kind, received_on: date, by: str, reason: str, now: datetime
) -> Notice:
    """The access ends by notice, counted from the day it arrived (§ 10(2)).

    A letter of the KV may arrive in days to come (`rules.letter_arrives_on`); a member's has arrived.
    Raises BadNotice.
    """
    if kind is Notice.Kind.MEMBER and received_on > rules.day_of(now):
        raise BadNotice(f"A member's notice cannot have arrived on {received_on}: that day is still to come.")
    last_day = _LAST_DAY[kind](received_on)
    data = {"kind": kind, "received": received_on.isoformat(), "ends": last_day.isoformat(), "reason": reason}
    with transactions.writing():
        row = Notice.objects.create(access=access, kind=kind, received_on=received_on, ends_on=last_day)
        audit.record("notice.given", by=by, subject=f"access:{access}", data={"notice": row.pk, **data})
        facts_changed([access.pk], by=by, reason="notice", now=now)
        telling.notice_received(row, now=now)
    return row


def give_in_portal(*, member: Access, user_name: str, ends_on: date, now: datetime) -> Notice | NotGiven:
    """Whoever signs in here gives notice, as of today; a second time finds the first.

    `ends_on` is the last day that was said before: on another one nothing happens.
    """
    today = rules.day_of(now)
    with transactions.writing():
        transactions.take_turn_at_facts()
        found = notices.one(member, user_name, now)
        if found is None:
            return NotGiven.NOT_YOURS
        if found.running:
            return found.running
        if not found.is_binding:
            return NotGiven.ON_PAPER
        if ends_on != last_day(Notice.Kind.MEMBER, today):
            return NotGiven.OTHER_DAY
        who: dict[str, str] = {"by": f"portal:{member}", "reason": "in the portal"}
        return give_notice(access=found.access, kind=Notice.Kind.MEMBER, received_on=today, now=now, **who)


def withdraw_notice(*, number: int, by: str, agreement: str, now: datetime) -> Notice:
    """Both sides take a notice back, for one alone cannot once it has arrived; `agreement` says when and how.

    Only before the access has ended: after that a new one is opened. Raises NoSuchNotice, BadNotice.
    """
    if not agreement.strip():
        raise BadNotice(
            "A notice that has arrived is withdrawn only by agreement: say when it was agreed and how."
        )
    with transactions.writing():
        row = Notice.objects.filter(pk=number, withdrawn_at=None).select_related("access").first()
        if row is None:
            raise NoSuchNotice(f"There is no notice {number}, or it is withdrawn already.")
        if rules.day_ends(row.ends_on) <= now:
            raise BadNotice(f"The access has ended with {row.ends_on}. Open a new one on a new declaration.")
        row.withdrawn_at = now
        row.save(update_fields=["withdrawn_at"])
        data = {"notice": row.pk, "agreement": agreement}
        audit.record("notice.withdrawn", by=by, subject=f"access:{row.access}", data=data)
        facts_changed([row.access_id], by=by, reason="notice_withdrawn", now=now)
    return row


def exempt(*, access: Access, until_on: date, by: str, reason: str, now: datetime) -> Exemption:
    """In this one case the access lasts longer than § 10(3) says: through `until_on`. Raises BadExemption."""
    if not reason.strip():
        raise BadExemption("An exception is a decision in a single case (§ 10(3)): give its reason.")
    if access.origin:
        raise BadExemption(
            f"{access} lasts as long as the member's access. Grant it to that: {access.origin}."
        )
    if until_on < rules.day_of(now):
        raise BadExemption(f"{until_on} is over. An exception needs a last day that is still to come.")
    with transactions.writing():
        row = Exemption.objects.create(access=access, granted_at=now, until_on=until_on)
        data = {"exemption": row.pk, "until": until_on.isoformat(), "reason": reason}
        audit.record("exemption.granted", by=by, subject=f"access:{access}", data=data)
        facts_changed([access.pk], by=by, reason="exemption", now=now)
    return row


def revoke_exemption(*, number: int, by: str, reason: str, now: datetime) -> None:
    """The exception ends now. Raises NoSuchExemption."""
    with transactions.writing():
        row = Exemption.objects.filter(pk=number, revoked_at=None).select_related("access").first()
        if row is None:
            raise NoSuchExemption(f"There is no exception {number}, or it is revoked already.")
        row.revoked_at = now
        row.save(update_fields=["revoked_at"])
        data = {"exemption": row.pk, "reason": reason}
        audit.record("exemption.revoked", by=by, subject=f"access:{row.access}", data=data)
        facts_changed([row.access_id], by=by, reason="exemption_revoked", now=now)
