"""Make it happen: somebody signs in. Cheap before dear, spend before trust (DESIGN.md, 2.3 and 5)."""

from dataclasses import dataclass
from datetime import datetime

from flexnet import transactions
from flexnet.access import queries
from flexnet.access.models import Access, KeyAssignment
from flexnet.access.rules import Channel, Granted, Reason, Refusal
from flexnet.accounts import actions as accounts
from flexnet.accounts import passwords, throttle
from flexnet.audit import actions as audit
from flexnet.keys import actions as keys
from flexnet.keys.models import Key
from flexnet.lib import hotp

# Unknown names are counted as one: a stranger must not fill the disk with them, and some are passwords.
NOBODY = "unknown"


@dataclass(frozen=True)
class Try:
    """Somebody at a door: the name as typed, from where, through whom, when."""

    user_name: str
    source: str
    by: str
    now: datetime

    @property
    def account_name(self) -> str:
        return accounts.normal_user_name(self.user_name)


@dataclass(frozen=True)
class Verified:
    """Whoever this is knows the password (and has the key); whether that is enough is not said yet."""

    access: Access
    key: Key | None
    tries: throttle.Tries
    password_seen: str


@dataclass(frozen=True)
class SignedIn:
    """The portal may open a session for this access."""

    access: Access
    granted: Granted


def verify_with_key(attempt: Try, field: bytes) -> Verified | Refusal:
    """Code, then password, from the one field that holds both; a code is spent whatever the password."""
    access = _access_named(attempt.account_name)
    tries = throttle.look(
        account_id=access.account_id if access else None, source=attempt.source, now=attempt.now
    )
    if not tries.are_left:
        return _refuse(attempt, access, Reason.THROTTLED)
    if access is None:
        return _refuse(attempt, access, Reason.UNKNOWN, charged=tries)
    assignment = KeyAssignment.objects.select_related("key").filter(access=access, until_at=None).first()
    if assignment is None:
        return _refuse(attempt, access, Reason.KEY_LOCKED, charged=tries)
    key = assignment.key
    parts = hotp.split(_text(field), digits=key.digits, identifier=key.identifier or None)
    if isinstance(parts, hotp.Malformed):
        return _refuse(attempt, access, Reason.WRONG_CODE, charged=tries)
    refusal = _spend(attempt, access, key, parts.code, tries)
    if refusal:
        return refusal
    return _check_password(attempt, access, parts.password.encode(), tries, key)


def verify_password(attempt: Try, password: str) -> Verified | Refusal:
    """Password alone, as the portal takes it behind the tunnel."""
    access = _access_named(attempt.account_name)
    tries = throttle.look(
        account_id=access.account_id if access else None, source=attempt.source, now=attempt.now
    )
    if not tries.are_left:
        return _refuse(attempt, access, Reason.THROTTLED)
    if access is None:
        passwords.pretend(password.encode())
        return _refuse(attempt, access, Reason.UNKNOWN, charged=tries)
    return _check_password(attempt, access, password.encode(), tries, None)


def to_portal(*, user_name: str, password: str, source: str, now: datetime) -> SignedIn | Refusal:
    """Sign in at the portal, without key; the decision rests on facts read after the hash."""
    attempt = Try(user_name, source, "portal", now)
    verified = verify_password(attempt, password)
    if isinstance(verified, Refusal):
        return verified
    with transactions.writing():
        decision = decide(attempt, verified, Channel.PORTAL)
        if isinstance(decision, Granted):
            audit.record(
                "sign_in.accepted",
                by=attempt.by,
                subject=f"access:{verified.access}",
                data={"channel": Channel.PORTAL, "narrow": decision.narrow},
                person=f"access:{verified.access}",
                personal={"source": source},
            )
    return decision if isinstance(decision, Refusal) else SignedIn(verified.access, decision)


def decide(attempt: Try, verified: Verified, channel: Channel) -> Granted | Refusal:
    """Inside a transaction, after the hash: what the facts say now; a refusal is tallied, a success noted."""
    access = verified.access
    decision = queries.decide_access(access.pk, channel=channel, now=attempt.now)
    if not accounts.has_password(access.account_id, verified.password_seen):
        decision = Refusal(Reason.WRONG_PASSWORD)
    if isinstance(decision, Refusal):
        _tally(attempt, decision.reason, str(access))
    else:
        throttle.note_success(verified.tries, now=attempt.now)
    return decision


def _access_named(user_name: str) -> Access | None:
    return Access.objects.select_related("account").filter(account__user_name=user_name).first()


def _text(field: bytes) -> str:
    """What was typed: UTF-8, or Latin-1 from clients that send it so."""
    try:
        return field.decode("utf-8")
    except UnicodeDecodeError:
        return field.decode("latin-1")


def _spend(attempt: Try, access: Access, key: Key, code: str, tries: throttle.Tries) -> Refusal | None:
    with transactions.writing():
        outcome = keys.spend(key, code, source=attempt.source, now=attempt.now)
        if outcome.is_spent:
            return None
        wrong = outcome is keys.Outcome.WRONG
        reason = Reason.WRONG_CODE if wrong else Reason.CODE_ALREADY_USED
        return _refuse(attempt, access, reason, charged=tries)


def _check_password(
    attempt: Try, access: Access, password: bytes, tries: throttle.Tries, key: Key | None
) -> Verified | Refusal:
    account = access.account
    if passwords.is_right(password, account.password, user_name=account.user_name):
        return Verified(access, key, tries, account.password)
    return _refuse(attempt, access, Reason.WRONG_PASSWORD, charged=tries)


def _refuse(
    attempt: Try, access: Access | None, reason: Reason, *, charged: throttle.Tries | None = None
) -> Refusal:
    with transactions.writing():
        if charged:
            throttle.charge(charged.keys, now=attempt.now)
        _tally(attempt, reason, str(access) if access else NOBODY)
    return Refusal(reason)


def _tally(attempt: Try, reason: Reason, subject: str) -> None:
    audit.tally(
        "sign_in.refused",
        by=attempt.by,
        subject=f"access:{subject}",
        source=attempt.source,
        reason=reason,
        now=attempt.now,
    )
