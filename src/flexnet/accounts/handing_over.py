"""First credentials that somebody hands over in person: shown to that one for ten minutes, sealed till then.

A second click, or one back, finds them here: they exist nowhere else.
"""

import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from flexnet import key_ring, transactions
from flexnet.accounts import actions
from flexnet.accounts.models import EnrolmentCode, Staff
from flexnet.lib.sealed import SealBroken

_SHOWN_FOR: Final = timedelta(minutes=10)
_PLACE: Final = {"table": "accounts_enrolmentcode", "kind": "to_hand_over"}


@dataclass(frozen=True)
class Credentials:
    """What somebody signs in with for the first time; besides here it exists nowhere."""

    staff: Staff
    initial_password: str = field(repr=False)
    enrolment_code: str = field(repr=False)


def sealed(credentials: Credentials, *, by: str) -> bytes:
    """For `by`, who hands them over."""
    content = [by, credentials.initial_password, credentials.enrolment_code]
    return key_ring.current().seal(json.dumps(content).encode(), row=str(credentials.staff), **_PLACE)


def shown(staff: Staff, *, by: str, now: datetime) -> Credentials | None:
    """None for anybody else, once they were noted, and after ten minutes."""
    rows = staff.enrolment_codes.filter(issued_at__gt=now - _SHOWN_FOR, used_at=None)
    row = rows.exclude(to_hand_over=None).order_by("pk").last()
    if row is None or row.to_hand_over is None:
        return None
    try:
        content = key_ring.current().open(bytes(row.to_hand_over), row=str(staff), **_PLACE).reveal()
    except SealBroken:
        return None
    whose, password, code = json.loads(content)
    return Credentials(staff, password, code) if whose == by else None


def entered_again(*, user_name: str, name: str, by: str, now: datetime) -> Staff | None:
    """Whom the same form entered a click ago; None if this is somebody else, or it was long ago."""
    rows = Staff.objects.select_related("account")
    staff = rows.filter(account__user_name=actions.normal_user_name(user_name), name=name).first()
    return staff if staff and shown(staff, by=by, now=now) else None


def noted(staff: Staff, *, by: str, now: datetime) -> None:
    """Nobody sees them again."""
    with transactions.writing():
        if shown(staff, by=by, now=now):
            staff.enrolment_codes.update(to_hand_over=None)


def clear_old(now: datetime) -> int:
    """Those that nobody is shown any more; answers how many went."""
    with transactions.writing():
        rows = EnrolmentCode.objects.filter(issued_at__lte=now - _SHOWN_FOR).exclude(to_hand_over=None)
        return rows.update(to_hand_over=None)
