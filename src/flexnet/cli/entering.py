"""Commands that enter facts; the office does the same with pages."""

import getpass
import os
import sys
from datetime import UTC, date, datetime
from typing import Annotated

import typer

from flexnet.access import actions as accesses
from flexnet.access.models import Lock, Notice, Service
from flexnet.cli.output import Json, end_with, say, told
from flexnet.gateway import actions as gateways
from flexnet.keys import actions as keys
from flexnet.keys import queries as key_queries
from flexnet.members import actions as members
from flexnet.members import queries

practice, person, owner, activity = typer.Typer(), typer.Typer(), typer.Typer(), typer.Typer()
terms, declaration, access, key = typer.Typer(), typer.Typer(), typer.Typer(), typer.Typer()
lock, service, gateway = typer.Typer(), typer.Typer(), typer.Typer()

Bsnr = Annotated[str, typer.Option("--bsnr", help="Number of the site, nine digits.")]
Lanr = Annotated[str, typer.Option("--lanr", help="Number of the person, nine digits.")]
Name = Annotated[str, typer.Option("--name")]
UserName = Annotated[str, typer.Option("--user-name")]
Serial = Annotated[str, typer.Option("--serial", help="Serial number of the key.")]
Why = Annotated[str, typer.Option("--reason", help="Why; it stands in the audit trail.")]


def _by() -> str:
    return f"cli:{os.environ.get('SUDO_USER') or getpass.getuser()}"


def _now() -> datetime:
    return datetime.now(UTC)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"{text!r} is no day; write it as 2026-04-01.") from None


Day = Annotated[date, typer.Option(parser=_day, help="A day, as 2026-04-01.")]
OptionalDay = Annotated[date | None, typer.Option(parser=_day, help="A day, as 2026-04-01.")]


@practice.command("add")
@told
def add_practice(bsnr: Bsnr, name: Name) -> None:
    """A practice with its first site."""
    site = members.enter_practice(bsnr=bsnr, name=name, by=_by())
    say(f"Practice {site.practice} with the site {site.bsnr} is entered.")


@person.command("add")
@told
def add_person(lanr: Lanr, name: Name) -> None:
    """A doctor or psychotherapist."""
    say(f"Person {members.enter_person(lanr=lanr, name=name, by=_by()).lanr} is entered.")


@owner.command("add")
@told
def add_owner(bsnr: Bsnr, lanr: Lanr, from_on: Annotated[date, typer.Option("--from", parser=_day)]) -> None:
    """The person owns the practice from a day on."""
    site, who = queries.site(bsnr), queries.person(lanr)
    members.enter_ownership(practice=site.practice, person=who, from_on=from_on, by=_by())
    say(f"{who.lanr} owns the practice of {site.bsnr} from {from_on} on.")


@activity.command("add")
@told
def add_activity(
    lanr: Lanr,
    from_on: Annotated[date, typer.Option("--from", parser=_day)],
    until_on: Annotated[date | None, typer.Option("--until", parser=_day)] = None,
) -> None:
    """Contracted activity of a person, last day inclusive."""
    members.enter_activity(person=queries.person(lanr), from_on=from_on, until_on=until_on, by=_by())
    say(f"The activity of {lanr} is entered.")


@terms.command("add")
@told
def add_terms(version: int, file: typer.FileText, effective_on: Day) -> None:
    """A version of the terms; its text is read from a file."""
    row = accesses.publish_terms(version=version, text=file.read(), effective_on=effective_on, by=_by())
    say(f"Version {version} of the terms, SHA-256 {row.sha256}")


@declaration.command("add")
@told
def add_declaration(
    lanr: Lanr, terms_version: Annotated[int, typer.Option("--terms")], signed_on: Day
) -> None:
    """A signed declaration arrived."""
    who = queries.person(lanr)
    accesses.enter_declaration(person=who, version=terms_version, signed_on=signed_on, by=_by(), now=_now())
    say(f"The declaration of {lanr} for version {terms_version} is entered.")


@access.command("add")
@told
def add_access(
    kind: Annotated[str, typer.Argument(help="practice or personal")],
    user_name: UserName,
    bsnr: Annotated[str, typer.Option("--bsnr")] = "",
    lanr: Annotated[str, typer.Option("--lanr")] = "",
    json: Json = False,
) -> None:
    """An access with its initial password, which is shown this once."""
    if kind == "practice" and bsnr:
        site = queries.site(bsnr)
        issued = accesses.open_practice_access(site=site, user_name=user_name, by=_by(), now=_now())
    elif kind == "personal" and lanr:
        who = queries.person(lanr)
        issued = accesses.open_personal_access(person=who, user_name=user_name, by=_by(), now=_now())
    else:
        raise typer.BadParameter("Say `practice --bsnr …` or `personal --lanr …`.")
    say(f"User name {issued.account}, initial password {issued.initial_password}")
    answer = {"user_name": str(issued.account), "initial_password": issued.initial_password}
    end_with(answer, as_json=json)


