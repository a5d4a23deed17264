"""Commands for the stock of YubiKeys: where each is, what is due because of them, what losses cost."""

from collections.abc import Iterable
from typing import Annotated

import typer

from flexnet.access import charges, key_returns, stock
from flexnet.access import queries as accesses
from flexnet.access.models import Charge
from flexnet.cli.options import Json, Serial, Why, acting, now
from flexnet.cli.output import end_with, say, told
from flexnet.keys import movements, queries
from flexnet.keys.models import Movement, Place

keys = typer.Typer()
LockNumber = Annotated[int, typer.Argument(help="Of the lock on the lost key.")]


@keys.command("show")
@told
def show(serial: Serial, json: Json = False) -> None:
    """Where a key is, and every place it was."""
    row = queries.key(serial)
    place, last = queries.whereabouts_of(row)
    say(f"Key {serial}, {row.digits} digits{f', types {row.identifier} first' if row.identifier else ''}")
    say(f"It is {place.label.lower()}.")
    for one in queries.movements(row):
        say(f"  {one.at:%Y-%m-%d %H:%M} {Place(one.place).label.lower()}, by {one.by}: {one.reason or '-'}")
    end_with({"serial": serial, "place": place, "since": last.at.isoformat()}, as_json=json)


@keys.command("move")
@told
def move(serial: Serial, to: Annotated[Place, typer.Option(help="Where it is now.")], reason: Why) -> None:
    """It is packed, posted, in use, defective, or to be returned."""
    movements.move(serial=serial, to=to, by=acting(), reason=reason, now=now())
    say(f"Key {serial} is {to.label.lower()}.")


@keys.command("remind")
@told
def remind(serial: Serial) -> None:
    """Note that whoever has a key that is to come back was asked once more."""
    movements.remind(serial=serial, by=acting(), now=now())
    say(f"Noted for key {serial}.")


@keys.command("declare-lost")
@told
def declare_lost(serial: Serial, reason: Why) -> None:
    """A key that did not come back is lost: locked, and charged (§ 6(3))."""
    row = key_returns.declare_lost(serial=serial, by=acting(), reason=reason, now=now())
    say(f"Key {serial} is lost. {_told(row)}")


@keys.command("dispose-of")
@told
def dispose_of(serial: Serial, reason: Why) -> None:
    """It is gone for good."""
    key_returns.dispose_of(serial=serial, by=acting(), reason=reason, now=now())
    say(f"Key {serial} is disposed of.")


@keys.command("charge")
@told
def charge(lock: LockNumber, reason: Why) -> None:
    """Whoever lost the key pays for it, as configured (§ 6(3))."""
    say(_told(charges.charge(accesses.lock(lock), by=acting(), reason=reason, now=now())))


@keys.command("waive")
@told
def waive(lock: LockNumber, reason: Why) -> None:
    """Nobody pays for this loss."""
    say(_told(charges.waive(accesses.lock(lock), by=acting(), reason=reason, now=now())))


@keys.command("withdraw-charge")
@told
def withdraw_charge(number: Annotated[int, typer.Argument(help="Of the charge.")], reason: Why) -> None:
    """A charge falls."""
    charges.withdraw(stock.charge(number), by=acting(), reason=reason, now=now())
    say(f"Charge {number} is withdrawn.")


@keys.command("charges")
@told
def list_charges(json: Json = False) -> None:
    """What is to be paid for lost keys."""
    rows = list(stock.charges())
    for row in rows:
        say(f"{row.decided_at:%Y-%m-%d} {_told(row)}")
    answer = [{"charge": row.pk, "access": str(row.access), "cents": row.cents} for row in rows]
    end_with({"charges": answer}, as_json=json)


@keys.command("due")
@told
def due(json: Json = False) -> None:
    """What is due: losses to decide about, keys to replace, to ask for once more, to declare lost."""
    moment = now()
    lists = {
        "losses_to_decide": [f"{row.key} (lock {row.pk})" for row in stock.losses_to_decide()],
        "to_replace": [f"{row.key} of {row.access}" for row in stock.to_replace()],
        "to_remind": _serials(stock.to_remind(moment)),
        "to_declare_lost": _serials(stock.to_declare_lost(moment)),
    }
    for name, lines in lists.items():
        say(f"{name.replace('_', ' ')}: {', '.join(lines) or 'none'}")
    end_with(lists, as_json=json)


def _serials(rows: Iterable[Movement]) -> list[str]:
    return [str(row.key) for row in rows]


def _told(row: Charge) -> str:
    if not row.cents:
        return f"Charge {row.pk}: nothing, for the key {row.lock.key} of {row.access}."
    return f"Charge {row.pk}: {row.cents / 100:.2f} EUR, for the key {row.lock.key} of {row.access}."
