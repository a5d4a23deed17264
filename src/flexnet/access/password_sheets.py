"""First credentials of staff on a sheet that the member prints: shown for ten minutes, sealed till then.

A second click, or one back, finds them here: they exist nowhere else.
"""

import json
import uuid
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from django.db.models import Exists, F, OuterRef, QuerySet

from flexnet import configuration, key_ring, transactions
from flexnet.access.models import Access, PasswordSheet
from flexnet.accounts.actions import Issued
from flexnet.audit import actions as audit
from flexnet.lib.sealed import SealBroken

_SHOWN_FOR: Final = timedelta(minutes=10)
_PLACE: Final = {"table": "access_passwordsheet", "kind": "content"}
# Of accesses: whoever answers for them has handed over the password that holds now; no letter brings it.
HANDED_OVER: Final = Exists(
    PasswordSheet.objects.filter(access=OuterRef("pk"), issued_at=F("access__account__password_set_at"))
)


@dataclass(frozen=True)
class Sheet:
    """What stands on it, and when it is no longer shown."""

    password: str = field(repr=False)
    revocation_word: str = field(repr=False)
    until_at: datetime


def are_used() -> bool:
    """Whether members hand over first passwords of their staff; elsewhere these come by letter."""
    return configuration.current().profile.staff_passwords == "sheet"


def keep(
    issued: Issued, *, access: Access, member: Access, number: uuid.UUID, by: str, is_anew: bool = False
) -> None:
    """Inside the transaction in which these credentials begin to hold; a sheet before this one is void."""
    content = json.dumps([issued.initial_password, issued.revocation_word]).encode()
    PasswordSheet.objects.filter(access=access).delete()
    PasswordSheet.objects.create(
        number=number,
        access=access,
        member=member,
        issued_at=issued.account.password_set_at,
        content=key_ring.current().seal(content, row=str(number), **_PLACE),
    )
    audit.record("password_sheet.made", by=by, subject=f"access:{access}", data={"is_anew": is_anew})


def shown(access: Access, *, member: Access, now: datetime) -> Sheet | None:
    """None for anybody else, once it was put away, after ten minutes, and when another password holds."""
    row = _rows(access, member).first()
    if row is None or row.content is None or now - row.issued_at >= _SHOWN_FOR:
        return None
    try:
        content = key_ring.current().open(bytes(row.content), row=str(row.number), **_PLACE).reveal()
    except SealBroken:
        return None
    password, word = json.loads(content)
    return Sheet(password, word, row.issued_at + _SHOWN_FOR)


def made_by(number: uuid.UUID, *, member: Access) -> Access | None:
    """Whose sheet this form of the member's has made."""
    row = PasswordSheet.objects.select_related("access").filter(pk=number, member=member).first()
    return row.access if row else None


def put_away(access: Access, *, member: Access, by: str) -> None:
    """It is printed: nobody sees it again. Doing so twice changes nothing."""
    with transactions.writing():
        if _rows(access, member).exclude(content=None).update(content=None):
            audit.record("password_sheet.put_away", by=by, subject=f"access:{access}")


def clear_old(now: datetime) -> int:
    """What nobody is shown any more; answers how many went."""
    with transactions.writing():
        rows = PasswordSheet.objects.filter(issued_at__lte=now - _SHOWN_FOR).exclude(content=None)
        return rows.update(content=None)


def _rows(access: Access, member: Access) -> QuerySet[PasswordSheet]:
    return PasswordSheet.objects.filter(
        access=access, member=member, issued_at=F("access__account__password_set_at")
    )
