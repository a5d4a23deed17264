"""Make it happen: members hear by mail, at their registered address, what happened to their accesses.

A mail is queued in the transaction of what it tells of, where this KV tells of that by mail and knows an
address; for the others a letter is due (`post`). None says a user name, let alone a secret.
"""

from collections.abc import Mapping
from datetime import datetime

from flexnet.access import queries, requests, rules
from flexnet.access.models import Access, CredentialRequest, KeyAssignment, Lock, Notice
from flexnet.mail import actions as mails
from flexnet.mail import addresses
from flexnet.mail import queries as outbox
from flexnet.mail.addresses import Address
from flexnet.mail.kinds import Kind, Plain, Said


def locked(lock: Lock, *, subject: str) -> None:
    """Inside the transaction of a lock: whoever it concerns, each address once."""
    if not outbox.tells_of("locks"):
        return
    at, occasion = lock.imposed_at, f"lock:{lock.pk}"
    for to, about in _concerned(lock).items():
        said: dict[str, Said] = {"about": about, "since": at}
        mails.queue(Kind.ACCESS_LOCKED, to=to, about=subject, occasion=occasion, said=said, now=at)


def notice_received(row: Notice, *, now: datetime) -> None:
    """Inside its transaction: that a member's notice is here. What the KV itself gives goes on paper."""
    if row.kind != Notice.Kind.MEMBER or not outbox.tells_of("notices"):
        return
    said = {"received": row.received_on, "last_day": row.ends_on}
    _tell(Kind.NOTICE_RECEIVED, row.access, f"notice:{row.pk}", said, now)


def credentials_asked(row: CredentialRequest) -> None:
    """Inside its transaction: that somebody asked for what travels by letter only.

    Whoever just opened an access for their staff in the portal need not be told.
    """
    if outbox.tells_of("credentials") and not requests.is_for_first_letters(row):
        occasion, at = f"credentials:{row.pk}", row.requested_at
        is_word = row.what == CredentialRequest.What.WORD
        kind = Kind.WORD_ASKED if is_word else Kind.CREDENTIALS_ASKED
        _tell(kind, row.access, occasion, {"at": at}, at)


def _tell(kind: Kind, access: Access, occasion: str, said: Mapping[str, Said], now: datetime) -> None:
    addressee = requests.addressee_of(access, rules.day_of(now))
    to = addresses.parsed(addressee.email) if addressee else None
    if to:
        whole = {"about": _about(access), **said}
        mails.queue(kind, to=to, about=f"access:{access}", occasion=occasion, said=whole, now=now)


def _concerned(lock: Lock) -> dict[Address, Plain]:
    """To whom, and how the mail calls what is locked."""
    if lock.practice:
        whole = Plain(f"Alle Zugänge der Praxis {lock.practice.name}")
        return {to: whole for site in lock.practice.sites.all() if (to := addresses.parsed(site.email))}
    held = KeyAssignment.objects.filter(key=lock.key_id, until_at=None).values("access")
    which = {"pk__in": held} if lock.key_id else {"pk": lock.access_id}
    rows = list(queries.whole().filter(**which, withdrawn_at=None))
    words = {Lock.Scope.KEY: "YubiKey, {}", Lock.Scope.PASSWORD: "Zugangsdaten, {}"}
    said = words.get(Lock.Scope(lock.scope), "{}")
    addressees = requests.addressees(rows, rules.day_of(lock.imposed_at))
    found = {row: addresses.parsed(one.email) for row, one in addressees.items() if one}
    return {to: Plain(said.format(_about(row))) for row, to in found.items() if to}


def _about(access: Access) -> Plain:
    """An access without its user name, which is half of what it takes to sign in."""
    if access.site:
        return Plain(f"Praxiszugang der Betriebsstätte {access.site}")
    holder = access.person.name if access.person else access.holder
    word = "Mitarbeiterzugang" if access.kind == Access.Kind.EMPLOYEE else "Zugang"
    return Plain(f"{word} von {holder}")
