"""Make it happen: second factors and recovery codes are set up and taken away."""

from collections.abc import Mapping
from datetime import datetime
from functools import partial

from flexnet import resealing, transactions
from flexnet.accounts import app_secrets, paper_codes, passwords, webauthn
from flexnet.accounts.errors import FactorTaken, LastFactor, NotEnrolling
from flexnet.accounts.models import AuthenticatorApp, EnrolmentCode, RecoveryCode, SecurityKey, Staff
from flexnet.accounts.proofs import RECOVERY_KIND
from flexnet.accounts.staff import CODE_KIND, subject
from flexnet.audit import actions as audit
from flexnet.lib import totp

RECOVERY_CODES = 10


def are_set_up(staff: Staff) -> bool:
    """Whether there is a second factor other than paper."""
    return AuthenticatorApp.objects.filter(staff=staff).exists() or staff.security_keys.exists()


def add_app(
    *, staff: Staff, sealed_secret: bytes, typed: str, enrolling: int | None = None, by: str, now: datetime
) -> bool:
    """The app shows the right code for its new secret, so it counts from now on, in place of another one.

    False: it does not. `enrolling` is the enrolment code that allows it to who has no factor yet; it is used
    up. Raises NotEnrolling, SealBroken.
    """
    step = totp.find(app_secrets.opened(sealed_secret, staff), typed, now=now)
    if step is None:
        return False
    with transactions.writing():
        _may_set_up(staff, enrolling, now)
        AuthenticatorApp.objects.filter(staff=staff).delete()
        AuthenticatorApp.objects.create(
            staff=staff, sealed_secret=sealed_secret, last_step=step, added_at=now
        )
        audit.record("factor.added", by=by, subject=subject(staff), data={"factor": "app"})
    return True


def add_key(
    *,
    staff: Staff,
    name: str,
    answer: str,
    kept: Mapping[str, str],
    enrolling: int | None = None,
    by: str,
    now: datetime,
) -> SecurityKey:
    """A security key or passkey counts from now on. Raises BadFactor, FactorTaken, NotEnrolling."""
    found = webauthn.registered(answer, kept)
    with transactions.writing():
        _may_set_up(staff, enrolling, now)
        row = SecurityKey(
            staff=staff,
            name=name,
            credential_id=found.credential_id,
            credential=found.credential,
            sign_count=found.sign_count,
            added_at=now,
        )
        with transactions.refused_as(FactorTaken("This security key is registered already.")):
            row.save(force_insert=True)
        data = {"factor": "security_key", "name": name}
        audit.record("factor.added", by=by, subject=subject(staff), data=data)
    return row


def remove_app(*, staff: Staff, by: str, now: datetime) -> None:
    """The app counts no more; raises LastFactor."""
    with transactions.writing():
        transactions.hold(Staff, [staff.pk])
        if not staff.security_keys.exists():
            raise LastFactor("Without it there would be no second factor. Set up another one first.")
        if AuthenticatorApp.objects.filter(staff=staff).delete()[0]:
            audit.record("factor.removed", by=by, subject=subject(staff), data={"factor": "app"})


def remove_key(*, staff: Staff, number: int, by: str, now: datetime) -> None:
    """The security key counts no more; one that is not theirs is not touched. Raises LastFactor."""
    with transactions.writing():
        transactions.hold(Staff, [staff.pk])
        row = staff.security_keys.filter(pk=number).first()
        if row is None:
            return
        others = staff.security_keys.exclude(pk=number).exists()
        if not others and not AuthenticatorApp.objects.filter(staff=staff).exists():
            raise LastFactor("Without it there would be no second factor. Set up another one first.")
        row.delete()
        data = {"factor": "security_key", "name": row.name}
        audit.record("factor.removed", by=by, subject=subject(staff), data=data)


def issue_recovery_codes(*, staff: Staff, by: str, now: datetime) -> list[str]:
    """Ten fresh codes, which exist nowhere else; those from before count no more. Hashes ten times."""
    codes = [paper_codes.generate() for _ in range(RECOVERY_CODES)]
    hashes = [passwords.sealed_hash(code, user_name=str(staff), kind=RECOVERY_KIND) for code in codes]
    with transactions.writing():
        RecoveryCode.objects.filter(staff=staff).delete()
        RecoveryCode.objects.bulk_create(
            RecoveryCode(staff=staff, hashed=hashed, issued_at=now) for hashed in hashes
        )
        audit.record("recovery_codes.issued", by=by, subject=subject(staff))
    return codes


def reseal() -> int:
    """After the key ring got a new key: every seal of a factor under it; answers how many changed."""
    code = partial(passwords.resealed, kind=CODE_KIND)
    paper = partial(passwords.resealed, kind=RECOVERY_KIND)
    row = "staff__account__user_name"
    return (
        resealing.renew(AuthenticatorApp, "sealed_secret", row=row, renewed=app_secrets.resealed)
        + resealing.renew(EnrolmentCode, "hashed", row=row, renewed=code)
        + resealing.renew(RecoveryCode, "hashed", row=row, renewed=paper)
    )


def _may_set_up(staff: Staff, enrolling: int | None, now: datetime) -> None:
    """Who has a factor showed it; who has none uses up an enrolment code. Raises NotEnrolling."""
    transactions.hold(Staff, [staff.pk])
    if are_set_up(staff) and enrolling is None:
        return
    unused = EnrolmentCode.objects.filter(pk=enrolling or 0, staff=staff, used_at=None)
    if are_set_up(staff) or not unused.update(used_at=now):
        raise NotEnrolling("The enrolment code is used up, or another one was issued.")
