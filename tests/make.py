"""State for tests, built by calling our own actions: Alice's practice, Bob's beside it, a gateway, staff."""

import itertools
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from flexnet.access import actions as accesses
from flexnet.access import change_requests, changeable, derived, mandating, programs, queries
from flexnet.access import terms as terms_of_use
from flexnet.access.changeable import Datum
from flexnet.access.models import Access, ChangeRequest, Declaration, Mandate, Permission, Service, Terms
from flexnet.access.rules import Refusal
from flexnet.accounts import app_secrets, factors, passwords
from flexnet.accounts import staff as staff_actions
from flexnet.accounts.models import Role, Staff
from flexnet.gateway import actions as gateways
from flexnet.gateway.models import Gateway
from flexnet.keys import actions as keys
from flexnet.keys.models import Key
from flexnet.lib import hotp, totp
from flexnet.lib.identifiers import Lanr
from flexnet.members import actions as members
from flexnet.members import third_parties
from flexnet.members.models import Person, Practice, Site
from tests import snapshots

BY = "test"
NOW = datetime(2026, 4, 14, 8, 0, tzinfo=UTC)
SEED = b"12345678901234567890"
SOURCE = "198.51.100.10"
TUNNEL_ADDRESS = "10.66.0.5"
PASSWORD = "Fruehling-2026"
NO_ROW = "2000000000"  # no sequence gets there; those of PostgreSQL go on from test to test
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
    practice_word: str
    personal_word: str

    def field(self, press: int, password: str | None = None) -> bytes:
        """What the person types and the key adds at its press number `press` (from 0)."""
        return ((password or self.practice_password) + hotp.code(self.seed, press)).encode()


def terms(version: int = 1) -> Terms:
    found = Terms.objects.filter(version=version).first()
    return found or terms_of_use.publish(
        version=version, text=f"Fassung {version}", effective_on=date(2015 + version, 4, 28), by=BY, now=NOW
    )


def changed_terms(*, effective_on: date, now: datetime = NOW) -> Terms:
    """Version 2, announced today."""
    return publish(2, effective_on, now=now)


def publish(version: int, effective_on: date, *, now: datetime = NOW) -> Terms:
    """A version with two paragraphs, of which the second one changes each time."""
    lines = (
        "§ 1 Nutzung",
        "Der YubiKey gehört in Ihre Hand.",
        "§ 2 Kennwort",
        f"Mindestens {10 + version} Zeichen.",
    )
    text = "\n\n".join(lines)
    return terms_of_use.publish(version=version, text=text, effective_on=effective_on, by=BY, now=now)


_MEMBERS = {"alice": ("889999900", "123456601"), "bob": ("859999900", "765432201")}
_serials = itertools.count(10_000_001)
_DAY = timedelta(days=1)


@snapshots.kept
def member(name: str = "alice", *, declared: bool = True, now: datetime = NOW) -> Member:
    """`alice` or `bob`; user names `<name>-praxis` and `<name>`; passwords still the initial ones."""
    terms()
    bsnr, lanr = _MEMBERS[name]
    site = members.enter_practice(bsnr=bsnr, name=f"Praxis {name}", by=BY)
    person = members.enter_person(lanr=lanr, name=f"Dr. {name}", by=BY)
    since = date(2020, 1, 1)
    members.enter_ownership(practice=site.practice, person=person, from_on=since, by=BY, now=now)
    if declared:
        declare(person, now=now)
    practice = accesses.open_practice_access(site=site, user_name=f"{name}-praxis", by=BY, now=now)
    personal = accesses.open_personal_access(person=person, user_name=name, by=BY, now=now)
    seed = SEED if name == "alice" else SEED[::-1]
    key = stock_key(seed, now=now)
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
        practice.revocation_word,
        personal.revocation_word,
    )


def own_too(practice: Practice, start: str, *, now: datetime = NOW) -> Person:
    """Somebody else who owns it; `start` is how the LANR begins, six digits."""
    lanr = f"{start}{Lanr.check_digit(start)}01"
    person = members.enter_person(lanr=lanr, name=f"Dr. {start}", by=BY)
    members.enter_ownership(practice=practice, person=person, from_on=date(2021, 1, 1), by=BY, now=now)
    return person


