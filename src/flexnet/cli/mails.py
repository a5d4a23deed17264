"""Commands for mails: what waits, what could not be delivered, whether the mail server takes any."""

from enum import StrEnum
from typing import Annotated, Final

import typer

from flexnet import configuration
from flexnet.cli.options import Json, acting, now
from flexnet.cli.output import end_with, say, told
from flexnet.mail import actions, queries, rules, smtp, wording
from flexnet.mail.models import Mail, Trouble
from flexnet.mail.rules import State

mail = typer.Typer()
Number = Annotated[int, typer.Argument(help="As `flexnet mail list` says it.")]
_MOST: Final = 100
TROUBLES: Final = {
    Trouble.AWAY: "The mail server does not answer",
    Trouble.NO_TLS: "The mail server offers no STARTTLS, and nothing is sent in the clear",
    Trouble.BAD_CERTIFICATE: "The mail server's certificate is not valid",
    Trouble.SIGN_IN_REFUSED: "The mail server refuses our sign-in",
    Trouble.REFUSES_US: "The mail server takes nothing from us",
    Trouble.LOST: "The connection was lost before the mail server confirmed the mail",
    Trouble.SEAL_BROKEN: "The part that only its reader knows cannot be opened",
}


class Which(StrEnum):
    """What is listed."""

    WAITING = "waiting"
    FAILED = "failed"


@mail.command("list")
@told
def listing(which: Annotated[Which | None, typer.Argument()] = None, json: Json = False) -> None:
    """What waits and what could not be delivered, the oldest first."""
    states = {Which.WAITING: [State.WAITING], Which.FAILED: [State.GIVEN_UP, State.BOUNCED]}
    wanted = states[which] if which else [one for both in states.values() for one in both]
    rows = [row for state in wanted for row in queries.listed(state=state).order_by("pk")[:_MOST]]
    for row in rows:
        say(f"{row.pk}  {rules.state_of(row)}  {row.to}  {row.subject}{_why(row)}")
    if not rows:
        say("No mail waits, and none is left that could not be delivered.")
    end_with({"mails": [{"number": row.pk, "state": rules.state_of(row)} for row in rows]}, as_json=json)


@mail.command("retry")
@told
def retry(number: Number) -> None:
    """Send once more what could not be delivered."""
    row = actions.try_again(number=number, by=acting(), now=now())
    say(f"Mail {row.pk} to {row.to} is sent once more.")


@mail.command("settle")
@told
def settle(number: Number, note: Annotated[str, typer.Option(help="What was done instead.")]) -> None:
    """Somebody saw to it in another way."""
    actions.settle(number=number, note=note, by=acting(), now=now())
    say(f"Mail {number} is settled.")


@mail.command("check")
@told
def check() -> None:
    """Whether the texts are whole and the mail server lets us in; sends nothing."""
    settings = configuration.current().mail
    texts = wording.check(settings.texts_folder)
    say(f"{len(texts)} texts are whole.")
    if settings.server is None:
        say("No mail server is configured ([mail] server): there are no mails, and letters go.")
        return
    try:
        with smtp.connected():
            say(f"The mail server {settings.server} lets us in ({settings.security}).")
    except smtp.Unreachable as error:
        say(f"{TROUBLES[error.trouble]}{f' ({error.said})' if error.said else ''}.")
        raise typer.Exit(1) from None


def _why(row: Mail) -> str:
    said = "; ".join(filter(None, (TROUBLES[Trouble(row.trouble)] if row.trouble else "", row.answer)))
    return f"  [{said}]" if said else ""
