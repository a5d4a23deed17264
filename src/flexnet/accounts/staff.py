"""Make it happen: people who work at the KV are entered, get and lose roles, and leave."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext as _

from flexnet import transactions
from flexnet.accounts import actions, handing_over, paper_codes, passwords
from flexnet.accounts.errors import LastAdministrator, StaffEnded
from flexnet.accounts.handing_over import Credentials as Credentials
from flexnet.accounts.models import Account, AuthenticatorApp, EnrolmentCode, HeldRole, Staff
from flexnet.accounts.models import Role as Role
from flexnet.audit import actions as audit

CODE_KIND = "enrolment_code"


@dataclass(frozen=True)
class Fresh:
    """Credentials to be, and the hashes of them that will stay."""

    credentials: Credentials
    sealed_password: str = field(repr=False)
    sealed_code: str = field(repr=False)


def subject(staff: Staff) -> str:
    """How the audit trail calls them."""
    return f"staff:{staff}"


def enter(
    *,
    user_name: str,
    name: str,
    roles: Iterable[Role] = (),
    by: str,
    now: datetime,
    is_shown_again: bool = False,
) -> Credentials:
    """Somebody works here from now on, with roles given by who needs no second pair of eyes.

    `is_shown_again`: who enters them finds the credentials again for a while (`handing_over`).
    Raises BadUserName, UserNameTaken. Hashes.
    """
    issued = actions.new_account(user_name, now=now)
    code = paper_codes.generate()
    hashed = passwords.sealed_hash(code, user_name=issued.account.user_name, kind=CODE_KIND)
    with transactions.writing():
        actions.open_account(issued, by=by)
        staff = Staff.objects.create(account=issued.account, name=name, from_at=now)
        entered = Credentials(staff, issued.initial_password, code)
        _write_roles(staff, frozenset(roles), now=now)
        _write_code(entered, hashed, by=by if is_shown_again else "", now=now)
        who = subject(staff)
        data, personal = {"roles": sorted(roles)}, {"name": name}
        audit.record("staff.entered", by=by, subject=who, data=data, person=who, personal=personal)
    return entered


def set_roles(*, staff: Staff, roles: Iterable[Role], by: str, reason: str, now: datetime) -> None:
    """These roles and no others from now on; whoever is signed in signs in anew.

    Raises StaffEnded, LastAdministrator.
    """
    with transactions.writing():
        row = _held(staff, now)
        before, after = row.roles, frozenset(roles)
        if before == after:
            return
        _write_roles(row, after, now=now)
        _keep_an_administrator(before - after, now)
        _sign_out(row)
        data = {"before": sorted(before), "after": sorted(after), "reason": reason}
        audit.record("staff.roles_changed", by=by, subject=subject(row), data=data)


def end(*, staff: Staff, by: str, reason: str, now: datetime) -> None:
    """They do not work here any more, with effect at once. Raises StaffEnded, LastAdministrator."""
    with transactions.writing():
        row = _held(staff, now)
        lost = row.roles
        Staff.objects.filter(pk=row.pk).update(until_at=now)
        _write_roles(row, frozenset(), now=now)
        _keep_an_administrator(lost, now)
        _forget_factors(row)
        _sign_out(row)
        data = {"roles": sorted(lost), "reason": reason}
        audit.record("staff.ended", by=by, subject=subject(row), data=data)


def fresh_credentials(staff: Staff) -> Fresh:
    """A new first password and enrolment code, not yet stored. Hashes: never inside a transaction."""
    name, password, code = str(staff), passwords.generate(), paper_codes.generate()
    return Fresh(
        Credentials(staff, password, code),
        passwords.sealed_hash(password, user_name=name),
        passwords.sealed_hash(code, user_name=name, kind=CODE_KIND),
    )


def reset(fresh: Fresh, *, by: str, reason: str, now: datetime, is_shown_again: bool = False) -> Credentials:
    """All they sign in with begins anew: password and second factors; as with `enter`. Raises StaffEnded."""
    with transactions.writing():
        row = _held(fresh.credentials.staff, now)
        Account.objects.filter(pk=row.account_id).update(
            password=fresh.sealed_password, password_set_at=now, password_is_initial=True
        )
        _forget_factors(row)
        _write_code(fresh.credentials, fresh.sealed_code, by=by if is_shown_again else "", now=now)
        _sign_out(row)
        audit.record("staff.reset", by=by, subject=subject(row), data={"reason": reason})
    return fresh.credentials


def change_password(*, staff: Staff, old: str, new: str, by: str, now: datetime) -> tuple[str, ...]:
    """A new password by the policy; answers the problems, none of them: it holds. Hashes."""
    account = Account.objects.get(pk=staff.account_id)
    prepared = actions.prepare_password(account=account, old=old, new=new, names=(), by=by, now=now)
    if isinstance(prepared, list):
        return tuple(prepared)
    with transactions.writing():
        if not actions.store_password(prepared, by=by, now=now):
            return (_("Ihre Zugangsdaten wurden gerade an anderer Stelle geändert. Melden Sie sich neu an."),)
    return ()


def _held(staff: Staff, now: datetime) -> Staff:
    """The row as it is, and nobody else changes it; raises StaffEnded."""
    transactions.hold(Staff, [staff.pk])
    row = Staff.objects.select_related("account").prefetch_related("held_roles").get(pk=staff.pk)
    if not row.is_active(now):
        raise StaffEnded(f"{row} does not work here any more. Enter them anew under another user name.")
    return row


def _write_code(credentials: Credentials, hashed: str, *, by: str, now: datetime) -> None:
    """`by` finds the credentials again; nobody does if it is empty."""
    kept = handing_over.sealed(credentials, by=by) if by else None
    row = EnrolmentCode(staff=credentials.staff, hashed=hashed, issued_at=now, to_hand_over=kept)
    row.save(force_insert=True)


def _write_roles(staff: Staff, wanted: frozenset[Role], *, now: datetime) -> None:
    held = {Role(row.role) for row in HeldRole.objects.filter(staff=staff, until_at=None)}
    HeldRole.objects.filter(staff=staff, until_at=None, role__in=held - wanted).update(until_at=now)
    HeldRole.objects.bulk_create(
        HeldRole(staff=staff, role=role, from_at=now) for role in sorted(wanted - held)
    )


def _keep_an_administrator(lost: frozenset[Role], now: datetime) -> None:
    """Raises LastAdministrator if the administrator's role went and nobody who works here has it."""
    if Role.ADMINISTRATOR not in lost:
        return
    transactions.take_turn_at_facts()
    works_here = Q(staff__from_at__lte=now) & (Q(staff__until_at=None) | Q(staff__until_at__gt=now))
    if not HeldRole.objects.filter(works_here, role=Role.ADMINISTRATOR, until_at=None).exists():
        raise LastAdministrator("Nobody would be left who manages staff. Give somebody else the role first.")


def _forget_factors(staff: Staff) -> None:
    staff.security_keys.all().delete()
    staff.recovery_codes.all().delete()
    staff.enrolment_codes.all().delete()
    AuthenticatorApp.objects.filter(staff=staff).delete()


def _sign_out(staff: Staff) -> None:
    actions.end_web_sessions(Q(account=staff.account_id))
