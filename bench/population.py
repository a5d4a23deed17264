"""Fills a database with a crowd: practices, owners, declarations, accesses, keys, and a gateway to ask.

Rows are written many at a time, which no action does; every seal, fact and interval is what the actions
would have made of the same people.
"""

import base64
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import argon2
from django.db import connection

from bench.crowd import Crowd
from flexnet import configuration, key_ring, transactions
from flexnet.access import actions as accesses
from flexnet.access import terms
from flexnet.access.models import Access, Declaration, KeyAssignment, Notice, Terms
from flexnet.accounts.models import Account
from flexnet.gateway import actions as gateways
from flexnet.keys.models import Key, Movement, Place
from flexnet.members.models import Activity, Ownership, Person, Practice, Site

_BY = "bench"
_SINCE = date(2020, 1, 1)
_AT_ONCE = 500


def main(crowd: str, secret: str = "") -> None:
    """Enter everyone; with a secret's file also this machine, as a gateway that speaks plain RADIUS."""
    now = datetime.now(UTC)
    terms.publish(version=1, text="Fassung für Messungen", effective_on=_SINCE, by=_BY, now=now)
    fill(Crowd.read(Path(crowd)), now - timedelta(days=1))
    if secret:
        register(Path(secret).read_bytes())
    if connection.vendor == "postgresql":
        with (
            connection.cursor() as cursor
        ):  # what its autovacuum does within a minute, and must not do meanwhile
            cursor.execute("ANALYZE")


def register(secret: bytes) -> None:
    """This machine as a gateway, and a service that everyone reaches through it."""
    gateways.register(name="bench", certificate_name="bench.test", address="127.0.0.1", secret=secret, by=_BY)
    rules = ["permit in tcp from assigned to 10.20.0.10 443"]
    accesses.add_service(slug="portal", name="KVSAonline", filter_rules=rules, for_everyone=True, by=_BY)


def fill(crowd: Crowd, now: datetime) -> None:
    """Everyone of the crowd, entered and unlocked `now`, the initial password long changed."""
    hashed = _hashed(crowd.password)
    for first in range(0, crowd.size, _AT_ONCE):
        numbers = range(first, min(first + _AT_ONCE, crowd.size))
        with transactions.writing():
            made = _accesses(crowd, numbers, _accounts(crowd, numbers, hashed, now), now)
            accesses.facts_changed([access.pk for access in made], by=_BY, reason="bench", now=now)


def _accesses(crowd: Crowd, numbers: range, accounts: list[Account], now: datetime) -> list[Access]:
    account = dict(zip(numbers, accounts, strict=True))
    numbered = {kind: [one for one in numbers if crowd.kind(one) == kind] for kind in Access.Kind}
    sites = _sites(crowd, numbered[Access.Kind.PRACTICE], now)
    made = {one: Access(kind="practice", site=site, account=account[one]) for one, site in sites.items()}
    for one, person in zip(numbered[Access.Kind.PERSONAL], _owners(sites), strict=False):
        made[one] = Access(kind="personal", person=person, account=account[one])
    members = _opened(made.values(), now)
    for one, origin in zip(numbered[Access.Kind.EMPLOYEE], members, strict=False):
        made[one] = Access(kind="employee", origin=origin, holder="Eva Beispiel", account=account[one])
    _opened([made[one] for one in numbered[Access.Kind.EMPLOYEE]], now)
    _assign(crowd, made, now)
    if crowd.is_mixed:
        _end({one: access for one, access in made.items() if _has_ended(one)}, now)
    return list(made.values())


def _has_ended(number: int) -> bool:
    """Of a mixed crowd one in ten."""
    return number % 10 == 3


def _keeps_key(number: int) -> bool:
    """Of those who ended one in a hundred, by the number in the crowd: a row's own differs each time."""
    return number % 1000 == 3


def _opened(rows: Iterable[Access], now: datetime) -> list[Access]:
    made = list(rows)
    for row in made:
        row.user_name, row.unlocked_at = row.account.user_name, now
    return Access.objects.bulk_create(made)


