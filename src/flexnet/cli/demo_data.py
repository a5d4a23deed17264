"""Two practices and three colleagues to try the server with; synthetic, and only into an empty database."""

import importlib.resources
import secrets
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta

from flexnet.access import actions as accesses
from flexnet.access import queries, terms
from flexnet.access.models import Access
from flexnet.accounts import staff
from flexnet.accounts.staff import Role
from flexnet.cli.output import say
from flexnet.keys import actions as keys
from flexnet.members import actions as members
from flexnet.publications import actions as publications

_BY = "cli:demo-data"
# How the second version of the example differs from the first one.
_CHANGES = (
    ("mindestens zehn Zeichen", "mindestens zwölf Zeichen"),
    ("Rufen Sie uns sofort an.", "Rufen Sie uns sofort an. Nachts sperren Sie ihn selbst im Internet."),
)
_ANNOUNCED_AHEAD = timedelta(days=42)
_CERTIFIED = timedelta(days=365)
_PROVIDERS = (
    ("Netz Beispiel AG (erfunden)", "https://netz.example/"),
    ("Anschluss Muster GmbH (erfunden)", "https://anschluss.example/"),
)
_PRACTICES = (
    ("889999900", "Praxis Sonnenschein (erfunden)", "123456601", "Dr. Anna Beispiel"),
    ("859999900", "Praxis Mustermann (erfunden)", "765432201", "Dr. Bernd Muster"),
)
_COLLEAGUES = (
    ("clara", "Clara Beispiel (erfunden)", (Role.CLERK, Role.KEY_DESK)),
    ("vera", "Vera Muster (erfunden)", (Role.ADMINISTRATOR, Role.CLERK)),
    ("rene", "René Prüfer (erfunden)", (Role.ADMINISTRATOR, Role.AUDITOR)),
)


def enter() -> None:
    """Enter them and say how to sign in; a database that holds accesses is left as it is."""
    if Access.objects.exists():
        say("The database holds accesses already; no demo data is entered.")
        return
    now = datetime.now(UTC)
    text = importlib.resources.files("flexnet.cli").joinpath("example_terms.txt").read_text(encoding="utf-8")
    terms.publish(version=1, text=text, effective_on=date(2016, 4, 28), by=_BY, now=now)
    for number, (bsnr, name, lanr, owner) in enumerate(_PRACTICES, 1):
        _enter(number, bsnr=bsnr, name=name, lanr=lanr, owner=owner, now=now)
    for was, will_be in _CHANGES:
        text = text.replace(was, will_be)
    terms.publish(version=2, text=text, effective_on=now.date() + _ANNOUNCED_AHEAD, by=_BY, now=now)
    for provider, url in _PROVIDERS:
        until_on = now.date() + _CERTIFIED
        publications.certify(name=provider, url=url, from_on=now.date(), until_on=until_on, by=_BY)
    for user_name, name, roles in _COLLEAGUES:
        _employ(user_name, name=name, roles=roles, now=now)


def _enter(number: int, *, bsnr: str, name: str, lanr: str, owner: str, now: datetime) -> None:
    site = members.enter_practice(bsnr=bsnr, name=name, by=_BY)
    person = members.enter_person(lanr=lanr, name=owner, by=_BY)
    members.enter_ownership(practice=site.practice, person=person, from_on=date(2020, 1, 1), by=_BY, now=now)
    terms.enter_declaration(person=person, version=1, signed_on=now.date(), by=_BY, now=now)
    for issued in (
        accesses.open_practice_access(site=site, user_name=f"praxis{number}", by=_BY, now=now),
        accesses.open_personal_access(person=person, user_name=f"arzt{number}", by=_BY, now=now),
    ):
        say(f"{name}: {issued.account}, initial password {issued.initial_password}")
    key = keys.add(serial=f"1000000{number}", seed=secrets.token_bytes(20), by=_BY, now=now)
    access = queries.access_named(f"praxis{number}")
    accesses.assign_key(key=key, access=access, by=_BY, now=now)


def _employ(user_name: str, *, name: str, roles: Iterable[Role], now: datetime) -> None:
    issued = staff.enter(user_name=user_name, name=name, roles=roles, by=_BY, now=now)
    words = f"initial password {issued.initial_password}, enrolment code {issued.enrolment_code}"
    say(f"Office, {name}: {user_name}, {words}")
