"""Make it happen: a member opens, delegates to and withdraws accesses of the practice's staff (§ 1(2))."""

import uuid
from datetime import datetime
from enum import StrEnum
from typing import Final

from flexnet import transactions
from flexnet.access import (
    actions,
    credentials,
    derived,
    employees,
    password_sheets,
    rules,
    signers,
    suspending,
)
from flexnet.access.models import Access, CredentialRequest, Lock, Permission, Service
from flexnet.accounts import actions as accounts
from flexnet.accounts import submissions
from flexnet.accounts.models import Account
from flexnet.members import entries

MOST: Final = 100  # of one member: a browser that is stolen must not bury the desk under letters
_OPENED: Final = "Im Portal neu eröffnet: die ersten Zugangsdaten."  # as clerks read it
_SUBMISSION: Final = Permission.Function.SUBMISSION


class NotDone(StrEnum):
    """Why nothing happened."""

    NOT_YOURS = "not_yours"
    SAME_NAME = "same_name"
    TOO_MANY = "too_many"
    LOCKED = "locked"


def open_access(
    *,
    member: Access,
    holder: str,
    hands_in: bool,
    number: uuid.UUID,
    now: datetime,
    is_another: bool = False,
) -> Access | NotDone:
    """An access for one of the staff, under the member's own; its first password comes on a sheet that the
    member prints, or its first letter becomes a task of the desk.

    `is_another`: of those with the same name this is nobody. `number` is the form's, good for one access.
    Raises BadEntry, AlreadySubmitted, and UserNameTaken if a clerk took the name meanwhile. May hash.
    """
    name = entries.required(holder, field="name of the employee", longest=200)
    made = accounts.new_account if password_sheets.are_used() else accounts.new_account_without_secrets
    issued = made(_free_name(member), now=now)
    with transactions.writing():
        transactions.take_turn_at_facts()
        refused = None if submissions.is_spent(number) else _why_not(member, name, now, is_another=is_another)
        if refused:
            return refused
        submissions.spend(number, now=now)
        return _open(member, name, issued, number, hands_in=hands_in, now=now)


def renew_password(*, member: Access, user_name: str, number: uuid.UUID, now: datetime) -> Access | NotDone:
    """Another first password, on a sheet that the member prints; the one before opens nothing any more.

    Whoever is signed in with it is signed out. `number` is the form's, good for one sheet. Raises
    AlreadySubmitted. Hashes.
    """
    found = _theirs(member, user_name, now)
    if found is None or not password_sheets.are_used():
        return NotDone.NOT_YOURS
    issued, by = accounts.new_credentials(found.access.account), _by(member)
    with transactions.writing():
        transactions.take_turn_at_facts()
        if refused := _why_no_password(member, user_name, now):
            return refused
        submissions.spend(number, now=now)
        credentials.hand_over(issued, access=found.access, by=by, now=now)
        password_sheets.keep(issued, access=found.access, member=member, number=number, by=by, is_anew=True)
    return found.access


def suspend(*, member: Access, user_name: str, now: datetime) -> Access | NotDone:
    """Locked until the member opens it again, at once; twice changes nothing."""
    with transactions.writing():
        transactions.take_turn_at_facts()
        found = _theirs(member, user_name, now)
        if found is None or found.is_withdrawn:
            return NotDone.NOT_YOURS
        suspending.suspend(access=found.access, by=_by(member), now=now)
    return found.access


def resume(*, member: Access, user_name: str, now: datetime) -> Access | NotDone:
    """What the member locked is open again; twice changes nothing."""
    with transactions.writing():
        transactions.take_turn_at_facts()
        found = _theirs(member, user_name, now)
        if found is None or found.is_withdrawn:
            return NotDone.NOT_YOURS
        suspending.resume(access=found.access, by=_by(member), now=now)
    return found.access


def grant(*, member: Access, user_name: str, slug: str, now: datetime) -> Access | NotDone:
    """A service that the member's access may use itself; twice changes nothing."""
    with transactions.writing():
        transactions.take_turn_at_facts()
        found = _theirs(member, user_name, now)
        known = {one.service.slug: one for one in employees.services(found, now)} if found else {}
        if found is None or found.is_withdrawn or slug not in known:
            return NotDone.NOT_YOURS
        if not known[slug].is_granted:
            actions.grant(access=found.access, service=known[slug].service, by=_by(member), now=now)
    return found.access


