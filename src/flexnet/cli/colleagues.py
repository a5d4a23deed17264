"""Commands that enter who works at the KV: the very first one, and whoever cannot get in any more."""

from typing import Annotated

import typer

from flexnet.accounts import staff as actions
from flexnet.accounts import staff_queries
from flexnet.accounts.staff import Credentials, Role
from flexnet.cli.options import Json, Name, UserName, Why, acting, now
from flexnet.cli.output import end_with, say, told

staff = typer.Typer()


@staff.command("add")
@told
def add(
    user_name: UserName,
    name: Name,
    role: Annotated[list[Role] | None, typer.Option(help="What they may do; give it once for each.")] = None,
    json: Json = False,
) -> None:
    """Somebody who works here. Two administrators are needed: one alone cannot give roles in the office."""
    _show(
        actions.enter(user_name=user_name, name=name, roles=role or (), by=acting(), now=now()), as_json=json
    )


@staff.command("reset")
@told
def reset(user_name: UserName, reason: Why, json: Json = False) -> None:
    """New credentials for somebody who cannot get in; the old ones count no more."""
    fresh = actions.fresh_credentials(staff_queries.named(user_name))
    _show(actions.reset(fresh, by=acting(), reason=reason, now=now()), as_json=json)


@staff.command("end")
@told
def end(user_name: UserName, reason: Why) -> None:
    """They do not work here any more, with effect at once."""
    actions.end(staff=staff_queries.named(user_name), by=acting(), reason=reason, now=now())
    say(f"{user_name} cannot get in any more.")


def _show(issued: Credentials, *, as_json: bool) -> None:
    say(f"{issued.staff} signs in at the office. This is shown once; hand it over in person.")
    say(f"  initial password: {issued.initial_password}")
    say(f"  enrolment code:   {issued.enrolment_code}   (valid for three days)")
    answer = {
        "user_name": str(issued.staff),
        "initial_password": issued.initial_password,
        "enrolment_code": issued.enrolment_code,
    }
    end_with(answer, as_json=as_json)
