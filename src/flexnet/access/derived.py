"""Make it happen: accesses of practice staff (§ 1(2)) and of third parties (§ 1(1)), and what they may."""

from datetime import date, datetime

from flexnet import transactions
from flexnet.access import actions
from flexnet.access.errors import AlreadyPermitted, AlreadyWithdrawn, BadOrigin, BadPermission
from flexnet.access.models import Access, Permission
from flexnet.accounts import actions as accounts
from flexnet.audit import actions as audit
from flexnet.members import entries
from flexnet.members.models import ThirdParty

_MEMBERS = (Access.Kind.PRACTICE, Access.Kind.PERSONAL)
_FUNCTIONS = {
    Access.Kind.EMPLOYEE: {Permission.Function.SUBMISSION, Permission.Function.DOCUMENTS},
    Access.Kind.THIRD_PARTY: {Permission.Function.PORTAL, Permission.Function.SUBMISSION},
}


def open_employee_access(
    *, origin: Access, holder: str, user_name: str | accounts.Issued, by: str, now: datetime
) -> accounts.Issued:
    """A Mitarbeiterzugang, derived from a member's: whatever ends or locks that one ends this one.

    It never signs and never accepts terms; it hands in once that is delegated (`permit`). Raises BadOrigin,
    BadEntry, BadUserName, UserNameTaken.
    """
    if origin.kind not in _MEMBERS:
        raise BadOrigin(f"{origin} is no member's access: only from those employees' accesses are derived.")
    name = entries.required(holder, field="name of the employee", longest=200)
    access = Access(kind=Access.Kind.EMPLOYEE, origin=origin, holder=name, unlocked_at=now)
    return actions.open_access(user_name, access, by=by, now=now)


def withdraw(*, access: Access, by: str, reason: str, now: datetime) -> None:
    """The member takes an employee's access back, at once and for good. Raises AlreadyWithdrawn."""
    with transactions.writing():
        rows = Access.objects.filter(pk=access.pk, kind=Access.Kind.EMPLOYEE, withdrawn_at=None)
        if not rows.update(withdrawn_at=now):
            raise AlreadyWithdrawn(f"{access} is no employee's access that goes on.")
        audit.record("access.withdrawn", by=by, subject=f"access:{access}", data={"reason": reason})
        actions.facts_changed([access.pk], by=by, reason="access_withdrawn", now=now)


def open_third_party_access(
    *,
    party: ThirdParty,
    holder: str,
    user_name: str | accounts.Issued,
    by: str,
    now: datetime,
    is_signatory: bool = False,
    from_on: date | None = None,
) -> accounts.Issued:
    """A third party's access for one person; the portal and handing in are permitted one by one.

    `is_signatory`: this person signs for the third party, and may accept terms. Raises BadEntry, BadUserName,
    UserNameTaken.
    """
    access = Access(
        kind=Access.Kind.THIRD_PARTY,
        third_party=party,
        holder=entries.required(holder, field="name of the holder", longest=200),
        is_signatory=is_signatory,
        unlocked_at=actions.unlocked_at(from_on, now),
    )
    return actions.open_access(user_name, access, by=by, now=now)


def permit(*, access: Access, function: Permission.Function, by: str, now: datetime) -> Permission:
    """The access may do this from now on; a third party hands in for whoever lets it (`mandates`).

    Raises BadPermission, AlreadyPermitted.
    """
    if function not in _FUNCTIONS.get(Access.Kind(access.kind), ()):
        raise BadPermission(f"{function} is nothing that can be permitted to {access}.")
    there = AlreadyPermitted(f"{access} may do this already.")
    with transactions.writing():
        with transactions.refused_as(there):
            row = Permission.objects.create(access=access, function=function, from_at=now)
        data = {"function": function}
        audit.record("permission.given", by=by, subject=f"access:{access}", data=data)
        actions.facts_changed([access.pk], by=by, reason="permission", now=now)
    return row


def forbid(*, access: Access, function: Permission.Function, by: str, reason: str, now: datetime) -> None:
    """The access may do this no more; forbidding what is not permitted changes nothing."""
    with transactions.writing():
        rows = Permission.objects.filter(access=access, function=function, until_at=None)
        if rows.update(until_at=now):
            data = {"function": function, "reason": reason}
            audit.record("permission.taken", by=by, subject=f"access:{access}", data=data)
            actions.facts_changed([access.pk], by=by, reason="permission_taken", now=now)
