"""Make it happen: versions of the terms of use are published, and promises to keep them arrive (§ 1(3))."""

from datetime import date, datetime

from flexnet import configuration, transactions
from flexnet.access import actions, queries, rules
from flexnet.access.errors import AlreadyDeclared, BadTerms, TermsExist
from flexnet.access.models import Declaration, Terms
from flexnet.audit import actions as audit
from flexnet.lib import canonical_text
from flexnet.members.models import Person


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

    Without a day it is announced today, or with its first day if that is over. Raises BadText, BadTerms,
    TermsExist.
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
        _check(row, today)
        row.save(force_insert=True)
        data = {"sha256": row.sha256, "effective": effective_on.isoformat(), "title": row.title}
        audit.record("terms.published", by=by, subject=f"terms:{version}", data=data)
    return row


def enter_declaration(
    *, person: Person, version: int, signed_on: date, by: str, now: datetime
) -> Declaration:
    """A signed declaration arrived (§ 1(3)); raises NoSuchTerms, AlreadyDeclared."""
    terms = queries.terms(version)
    there = AlreadyDeclared(f"{person.lanr} has declared to keep version {version} already.")
    with transactions.writing():
        with transactions.refused_as(there):
            row = Declaration.objects.create(person=person, terms=terms, signed_on=signed_on, entered_at=now)
        data = {"terms": version, "sha256": terms.sha256, "signed_on": signed_on.isoformat()}
        audit.record("declaration.entered", by=by, subject=f"person:{person.lanr}", data=data)
        actions.person_changed(person=person, by=by, reason="declaration", now=now)
    return row


def _check(row: Terms, today: date) -> None:
    """Inside a transaction. Raises BadTerms, TermsExist."""
    if Terms.objects.filter(version=row.version).exists():
        raise TermsExist(f"Version {row.version} of the terms is published already; it is never changed.")
    if row.published_on > min(today, row.effective_on):
        raise BadTerms("Terms are published today or earlier, and not after the day they begin to hold.")
    earlier = Terms.objects.filter(version__lt=row.version, effective_on__gte=row.effective_on)
    later = Terms.objects.filter(version__gt=row.version, effective_on__lte=row.effective_on)
    if earlier.exists() or later.exists():
        raise BadTerms("A later version of the terms begins to hold later: mend the version or the day.")
