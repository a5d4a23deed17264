"""Commands for third parties, and for accesses of staff and third parties."""

from dataclasses import replace
from datetime import date
from typing import Annotated

import typer

from flexnet.access import derived, queries
from flexnet.access.models import Permission
from flexnet.cli.accesses import access
from flexnet.cli.options import From, Json, Name, PerhapsUntil, Until, UserName, Why, acting, day, now
from flexnet.cli.output import end_with, say, tell_issued, told
from flexnet.members import queries as members
from flexnet.members import third_parties

third_party = typer.Typer()
Number = Annotated[int, typer.Argument(help="As it was told when it was entered.")]
Holder = Annotated[str, typer.Option(help="Name of the person who uses the access.")]


@third_party.command("add")
@told
def add_third_party(
    name: Name,
    signatory: Annotated[str, typer.Option(help="Who signs for it.")],
    contact: Annotated[str, typer.Option(help="Whom to ask.")],
    interest: Annotated[str, typer.Option(help="The KV's own interest in the access (§ 1(1)).")],
    from_on: From,
    until_on: PerhapsUntil = None,
    phone: str = "",
    email: str = "",
    json: Json = False,
) -> None:
    """Somebody who is no member, but in whose access the KV has an interest of its own."""
    details = third_parties.ThirdPartyDetails(name, signatory, contact, interest, phone, email)
    row = third_parties.enter(details=details, from_on=from_on, until_on=until_on, by=acting(), now=now())
    say(f"Third party {row} is entered (number {row.pk}).")
    end_with({"third_party": row.pk}, as_json=json)


@third_party.command("edit")
@told
def edit_third_party(
    number: Number,
    name: str | None = None,
    signatory: str | None = None,
    contact: str | None = None,
    interest: str | None = None,
    phone: str | None = None,
    email: str | None = None,
) -> None:
    """Correct what is known of a third party; what is not said stays."""
    row = members.third_party(number)
    seen = third_parties.ThirdPartyDetails.of(row)
    said = {"name": name, "signatory": signatory, "contact": contact, "interest": interest}
    said |= {"phone": phone, "email": email}
    wanted = replace(seen, **{field: value for field, value in said.items() if value is not None})
    third_parties.edit(party=row, seen=seen, wanted=wanted, by=acting())
    say(f"Third party {number} is changed.")


@third_party.command("end")
@told
def end_third_party(number: Number, until_on: Until, reason: Why) -> None:
    """The KV's interest lasts up to a day, and its accesses with it."""
    row = members.third_party(number)
    third_parties.end(party=row, until_on=until_on, by=acting(), reason=reason, now=now())
    say(f"The accesses of {row} end with {until_on}.")


@access.command("add-employee")
@told
def add_employee(
    user_name: UserName,
    holder: Holder,
    of: Annotated[str, typer.Option(help="User name of the member's access it is derived from.")],
    json: Json = False,
) -> None:
    """An access for somebody of the staff, with its initial password, which is shown this once."""
    origin = queries.access_named(of)
    issued = derived.open_employee_access(
        origin=origin, holder=holder, user_name=user_name, by=acting(), now=now()
    )
    tell_issued(issued, as_json=json)


@access.command("add-third-party")
@told
def add_third_party_access(
    number: Number,
    user_name: UserName,
    holder: Holder,
    signatory: Annotated[bool, typer.Option("--signatory", help="This person signs for it.")] = False,
    from_on: Annotated[
        date | None, typer.Option("--from", parser=day, metavar="DAY", help="Unlocked from this day on.")
    ] = None,
    json: Json = False,
) -> None:
    """An access for a person of a third party, with its initial password, which is shown this once."""
    issued = derived.open_third_party_access(
        party=members.third_party(number),
        holder=holder,
        user_name=user_name,
        is_signatory=signatory,
        from_on=from_on,
        by=acting(),
        now=now(),
    )
    tell_issued(issued, as_json=json)


@access.command("permit")
@told
def permit(function: Permission.Function, user_name: UserName) -> None:
    """Delegate handing in to an employee; give a third party the portal, or handing in by mandate."""
    row = queries.access_named(user_name)
    derived.permit(access=row, function=function, by=acting(), now=now())
    say(f"{user_name} may use {function}.")


@access.command("forbid")
@told
def forbid(function: Permission.Function, user_name: UserName, reason: Why) -> None:
    """Take such a permission back."""
    row = queries.access_named(user_name)
    derived.forbid(access=row, function=function, by=acting(), reason=reason, now=now())
    say(f"{user_name} may not use {function} any more.")


@access.command("withdraw")
@told
def withdraw(user_name: UserName, reason: Why) -> None:
    """The member takes an employee's access back, at once and for good."""
    row = queries.access_named(user_name)
    derived.withdraw(access=row, by=acting(), reason=reason, now=now())
    say(f"The access {user_name} is withdrawn.")
