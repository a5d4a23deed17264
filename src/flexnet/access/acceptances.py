"""Show me: who promised to keep which terms and how that is proven, who has to, and who objects."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet

from flexnet import configuration
from flexnet.access import facts, rules, signers
from flexnet.access.errors import NoSuchDeclaration, NoSuchObjection, NoSuchScan
from flexnet.access.models import Access, Declaration, Interval, Notice, Objection, Reminder, Scan, Terms
from flexnet.access.signers import Signer
from flexnet.audit.models import Event
from flexnet.members.models import Person, ThirdParty

_ENTRIES = ("declaration.entered", "terms.accepted")
_OVER = (
    rules.Reason.NOT_TRANSFERABLE,
    rules.Reason.ENDED,
    rules.Reason.INTEREST_OVER,
    rules.Reason.ACTIVITY_OVER,
)
_OF_PERSON, _OF_PARTY = Q(person=OuterRef("pk")), Q(third_party=OuterRef("pk"))


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
class Missing:
    """Somebody whose acceptance is missing; `until_on` is the last day of grace, None for a first promise."""

    signer: Signer
    terms: Terms
    until_on: date | None


@dataclass(frozen=True)
class ReminderDue:
    """Somebody who is to be asked once more, since a day, before the grace is over."""

    signer: Signer
    terms: Terms
    due_on: date
    until_on: date


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
        return _newest_terms()
    return _terms_for_a_first_promise(now)


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


def desk_objections(now: datetime) -> QuerySet[Objection]:
    """What a clerk has to judge, the oldest first; whoever accepted since has taken the objection back."""
    same = Q(person=OuterRef("person")) | Q(third_party=OuterRef("third_party"))
    since = Declaration.objects.filter(same, terms__version__gte=OuterRef("terms__version"))
    rows = Objection.objects.filter(~Exists(since), judged_at=None, entered_at__lte=now)
    return rows.select_related("person", "third_party", "terms").order_by("received_on", "pk")


def desk_acceptances_missing(now: datetime, *, limit: int | None = None) -> list[Missing]:
    """Who has an access and has not promised what it rests on; those without grace first.

    By the profile `objection` only who never promised anything; by `consent` also who has not accepted the
    newest version, from its announcement on.
    """
    asked, newest = _terms_for_a_first_promise(now), _newest_terms()
    if asked is None or newest is None:
        return []
    first = [Missing(who, asked, None) for who in _missing(1, now, limit)]
    until_on = grace_until(newest)
    if until_on is None:
        return first
    return [*first, *(Missing(who, newest, until_on) for who in _asked_anew(newest, now, limit))][:limit]


def reminders_due(now: datetime) -> list[ReminderDue]:
    """Who is to be reminded of the newest version today; nobody after the last day of grace.

    They are due from their day until somebody notes that they were sent (`terms.note_reminder`).
    """
    newest, today = _newest_terms(), rules.day_of(now)
    until_on = grace_until(newest) if newest else None
    if newest is None or until_on is None or until_on < today:
        return []
    days = (until_on - timedelta(days=days) for days in configuration.current().profile.terms_reminder_days)
    due_on = max((day for day in days if newest.published_on <= day <= today), default=None)
    if due_on is None:
        return []
    sent = {one.signer for one in Reminder.objects.filter(terms=newest, due_on=due_on)}
    asked = _asked_anew(newest, now, None)
    return [ReminderDue(who, newest, due_on, until_on) for who in asked if who not in sent]


def _newest_terms() -> Terms | None:
    return Terms.objects.order_by("-version").first()


def _terms_for_a_first_promise(now: datetime) -> Terms | None:
    """What holds now, for only that opens an access; before anything holds, what is announced."""
    in_force = Terms.objects.filter(effective_on__lte=rules.day_of(now)).order_by("-version").first()
    return in_force or _newest_terms()


def _missing(version: int, now: datetime, limit: int | None) -> list[Signer]:
    """With an access that needs their promise, who promised no such version and object to none."""
    found: list[Signer] = [*_missing_people(version, now)[:limit]]
    return [*found, *_missing_parties(version, now)[:limit]][:limit]


def _asked_anew(terms: Terms, now: datetime, limit: int | None) -> list[Signer]:
    """Of those, who promised an earlier version."""
    people = _missing_people(terms.version, now).filter(Exists(Declaration.objects.filter(_OF_PERSON)))
    parties = _missing_parties(terms.version, now).filter(Exists(Declaration.objects.filter(_OF_PARTY)))
    found: list[Signer] = [*people[:limit]]
    return [*found, *parties[:limit]][:limit]


def _missing_people(version: int, now: datetime) -> QuerySet[Person]:
    """Of several owners or directors without an access of their own one promise is enough."""
    today, live = rules.day_of(now), _live_accesses(now)
    promised = Declaration.objects.filter(terms__version__gte=version)
    practices = live.filter(site__practice=OuterRef("practice"))
    same = Q(Exists(promised.filter(person=OuterRef("person"))), practice=OuterRef("practice"))
    by_another = Exists(signers.owned_on(today).filter(same)) | Exists(
        signers.directed_on(today).filter(same)
    )
    needed = Q(Exists(practices), ~by_another, _OF_PERSON)
    rows = Person.objects.filter(
        Exists(live.filter(_OF_PERSON))
        | Exists(signers.owned_on(today).filter(needed))
        | Exists(signers.directed_on(today).filter(needed)),
        ~Exists(promised.filter(_OF_PERSON)),
        ~Exists(_standing_objections(version).filter(_OF_PERSON)),
    )
    return rows.order_by("pk")


def _missing_parties(version: int, now: datetime) -> QuerySet[ThirdParty]:
    promised = Declaration.objects.filter(terms__version__gte=version)
    rows = ThirdParty.objects.filter(
        Exists(_live_accesses(now).filter(_OF_PARTY)),
        ~Exists(promised.filter(_OF_PARTY)),
        ~Exists(_standing_objections(version).filter(_OF_PARTY)),
    )
    return rows.order_by("pk")


def _standing_objections(version: int) -> QuerySet[Objection]:
    return Objection.objects.filter(Q(judged_at=None) | Q(is_justified=True), terms__version=version)


def _live_accesses(now: datetime) -> QuerySet[Access]:
    """Those that neither a notice nor the end of what they rest on has ended."""
    noticed = Notice.objects.filter(access=OuterRef("pk"), withdrawn_at=None, ends_on__lt=rules.day_of(now))
    over = Interval.objects.filter(
        Q(from_at=None) | Q(from_at__lte=now),
        Q(until_at=None) | Q(until_at__gt=now),
        access=OuterRef("pk"),
        channel=rules.Channel.PORTAL,
        reason__in=_OVER,
    )
    return Access.objects.filter(~Exists(noticed), ~Exists(over))
