"""Which acts need a second pair of eyes, and how a decision is carried out.

Whoever adds an act writes its Plan and a line here; asking is `accounts.four_eyes.ask`.
"""

from datetime import datetime
from typing import Final

from django.utils.translation import gettext as _

from flexnet import transactions
from flexnet.accounts import four_eyes
from flexnet.accounts.models import Approval, Staff
from flexnet.office import plans_for_accesses, plans_for_members, plans_for_staff
from flexnet.office.plans import Done, Outdated, Plan

Act = Approval.Act

PLANS: Final[dict[Approval.Act, Plan]] = {
    Act.LIFT_MISUSE_LOCK: plans_for_accesses.LIFT_MISUSE_LOCK,
    Act.KV_EXTRAORDINARY_NOTICE: plans_for_accesses.KV_EXTRAORDINARY_NOTICE,
    Act.END_MANY: plans_for_members.END_MANY,
    Act.EXEMPT: plans_for_accesses.EXEMPT,
    Act.TRAVEL_PASS_LONG: plans_for_accesses.TRAVEL_PASS_LONG,
    Act.CHANGE_ROLES: plans_for_staff.CHANGE_ROLES,
    Act.RESET_STAFF: plans_for_staff.RESET_STAFF,
    Act.EXPORT_AUDIT: plans_for_staff.EXPORT_AUDIT,
}


def plan(approval: Approval) -> Plan:
    """How this act is told and carried out."""
    return PLANS[Act(approval.act)]


def grant(approval: Approval, *, by: Staff, answer: str, now: datetime) -> Done:
    """Note the decision and carry it out, both or neither. Raises NotDecidable, Outdated."""
    if approval.version != four_eyes.VERSION:
        raise Outdated(_("Der Antrag stammt aus einer früheren Fassung dieses Programms."))
    deed = plan(approval).ready(approval)
    with transactions.writing():
        row = four_eyes.decide(approval, staff=by, granted=True, answer=answer, now=now)
        return deed(f"office:{by}", row.decided_at or now)


def refuse(approval: Approval, *, by: Staff, answer: str, now: datetime) -> None:
    """Note that nothing will come of it. Raises NotDecidable."""
    with transactions.writing():
        four_eyes.decide(approval, staff=by, granted=False, answer=answer, now=now)
