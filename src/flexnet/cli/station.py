"""The key desk at a PC: a YubiKey that is plugged in is programmed, touched once, and bound to an access."""

import getpass
import importlib
import sys
from dataclasses import dataclass
from typing import Annotated, Any, Final, Protocol

import typer

from flexnet.access import queries as accesses
from flexnet.access.key_desk import For
from flexnet.cli.options import Json, acting, now
from flexnet.cli.output import end_with, say, told
from flexnet.keys import programming
from flexnet.keys.actions import Make
from flexnet.keys.errors import KeyRefused
from flexnet.keys.models import Programming
from flexnet.keys.plugged_in import PluggedIn
from flexnet.post import key_desk, printing, settling
from flexnet.post.key_desk import Bound
from flexnet.post.models import Batch, Item

TOUCHES: Final = 3
_HOW_LONG: Final = {1: "briefly", 2: "for three seconds"}
_NO_LIBRARY: Final = (
    "The key desk needs Yubico's library, which a server need not have: "
    "pip install --no-deps --require-hashes -r requirements/station.txt"
)
_STAYS_OUT: Final = (
    "It is in no stock, and opens nothing. Begin anew with it: if it types nothing, another USB socket or a "
    "longer touch helps; if it types something else again, lay it aside as defective."
)


class Desk(Protocol):
    """Whoever sits there, and what is plugged in."""

    def plugged_in(self) -> PluggedIn:
        """Raises NoKeyPluggedIn."""

    def touched(self, prompt: str) -> str:
        """What the key typed; shown to nobody."""

    def asked(self, prompt: str) -> str:
        """What somebody typed."""


class Terminal:
    """A person at a terminal."""

    def plugged_in(self) -> PluggedIn:
        try:
            yubikeys: Any = importlib.import_module("flexnet.keys.yubikeys")
        except ModuleNotFoundError:
            sys.exit(_NO_LIBRARY)
        found: PluggedIn = yubikeys.only_one()
        return found

    def touched(self, prompt: str) -> str:
        return (getpass.getpass(prompt) if sys.stdin.isatty() else sys.stdin.readline()).strip()

    def asked(self, prompt: str) -> str:
        return (input(prompt) if sys.stdin.isatty() else sys.stdin.readline()).strip()


@dataclass(frozen=True)
class Job:
    """What is wanted of a key; without `to` it goes into the stock."""

    to: For | None = None
    queue: str = ""
    slot: int = 1
    digits: int = 6
    counter: int = 0
    types_serial: bool = False
    is_sure: bool = False


@told
def station(
    user_name: Annotated[str, typer.Option("--for", help="User name; without, it goes into the stock.")] = "",
    reason: Annotated[str, typer.Option(help="What one more is for; each site has one free.")] = "",
    seal: Annotated[str, typer.Option(help="Number of the seal on its bag, if it has one.")] = "",
    queue: Annotated[str, typer.Option(help="Print the parcel's slip there at once.")] = "",
    ready: Annotated[bool, typer.Option("--ready", help="It is in stock and programmed: prove it.")] = False,
    slot: Annotated[int, typer.Option(min=1, max=2, help="1: touched briefly, 2: longer.")] = 1,
    digits: Annotated[int, typer.Option(help="Of a code: 6 or 8.")] = 6,
    counter: Annotated[int, typer.Option(help="Where it begins: a multiple of 16.")] = 0,
    types_serial: Annotated[
        bool, typer.Option("--types-serial", help="It types ubhe and its serial number before each code.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Overwrite what is in the slot.")] = False,
    json: Json = False,
) -> None:
    """Program the YubiKey that is plugged in, let it prove itself by a touch, bind it, print its slip."""
    to = For(accesses.access_named(user_name), reason, seal) if user_name else None
    job = Job(to, queue, slot, digits, counter, types_serial, yes)
    answer = prove(Terminal(), job) if ready else program(Terminal(), job)
    end_with(answer, as_json=json)


