"""Commands that lock and restrict, and lift it; and for breaches of data protection."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from flexnet.access import breaches, locking, queries, restricting
from flexnet.access.models import Lock, Report
from flexnet.cli.options import Bsnr, Json, UserName, Why, acting, instant, now
from flexnet.cli.output import end_with, say, told
from flexnet.gateway import lock_receipt_pdf, lock_receipts
from flexnet.members import queries as members

lock, breach = typer.Typer(), typer.Typer()
Number = Annotated[int, typer.Argument(help="As it was told when it was made.")]
ReportedBy = Annotated[str, typer.Option(help="Who reported it, if somebody did.")]
Way = Annotated[Report.Way | None, typer.Option(help="By which way it was reported.")]
Instant = Annotated[datetime, typer.Option(parser=instant, metavar="INSTANT", help="As 2026-04-01T08:00.")]


@lock.command("practice")
@told
def lock_practice(
    bsnr: Bsnr,
    reason: Why,
    cause: Lock.Cause = Lock.Cause.MISUSE,
    reported_by: ReportedBy = "",
    way: Way = None,
    json: Json = False,
) -> None:
    """Lock everything of a practice: every access of its sites and of its owners."""
    row = locking.of(members.site(bsnr).practice, cause=cause, now=now())
    _impose(row, reason, reported_by, way)
    _say(f"Everything of the practice of {bsnr} is locked", row, as_json=json)


@lock.command("access")
@told
def lock_access(
    user_name: UserName,
    reason: Why,
    cause: Lock.Cause = Lock.Cause.OTHER,
    reported_by: ReportedBy = "",
    way: Way = None,
    json: Json = False,
) -> None:
    """Lock one access."""
    row = locking.of(queries.access_named(user_name), cause=cause, now=now())
    _impose(row, reason, reported_by, way)
    _say(f"The access {user_name} is locked", row, as_json=json)


@lock.command("password")
@told
def lock_password(
    user_name: UserName,
    reason: Why,
    cause: Lock.Cause = Lock.Cause.LOSS,
    reported_by: ReportedBy = "",
    way: Way = None,
    json: Json = False,
) -> None:
    """Lock the password of an access until it is replaced."""
    row = locking.of_password(queries.access_named(user_name), cause=cause, now=now())
    _impose(row, reason, reported_by, way)
    _say(f"The password of {user_name} is locked", row, as_json=json)


@lock.command("lift")
@told
def lift_lock(
    number: Number,
    reason: Why,
    approved_by: Annotated[str, typer.Option(help="Who else approves; a misuse needs it.")] = "",
) -> None:
    """Lift a lock by its number."""
    row = queries.lock(number)
    locking.lift_lock(row, by=acting(), reason=reason, now=now(), approved_by=approved_by)
    say(f"Lock {number} is lifted.")


@lock.command("review")
@told
def review_lock(
    number: Number, note: Annotated[str, typer.Option(help="Whom you asked, what came of it.")]
) -> None:
    """Somebody asked after the lock, and it stays."""
    locking.review(queries.lock(number), by=acting(), note=note, now=now())
    say(f"Lock {number} is reviewed.")


@lock.command("receipt")
@told
def write_receipt(
    number: Number, into: Annotated[Path, typer.Option(help="A new file for the PDF.")], json: Json = False
) -> None:
    """What a lock did, as measured, signed: as PDF."""
    receipt = lock_receipts.issue(lock=queries.lock(number), by=acting(), now=now())
    with into.open("xb") as file:
        file.write(lock_receipt_pdf.pdf(receipt))
    say(f"Receipt {receipt.number} is written to {into}.")
    end_with({"receipt": receipt.number}, as_json=json)


@lock.command("restrict")
@told
def restrict(
    user_name: UserName,
    reason: Why,
    service: Annotated[list[str], typer.Option(help="What is left; may be given several times.")],
    cause: Lock.Cause = Lock.Cause.OTHER,
) -> None:
    """Of what an access was granted leave only the named services."""
    access, left = queries.access_named(user_name), [queries.service(slug) for slug in service]
    row = restricting.restrict(
        access=access, services=left, cause=cause, by=acting(), reason=reason, now=now()
    )
    say(f"{user_name} is restricted to {', '.join(service)} (restriction {row.pk}).")


@lock.command("lift-restriction")
@told
def lift_restriction(number: Number, reason: Why) -> None:
    """Everything that was granted is reached again."""
    restricting.lift_restriction(queries.restriction(number), by=acting(), reason=reason, now=now())
    say(f"Restriction {number} is lifted.")


@breach.command("list")
@told
def list_breaches() -> None:
    """Breaches that are not closed, and when they are due."""
    for one in queries.desk_breaches(now()):
        thing, done = locking.locked_thing(one.breach.lock), one.breach.decided_at
        say(f"{one.breach.pk}  {thing}  {'decided' if done else f'due {one.due_at.isoformat()}'}")


@breach.command("tell")
@told
def tell_breach(number: Number, authority: Instant, supervisor: Instant, reasons: Why) -> None:
    """It was reported to the data protection authority and to the supervisor, when."""
    breaches.tell_breach(
        number=number,
        told_authority_at=authority,
        told_supervisor_at=supervisor,
        by=acting(),
        reasons=reasons,
        now=now(),
    )
    say(f"Breach {number} is reported.")


@breach.command("dismiss")
@told
def dismiss_breach(number: Number, reasons: Why) -> None:
    """It need not be reported, and why."""
    breaches.dismiss_breach(number=number, by=acting(), reasons=reasons, now=now())
    say(f"Breach {number} need not be reported.")


@breach.command("close")
@told
def close_breach(number: Number, note: Why) -> None:
    """Nothing is left to be done."""
    breaches.close_breach(number=number, by=acting(), note=note, now=now())
    say(f"Breach {number} is closed.")


def _impose(row: Lock, reason: str, reported_by: str, way: Report.Way | None) -> None:
    if bool(reported_by) != bool(way):
        raise typer.BadParameter("Who reported it and by which way belong together: give both or neither.")
    if way:
        locking.report(row, reported_by=reported_by, way=way, by=acting(), reason=reason)
    else:
        locking.impose_lock(row, by=acting(), reason=reason)


def _say(what: str, row: Lock, *, as_json: bool) -> None:
    say(f"{what} since {row.imposed_at.isoformat()} (lock {row.pk}).")
    end_with({"lock": row.pk, "imposed_at": row.imposed_at.isoformat()}, as_json=as_json)
