"""Make it happen: a second factor is shown, and spent by it: nothing is accepted twice."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import ClassVar, Protocol

from django.db.models import Q

from flexnet import transactions
from flexnet.accounts import app_secrets, paper_codes, passwords, webauthn
from flexnet.accounts.errors import BadFactor
from flexnet.accounts.models import AuthenticatorApp, RecoveryCode, SecurityKey, Staff
from flexnet.lib import totp

RECOVERY_KIND = "recovery_code"


class Outcome(StrEnum):
    """What becomes of a factor that somebody shows."""

    RIGHT = "right"
    WRONG = "wrong_factor"
    ALREADY_USED = "factor_already_used"


class Proof(Protocol):
    """Something that only the right person has."""

    factor: ClassVar[str]

    def spend(self, staff: Staff, *, now: datetime) -> Outcome:
        """Whether it is theirs and fresh; from now on it is spent. Outside of transactions: it may hash."""
        ...


@dataclass(frozen=True)
class AppCode:
    """Six digits from an authenticator app (RFC 6238, 5.2: each accepted once)."""

    typed: str = field(repr=False)
    factor: ClassVar[str] = "app"

    def spend(self, staff: Staff, *, now: datetime) -> Outcome:
        app = AuthenticatorApp.objects.filter(staff=staff).first()
        secret = app_secrets.opened(bytes(app.sealed_secret), staff) if app else None
        step = totp.find(secret, self.typed, now=now) if secret else None
        if app is None or step is None:
            return Outcome.WRONG
        with transactions.writing():
            unspent = AuthenticatorApp.objects.filter(pk=app.pk, last_step__lt=step)
            return Outcome.RIGHT if unspent.update(last_step=step) else Outcome.ALREADY_USED


@dataclass(frozen=True)
class PaperCode:
    """One of the recovery codes; takes up to ten hashes."""

    typed: str = field(repr=False)
    factor: ClassVar[str] = "recovery_code"

    def spend(self, staff: Staff, *, now: datetime) -> Outcome:
        typed = paper_codes.normal(self.typed).encode()
        if len(typed) != paper_codes.LENGTH:
            return Outcome.WRONG
        for row in RecoveryCode.objects.filter(staff=staff, used_at=None).order_by("pk"):
            if passwords.is_right(typed, row.hashed, user_name=str(staff), kind=RECOVERY_KIND):
                with transactions.writing():
                    unspent = RecoveryCode.objects.filter(pk=row.pk, used_at=None)
                    return Outcome.RIGHT if unspent.update(used_at=now) else Outcome.ALREADY_USED
        return Outcome.WRONG


@dataclass(frozen=True)
class Signature:
    """What a security key or passkey signed, and what was kept of the question."""

    answer: str = field(repr=False)
    kept: Mapping[str, str] = field(repr=False)
    factor: ClassVar[str] = "security_key"

    def spend(self, staff: Staff, *, now: datetime) -> Outcome:
        """A count that does not grow may be that of a copied key (WebAuthn, 6.1.1)."""
        rows = list(staff.security_keys.all())
        try:
            used, count = webauthn.signed(self.answer, self.kept, [bytes(row.credential) for row in rows])
        except BadFactor:
            return Outcome.WRONG
        (key,) = (row for row in rows if bytes(row.credential_id) == used)
        grown = Q(sign_count__lt=count) if count else Q(sign_count=0)
        with transactions.writing():
            unspent = SecurityKey.objects.filter(grown, pk=key.pk)
            changed = unspent.update(sign_count=count, used_at=now)
            return Outcome.RIGHT if changed else Outcome.ALREADY_USED
