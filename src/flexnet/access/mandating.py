"""Make it happen: a practice lets a collective submitter hand in for named sites, and takes it back."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from flexnet import transactions
from flexnet.access import actions, mandates, rules, scans, signers, telling
from flexnet.access.errors import BadMandate, NoSuchScan
from flexnet.access.models import Access, Mandate, Scan
from flexnet.accounts import submissions
from flexnet.audit import actions as audit
from flexnet.members.models import Person, Practice, Site, ThirdParty
from flexnet.members.signals import Touched


class NotGiven(StrEnum):
    """Why nothing happened."""

    NOT_YOURS = "not_yours"
    NO_SUBMITTER = "no_submitter"
    NO_SITE = "no_site"
    BAD_DAYS = "bad_days"
    SIGNED_LATER = "signed_later"
    GIVEN_ALREADY = "given_already"


@dataclass(frozen=True)
class Wanted:
    """Who may hand in for which sites of one practice (BSNRs), on which days, both inclusive."""

    party: int
    bsnrs: Sequence[str]
    from_on: date
    until_on: date | None = None


def give(*, member: Access, wanted: Wanted, number: uuid.UUID, now: datetime) -> list[Mandate] | NotGiven:
    """An owner or director gives it in the portal, from today on at the earliest.

    `number` is the form's, good for once. Raises AlreadySubmitted.
    """
    today = rules.day_of(now)
    with transactions.writing():
        transactions.take_turn_at_facts()
        if member.person is None or not signers.speaks_for_practice(member, now):
            return NotGiven.NOT_YOURS
        submissions.spend(number, now=now)
        if wanted.from_on < today:
            return NotGiven.BAD_DAYS
        sites = Site.objects.filter(practice__in=signers.practices_of(member, today))
        drafts = _drafts(wanted, list(sites), member.person, now)
        return drafts if isinstance(drafts, NotGiven) else _give(drafts, by=f"portal:{member}", now=now)


def enter(
    *,
    practice: Practice,
    signer: Person,
    wanted: Wanted,
    signed_on: date,
    by: str,
    now: datetime,
    scan: bytes | None = None,
) -> list[Mandate]:
    """It came on paper, signed by an owner or director, with its scan if there is one.

    Raises BadMandate, BadScan, StoreFull.
    """
    if scan is None:
        return _enter(practice, signer, wanted, signed_on, None, by=by, now=now)
    with scans.kept(scan) as found:
        return _enter(practice, signer, wanted, signed_on, found, by=by, now=now)


def revoke_own(*, member: Access, number: int, now: datetime) -> Mandate | NotGiven:
    """An owner or director takes it back in the portal, at once; twice changes nothing."""
    with transactions.writing():
        transactions.take_turn_at_facts()
        row = mandates.one(number)
        speaks = signers.speaks_for_practice(member, now)
        theirs = signers.practices_of(member, rules.day_of(now)).values_list("pk", flat=True)
        if row is None or not speaks or row.site.practice_id not in theirs:
            return NotGiven.NOT_YOURS
        revoke(mandate=row, by=f"portal:{member}", reason="by the practice, in the portal", now=now)
    return row


def revoke(*, mandate: Mandate, by: str, reason: str, now: datetime) -> None:
    """It ends at once, whoever is signed in with it; what was handed in stays. Twice changes nothing."""
    with transactions.writing():
        transactions.take_turn_at_facts()
        if not Mandate.objects.filter(pk=mandate.pk, revoked_at=None).update(revoked_at=now):
            return
        data = {**_named(mandate), "reason": reason}
        audit.record("mandate.revoked", by=by, subject=_subject(mandate), data=data)
        telling.mandate_revoked(mandate, now=now)
        touched = Touched(third_parties=(mandate.third_party_id,))
        actions.members_changed(touched=touched, by=by, reason="mandate_revoked", now=now)


def read_scan(*, mandate: Mandate, by: str, reason: str) -> tuple[Scan, bytes]:
    """The paper as it was scanned; whoever reads it, and why, stands in the audit trail first.

    Raises NoSuchScan, and SealBroken or OSError if the store does not hold what it took.
    """
    if mandate.scan is None:
        raise NoSuchScan("Of this mandate nothing was scanned.")
    data = {"mandate": mandate.pk, "sha256": mandate.scan.sha256, "reason": reason}
    with transactions.writing():
        audit.record("scan.read", by=by, subject=_subject(mandate), data=data)
    return mandate.scan, scans.read(mandate.scan.sha256)


def _enter(
    practice: Practice,
    signer: Person,
    wanted: Wanted,
    signed_on: date,
    found: scans.Found | None,
    *,
    by: str,
    now: datetime,
) -> list[Mandate]:
    with transactions.writing():
        transactions.take_turn_at_facts()
        if signed_on > min(rules.day_of(now), wanted.from_on):
            raise BadMandate(NotGiven.SIGNED_LATER)
        drafts = _drafts(wanted, list(practice.sites.all()), signer, now)
        if isinstance(drafts, NotGiven):
            raise BadMandate(drafts)
        scan = _kept(found, now) if found else None
        for row in drafts:
            row.way, row.signed_on, row.scan = Mandate.Way.PAPER, signed_on, scan
        return _give(drafts, by=by, now=now)


def _kept(found: scans.Found, now: datetime) -> Scan:
    return Scan.objects.create(sha256=found.sha256, kind=found.kind, size=found.size, kept_at=now)


def _drafts(wanted: Wanted, theirs: list[Site], giver: Person, now: datetime) -> list[Mandate] | NotGiven:
    """Not saved yet; in a practice where they do not own or direct it nobody gives one."""
    today = rules.day_of(now)
    if wanted.until_on and wanted.until_on < max(wanted.from_on, today):
        return NotGiven.BAD_DAYS
    party = mandates.submitters(today).filter(pk=wanted.party).first()
    if party is None:
        return NotGiven.NO_SUBMITTER
    sites = [site for site in theirs if site.bsnr in wanted.bsnrs]
    if not sites or len(sites) != len(set(wanted.bsnrs)):
        return NotGiven.NO_SITE
    if _is_given(wanted, party, sites, today):
        return NotGiven.GIVEN_ALREADY
    days = {"from_on": wanted.from_on, "until_on": wanted.until_on}
    way = Mandate.Way.PORTAL
    return [
        Mandate(third_party=party, site=site, person=giver, way=way, given_at=now, **days) for site in sites
    ]


def _is_given(wanted: Wanted, party: ThirdParty, sites: list[Site], today: date) -> bool:
    """One that goes on has a day in common with it."""
    there = (one.mandate for one in mandates.of_third_party(party.pk, today) if one.goes_on)
    ids = {site.pk for site in sites}
    return any(
        row.site_id in ids
        and (wanted.until_on is None or row.from_on <= wanted.until_on)
        and (row.until_on is None or wanted.from_on <= row.until_on)
        for row in there
    )


def _give(rows: list[Mandate], *, by: str, now: datetime) -> list[Mandate]:
    for row in rows:
        row.save(force_insert=True)
        data = {**_named(row), "scan": row.scan.sha256 if row.scan else None}
        audit.record("mandate.given", by=by, subject=_subject(row), data=data)
    telling.mandates_given(rows, now=now)
    touched = Touched(third_parties=(rows[0].third_party_id,))
    actions.members_changed(touched=touched, by=by, reason="mandate", now=now)
    return rows


def _subject(row: Mandate) -> str:
    return f"site:{row.site}"


def _named(row: Mandate) -> dict[str, object]:
    return {
        "mandate": row.pk,
        "third_party": row.third_party_id,
        "from": row.from_on.isoformat(),
        "until": row.until_on.isoformat() if row.until_on else None,
    }
