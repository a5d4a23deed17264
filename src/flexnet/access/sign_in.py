"""Make it happen: somebody signs in. Cheap before dear, spend before trust (DESIGN.md, 2.3 and 5)."""

import functools
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flexnet import transactions
from flexnet.access import facts, queries
from flexnet.access.models import Access
from flexnet.access.rules import Channel, Granted, Reason, Refusal, Way
from flexnet.access.throttled import Throttled, Turned
from flexnet.accounts import actions as accounts
from flexnet.accounts import passwords, throttle
from flexnet.accounts import rules as account_rules
from flexnet.audit import actions as audit
from flexnet.keys import actions as keys
from flexnet.keys.models import Key
from flexnet.keys.rules import Outcome
from flexnet.lib import hotp

# Unknown names are counted as one: a stranger must not fill the disk with them, and some are passwords.
NOBODY = "unknown"
throttled = Throttled()


@dataclass(frozen=True)
class Try:
    """Somebody at a door: the name as typed, from where, through whom, when."""

    user_name: str
    source: str
    by: str
    now: datetime
    is_abroad: bool | None = None  # nobody tells it yet
    way: Way | None = None

    @functools.cached_property
    def account_name(self) -> str:
        return accounts.normal_user_name(self.user_name)

    @functools.cached_property
    def place(self) -> str:
        return account_rules.place(self.source)


@dataclass(frozen=True)
class Verified:
    """Whoever this is knows the password (and has the key); whether that is enough is not said yet."""

    access: Access
    key: Key | None
    tries: throttle.Tries


@dataclass(frozen=True)
class SignedIn:
    """The portal may open a session for this access."""

    access: Access
    granted: Granted


@dataclass(frozen=True)
class _Known:
    """Who that would be, and the tries that are left; no access: nobody has this name."""

    access: Access | None
    key: Key | None
    tries: throttle.Tries

    @property
    def subject(self) -> str:
        return f"access:{self.access or NOBODY}"


@dataclass(frozen=True)
class _Refused:
    """A try that failed: what it counts as, and the code that fitted nowhere, to be remembered."""

    attempt: Try
    known: _Known
    count: audit.Count
    missed: transactions.Statement | None


def verify_with_key(attempt: Try, field: bytes) -> passwords.Steps[Verified | Refusal]:
    """Code, then password, from the one field that holds both; a code is spent whatever the password."""
    known = _admit(attempt)
    if isinstance(known, Refusal):
        return known
    if known.access is None:
        return (yield from _refuse(attempt, known, Reason.UNKNOWN))
    if known.key is None:
        return (yield from _refuse(attempt, known, Reason.KEY_LOCKED))
    parts = hotp.split(_text(field), digits=known.key.digits, identifier=known.key.identifier or None)
    if isinstance(parts, hotp.Malformed):
        return (yield from _refuse(attempt, known, Reason.WRONG_CODE))
    refusal = yield from _spend(attempt, known, known.key, parts.code)
    return refusal or (yield from _check_password(attempt, known, known.access, parts.password))


def verify_password(attempt: Try, password: str) -> passwords.Steps[Verified | Refusal]:
    """Password alone, as the portal takes it behind the tunnel."""
    known = _admit(attempt)
    if isinstance(known, Refusal):
        return known
    if known.access is None:
        yield passwords.pretended(_bytes(password))
        return (yield from _refuse(attempt, known, Reason.UNKNOWN))
    return (yield from _check_password(attempt, known, known.access, password))


def to_portal(
    *,
    user_name: str,
    password: str,
    source: str,
    now: datetime,
    way: Way | None = None,
    provider: str = "",
) -> SignedIn | Refusal:
    """Sign in at the portal, without key; the decision rests on facts read after the hash.

    `provider` is the one of KV-SafeNet, if it came by that.
    """
    attempt = Try(user_name, source, "portal", now, way=way)
    verified = passwords.taken(verify_password(attempt, password))
    if isinstance(verified, Refusal):
        return verified
    with transactions.writing():
        decision = decide(attempt, verified, Channel.PORTAL)
        if isinstance(decision, Refusal):
            return decision
        note(attempt, verified, decision, Channel.PORTAL, data=_said_of_way(way, provider))
    return SignedIn(verified.access, decision)


def decide(attempt: Try, verified: Verified, channel: Channel) -> Granted | Refusal:
    """Inside a transaction, after the hash: what the facts say now, or that the password is another by now.

    From here on nobody changes the facts of this access until the transaction ends. A refusal is tallied.
    """
    access = verified.access
    transactions.hold(Access, [access.pk])
    known = facts.of([access.pk])[access.pk]
    key_id = verified.key.pk if verified.key else None
    decision = queries.decide_by(
        known,
        channel=channel,
        now=attempt.now,
        key_id=key_id,
        is_abroad=attempt.is_abroad,
        way=attempt.way,
    )
    if known.password_set_at != access.account.password_set_at:
        decision = Refusal(Reason.WRONG_PASSWORD)
    if isinstance(decision, Refusal):
        transactions.write_together(
            [audit.tallying([_counted(attempt, f"access:{access}", decision.reason)])]
        )
    return decision


