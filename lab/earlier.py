"""What happened at KV Sachsen before the story, by the server's own actions, on a day of the last quarter.

`lab.earlier BSNR LANR PRACTICE OWNER`: providers are known by their ranges, of which one has stopped; a
practice is online, and so is a collective submitter. The passwords of the practice's access, of its owner's
and of the submitter's come as three lines over stdin.
"""

import os
import sys
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING

from flexnet.lib.quarters import Quarter
from lab import cast

if TYPE_CHECKING:
    from flexnet.accounts.actions import Issued

_BY = "cli:lab"
_BEFORE, _CERTIFIED = timedelta(days=20), timedelta(days=730)


def main(bsnr: str, lanr: str, practice: str, owner: str, *, passwords: list[str]) -> None:
    """Imports stand inside: Django reads the configuration first."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "flexnet.settings")
    import django

    django.setup()
    from flexnet.access import actions as accesses
    from flexnet.access import terms
    from flexnet.members import actions as members
    from flexnet.members import addresses

    now = _then()
    for provider in cast.PROVIDERS:
        _certify(provider, now)
    site = members.enter_practice(bsnr=bsnr, name=practice, by=_BY)
    person = members.enter_person(lanr=lanr, name=owner, by=_BY)
    since = date(2020, 1, 1)
    address = addresses.PostalAddress("Elbufer 2", "01069", "Dresden")
    addresses.register(addressee=site, address=address, seen=None, from_on=since, by=_BY, now=now)
    members.enter_ownership(practice=site.practice, person=person, from_on=since, by=_BY, now=now)
    terms.enter_declaration(person=person, version=1, signed_on=now.date(), by=_BY, now=now)
    opened = (
        accesses.open_practice_access(site=site, user_name=f"p{bsnr}", by=_BY, now=now),
        accesses.open_personal_access(person=person, user_name=f"a{lanr}", by=_BY, now=now),
        _submitter(now),
    )
    for issued, password in zip(opened, passwords, strict=True):
        _choose(issued, password, now)


def _submitter(now: datetime) -> "Issued":
    """Its signatory's access, which reaches the portal and hands in for whoever lets it."""
    from flexnet.access import derived, queries, terms
    from flexnet.access.models import Permission
    from flexnet.members import third_parties

    holder = cast.SUBMITTERS_HOLDER
    details = third_parties.ThirdPartyDetails(cast.SUBMITTER, holder, holder, "Sammelabrechnung")
    party = third_parties.enter(details=details, from_on=date(2020, 1, 1), by=_BY, now=now)
    terms.enter_declaration(person=party, version=1, signed_on=now.date(), by=_BY, now=now)
    issued = derived.open_third_party_access(
        party=party, holder=holder, user_name=cast.SUBMITTERS_NAME, is_signatory=True, by=_BY, now=now
    )
    access = queries.access_named(cast.SUBMITTERS_NAME)
    for function in (Permission.Function.PORTAL, Permission.Function.SUBMISSION):
        derived.permit(access=access, function=function, by=_BY, now=now)
    return issued


def _certify(provider: cast.Provider, now: datetime) -> None:
    from flexnet.publications import actions, queries, ranges

    from_on, until_on = date(2016, 1, 1), now.date() + _CERTIFIED
    actions.certify(name=provider.name, url=provider.url, from_on=from_on, until_on=until_on, by=_BY)
    row, network = queries.provider(provider.name), provider.network
    last_on = now.date() if provider.has_stopped else None
    ranges.enter(provider=row, network=network, from_on=from_on, until_on=last_on, by=_BY, now=now)


def _choose(issued: "Issued", password: str, now: datetime) -> None:
    from flexnet.access import actions as accesses

    refused = accesses.change_password(
        account=issued.account, old=issued.initial_password, new=password, by=_BY, now=now
    )
    if refused:
        raise SystemExit(f"this password is refused: {refused}")


def _then() -> datetime:
    """Some weeks before this quarter began."""
    day = Quarter.of(datetime.now(UTC).date()).first_day - _BEFORE
    return datetime.combine(day, time(8), UTC)


if __name__ == "__main__":
    main(*sys.argv[1:5], passwords=sys.stdin.read().split())
