"""Commands for credentials anew."""

from typing import Annotated

import typer

from flexnet.access import credentials, queries
from flexnet.access.errors import BadRequest
from flexnet.access.models import CredentialRequest
from flexnet.cli.options import Json, UserName, Why, acting, now
from flexnet.cli.output import end_with, say, tell_issued, told

anew = typer.Typer()
Number = Annotated[int, typer.Argument(help="As it was told when it was asked for.")]


@anew.command("request")
@told
def request(
    user_name: UserName,
    reason: Why,
    lock: Annotated[bool, typer.Option("--lock", help="Lock the password that is replaced at once.")] = False,
    word: Annotated[bool, typer.Option("--word", help="Only a new revocation word.")] = False,
    json: Json = False,
) -> None:
    """Somebody asks by telephone for new credentials, or for a revocation word alone."""
    if word and lock:
        raise BadRequest("A revocation word is replaced when its letter is printed: leave out --lock.")
    access, way = queries.access_named(user_name), CredentialRequest.Way.TELEPHONE
    if word:
        row = credentials.order_word(access=access, way=way, by=acting(), reason=reason, now=now())
    else:
        row = credentials.request(
            access=access, way=way, by=acting(), reason=reason, now=now(), lock_replaced=lock
        )
    say(f"Request {row.pk} for {user_name}: call back at the registered number, then confirm it.")
    end_with({"request": row.pk}, as_json=json)


@anew.command("confirm")
@told
def confirm(
    number: Number,
    spoken_to: Annotated[str, typer.Option(help="With whom you spoke.")],
    note: Annotated[str, typer.Option(help="What was said.")] = "",
) -> None:
    """Somebody called back, and it was they who asked."""
    row = credentials.confirm(number=number, spoken_to=spoken_to, by=acting(), note=note, now=now())
    say(f"Request {row.pk} is confirmed.")


@anew.command("refuse")
@told
def refuse(number: Number, reason: Why) -> None:
    """No letter is written."""
    credentials.refuse(number=number, by=acting(), reason=reason, now=now())
    say(f"Request {number} is refused.")


@anew.command("carry-out")
@told
def carry_out(number: Number, json: Json = False) -> None:
    """Write the letter: what stands in it is shown this once, what it replaces opens nothing any more."""
    tell_issued(credentials.carry_out(number=number, by=acting(), now=now()), as_json=json)


@anew.command("list")
@told
def list_requests() -> None:
    """Open requests, and what they wait for."""
    for due in queries.desk_credential_requests(now()):
        waits = due.waiting
        until = f" until {waits.until_on}" if waits and waits.until_on else ""
        what = f"waits: {waits.why}{until}" if waits else "the letter can be written"
        asked = due.request
        say(f"{asked.pk}  {asked.access}  {asked.what}  {asked.way}  {what}")