def note(
    attempt: Try,
    verified: Verified,
    granted: Granted,
    channel: Channel,
    *,
    data: dict[str, object] | None = None,
    personal: dict[str, object] | None = None,
) -> None:
    """Inside the same transaction: somebody is signed in; the place is known from now on."""
    throttle.note_success(verified.tries, now=attempt.now)
    audit.record(
        "sign_in.accepted",
        by=attempt.by,
        subject=f"access:{verified.access}",
        data={"channel": channel, "narrow": granted.narrow, **(data or {})},
        person=f"access:{verified.access}",
        personal={"source": attempt.source, **(personal or {})},
    )


def _said_of_way(way: Way | None, provider: str) -> dict[str, object]:
    said = {"way": way, "provider": provider}
    return {name: value for name, value in said.items() if value}


def _admit(attempt: Try) -> _Known | Refusal:
    """Who that would be, unless throttled: then nothing that was typed is looked at."""
    name, place = attempt.account_name, attempt.place
    subject = throttled.subject(name, place, attempt.now)
    if subject:
        return _turn_away(attempt, subject)
    found = queries.at_the_door(name) if accounts.is_user_name(name) else None
    access, key = found or (None, None)
    tries = throttle.look(account_id=access.account_id if access else None, place=place, now=attempt.now)
    known = _Known(access, key, tries)
    if tries.are_left:
        return known
    throttled.remember(name, place, subject=known.subject, now=attempt.now, empty_for=tries.empty_for)
    return _turn_away(attempt, known.subject)


def _turn_away(attempt: Try, subject: str) -> Refusal:
    minute = attempt.now.replace(second=0, microsecond=0)
    throttled.count(Turned(attempt.by, subject, attempt.place, minute), now=attempt.now)
    return Refusal(Reason.THROTTLED)


def _text(field: bytes) -> str:
    """What was typed: UTF-8, or Latin-1 from clients that send it so."""
    try:
        return field.decode("utf-8")
    except UnicodeDecodeError:
        return field.decode("latin-1")


def _bytes(password: str) -> bytes:
    """What is hashed; a lone surrogate, which no keyboard types, is as wrong as any other character."""
    return password.encode("utf-8", "replace")


def _spend(attempt: Try, known: _Known, key: Key, code: str) -> passwords.Steps[Refusal | None]:
    verdict = keys.judge(key, code, source=attempt.place, now=attempt.now)
    if verdict.outcome is Outcome.WRONG:
        missed = keys.remembering(key, code, source=attempt.place, now=attempt.now)
        return (yield from _refuse(attempt, known, Reason.WRONG_CODE, missed))
    if verdict.outcome is not Outcome.ALREADY_USED:
        with transactions.writing_one():
            if keys.spend(key, verdict).is_spent:
                return None
    return (yield from _refuse(attempt, known, Reason.CODE_ALREADY_USED))


def _check_password(
    attempt: Try, known: _Known, access: Access, password: str
) -> passwords.Steps[Verified | Refusal]:
    account = access.account
    if (yield passwords.check(_bytes(password), account.password, user_name=account.user_name)):
        return Verified(access, known.key, known.tries)
    return (yield from _refuse(attempt, known, Reason.WRONG_PASSWORD))


def _refuse(
    attempt: Try, known: _Known, reason: Reason, missed: transactions.Statement | None = None
) -> passwords.Steps[Refusal]:
    yield transactions.Unwritten(
        _Refused(attempt, known, _counted(attempt, known.subject, reason), missed), _write
    )
    return Refusal(reason)


def _write(refused: Sequence[_Refused]) -> None:
    """What refusals leave, in one go; whoever writes several takes the rows of a table in their order."""
    missed = {one.known.key.pk: one.missed for one in refused if one.missed and one.known.key}
    charged = [key for one in refused for key in one.known.tries.keys]
    transactions.write_together(
        [
            *(missed[key] for key in sorted(missed)),
            throttle.charging(charged, now=max(one.attempt.now for one in refused)),
            audit.tallying([one.count for one in refused]),
        ]
    )


def _counted(attempt: Try, subject: str, reason: Reason) -> audit.Count:
    return audit.counted(
        "sign_in.refused",
        by=attempt.by,
        subject=subject,
        source=attempt.place,
        reason=reason,
        now=attempt.now,
    )