def revoke(*, member: Access, user_name: str, slug: str, now: datetime) -> Access | NotDone:
    """No more of it; twice changes nothing."""
    with transactions.writing():
        transactions.take_turn_at_facts()
        found, service = _theirs(member, user_name, now), Service.objects.filter(slug=slug).first()
        if found is None or service is None:
            return NotDone.NOT_YOURS
        reason = "by the member, in the portal"
        actions.revoke(access=found.access, service=service, by=_by(member), reason=reason, now=now)
    return found.access


def permit(
    *, member: Access, user_name: str, now: datetime, function: Permission.Function = _SUBMISSION
) -> Access | NotDone:
    """This one of the staff hands in too from now on, or sees documents; twice changes nothing."""
    with transactions.writing():
        transactions.take_turn_at_facts()
        found = _theirs(member, user_name, now)
        if found is None:
            return NotDone.NOT_YOURS
        if function not in found.permitted and not found.is_withdrawn:
            derived.permit(access=found.access, function=function, by=_by(member), now=now)
    return found.access


def forbid(
    *, member: Access, user_name: str, now: datetime, function: Permission.Function = _SUBMISSION
) -> Access | NotDone:
    """This one of the staff does so no more."""
    with transactions.writing():
        transactions.take_turn_at_facts()
        found = _theirs(member, user_name, now)
        if found is None:
            return NotDone.NOT_YOURS
        reason = "by the member, in the portal"
        derived.forbid(access=found.access, function=function, by=_by(member), reason=reason, now=now)
    return found.access


def withdraw(*, member: Access, user_name: str, now: datetime) -> Access | NotDone:
    """At once and for good; browsers that are signed in end with it. Withdrawing twice changes nothing."""
    with transactions.writing():
        transactions.take_turn_at_facts()
        found = _theirs(member, user_name, now)
        if found is None:
            return NotDone.NOT_YOURS
        if not found.is_withdrawn:
            reason = "by the member, in the portal"
            derived.withdraw(access=found.access, by=_by(member), reason=reason, now=now)
            _call_letter_off(found, by=_by(member), now=now)
    return found.access


def _open(
    member: Access, name: str, issued: accounts.Issued, number: uuid.UUID, *, hands_in: bool, now: datetime
) -> Access:
    by = _by(member)
    derived.open_employee_access(origin=member, holder=name, user_name=issued, by=by, now=now)
    access = employees.under(member, rules.day_of(now)).get(account=issued.account)
    if hands_in:
        derived.permit(access=access, function=_SUBMISSION, by=by, now=now)
    if password_sheets.are_used():
        password_sheets.keep(issued, access=access, member=member, number=number, by=by)
    else:
        credentials.request(access=access, way=CredentialRequest.Way.PORTAL, by=by, reason=_OPENED, now=now)
    return access


def _why_no_password(member: Access, user_name: str, now: datetime) -> NotDone | None:
    """Where the KV locked the access or its password, the next one is the KV's to give out."""
    found = _theirs(member, user_name, now)
    if found is None or found.is_over:
        return NotDone.NOT_YOURS
    locks = Lock.objects.filter(access=found.access, lifted_at=None)
    of_the_kv = locks.exclude(scope=Lock.Scope.PASSWORD, cause=Lock.Cause.LOSS)
    is_locked = found.is_refused(rules.Reason.LOCKED) or of_the_kv.exists()
    return NotDone.LOCKED if is_locked else None


def _why_not(member: Access, name: str, now: datetime, *, is_another: bool) -> NotDone | None:
    if not signers.speaks_for_practice(member, now):
        return NotDone.NOT_YOURS
    rows = employees.under(member, rules.day_of(now)).filter(withdrawn_at=None)
    names = [one.casefold() for one in rows.values_list("holder", flat=True)]
    if len(names) >= MOST:
        return NotDone.TOO_MANY
    return NotDone.SAME_NAME if name.casefold() in names and not is_another else None


def _theirs(member: Access, user_name: str, now: datetime) -> employees.Employee | None:
    found = employees.one(member, user_name, now) if signers.speaks_for_practice(member, now) else None
    return None if found is None or found.others else found


def _call_letter_off(found: employees.Employee, *, by: str, now: datetime) -> None:
    if found.letter:
        reason = "the access was withdrawn"
        credentials.refuse(number=found.letter.pk, by=by, reason=reason, now=now)


def _free_name(member: Access) -> str:
    """As the office proposes it: `m`, the member's number, and the next running one."""
    start = f"m{member.person}-"
    names = Account.objects.filter(user_name__startswith=start).values_list("user_name", flat=True)
    taken = [int(rest) for name in names if (rest := name.removeprefix(start)).isdecimal()]
    return f"{start}{max(taken, default=0) + 1}"


def _by(member: Access) -> str:
    return f"portal:{member}"