def program(desk: Desk, job: Job) -> dict[str, Any]:
    """A new key, or one that came back; ends the process with a sentence if it comes to nothing."""
    plugged = desk.plugged_in()
    serial = plugged.serial
    say(f"{plugged.model}, firmware {plugged.firmware}, serial number {serial}")
    if plugged.is_programmed(job.slot) and not job.is_sure:
        _ask_to_overwrite(desk, job.slot)
    row = _written(plugged, serial, job)
    say(f"Slot {job.slot} is written.")
    for left in reversed(range(TOUCHES)):
        typed = desk.touched(f"Touch the YubiKey {_HOW_LONG[job.slot]}: ")
        bound = key_desk.take_in(row, typed, to=job.to, queue=job.queue, by=acting(), now=now())
        if bound:
            return _told(desk, bound, job)
        say(f"That is not its code. {'Touch it again.' if left else ''}".rstrip())
    programming.give_up(serial, why="it did not type its code", by=acting(), now=now())
    sys.exit(f"The YubiKey {serial} did not prove itself. {_STAYS_OUT}")


def prove(desk: Desk, job: Job) -> dict[str, Any]:
    """A key from the stock that is programmed already."""
    if job.to is None:
        raise typer.BadParameter("Say for whom: --for USER_NAME.")
    serial = desk.asked("Serial number (scan or type): ")
    for _ in range(TOUCHES):
        typed = desk.touched("Touch the YubiKey: ")
        bound = key_desk.bind_ready(
            serial=serial, typed=typed, to=job.to, queue=job.queue, by=acting(), now=now()
        )
        if bound:
            return _told(desk, bound, job)
        say(f"That is no code of the YubiKey {serial}. Compare the number on its back, and touch it again.")
    sys.exit(f"Nothing is bound: whatever typed these codes, it is not the YubiKey {serial} as we know it.")


def _ask_to_overwrite(desk: Desk, slot: int) -> None:
    say(f"Something is in slot {slot}: of a new YubiKey its maker's own code, which nobody here uses.")
    if desk.asked("Overwrite it? [y/N] ").lower() not in ("y", "yes", "j", "ja"):
        sys.exit("Nothing is written.")


def _written(plugged: PluggedIn, serial: str, job: Job) -> Programming:
    """What it could not take is given up at once."""
    begun = programming.begin(
        serial=serial,
        slot=job.slot,
        digits=job.digits,
        identifier=f"ubhe{serial:0>8}" if job.types_serial else "",
        counter=job.counter,
        make=Make(plugged.model, plugged.firmware, job.slot),
        by=acting(),
        now=now(),
    )
    try:
        plugged.write(begun.wanted, known_codes=begun.known_codes)
    except KeyRefused:
        programming.give_up(serial, why="the key refused it", by=acting(), now=now())
        raise
    programming.note_written(begun.row, now=now())
    return begun.row


def _told(desk: Desk, bound: Bound, job: Job) -> dict[str, Any]:
    whose = f"belongs to {job.to.access}" if job.to else "is in stock"
    say(f"The YubiKey {bound.key} proved itself and {whose}.")
    parcel = bound.parcel
    if bound.batch and parcel:
        _print(desk, bound.batch, parcel)
    elif job.to and job.queue:
        say("Its parcel must wait; the office says for what.")
    return {
        "serial": str(bound.key),
        "access": str(job.to.access) if job.to else "",
        "parcel": str(parcel) if parcel else "",
    }


def _print(desk: Desk, batch: Batch, parcel: Item) -> None:
    """The slip comes out now, and whoever sits there says whether it is good."""
    row = printing.run(number=batch.pk, top_sheet=None, by=acting(), now=now())
    if row.settled_at:
        say("Its slip was not printed any more; the office says why.")
        return
    if row.trouble:
        say(row.trouble)
    is_good = desk.asked(f"Is the slip of parcel {parcel} good? [Y/n] ").lower() in (
        "",
        "y",
        "yes",
        "j",
        "ja",
    )
    settling.settle(
        number=batch.pk,
        spoiled=[],
        missing=[] if is_good else [parcel.number],
        next_sheet=None,
        spoiled_sheets=0,
        note="",
        by=acting(),
        now=now(),
    )
    say(f"Parcel {parcel} is ready for the post." if is_good else "It is due again: print it in the office.")