def partner(practice: Practice, start: str = "246801", *, now: datetime = NOW) -> Access:
    """The personal access `paul` of a second owner; the password is PASSWORD."""
    person = own_too(practice, start, now=now)
    declare(person, now=now - _DAY)
    issued = accesses.open_personal_access(person=person, user_name="paul", by=BY, now=now - _DAY)
    return _changed(queries.access_named("paul"), issued.initial_password, now=now)


def employee(of: Access, name: str = "carol", *, now: datetime = NOW) -> Access:
    """Somebody of the staff, under that member's access; the password is PASSWORD."""
    issued = derived.open_employee_access(origin=of, holder=name.title(), user_name=name, by=BY, now=now)
    return _changed(queries.access_named(name), issued.initial_password, now=now)


def third_party(name: str = "dora", *, now: datetime = NOW) -> Access:
    """The signatory of a clearing office, which has declared to keep the terms; the password is PASSWORD."""
    terms()
    details = third_parties.ThirdPartyDetails(
        name="Abrechnungsstelle", signatory=name.title(), contact="Emil", interest="Sammelabrechnung"
    )
    party = third_parties.enter(details=details, from_on=date(2026, 1, 1), by=BY, now=now)
    terms_of_use.enter_declaration(person=party, version=1, signed_on=now.date(), by=BY, now=now)
    issued = derived.open_third_party_access(
        party=party, holder=name.title(), user_name=name, is_signatory=True, by=BY, now=now
    )
    return _changed(queries.access_named(name), issued.initial_password, now=now)


def submitter(name: str = "dora", *, now: datetime = NOW) -> Access:
    """The same, which reaches the portal and hands in for whoever lets it."""
    access = third_party(name, now=now)
    for function in (Permission.Function.PORTAL, Permission.Function.SUBMISSION):
        derived.permit(access=access, function=function, by=BY, now=now)
    return access


def mandate(
    by: Access, to: Access, site: Site, *, until_on: date | None = None, now: datetime = NOW
) -> Mandate:
    """The owner lets the submitter hand in for the site from today on."""
    wanted = mandating.Wanted(to.third_party_id or 0, [site.bsnr], now.date(), until_on)
    rows = mandating.give(member=by, wanted=wanted, number=uuid.uuid4(), now=now)
    assert not isinstance(rows, mandating.NotGiven)
    return rows[0]


def change_asked(
    who: Member,
    datum: Datum = Datum.PHONE,
    wanted: Mapping[str, str] | None = None,
    *,
    from_on: date | None = None,
    now: datetime = NOW,
) -> ChangeRequest:
    """In the portal, with the practice's access: another telephone number, or what is said."""
    seen, number = changeable.stored(datum, who.site), uuid.uuid4()
    asked = change_requests.Asked(
        datum, who.site, seen, wanted or {"value": "0391 99"}, from_on or now.date()
    )
    row = change_requests.ask(access=who.practice_access, asked=asked, number=number, now=now)
    assert isinstance(row, ChangeRequest)
    return row


def _changed(access: Access, old: str, *, now: datetime) -> Access:
    changed = accesses.change_password(account=access.account, old=old, new=PASSWORD, by=BY, now=now)
    assert changed is None
    return access


def stock_key(seed: bytes = SEED, *, digits: int = 6, identifier: str = "", now: datetime = NOW) -> Key:
    """A key that belongs to nobody yet."""
    serial = str(next(_serials))
    return keys.add(serial=serial, seed=seed, digits=digits, identifier=identifier, by=BY, now=now)


def declare(person: Person, *, now: datetime = NOW) -> None:
    terms_of_use.enter_declaration(person=person, version=1, signed_on=now.date(), by=BY, now=now)


def tick(access: Access, shown: Terms, *, now: datetime = NOW) -> Declaration | terms_of_use.NotAccepted:
    """What the portal does with a tick under the terms that it showed."""
    return terms_of_use.accept(access=access, version=shown.version, sha256=shown.sha256, by=BY, now=now)


@snapshots.kept
def settled(name: str = "alice", *, now: datetime = NOW) -> Member:
    """A member since yesterday whose initial passwords are changed: both are PASSWORD."""
    who = member(name, now=now - _DAY)
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
    return service("portal", PORTAL_RULE, for_everyone=True)


def service(slug: str, rule: str, *, for_everyone: bool = False) -> Service:
    return accesses.add_service(
        slug=slug, name=slug.title(), filter_rules=[rule], for_everyone=for_everyone, by=BY
    )


