"""Commands for the stock of YubiKeys: where each is, what is due because of them, what losses cost."""

import getpass
import hashlib
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Final

import typer

from flexnet.access import charges, key_returns, stock
from flexnet.access import queries as accesses
from flexnet.access.models import Charge
from flexnet.cli.options import Json, Serial, Why, acting, now
from flexnet.cli.output import end_with, say, told
from flexnet.keys import importing, movements, queries, resync
from flexnet.keys.models import Movement, Place
from flexnet.keys.rules import Resync
from flexnet.lib import pskc
from flexnet.lib.key_rows import Why as Wrong

keys = typer.Typer()
_WORDS: Final = {
    Wrong.TOO_FEW_COLUMNS: "it has too few columns for this format",
    Wrong.NO_SERIAL: "it names no serial number",
    Wrong.BAD_SERIAL: "a serial number has up to 20 letters, digits and hyphens",
    Wrong.NO_SEED: "it has no seed",
    Wrong.BAD_SEED: "its seed is not readable, or has not 16 to 64 bytes",
    Wrong.NOT_HOTP: "it is of another kind than OATH-HOTP",
    Wrong.BAD_DIGITS: "a key types 6 or 8 decimal digits",
    Wrong.BAD_COUNTER: "a counter is a number from 0 to 1048560, not encrypted",
    Wrong.COUNTER_STEP: "a YubiKey's first counter is a multiple of 16",
    Wrong.BAD_IDENTIFIER: "a YubiKey cannot type this identifier",
    Wrong.SERIAL_TWICE: "the serial number stands twice in the file",
    Wrong.SEED_TWICE: "another key of the file has the same seed",
    Wrong.BAD_MAC: "its MAC is wrong: it was changed, or key or password is another one",
    Wrong.NO_MAC: "it is encrypted without a MAC that is understood",
    Wrong.UNKNOWN_ENCRYPTION: "it is encrypted in a way, or with a key length, that is not read",
    Wrong.UNKNOWN_POLICY: "it asks for a PIN",
}
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


@keys.command("resync")
@told
def bring_into_step(
    serial: Serial, spoken_to: Annotated[str, typer.Option(help="Whom you called back.")]
) -> None:
    """Two codes in a row, read out on the telephone after a call back; from the prompt or stdin."""
    first, second = _asked("First code: "), _asked("Second code: ")
    outcome = resync.resync(
        serial=serial, first=first, second=second, spoken_to=spoken_to, by=acting(), now=now()
    )
    if outcome is Resync.NOT_CONSECUTIVE:
        sys.exit(
            "These are no two codes in a row. Have the key pressed twice again; else it needs replacing."
        )
    say(f"Key {serial} is in step. Both codes are spent: sign in with the next one.")


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


@keys.command("import")
@told
def import_file(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="As its maker gave it.")],
    form: Annotated[importing.Format, typer.Option("--format", help="What it is; docs/operate says more.")],
    digits: Annotated[int, typer.Option(help="Of a code: Yubico's CSV does not say it.")] = 6,
    reason: Annotated[str, typer.Option(help="Where they come from, as a delivery note.")] = "",
    key: Annotated[bool, typer.Option("--key", help="PSKC: ask for the pre-shared key (hex).")] = False,
    password: Annotated[bool, typer.Option("--password", help="PSKC: ask for the password.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would happen, write nothing.")] = False,
    good_rows: Annotated[bool, typer.Option("--good-rows", help="Leave wrong ones out.")] = False,
    json: Json = False,
) -> None:
    """Bring keys in from a file: all of them, or with --good-rows those that are right.

    Key and password come from a prompt, or from stdin if that is no terminal.
    """
    content = file.read_bytes()
    rows = importing.read(content, form, digits=digits, secrets=_secrets(is_key=key, is_password=password))
    report = importing.look(rows)
    if not dry_run:
        report = importing.run(
            rows,
            sha256=hashlib.sha256(content).hexdigest(),
            only_good=good_rows,
            by=acting(),
            reason=reason,
            now=now(),
        )
    for line in report.lines:
        say(f"{line.row}: {line.serial or '-'} {_of_line(line)}")
    counts = {what.value: report.count(what) for what in importing.What}
    say(", ".join(f"{count} {what.replace('_', ' ')}" for what, count in counts.items()))
    say("It is written." if report.is_written else "Nothing is written.")
    end_with({**counts, "written": report.is_written}, as_json=json)
    if report.wrong and not good_rows:
        raise typer.Exit(1)


def _secrets(*, is_key: bool, is_password: bool) -> pskc.Secrets:
    try:
        given = bytes.fromhex(_asked("Pre-shared key (hex): ")) if is_key else None
    except ValueError:
        raise typer.BadParameter("The pre-shared key is not hexadecimal.") from None
    return pskc.Secrets(given, _asked("Password: ") if is_password else None)


def _asked(prompt: str) -> str:
    text = getpass.getpass(prompt) if sys.stdin.isatty() else sys.stdin.readline()
    return text.rstrip("\r\n")


def _of_line(line: importing.Line) -> str:
    if line.what is importing.What.OTHER_SEED:
        return "is there with another seed or kind: program a returned one anew by flexnet key reseed"
    if line.what is importing.What.REFUSED:
        return f"is wrong: {_WORDS[line.why] if isinstance(line.why, Wrong) else line.why}"
    return "is new" if line.what is importing.What.NEW else "is there already"


def _serials(rows: Iterable[Movement]) -> list[str]:
    return [str(row.key) for row in rows]


def _told(row: Charge) -> str:
    if not row.cents:
        return f"Charge {row.pk}: nothing, for the key {row.lock.key} of {row.access}."
    return f"Charge {row.pk}: {row.cents / 100:.2f} EUR, for the key {row.lock.key} of {row.access}."
