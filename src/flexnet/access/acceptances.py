"""Show me: who promised to keep which terms and how that is proven, who has to, and who objects."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet

from flexnet import configuration
from flexnet.access import facts, rules
from flexnet.access.errors import NoSuchDeclaration, NoSuchObjection, NoSuchScan
from flexnet.access.models import Access, Declaration, Interval, Notice, Objection, Reminder, Scan, Terms
from flexnet.audit.models import Event
from flexnet.members.models import Direction, Ownership, Person

_ENTRIES = ("declaration.entered", "terms.accepted")
_OVER = (rules.Reason.ENDED, rules.Reason.ACTIVITY_OVER)


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

    person: Person
    terms: Terms
    until_on: date | None


@dataclass(frozen=True)
class ReminderDue:
    """Somebody who is to be asked once more, since a day, before the grace is over."""

    person: Person
    terms: Terms
    due_on: date
    until_on: date


@dataclass(frozen=True)
class Standing:
    """Where the people behind an access stand with the terms that are offered to them."""

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
    def may_object(self) -> bool:
        """Only to changed terms; who has never accepted any just does not take part."""
        return self.may_sign and self.accepted is not None and not self.is_accepted and not self.objection


def proof_of_acceptance(person: Person) -> list[Proof]:
    """Everything that this person promised, the newest first; the text is `declaration.terms.text`."""
    rows = Declaration.objects.select_related("person", "terms", "access__account", "scan")
    entries = {
        json.loads(entry.data).get("declaration"): entry
        for entry in Event.objects.filter(subject=f"person:{person}", kind__in=_ENTRIES)
    }
    return [
        Proof(row, getattr(row, "scan", None), entries.get(row.pk))
        for row in rows.filter(person=person).order_by("-terms__version")
    ]


def declaration(person: Person, version: int) -> Declaration:
    """Raises NoSuchDeclaration."""
    rows = Declaration.objects.select_related("person", "terms", "scan")
    row = rows.filter(person=person, terms__version=version).first()
    if row is None:
        raise NoSuchDeclaration(f"{person} has not declared to keep version {version}.")
    return row


def scan_of(declaration: Declaration) -> Scan:
    """Raises NoSuchScan."""
    row = Scan.objects.filter(declaration=declaration).first()
    if row is None:
        raise NoSuchScan("There is no scan of this declaration.")
    return row


def objection(number: int) -> Objection:
    """Raises NoSuchObjection."""
    row = Objection.objects.select_related("person", "terms").filter(pk=number).first()
    if row is None:
        raise NoSuchObjection(f"There is no objection {number}.")
    return row


def grace_until(terms: Terms) -> date | None:
    """The last day on which new terms need not be accepted yet; None where silence is consent (§ 14(2))."""
    profile = configuration.current().profile
    if profile.terms_change != "consent":
        return None
    return terms.effective_on + timedelta(days=profile.terms_grace_days - 1)


def people_behind(access: Access, on: date) -> list[Person]:
    """Whose promise an access rests on: its person's own, or that of any owner or director of its practice.

    An employee's rests on what the member's rests on; a third party's is not a person's.
    """
    member = access.origin or access
    if member.person:
        return [member.person]
    held = _owned_on(on).filter(practice__sites__accesses=member).select_related("person")
    directed = Direction.objects.filter(_on(on), practice__sites__accesses=member).select_related("person")
    return [row.person for row in held.order_by("pk")] + [row.person for row in directed.order_by("pk")]


def offered_to(people: Sequence[Person], now: datetime) -> Terms | None:
    """What these people may accept: the newest version, or for a first promise the one in force."""
    if Declaration.objects.filter(person__in=people).exists():
        return _newest_terms()
    return _terms_for_a_first_promise(now)


def standing(access: Access, now: datetime) -> Standing | None:
    """None while no terms are published."""
    people = people_behind(access, rules.day_of(now))
    terms = offered_to(people, now)
    if terms is None:
        return None
    known = facts.of([access.pk])[access.pk]
    accepted = Declaration.objects.filter(person__in=people).select_related("terms", "person")
    objected = Objection.objects.filter(person__in=people, terms=terms).select_related("person")
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
    since = Declaration.objects.filter(
        person=OuterRef("person"), terms__version__gte=OuterRef("terms__version")
    )
    rows = Objection.objects.filter(~Exists(since), judged_at=None, entered_at__lte=now)
    return rows.select_related("person", "terms").order_by("received_on", "pk")


def desk_acceptances_missing(now: datetime, *, limit: int | None = None) -> list[Missing]:
    """Who has an access and has not promised what it rests on; those without grace first.

    By the profile `objection` only who never promised anything; by `consent` also who has not accepted the
    newest version, from its announcement on.
    """
    asked, newest = _terms_for_a_first_promise(now), _newest_terms()
    if asked is None or newest is None:
        return []
    first = [Missing(who, asked, None) for who in _missing(1, now)[:limit]]
    until_on = grace_until(newest)
    if until_on is None:
        return first
    return [*first, *(Missing(who, newest, until_on) for who in _asked_anew(newest, now))][:limit]


def reminders_due(now: datetime) -> list[ReminderDue]:
    """Who is to be reminded of the newest version today; nobody after the last day of grace.

    They are due from their day until somebody notes that they were sent (`terms.note_reminder`).
    """
    newest, today = _newest_terms(), rules.day_of(now)
    until_on = grace_until(newest) if newest else None
    if newest is None or until_on is None or until_on < today:
        return []
    days = configuration.current().profile.terms_reminder_days
    due = [
        day for before in days if newest.published_on <= (day := until_on - timedelta(days=before)) <= today
    ]
    if not due:
        return []
    sent = Reminder.objects.filter(person=OuterRef("pk"), terms=newest, due_on=max(due))
    rows = _asked_anew(newest, now).filter(~Exists(sent))
    return [ReminderDue(who, newest, max(due), until_on) for who in rows]


def _newest_terms() -> Terms | None:
    return Terms.objects.order_by("-version").first()


def _terms_for_a_first_promise(now: datetime) -> Terms | None:
    """What holds now, for only that opens an access; before anything holds, what is announced."""
    in_force = Terms.objects.filter(effective_on__lte=rules.day_of(now)).order_by("-version").first()
    return in_force or _newest_terms()


def _asked_anew(terms: Terms, now: datetime) -> QuerySet[Person]:
    """Who promised an earlier version and not this one."""
    return _missing(terms.version, now).filter(Exists(Declaration.objects.filter(person=OuterRef("pk"))))


def _missing(version: int, now: datetime) -> QuerySet[Person]:
    """People with an access that needs their promise, who promised no such version and object to none.

    Of several owners without an access of their own one is enough.
    """
    today = rules.day_of(now)
    promised = Declaration.objects.filter(terms__version__gte=version)
    live = _live_accesses(now)
    practices = live.filter(site__practice=OuterRef("practice"))
    by_another = _owned_on(today).filter(
        Exists(promised.filter(person=OuterRef("person"))), practice=OuterRef("practice")
    )
    owned = _owned_on(today).filter(Exists(practices), ~Exists(by_another), person=OuterRef("pk"))
    objected = Objection.objects.filter(person=OuterRef("pk"), terms__version=version)
    standing = objected.filter(Q(judged_at=None) | Q(is_justified=True))
    rows = Person.objects.filter(
        Exists(live.filter(person=OuterRef("pk"))) | Exists(owned),
        ~Exists(promised.filter(person=OuterRef("pk"))),
        ~Exists(standing),
    )
    return rows.order_by("pk")


def _live_accesses(now: datetime) -> QuerySet[Access]:
    """Those that neither a notice nor the end of the activity has ended."""
    noticed = Notice.objects.filter(access=OuterRef("pk"), withdrawn_at=None, ends_on__lt=rules.day_of(now))
    over = Interval.objects.filter(
        Q(from_at=None) | Q(from_at__lte=now),
        Q(until_at=None) | Q(until_at__gt=now),
        access=OuterRef("pk"),
        channel=rules.Channel.PORTAL,
        reason__in=_OVER,
    )
    return Access.objects.filter(~Exists(noticed), ~Exists(over))


def _owned_on(day: date) -> QuerySet[Ownership]:
    return Ownership.objects.filter(_on(day))


def _on(day: date) -> Q:
    return Q(from_on__lte=day) & (Q(until_on=None) | Q(until_on__gte=day))
