"""Make it happen: versions of the terms of use are published, and promises to keep them arrive (§ 1(3))."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from flexnet import configuration, transactions
from flexnet.access import acceptances, actions, facts, queries, rewriting, rules, scans, signers
from flexnet.access.errors import AlreadyDeclared, BadDeclaration, BadTerms, TermsExist
from flexnet.access.models import Access, Declaration, Reminder, Scan, Terms
from flexnet.access.signers import Signer
from flexnet.audit import actions as audit
from flexnet.lib import canonical_text

_PUBLISHED = "Version {} of the terms is published already; it is never changed."


class NotAccepted(StrEnum):
    """Why a tick, or an objection in the portal, does not count."""

    NOT_YOURS = "not_yours"
    REPLACED = "replaced"
    ON_PAPER = "on_paper"


@dataclass(frozen=True)
class Shown:
    """Who reads which terms."""

    signer: Signer
    terms: Terms


def publish(
    *,
    version: int,
    text: str,
    effective_on: date,
    by: str,
    now: datetime,
    title: str = "",
    published_on: date | None = None,
) -> Terms:
    """A version of the terms, never changed after this; agreed to is the SHA-256 of its canonical text.

    Without a day it is announced today, or with its first day if that is over. Where changed terms need
    consent, every access has a new day to come: lists say so as soon as all intervals are derived anew.
    Raises BadText, BadTerms, TermsExist.
    """
    today = rules.day_of(now)
    row = Terms(
        version=version,
        title=title.strip() or configuration.current().profile.terms_title,
        text=canonical_text.canonical(text),
        effective_on=effective_on,
        published_on=published_on or min(today, effective_on),
    )
    row.sha256 = canonical_text.sha256(row.text)
    with transactions.writing():
        _check_order(row, today)
        with transactions.refused_as(TermsExist(_PUBLISHED.format(version))):
            row.save(force_insert=True)
        data = {"sha256": row.sha256, "effective": effective_on.isoformat(), "title": row.title}
        audit.record("terms.published", by=by, subject=f"terms:{version}", data=data)
    if acceptances.grace_until(row):
        rewriting.rewrite_intervals()
    return row


def enter_declaration(
    *,
    person: Signer,
    version: int,
    signed_on: date,
    by: str,
    now: datetime,
    scan: bytes | None = None,
) -> Declaration:
    """A signed declaration of a member or a third party arrived (§ 1(3)), with its scan if there is one.

    Raises NoSuchTerms, BadDeclaration, AlreadyDeclared, BadScan, StoreFull.
    """
    terms = queries.terms(version)
    _check_day(terms, signed_on, rules.day_of(now))
    row = Declaration(
        **signers.fields(person), terms=terms, way=Declaration.Way.PAPER, signed_on=signed_on, entered_at=now
    )
    if scan is None:
        return _promise(row, "declaration.entered", by=by, now=now)
    with scans.kept(scan) as found, transactions.writing():
        _promise(row, "declaration.entered", by=by, now=now)
        _add_scan(row, found, by=by, now=now)
    return row


def add_scan(*, declaration: Declaration, content: bytes, by: str, now: datetime) -> Scan:
    """The scan of a declaration that was entered without it. Raises AlreadyDeclared, BadScan, StoreFull."""
    if declaration.way != Declaration.Way.PAPER:
        raise BadDeclaration("What was ticked in the portal was never on paper: there is nothing to scan.")
    there = AlreadyDeclared("This declaration has its scan already; it is never exchanged.")
    with scans.kept(content) as found, transactions.writing(), transactions.refused_as(there):
        return _add_scan(declaration, found, by=by, now=now)


def read_scan(*, declaration: Declaration, by: str, reason: str) -> tuple[Scan, bytes]:
    """The scan with its bytes; whoever reads it stands in the audit trail first.

    Raises NoSuchScan, and SealBroken or OSError if the store does not hold what it took.
    """
    row = acceptances.scan_of(declaration)
    data = {"declaration": declaration.pk, "sha256": row.sha256, "reason": reason}
    with transactions.writing():
        audit.record("scan.read", by=by, subject=signers.subject(declaration.signer), data=data)
    return row, scans.read(row.sha256)


def accept(*, access: Access, version: int, sha256: str, by: str, now: datetime) -> Declaration | NotAccepted:
    """Whoever signs in here ticks the terms that were shown (§ 1(3)); a second tick finds the first.

    An objection of the same person to this version is taken back by it.
    """
    with transactions.writing():
        transactions.take_turn_at_facts()
        shown = shown_to(access, version=version, sha256=sha256, now=now)
        if isinstance(shown, NotAccepted):
            return shown
        signer = signers.fields(shown.signer)
        there = Declaration.objects.filter(**signer, terms=shown.terms).first()
        if there:
            return there
        row = Declaration(
            **signer,
            terms=shown.terms,
            way=Declaration.Way.PORTAL,
            access=access,
            signed_on=rules.day_of(now),
            entered_at=now,
        )
        return _promise(row, "terms.accepted", by=by, now=now)


def shown_to(access: Access, *, version: int, sha256: str, now: datetime) -> Shown | NotAccepted:
    """What this access was shown, if it may answer for its signer and that is still what is offered."""
    signer = signers.of(access)
    if signer is None or not rules.may_sign(facts.of([access.pk])[access.pk], now):
        return NotAccepted.NOT_YOURS
    terms = acceptances.offered_to([signer], now)
    if terms is None or (terms.version, terms.sha256) != (version, sha256):
        return NotAccepted.REPLACED
    return Shown(signer, terms)


def note_reminder(*, signer: Signer, terms: Terms, due_on: date, by: str, now: datetime) -> Reminder:
    """Somebody was asked once more; `due_on` is the reminder's, from `queries.reminders_due`.

    Noting it twice changes nothing.
    """
    with transactions.writing():
        row, is_new = Reminder.objects.get_or_create(
            **signers.fields(signer), terms=terms, due_on=due_on, defaults={"sent_at": now}
        )
        if is_new:
            data = {"terms": terms.version, "due": due_on.isoformat()}
            audit.record("terms.reminded", by=by, subject=signers.subject(signer), data=data)
    return row


def _check_order(row: Terms, today: date) -> None:
    """Inside a transaction. Raises BadTerms, TermsExist."""
    if Terms.objects.filter(version=row.version).exists():
        raise TermsExist(_PUBLISHED.format(row.version))
    if row.published_on > min(today, row.effective_on):
        raise BadTerms("Terms are published today or earlier, and not after the day they begin to hold.")
    earlier = Terms.objects.filter(version__lt=row.version, effective_on__gte=row.effective_on)
    later = Terms.objects.filter(version__gt=row.version, effective_on__lte=row.effective_on)
    if earlier.exists() or later.exists():
        raise BadTerms("A later version of the terms begins to hold later: mend the version or the day.")


def _check_day(terms: Terms, signed_on: date, today: date) -> None:
    """Promised is the version that held on the day, or one that was announced by then (§ 1(3))."""
    if signed_on > today:
        raise BadDeclaration(f"A declaration cannot be signed on {signed_on}: that day is still to come.")
    if signed_on < terms.published_on:
        raise BadDeclaration(f"Version {terms} was published on {terms.published_on}, after the signature.")
    in_force = queries.terms_in_force(signed_on)
    if in_force and terms.version < in_force.version:
        raise BadDeclaration(
            f"On {signed_on} version {in_force} of the terms held already (§ 1(3)): have that one signed."
        )


def _promise(row: Declaration, event: str, *, by: str, now: datetime) -> Declaration:
    there = AlreadyDeclared(f"{row.signer} has declared to keep version {row.terms} already.")
    data = {"terms": row.terms.version, "sha256": row.terms.sha256, "signed_on": row.signed_on.isoformat()}
    with transactions.writing():
        transactions.insert_new(row, otherwise=there)
        through = {"access": str(row.access)} if row.access else {}
        data = {"declaration": row.pk, **data, **through}
        audit.record(event, by=by, subject=signers.subject(row.signer), data=data)
        actions.members_changed(touched=signers.touched(row.signer), by=by, reason="declaration", now=now)
    return row


def _add_scan(declaration: Declaration, found: scans.Found, *, by: str, now: datetime) -> Scan:
    row = Scan.objects.create(
        declaration=declaration, sha256=found.sha256, kind=found.kind, size=found.size, kept_at=now
    )
    data = {"declaration": declaration.pk, "sha256": found.sha256, "size": found.size}
    audit.record("scan.kept", by=by, subject=signers.subject(declaration.signer), data=data)
    return row