@dataclass
class Door:
    """A gateway as somebody's client and the agent use it."""

    gateway: Gateway
    who: Member
    source: str = SOURCE

    def sign_in(
        self, press: int, *, password: str | None = None, now: datetime = NOW, user_name: str = ""
    ) -> gateways.Accepted | Refusal:
        return self.type(self.who.field(press, password), now=now, user_name=user_name)

    def type(self, field: bytes, *, now: datetime = NOW, user_name: str = "") -> gateways.Accepted | Refusal:
        return passwords.taken(self.steps(field, now=now, user_name=user_name))

    def steps(
        self, field: bytes, *, now: datetime = NOW, user_name: str = ""
    ) -> passwords.Steps[gateways.Accepted | Refusal]:
        return gateways.sign_in(
            gateway=self.gateway,
            user_name=user_name or self.who.practice_access.account.user_name,
            field=field,
            source=self.source,
            user_agent="AnyConnect-compatible",
            now=now,
        )

    def authorize(
        self,
        state: bytes,
        *,
        session: str = "session-1",
        address: str | None = TUNNEL_ADDRESS,
        now: datetime = NOW,
        user_name: str = "",
    ) -> gateways.Authorized | Refusal:
        return gateways.authorize(
            gateway=self.gateway,
            user_name=user_name or self.who.practice_access.account.user_name,
            state=state,
            acct_session_id=session,
            source=self.source,
            tunnel_address=address,
            now=now,
        )

    def open(
        self,
        press: int = 0,
        *,
        session: str = "session-1",
        address: str = TUNNEL_ADDRESS,
        now: datetime = NOW,
    ) -> bytes:
        """Sign in and connect; answers the State."""
        accepted = self.sign_in(press, now=now)
        assert isinstance(accepted, gateways.Accepted)
        authorized = self.authorize(accepted.state, session=session, address=address, now=now)
        assert isinstance(authorized, gateways.Authorized)
        return accepted.state

    def hang_up(self, *, session: str = "session-1", now: datetime = NOW) -> None:
        """The person disconnects, and the gateway says so."""
        record = gateways.AccountingRecord(
            "stop", session, "", TUNNEL_ADDRESS, self.source, 60, 1_000, 2_000, "User-Request", now
        )
        gateways.account(gateway=self.gateway, record=record)


def door(who: Member, *, name: str = "gw1", source: str = SOURCE) -> Door:
    """At the gateway of that name, which is made if it is not there."""
    return Door(Gateway.objects.filter(name=name).first() or gateway(name), who, source)


@dataclass
class Colleague:
    """Somebody who works at the KV, with an authenticator app; a code of it is accepted once."""

    staff: Staff
    password: str
    secret: bytes
    _steps: Iterator[int] = field(default_factory=lambda: iter((-1, 0, 1)))

    def code_for_a_while(self) -> str:
        """By the real clock: the one that the app shows now, accepted for half a minute at least."""
        return totp.code(self.secret, datetime.now(UTC))

    def code(self, now: datetime = NOW) -> str:
        """A code that was not used yet; there are three for an instant."""
        return totp.code(self.secret, now + next(self._steps) * timedelta(seconds=totp.STEP_SECONDS))


def colleague(*roles: Role, name: str = "clara", now: datetime = NOW) -> Colleague:
    """Somebody who works here since yesterday, and has changed the initial password to PASSWORD."""
    since = now - _DAY
    entered = staff_actions.enter(
        user_name=name, name=f"{name.title()} Beispiel", roles=roles, by=BY, now=since
    )
    staff, sealed = entered.staff, app_secrets.make(entered.staff)
    secret = app_secrets.opened(sealed, staff)
    enrolling = staff.enrolment_codes.get().pk
    assert factors.add_app(
        staff=staff,
        sealed_secret=sealed,
        typed=totp.code(secret, since),
        enrolling=enrolling,
        by=BY,
        now=since,
    )
    old = entered.initial_password
    assert not staff_actions.change_password(staff=staff, old=old, new=PASSWORD, by=BY, now=since)
    return Colleague(Staff.objects.select_related("account").get(pk=staff.pk), PASSWORD, secret)


def program(access: Access, name: str = "Praxissoftware") -> programs.Connected:
    """A program that hands in with this access, where the configuration lets it."""
    done = programs.connect(access=access, name=name, number=uuid.uuid4(), by=BY, now=NOW)
    assert isinstance(done, programs.Connected)
    return done