@access.command("notice")
@told
def add_notice(user_name: UserName, kind: Notice.Kind, received_on: Day, reason: Why) -> None:
    """The access ends by notice, counted from the day it arrived."""
    row = accesses.give_notice(
        access=accesses.access_named(user_name),
        kind=kind,
        received_on=received_on,
        by=_by(),
        reason=reason,
        now=_now(),
    )
    say(f"The access {user_name} ends with {row.ends_on}.")


@key.command("add")
@told
def add_key(
    serial: Serial,
    digits: int = 6,
    identifier: str = "",
    counter: int = 0,
    seed_stdin: Annotated[bool, typer.Option("--seed-stdin", help="Read the seed (hex) from stdin.")] = False,
) -> None:
    """Bring a key in; the seed comes over stdin, never as an argument."""
    text = sys.stdin.readline() if seed_stdin else getpass.getpass("Seed (hex): ")
    try:
        seed = bytes.fromhex(text.strip())
    except ValueError:
        raise typer.BadParameter("The seed is not hexadecimal.") from None
    keys.add(
        serial=serial, seed=seed, digits=digits, identifier=identifier, counter=counter, by=_by(), now=_now()
    )
    say(f"Key {serial} is in stock.")


@key.command("assign")
@told
def assign_key(serial: Serial, user_name: UserName) -> None:
    """The key opens this access from now on."""
    accesses.assign_key(
        key=key_queries.key(serial), access=accesses.access_named(user_name), by=_by(), now=_now()
    )
    say(f"Key {serial} belongs to {user_name}.")


@key.command("lost")
@told
def lose_key(serial: Serial, reason: Why, json: Json = False) -> None:
    """The key is lost: lock it at once, and end what came in by it."""
    row = accesses.report_key_lost(serial=serial, by=_by(), reason=reason, now=_now())
    say(f"Key {serial} is locked since {row.imposed_at.isoformat()}.")
    end_with({"lock": row.pk, "imposed_at": row.imposed_at.isoformat()}, as_json=json)


@key.command("rotate-seals")
@told
def rotate_seals() -> None:
    """Seal every seed anew under the current key of the ring."""
    say(f"{keys.reseal()} seeds are sealed anew.")


@lock.command("practice")
@told
def lock_practice(bsnr: Bsnr, reason: Why, cause: Lock.Cause = Lock.Cause.MISUSE, json: Json = False) -> None:
    """Lock everything of a practice: every access of its sites and of its owners."""
    row = accesses.lock_practice(
        practice=queries.site(bsnr).practice, cause=cause, by=_by(), reason=reason, now=_now()
    )
    say(f"Everything of the practice of {bsnr} is locked since {row.imposed_at.isoformat()}.")
    end_with({"lock": row.pk, "imposed_at": row.imposed_at.isoformat()}, as_json=json)


@lock.command("access")
@told
def lock_access(
    user_name: UserName, reason: Why, cause: Lock.Cause = Lock.Cause.OTHER, json: Json = False
) -> None:
    """Lock one access."""
    row = accesses.lock_access(
        access=accesses.access_named(user_name), cause=cause, by=_by(), reason=reason, now=_now()
    )
    say(f"The access {user_name} is locked (lock {row.pk}).")
    end_with({"lock": row.pk, "imposed_at": row.imposed_at.isoformat()}, as_json=json)


@lock.command("lift")
@told
def lift_lock(number: int, reason: Why) -> None:
    """Lift a lock by its number."""
    row = Lock.objects.filter(pk=number).first()
    if row is None:
        raise typer.BadParameter(f"There is no lock {number}.")
    accesses.lift_lock(row, by=_by(), reason=reason, now=_now())
    say(f"Lock {number} is lifted.")


@service.command("add")
@told
def add_service(slug: str, name: Name, rule: list[str], everyone: bool = False) -> None:
    """Something in the closed network, with its filter rules."""
    accesses.add_service(slug=slug, name=name, filter_rules=rule, for_everyone=everyone, by=_by())
    say(f"Service {slug} is entered.")


@service.command("grant")
@told
def grant_service(slug: str, user_name: UserName) -> None:
    """The access may use the service from now on."""
    row = Service.objects.filter(slug=slug).first()
    if row is None:
        raise typer.BadParameter(f"There is no service {slug}.")
    accesses.grant(access=accesses.access_named(user_name), service=row, by=_by(), now=_now())
    say(f"{user_name} may use {slug}.")


@gateway.command("add")
@told
def add_gateway(
    name: Name,
    certificate_name: Annotated[str, typer.Option("--certificate-name")],
    address: str = "",
    secret_stdin: Annotated[bool, typer.Option("--secret-stdin")] = False,
) -> None:
    """Make a gateway known: by its certificate; for plain RADIUS also by address and secret (over stdin)."""
    secret = sys.stdin.readline().strip().encode() if secret_stdin else None
    gateways.register(
        name=name, certificate_name=certificate_name, address=address or None, secret=secret, by=_by()
    )
    say(f"Gateway {name} is registered.")
