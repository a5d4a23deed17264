"""Commands about the terms: versions, declarations with their scans, objections, and who is missing."""

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from flexnet.access import acceptances, objections, queries, signers
from flexnet.access import terms as terms_of_use
from flexnet.access.models import Terms
from flexnet.access.signers import Signer
from flexnet.cli.options import Json, UserName, Why, acting, day, now
from flexnet.cli.output import end_with, say, told
from flexnet.members import queries as members

terms, declaration, objection = typer.Typer(), typer.Typer(), typer.Typer()
_Day = typer.Option(parser=day, metavar="DAY", help="A day, as 2026-04-01.")
_Version = Annotated[int, typer.Option("--terms", help="The version.")]
_Number = Annotated[int, typer.Argument(help="As it was told when it was entered.")]
_ToRead = typer.Option(exists=True, dir_okay=False)
_Lanr = Annotated[str, typer.Option("--lanr", help="Number of the person, nine digits.")]
_ThirdParty = Annotated[int | None, typer.Option("--third-party", help="Number of the third party.")]


@terms.command("add")
@told
def add_terms(
    version: Annotated[int, typer.Option(min=1)],
    file: Annotated[Path, typer.Option(exists=True, dir_okay=False, help="Its text, in UTF-8.")],
    effective_on: Annotated[date, _Day],
    published_on: Annotated[date | None, _Day] = None,
    title: Annotated[str, typer.Option(help="Without it, the configured one.")] = "",
) -> None:
    """A version of the terms of use: announced, and never changed again."""
    try:
        text = file.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise typer.BadParameter(f"{file} is no text in UTF-8.") from None
    row = terms_of_use.publish(
        version=version,
        title=title,
        text=text,
        effective_on=effective_on,
        published_on=published_on,
        by=acting(),
        now=now(),
    )
    say(f"Version {version} of the terms, SHA-256 {row.sha256}")


@terms.command("list")
@told
def list_terms(json: Json = False) -> None:
    """Every version, the newest first."""
    rows = list(queries.all_terms())
    for row in rows:
        say(f"{row.version}: {row.title}, holds from {row.effective_on}, published {row.published_on}")
    end_with({"versions": [_as_json(row) for row in rows]}, as_json=json)


@terms.command("show")
@told
def show_terms(version: Annotated[int, typer.Argument()]) -> None:
    """The text of a version, in the form whose SHA-256 was agreed to."""
    print(queries.terms(version).text, end="")


@terms.command("missing")
@told
def missing(json: Json = False) -> None:
    """Whose acceptance is missing, and until when there is grace."""
    rows = queries.desk_acceptances_missing(now())
    for row in rows:
        grace = f"grace until {row.until_on}" if row.until_on else "nothing promised yet"
        say(f"{signers.subject(row.signer)} {row.signer.name}: version {row.terms}, {grace}")
    say(f"{len(rows)} missing")
    people = [
        {"signer": signers.subject(row.signer), "terms": row.terms.version, "until": row.until_on}
        for row in rows
    ]
    end_with({"missing": people}, as_json=json)


@terms.command("reminders")
@told
def reminders(json: Json = False) -> None:
    """Who is to be reminded today; nothing is sent by this."""
    rows = queries.reminders_due(now())
    for row in rows:
        say(f"{signers.subject(row.signer)} {row.signer.name}: version {row.terms}, due since {row.due_on}")
    say(f"{len(rows)} reminders are due")
    people = [
        {"signer": signers.subject(row.signer), "terms": row.terms.version, "due": row.due_on} for row in rows
    ]
    end_with({"due": people}, as_json=json)


@terms.command("proof")
@told
def proof(lanr: _Lanr = "", third_party: _ThirdParty = None, json: Json = False) -> None:
    """What somebody promised: when, how, which text, and the entry in the audit trail."""
    who = _signer(lanr, third_party)
    rows = queries.proof_of_acceptance(who)
    for row in rows:
        promised, entry = row.declaration, row.entry
        say(f"version {promised.terms}, SHA-256 {promised.terms.sha256}")
        say(
            f"  {promised.way} on {promised.signed_on}, entered {promised.entered_at.isoformat()} by {row.by}"
        )
        say(f"  scan {row.scan.sha256 if row.scan else '-'}, audit entry {entry.pk if entry else '-'}")
    if not rows:
        say(f"{who} promised nothing.")
    end_with({"promises": [_proof_as_json(row) for row in rows]}, as_json=json)


