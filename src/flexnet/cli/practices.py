"""Commands that enter practices, their sites, addresses and contacts."""

from dataclasses import replace
from datetime import date
from typing import Annotated

import typer

from flexnet.cli.options import Bsnr, Day, From, Lanr, Name, Until, acting, day, now
from flexnet.cli.output import say, told
from flexnet.members import actions, addresses, editing, queries, succession
from flexnet.members.addresses import PostalAddress
from flexnet.members.models import Practice

practice, site = typer.Typer(), typer.Typer()
_Opened = Annotated[
    date | None, typer.Option("--opened", parser=day, metavar="DAY", help="First day of the site.")
]


@practice.command("add")
@told
def add_practice(
    bsnr: Bsnr, name: Name, kind: Practice.Kind = Practice.Kind.SINGLE, opened_on: _Opened = None
) -> None:
    """A practice with its main site."""
    row = actions.enter_practice(bsnr=bsnr, name=name, kind=kind, opened_on=opened_on, by=acting())
    say(f"Practice {row.practice} with the site {row.bsnr} is entered.")


@practice.command("edit")
@told
def edit_practice(
    bsnr: Bsnr,
    name: Annotated[str | None, typer.Option()] = None,
    kind: Annotated[Practice.Kind | None, typer.Option()] = None,
) -> None:
    """Correct the name or the kind of a practice."""
    row = queries.site(bsnr).practice
    seen = editing.PracticeDetails.of(row)
    wanted = editing.PracticeDetails(name or seen.name, kind or seen.kind)
    editing.edit_practice(practice=row, seen=seen, wanted=wanted, by=acting())
    say(f"The practice of {bsnr} is {row} ({row.kind}).")


@practice.command("takeover")
@told
def take_over(bsnr: Bsnr, lanr: Lanr, on: Day) -> None:
    """Another person owns the practice from a day on; every access of it ends the day before (§ 2(3))."""
    row, who = queries.site(bsnr).practice, queries.person(lanr)
    succession.takeover(practice=row, to=who, on=on, by=acting(), now=now())
    say(f"{lanr} owns the practice of {bsnr} from {on} on. Open new accesses: flexnet access add")


@site.command("add")
@told
def add_site(
    bsnr: Bsnr,
    of: Annotated[str, typer.Option(help="BSNR of a site that the practice has already.")],
    opened_on: _Opened = None,
) -> None:
    """A further site of a practice."""
    row = queries.site(of).practice
    actions.enter_site(practice=row, bsnr=bsnr, opened_on=opened_on, by=acting())
    say(f"The site {bsnr} of {row} is entered.")


@site.command("main")
@told
def make_main(bsnr: Bsnr) -> None:
    """This site is the practice's main one."""
    actions.make_main(site=queries.site(bsnr), by=acting())
    say(f"{bsnr} is the main site.")


@site.command("close")
@told
def close_site(bsnr: Bsnr, until_on: Until) -> None:
    """Nobody works there after this day; access lasts through the fourth quarter after."""
    actions.close_site(site=queries.site(bsnr), until_on=until_on, by=acting(), now=now())
    say(f"The site {bsnr} closes with {until_on}.")


@site.command("reopen")
@told
def reopen_site(bsnr: Bsnr) -> None:
    """The site goes on after all."""
    actions.close_site(site=queries.site(bsnr), until_on=None, by=acting(), now=now())
    say(f"The site {bsnr} goes on.")


@site.command("address")
@told
def register_address(
    bsnr: Bsnr,
    street: Annotated[str, typer.Option(help="With the number of the house.")],
    postcode: Annotated[str, typer.Option()],
    town: Annotated[str, typer.Option()],
    from_on: From,
    extra: Annotated[str, typer.Option(help="As „Hinterhaus“.")] = "",
) -> None:
    """Letters to the site go there from a day on."""
    row, address = queries.site(bsnr), PostalAddress(street, postcode, town, extra)
    seen = PostalAddress.of(addresses.entered_last(row))
    addresses.register(addressee=row, address=address, seen=seen, from_on=from_on, by=acting(), now=now())
    say(f"Letters to {bsnr} go to {street}, {postcode} {town} from {from_on} on.")


@site.command("contact")
@told
def edit_contact(
    bsnr: Bsnr,
    phone: Annotated[str | None, typer.Option()] = None,
    fax: Annotated[str | None, typer.Option()] = None,
    email: Annotated[str | None, typer.Option()] = None,
) -> None:
    """How the site is reached; what is not said stays, and an empty text takes it away."""
    row = queries.site(bsnr)
    seen = editing.Contact.of(row)
    said = {"phone": phone, "fax": fax, "email": email}
    wanted = replace(seen, **{name: value for name, value in said.items() if value is not None})
    editing.edit_contact(site=row, seen=seen, wanted=wanted, by=acting())
    say(f"The contact of {bsnr} is changed.")
