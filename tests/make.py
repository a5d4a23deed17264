"""State for tests, built by calling our own actions: Alice's practice, Bob's beside it, one gateway."""

import itertools
from dataclasses import dataclass
from datetime import UTC, date, datetime

from flexnet.access import actions as accesses
from flexnet.access import queries
from flexnet.access.models import Access, Service, Terms
from flexnet.gateway import actions as gateways
from flexnet.gateway.models import Gateway
from flexnet.keys import actions as keys
from flexnet.keys.models import Key
from flexnet.lib import hotp
from flexnet.members import actions as members
from flexnet.members.models import Person, Site

BY = "test"
NOW = datetime(2026, 4, 14, 8, 0, tzinfo=UTC)
SEED = b"12345678901234567890"
SOURCE = "198.51.100.10"
PASSWORD = "Fruehling-2026"
PORTAL_RULE = "permit in tcp from assigned to 10.20.0.10 443"


@dataclass
class Member:
    """A practice with one site, its owner, a practice access with key, a personal access."""

    site: Site
    person: Person
    practice_access: Access
    personal_access: Access
    key: Key
    practice_password: str
    personal_password: str
    seed: bytes

    def field(self, press: int, password: str | None = None) -> bytes:
        """What the person types and the key adds at its press number `press` (from 0)."""
        return ((password or self.practice_password) + hotp.code(self.seed, press)).encode()


def terms(version: int = 1) -> Terms:
    found = Terms.objects.filter(version=version).first()
    return found or accesses.publish_terms(
        version=version, text=f"Fassung {version}", effective_on=date(2016, 4, 28), by=BY
    )


_MEMBERS = {"alice": ("889999900", "123456601"), "bob": ("859999900", "765432201")}
_serials = itertools.count(10_000_001)


def member(name: str = "alice", *, declared: bool = True, now: datetime = NOW) -> Member:
    """`alice` or `bob`; user names `<name>-praxis` and `<name>`; passwords still the initial ones."""
    terms()
    bsnr, lanr = _MEMBERS[name]
    site = members.enter_practice(bsnr=bsnr, name=f"Praxis {name}", by=BY)
    person = members.enter_person(lanr=lanr, name=f"Dr. {name}", by=BY)
    members.enter_ownership(practice=site.practice, person=person, from_on=date(2020, 1, 1), by=BY, now=now)
    if declared:
        declare(person, now=now)
    practice = accesses.open_practice_access(site=site, user_name=f"{name}-praxis", by=BY, now=now)
    personal = accesses.open_personal_access(person=person, user_name=name, by=BY, now=now)
    seed = SEED if name == "alice" else SEED[::-1]
    key = keys.add(serial=str(next(_serials)), seed=seed, by=BY, now=now)
    practice_access = queries.access_named(f"{name}-praxis")
    accesses.assign_key(key=key, access=practice_access, by=BY, now=now)
    return Member(
        site,
        person,
        practice_access,
        queries.access_named(name),
        key,
        practice.initial_password,
        personal.initial_password,
        seed,
    )


def declare(person: Person, *, now: datetime = NOW) -> None:
    accesses.enter_declaration(person=person, version=1, signed_on=now.date(), by=BY, now=now)


def settled(name: str = "alice", *, now: datetime = NOW) -> Member:
    """A member whose initial passwords are changed: both are PASSWORD."""
    who = member(name, now=now)
    for access, old in (
        (who.practice_access, who.practice_password),
        (who.personal_access, who.personal_password),
    ):
        assert accesses.change_password(account=access.account, old=old, new=PASSWORD, by=BY, now=now) is None
    who.practice_password = who.personal_password = PASSWORD
    return who


def gateway(name: str = "gw1") -> Gateway:
    return gateways.register(name=name, certificate_name=f"{name}.flexnet.example", by=BY)


def portal_service() -> Service:
    return accesses.add_service(
        slug="portal", name="KVSAonline", filter_rules=[PORTAL_RULE], for_everyone=True, by=BY
    )
