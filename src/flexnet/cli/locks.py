"""Commands that lock, and lift locks."""

from typing import Annotated

import typer

from flexnet.access import locking, queries
from flexnet.access.models import Lock
from flexnet.cli.options import Bsnr, Json, UserName, Why, acting, now
from flexnet.cli.output import end_with, say, told
from flexnet.members import queries as members

lock = typer.Typer()


@lock.command("practice")
@told
def lock_practice(bsnr: Bsnr, reason: Why, cause: Lock.Cause = Lock.Cause.MISUSE, json: Json = False) -> None:
    """Lock everything of a practice: every access of its sites and of its owners."""
    practice = members.site(bsnr).practice
    row = locking.lock_practice(practice=practice, cause=cause, by=acting(), reason=reason, now=now())
    _say(f"Everything of the practice of {bsnr} is locked", row, as_json=json)


@lock.command("access")
@told
def lock_access(
    user_name: UserName, reason: Why, cause: Lock.Cause = Lock.Cause.OTHER, json: Json = False
) -> None:
    """Lock one access."""
    access = queries.access_named(user_name)
    row = locking.lock_access(access=access, cause=cause, by=acting(), reason=reason, now=now())
    _say(f"The access {user_name} is locked", row, as_json=json)


@lock.command("lift")
@told
def lift_lock(
    number: Annotated[int, typer.Argument(help="As it was told when it was locked.")], reason: Why
) -> None:
    """Lift a lock by its number."""
    locking.lift_lock(queries.lock(number), by=acting(), reason=reason, now=now())
    say(f"Lock {number} is lifted.")


def _say(what: str, row: Lock, *, as_json: bool) -> None:
    say(f"{what} since {row.imposed_at.isoformat()} (lock {row.pk}).")
    end_with({"lock": row.pk, "imposed_at": row.imposed_at.isoformat()}, as_json=as_json)
