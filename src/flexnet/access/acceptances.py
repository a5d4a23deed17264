"""Show me: who promised to keep which terms, how that is proven, and where somebody stands with them."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from flexnet import configuration
from flexnet.access import facts, rules, signers
from flexnet.access.errors import NoSuchDeclaration, NoSuchObjection, NoSuchScan
from flexnet.access.models import Access, Declaration, Objection, Scan, Terms
from flexnet.access.signers import Signer
from flexnet.audit.models import Event

_ENTRIES = ("declaration.entered", "terms.accepted")


@dataclass(frozen=True)
class Proof:
    """That somebody promised to keep a version: who, when, how, which text; and the entry in the trail."""

    declaration: Declaration
    scan: Scan | None
    entry: Event | None

    @property
    def by(self) -> str:
        """Who entered or ticked it."""
        return self.entry.by if self.entry else ""


@dataclass(frozen=True)
class Standing:
    """Where those on whose promise an access rests stand with the terms that are offered to them."""

    terms: Terms
    accepted: Declaration | None
    objection: Objection | None
    may_sign: bool
    is_missing: bool
    until_on: date | None

    @property
    def is_accepted(self) -> bool:
        return self.accepted is not None and self.accepted.terms.version >= self.terms.version

    @property
    def is_to_be_accepted(self) -> bool:
        """Somebody has to, for silence is no consent here; an objection has to be judged first."""
        is_asked = self.accepted is None or self.until_on is not None
        return is_asked and not self.is_accepted and not self.objection

    @property
    def may_object(self) -> bool:
        """Only to changed terms; who has never accepted any just does not take part."""
        return self.may_sign and self.accepted is not None and not self.is_accepted and not self.objection


def proof_of_acceptance(signer: Signer) -> list[Proof]:
    """Everything that somebody promised, the newest first; the text is `declaration.terms.text`."""
    rows = Declaration.objects.select_related("person", "third_party", "terms", "access__account", "scan")
    entries = {
        json.loads(entry.data).get("declaration"): entry
        for entry in Event.objects.filter(subject=signers.subject(signer), kind__in=_ENTRIES)
    }
    return [
        Proof(row, getattr(row, "scan", None), entries.get(row.pk))
        for row in rows.filter(**signers.fields(signer)).order_by("-terms__version")
    ]


def declaration(signer: Signer, version: int) -> Declaration:
    """Raises NoSuchDeclaration."""
    rows = Declaration.objects.select_related("person", "third_party", "terms", "scan")
    row = rows.filter(**signers.fields(signer), terms__version=version).first()
    if row is None:
        raise NoSuchDeclaration(f"{signer} has not declared to keep version {version}.")
    return row


def scan_of(declaration: Declaration) -> Scan:
    """Raises NoSuchScan."""
    row = Scan.objects.filter(declaration=declaration).first()
    if row is None:
        raise NoSuchScan("There is no scan of this declaration.")
    return row


def objection(number: int) -> Objection:
    """Raises NoSuchObjection."""
    row = Objection.objects.select_related("person", "third_party", "terms").filter(pk=number).first()
    if row is None:
        raise NoSuchObjection(f"There is no objection {number}.")
    return row


def grace_until(terms: Terms) -> date | None:
    """The last day on which new terms need not be accepted yet; None where silence is consent (§ 14(2))."""
    profile = configuration.current().profile
    if profile.terms_change != "consent":
        return None
    return terms.effective_on + timedelta(days=profile.terms_grace_days - 1)


def offered_to(asked: Sequence[Signer], now: datetime) -> Terms | None:
    """What they may accept: the newest version, or for a first promise the one in force."""
    if Declaration.objects.filter(signers.theirs(asked)).exists():
        return newest_terms()
    return terms_for_a_first_promise(now)


def standing(access: Access, now: datetime) -> Standing | None:
    """None while no terms are published."""
    behind = signers.behind(access, rules.day_of(now))
    terms = offered_to(behind, now)
    if terms is None:
        return None
    theirs, known = signers.theirs(behind), facts.of([access.pk])[access.pk]
    accepted = Declaration.objects.filter(theirs).select_related("terms", "person", "third_party")
    objected = Objection.objects.filter(theirs, terms=terms)
    return Standing(
        terms,
        accepted.order_by("-terms__version", "entered_at").first(),
        objected.order_by("-entered_at").first(),
        rules.may_sign(known, now),
        rules.terms_missing(known, now),
        grace_until(terms),
    )


def newest_terms() -> Terms | None:
    """It may begin to hold later; None before anything is published."""
    return Terms.objects.order_by("-version").first()


def terms_for_a_first_promise(now: datetime) -> Terms | None:
    """What holds now, for only that opens an access; before anything holds, what is announced."""
    in_force = Terms.objects.filter(effective_on__lte=rules.day_of(now)).order_by("-version").first()
    return in_force or newest_terms()