@declaration.command("add")
@told
def add_declaration(
    version: _Version,
    signed_on: Annotated[date, _Day],
    scan: Annotated[Path | None, _ToRead] = None,
    lanr: _Lanr = "",
    third_party: _ThirdParty = None,
) -> None:
    """A signed declaration arrived, with its scan as PDF, JPEG or PNG if there is one."""
    who = _signer(lanr, third_party)
    terms_of_use.enter_declaration(
        person=who,
        version=version,
        signed_on=signed_on,
        scan=scan.read_bytes() if scan else None,
        by=acting(),
        now=now(),
    )
    say(f"The declaration of {who} for version {version} is entered.")


@declaration.command("add-scan")
@told
def add_scan(
    version: _Version,
    file: Annotated[Path, _ToRead],
    lanr: _Lanr = "",
    third_party: _ThirdParty = None,
) -> None:
    """The scan of a declaration that was entered without it."""
    row = acceptances.declaration(_signer(lanr, third_party), version)
    kept = terms_of_use.add_scan(declaration=row, content=file.read_bytes(), by=acting(), now=now())
    say(f"The scan is kept, {kept.size} bytes, SHA-256 {kept.sha256}")


@declaration.command("scan")
@told
def read_scan(
    version: _Version,
    reason: Why,
    to: Annotated[Path, typer.Option(help="A new file.")],
    lanr: _Lanr = "",
    third_party: _ThirdParty = None,
) -> None:
    """Write the scan of a declaration to a file; who read it and why stands in the audit trail."""
    row = acceptances.declaration(_signer(lanr, third_party), version)
    with to.open("xb") as file:
        scan, content = terms_of_use.read_scan(declaration=row, by=acting(), reason=reason)
        file.write(content)
    say(f"{scan.kind}, {scan.size} bytes, written to {to}")


@objection.command("add")
@told
def add_objection(
    version: _Version,
    received_on: Annotated[date, _Day],
    text: Annotated[str, typer.Option(help="What the letter says.")],
    lanr: _Lanr = "",
    third_party: _ThirdParty = None,
) -> None:
    """A letter arrived in which somebody objects to the terms (§ 14(2))."""
    who = _signer(lanr, third_party)
    row = objections.enter(
        signer=who, version=version, received_on=received_on, text=text, by=acting(), now=now()
    )
    say(f"Objection {row.pk} of {who} to version {version} is entered; the access stays as it is.")


@objection.command("list")
@told
def list_objections(json: Json = False) -> None:
    """What is to be judged, the oldest first."""
    rows = list(queries.desk_objections(now()))
    for row in rows:
        who = f"{signers.subject(row.signer)} {row.signer.name}"
        say(f"{row.pk}: {who}, version {row.terms}, {row.received_on}")
        say(f"  {row.text}")
    say(f"{len(rows)} objections are to be judged")
    found = [
        {"number": row.pk, "signer": signers.subject(row.signer), "terms": row.terms.version} for row in rows
    ]
    end_with({"objections": found}, as_json=json)


@objection.command("judge")
@told
def judge(
    number: _Number,
    is_justified: Annotated[bool, typer.Option("--justified/--unjustified")],
    reason: Why,
) -> None:
    """Justified: the access stays. Unjustified: nothing happens by itself."""
    objections.judge(number=number, is_justified=is_justified, by=acting(), reason=reason, now=now())
    then = "the access stays" if is_justified else f"lock, if you decide so: flexnet objection lock {number}"
    say(f"Objection {number} is judged; {then}.")


@objection.command("lock")
@told
def lock(number: _Number, user_name: UserName, reason: Why) -> None:
    """After an unjustified objection: lock an access that rests on that person's promise."""
    access = queries.access_named(user_name)
    row = objections.lock(number=number, access=access, by=acting(), reason=reason, now=now())
    say(f"{user_name} is locked (lock {row.pk}), {objections.RULE}.")


def _signer(lanr: str, third_party: int | None) -> Signer:
    if bool(lanr) == (third_party is not None):
        raise typer.BadParameter("Say --lanr of a person, or --third-party by its number.")
    return members.person(lanr) if third_party is None else members.third_party(third_party)


def _as_json(row: Terms) -> dict[str, object]:
    days = {"published_on": row.published_on, "effective_on": row.effective_on}
    return {"version": row.version, "title": row.title, "sha256": row.sha256, **days}


def _proof_as_json(row: acceptances.Proof) -> dict[str, object]:
    promised = row.declaration
    return {
        "terms": promised.terms.version,
        "sha256": promised.terms.sha256,
        "way": promised.way,
        "signed_on": promised.signed_on,
        "entered_at": promised.entered_at,
        "by": row.by,
        "scan": row.scan.sha256 if row.scan else None,
        "audit_entry": row.entry.pk if row.entry else None,
    }
