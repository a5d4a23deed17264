"""Make it happen: members hear by mail, at their registered address, what happened to their accesses.

A mail is queued in the transaction of what it tells of, where this KV tells of that by mail and knows an
address; for the others a letter is due (`post`). None says a user name, let alone a secret.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from flexnet.access import queries, requests, rules
from flexnet.access.models import (
    Access,
    ChangeRequest,
    CredentialRequest,
    KeyAssignment,
    Lock,
    Mandate,
    Notice,
)
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


def mandates_given(rows: Sequence[Mandate], *, now: datetime) -> None:
    """Inside its transaction: that a third party may hand in for sites of one practice."""
    first = rows[0]
    until = f"{first.until_on:%d.%m.%Y}" if first.until_on else "auf Widerruf"
    said: dict[str, Said] = {"since": first.from_on, "until": Plain(until)}
    _tell_practice(Kind.MANDATE_GIVEN, rows, f"mandate:{first.pk}", said, now)


def mandate_revoked(row: Mandate, *, now: datetime) -> None:
    """Inside its transaction: that it does so no more."""
    _tell_practice(Kind.MANDATE_REVOKED, [row], f"mandate-end:{row.pk}", {"at": now}, now)


def change_decided(row: ChangeRequest, *, now: datetime) -> None:
    """Inside its transaction, before anything changes: that it is decided, to the address of until then."""
    if outbox.tells_of("changes") and (to := _address_of(row.access, now)):
        about, occasion = f"access:{row.access}", f"change:{row.pk}"
        mails.queue(Kind.CHANGE_DECIDED, to=to, about=about, occasion=occasion, said={}, now=now)


def _tell_practice(
    kind: Kind, rows: Sequence[Mandate], occasion: str, said: Mapping[str, Said], now: datetime
) -> None:
    """At the main site's address, as of messages."""
    if not outbox.tells_of("mandates"):
        return
    party, practice = rows[0].third_party, rows[0].site.practice
    main = practice.sites.order_by("-is_main", "bsnr").first()
    to = addresses.parsed(main.email) if main else None
    if to:
        about, sites = f"practice:{practice.pk}", ", ".join(str(row.site) for row in rows)
        whole = {"party": Plain(party.name), "sites": Plain(sites), **said}
        mails.queue(kind, to=to, about=about, occasion=occasion, said=whole, now=now)


def _tell(kind: Kind, access: Access, occasion: str, said: Mapping[str, Said], now: datetime) -> None:
    to = _address_of(access, now)
    if to:
        whole = {"about": _about(access), **said}
        mails.queue(kind, to=to, about=f"access:{access}", occasion=occasion, said=whole, now=now)


def _address_of(access: Access, now: datetime) -> Address | None:
    addressee = requests.addressee_of(access, rules.day_of(now))
    return addresses.parsed(addressee.email) if addressee else None


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
