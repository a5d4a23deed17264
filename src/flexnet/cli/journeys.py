"""Commands for travel passes."""

from typing import Annotated

import typer

from flexnet.access import queries, travelling
from flexnet.cli.options import From, Json, Until, UserName, Why, acting, now
from flexnet.cli.output import end_with, say, told

travel = typer.Typer()


@travel.command("grant")
@told
def grant_pass(
    user_name: UserName,
    from_on: From,
    until_on: Until,
    reason: Why,
    approved_by: Annotated[str, typer.Option(help="Who else approves; over 30 days need it.")] = "",
    json: Json = False,
) -> None:
    """From abroad the access may be used on these days."""
    row = travelling.grant_pass(
        access=queries.access_named(user_name),
        from_on=from_on,
        until_on=until_on,
        by=acting(),
        reason=reason,
        now=now(),
        approved_by=approved_by,
    )
    say(f"{user_name} may be used from abroad from {from_on} through {until_on} (travel pass {row.pk}).")
    end_with({"travel_pass": row.pk}, as_json=json)


@travel.command("revoke")
@told
def revoke_pass(
    number: Annotated[int, typer.Argument(help="As it was told when it was granted.")], reason: Why
) -> None:
    """The pass opens nothing any more."""
    travelling.revoke_pass(number=number, by=acting(), reason=reason, now=now())
    say(f"Travel pass {number} is revoked.")


@travel.command("list")
@told
def list_passes() -> None:
    """Passes that hold today or will."""
    for row in queries.desk_travel_passes(now()):
        say(f"{row.pk}  {row.access}  {row.from_on} to {row.until_on}  {row.reason}")
