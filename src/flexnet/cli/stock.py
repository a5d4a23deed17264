"""Commands for YubiKeys and gateways, whose secrets come over stdin."""

import getpass
import sys
from typing import Annotated

import typer

from flexnet.access import actions as accesses
from flexnet.access import key_returns, locking
from flexnet.access import queries as access_queries
from flexnet.cli.options import Json, Name, Serial, UserName, Why, acting, now
from flexnet.cli.output import end_with, say, told
from flexnet.gateway import actions as gateways
from flexnet.keys import actions, queries

key, gateway = typer.Typer(), typer.Typer()
SeedStdin = Annotated[bool, typer.Option("--seed-stdin", help="Read the seed (hex) from stdin.")]


@key.command("add")
@told
def add_key(
    serial: Serial,
    digits: int = 6,
    identifier: Annotated[str, typer.Option(help="What the key types before the code.")] = "",
    counter: Annotated[int, typer.Option(help="The lowest that it may still type.")] = 0,
    model: Annotated[str, typer.Option(help="As YubiKey 5 NFC.")] = "",
    firmware: Annotated[str, typer.Option(help="As 5.7.1.")] = "",
    slot: Annotated[int | None, typer.Option(help="1 or 2: where the code is.")] = None,
    seed_stdin: SeedStdin = False,
) -> None:
    """Bring a key in; the seed comes over stdin, never as an argument."""
    actions.add(
        serial=serial,
        seed=_seed(is_piped=seed_stdin),
        digits=digits,
        identifier=identifier,
        counter=counter,
        make=actions.Make(model, firmware, slot),
        by=acting(),
        now=now(),
    )
    say(f"Key {serial} is in stock.")


@key.command("assign")
@told
def assign_key(
    serial: Serial,
    user_name: UserName,
    reason: Annotated[str, typer.Option(help="What one more is for; each site has one free.")] = "",
) -> None:
    """The key opens this access from now on, in place of one that is lost or defective."""
    held, who = queries.key(serial), access_queries.access_named(user_name)
    accesses.assign_key(key=held, access=who, by=acting(), reason=reason, now=now())
    say(f"Key {serial} belongs to {user_name}.")


@key.command("take-back")
@told
def take_key_back(serial: Serial, reason: Why) -> None:
    """The key opens nothing any more; what came in by it ends. One that was out needs a new seed."""
    accesses.take_key_back(serial=serial, by=acting(), reason=reason, now=now())
    place, _last = queries.whereabouts_of(queries.key(serial))
    say(f"Key {serial} belongs to nobody; it is {place.label.lower()}.")


@key.command("lost")
@told
def lose_key(serial: Serial, reason: Why, json: Json = False) -> None:
    """The key is lost: lock it at once, and end what came in by it."""
    row = locking.report_key_lost(serial=serial, by=acting(), reason=reason, now=now())
    say(f"Key {serial} is locked since {row.imposed_at.isoformat()} (lock {row.pk}).")
    end_with({"lock": row.pk, "imposed_at": row.imposed_at.isoformat()}, as_json=json)


@key.command("reseed")
@told
def reseed_key(serial: Serial, reason: Why, counter: int = 0, seed_stdin: SeedStdin = False) -> None:
    """A key that came back was programmed anew: it is in stock again."""
    seed = _seed(is_piped=seed_stdin)
    key_returns.reseed(serial=serial, seed=seed, counter=counter, by=acting(), reason=reason, now=now())
    say(f"Key {serial} is in stock, with its new seed.")


def _seed(*, is_piped: bool) -> bytes:
    text = sys.stdin.readline() if is_piped else getpass.getpass("Seed (hex): ")
    try:
        return bytes.fromhex(text.strip())
    except ValueError:
        raise typer.BadParameter("The seed is not hexadecimal.") from None


@gateway.command("add")
@told
def add_gateway(
    name: Name,
    certificate_name: Annotated[str, typer.Option(help="DNS name in its certificate.")],
    address: Annotated[str, typer.Option(help="Only for plain RADIUS: where it sends from.")] = "",
    secret_stdin: Annotated[
        bool, typer.Option("--secret-stdin", help="Only for plain RADIUS: read the secret from stdin.")
    ] = False,
) -> None:
    """Make a gateway known."""
    secret = sys.stdin.readline().strip().encode() if secret_stdin else None
    gateways.register(
        name=name, certificate_name=certificate_name, address=address or None, secret=secret, by=acting()
    )
    say(f"Gateway {name} is registered.")