def _assign(crowd: Crowd, made: dict[int, Access], now: datetime) -> None:
    """A key for each who may have one; of the employees one in twenty has left one in the stock."""
    in_hand = [one for one, access in made.items() if access.kind != Access.Kind.EMPLOYEE]
    in_stock = [one for one in made if crowd.is_mixed and one % 200 == 9]
    places = [Place.ASSIGNED] * len(in_hand) + [Place.IN_STOCK] * len(in_stock)
    made_keys = _keys(crowd, [*in_hand, *in_stock], now)
    Movement.objects.bulk_create(
        Movement(key=key, place=place, at=now, by="bench")
        for key, place in zip(made_keys, places, strict=True)
    )
    keys = dict(zip(in_hand, made_keys, strict=False))
    KeyAssignment.objects.bulk_create(
        KeyAssignment(key=key, access=made[one], from_at=now) for one, key in keys.items()
    )


def _end(rows: dict[int, Access], now: datetime) -> None:
    """Noticed long ago; of a hundred keys one has not come back."""
    members = {one: row for one, row in rows.items() if row.origin is None}
    day = now.date() - timedelta(days=100)
    Notice.objects.bulk_create(
        Notice(access=row, kind=Notice.Kind.MEMBER, received_on=day, ends_on=day) for row in members.values()
    )
    back = [row.pk for one, row in members.items() if not _keeps_key(one)]
    gone = KeyAssignment.objects.filter(access__in=back)
    Movement.objects.filter(key__in=gone.values("key")).update(place=Place.RETURNED)
    gone.update(until_at=now)


def _owners(sites: dict[int, Site]) -> list[Person]:
    owned = Ownership.objects.filter(practice__sites__in=sites.values()).select_related("person")
    return [row.person for row in owned.order_by("pk")]


def _sites(crowd: Crowd, numbers: Sequence[int], now: datetime) -> dict[int, Site]:
    """With their practices, owners and what the owners declared."""
    practices = Practice.objects.bulk_create(
        Practice(name=f"Praxis {crowd.surname(one)} {one} (erfunden)") for one in numbers
    )
    people = Person.objects.bulk_create(
        Person(lanr=crowd.lanr(one), name=f"Dr. {crowd.surname(one)} {one} (erfunden)") for one in numbers
    )
    Ownership.objects.bulk_create(
        Ownership(practice=practice, person=person, from_on=_SINCE)
        for practice, person in zip(practices, people, strict=True)
    )
    Activity.objects.bulk_create(Activity(person=person, from_on=_SINCE) for person in people)
    agreed = Terms.objects.get(version=1)
    Declaration.objects.bulk_create(
        Declaration(person=person, terms=agreed, signed_on=_SINCE, entered_at=now) for person in people
    )
    sites = (
        Site(practice=practice, bsnr=crowd.bsnr(one))
        for one, practice in zip(numbers, practices, strict=True)
    )
    return dict(zip(numbers, Site.objects.bulk_create(sites), strict=True))


def _accounts(crowd: Crowd, numbers: range, hashed: bytes, now: datetime) -> list[Account]:
    return Account.objects.bulk_create(
        Account(
            user_name=crowd.user_name(one),
            password=_sealed_hash(hashed, crowd.user_name(one)),
            password_set_at=now,
            password_is_initial=False,
            password_first_changed_at=now,
        )
        for one in numbers
    )


def _keys(crowd: Crowd, numbers: Sequence[int], now: datetime) -> list[Key]:
    return Key.objects.bulk_create(
        Key(serial=crowd.serial(one), sealed_seed=_sealed_seed(crowd, one), added_at=now) for one in numbers
    )


def _hashed(password: str) -> bytes:
    """One hash for all: checking it costs as much each time, and making it would take hours."""
    policy = configuration.current().password
    hasher = argon2.PasswordHasher(
        time_cost=policy.argon2_iterations, memory_cost=policy.argon2_memory_kib, parallelism=1
    )
    return hasher.hash(password).encode()


def _sealed_hash(hashed: bytes, user_name: str) -> str:
    seal = key_ring.current().seal(hashed, table="accounts_account", row=user_name, kind="password")
    return base64.b64encode(seal).decode()


def _sealed_seed(crowd: Crowd, number: int) -> bytes:
    serial = crowd.serial(number)
    return key_ring.current().seal(crowd.seed(number), table="keys_key", row=serial, kind="seed")
