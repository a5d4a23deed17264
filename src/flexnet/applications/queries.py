"""Show me: applications by number, what is open, what the desk has to do, and what is entered already."""

import uuid
from collections import Counter
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet, Subquery

from flexnet import configuration
from flexnet.access import queries as access
from flexnet.access.models import Access, Declaration, Terms
from flexnet.access.rules import day_of
from flexnet.accounts.models import Account
from flexnet.applications import checks, numbers, rules
from flexnet.applications.content import Content
from flexnet.applications.errors import NoSuchApplication
from flexnet.applications.facts import Known
from flexnet.applications.kinds import ENDS, Channel, Kind, Status, StepKind
from flexnet.applications.models import Application, Step
from flexnet.members import queries as members
from flexnet.members.models import Activity, Employment, Ownership, Person, Site, ThirdParty
from flexnet.single import single


@dataclass(frozen=True)
class DeskRow:
    """What a clerk has to do with an application, oldest first."""

    application: Application
    status: Status
    since: date
    has_twin: bool


def application(number: str) -> Application:
    """With its steps; the number as people type it. Raises NoSuchApplication."""
    row = single(_rows().order_by().filter(number=numbers.normal(number)))
    if row is None:
        raise NoSuchApplication(f"There is no application {number}.")
    return row


def sent_as(key: uuid.UUID) -> Application | None:
    """What a browser sent under this key, if it did."""
    return _rows().filter(sent_as=key).first()


def sent_by(member: Access) -> QuerySet[Application]:
    """What was signed in the portal with this access, the newest first."""
    return _rows().filter(applicant=member).order_by("-pk")


def steps(row: Application) -> tuple[StepKind, ...]:
    """What became of it so far; as many as a page shows, so many are `seen` by an act on it."""
    return tuple(StepKind(step.kind) for step in row.steps.all())


def status(row: Application) -> Status:
    return rules.status(steps(row), is_signed=row.signed_on is not None)


def open_ones() -> QuerySet[Application]:
    """Everything that is neither approved nor refused nor withdrawn, oldest first."""
    return _rows().filter(~_ended())


def desk_applications(*, district_office: str = "") -> list[DeskRow]:
    """What waits for a clerk; what waits for the applicant's signature or answer is not in it.

    Two queries, however many there are.
    """
    rows = list(open_ones())
    alike = Counter(map(_who_and_what, rows))
    return [
        DeskRow(row, status(row), list(row.steps.all())[-1].on, alike[_who_and_what(row)] > 1)
        for row in rows
        if status(row) is Status.RECEIVED and district_office in ("", row.district_office)
    ]


def twins(row: Application) -> QuerySet[Application]:
    """Others that are open for the same site, person and kind: one of them was perhaps sent twice."""
    same = open_ones().filter(kind=row.kind, bsnr=row.bsnr, lanr=row.lanr).exclude(pk=row.pk)
    return same if row.bsnr else same.filter(organisation__iexact=row.organisation)


def has_promised(row: Application) -> bool:
    """Whether the person whom it is for keeps some version of the terms already (§ 1(3))."""
    return Declaration.objects.filter(person__lanr=row.lanr).exists()


def missing(row: Application) -> tuple[checks.Problem, ...]:
    """What the applicant has still to give, each in a sentence."""
    profile, channel = configuration.current().profile, Channel(row.channel)
    return checks.missing(Kind(row.kind), row.content, profile=profile, channel=channel)


def plan(row: Application, *, now: datetime) -> rules.Plan:
    """What approving it would do now."""
    kind, said, known = Kind(row.kind), row.content, _known(Kind(row.kind), row.content, now=now)
    profile, channel = configuration.current().profile, Channel(row.channel)
    return rules.plan(kind, said, known, profile=profile, channel=channel)


def listed(
    *, status: Status | None = None, kind: str = "", district_office: str = ""
) -> QuerySet[Application]:
    """All that there are, or those of a kind, in a district office, at a status."""
    rows = _rows().order_by()
    wanted = {"kind": kind, "district_office": district_office}
    rows = rows.filter(**{name: value for name, value in wanted.items() if value})
    return _at(rows, status) if status else rows


def opened_by(row: Application) -> QuerySet[Access]:
    """The accesses of its site, person or third party that its letters are for: no password chosen yet."""
    waiting = access.whole().filter(account__password_is_initial=True).order_by("pk")
    if row.kind == Kind.THIRD_PARTY:
        return waiting.filter(third_party__name__iexact=row.organisation)
    practice = Q(site__bsnr=row.bsnr) if row.wants_practice_access else Q(pk=None)
    personal = Q(person__lanr=row.lanr) if row.wants_personal_access else Q(pk=None)
    return waiting.filter(practice | personal)


def stale(now: datetime, *, unsigned_days: int, refused_days: int) -> list[Application]:
    """What nobody signed in time, and what was refused or withdrawn long ago."""
    last = Step.objects.filter(application=OuterRef("pk")).order_by("-pk")
    rows = _rows().annotate(
        last_kind=Subquery(last.values("kind")[:1]), last_at=Subquery(last.values("at")[:1])
    )
    waiting = (StepKind.RECEIVED, StepKind.COMPLETED, StepKind.SENT_BACK)
    unsigned = Q(signed_on=None, last_kind__in=waiting, last_at__lt=now - timedelta(days=unsigned_days))
    over = Q(
        last_kind__in=(StepKind.REFUSED, StepKind.WITHDRAWN), last_at__lt=now - timedelta(days=refused_days)
    )
    return list(rows.filter(unsigned | over))


def _rows() -> QuerySet[Application]:
    steps = Prefetch("steps", queryset=Step.objects.order_by("pk"))
    return Application.objects.order_by("pk").prefetch_related(steps)


def _at(rows: QuerySet[Application], wanted: Status) -> QuerySet[Application]:
    """By the last step, as `rules.status` says it."""
    last = Step.objects.filter(application=OuterRef("pk")).order_by("-pk")
    stepped = rows.annotate(last_kind=Subquery(last.values("kind")[:1]))
    if wanted in (Status.UNSIGNED, Status.RECEIVED):
        turns = (StepKind.RECEIVED, StepKind.COMPLETED)
        return stepped.filter(last_kind__in=turns, signed_on__isnull=wanted is Status.UNSIGNED)
    kinds = {Status.INCOMPLETE: StepKind.SENT_BACK}
    return stepped.filter(last_kind=kinds.get(wanted) or StepKind(wanted.value))


def _ended() -> Exists:
    return Exists(Step.objects.filter(application=OuterRef("pk"), kind__in=ENDS))


def _who_and_what(row: Application) -> tuple[str, ...]:
    """What two applications have in common of which one was perhaps sent twice."""
    return (row.kind, row.bsnr, row.lanr) if row.bsnr else (row.kind, row.organisation.casefold())


def third_party_named(name: str) -> ThirdParty | None:
    """The one of this name in which the KV's interest goes on."""
    return ThirdParty.objects.filter(name__iexact=name, until_on=None).order_by("pk").last()


def _known(kind: Kind, content: Content, *, now: datetime) -> Known:
    terms = access.terms_in_force(day_of(now))
    known = Known(terms_in_force=terms.version if terms else None, taken_names=_taken(content))
    if kind is Kind.THIRD_PARTY:
        return _with_third_party(known, content, terms, now)
    site = single(Site.objects.select_related("practice").filter(bsnr=content.bsnr))
    return _with_person(_with_site(known, site, now), content, site, terms, now)


def _with_site(known: Known, site: Site | None, now: datetime) -> Known:
    if site is None:
        return known
    return replace(
        known,
        practice=site.practice.name,
        owners=tuple(_owners(site, day_of(now)).values_list("person__name", flat=True)),
        address=_address(site, day_of(now)),
        practice_access=_user_name(Access.objects.filter(site=site)),
    )


def _with_person(
    known: Known, content: Content, site: Site | None, terms: Terms | None, now: datetime
) -> Known:
    person = single(Person.objects.filter(lanr=content.lanr))
    if person is None:
        return known
    works = Employment.objects.filter(person=person, practice__sites__bsnr=content.bsnr, until_on=None)
    return replace(
        known,
        person=person.name,
        owns=site is not None and _owners(site, day_of(now)).filter(person=person).exists(),
        works=works.exists(),
        is_active=Activity.objects.filter(person=person, until_on=None).exists(),
        has_declared=Declaration.objects.filter(person=person, terms=terms).exists(),
        has_promised=Declaration.objects.filter(person=person).exists(),
        personal_access=_user_name(Access.objects.filter(person=person)),
    )


def _with_third_party(known: Known, content: Content, terms: Terms | None, now: datetime) -> Known:
    party = third_party_named(content.organisation)
    if party is None:
        return known
    rows = Access.objects.filter(third_party=party, holder__iexact=content.name)
    return replace(
        known,
        third_party=party.pk,
        address=_address(party, day_of(now)),
        has_declared=Declaration.objects.filter(third_party=party, terms=terms).exists(),
        third_party_access=_user_name(rows),
    )


def _owners(site: Site, today: date) -> QuerySet[Ownership]:
    going_on = Q(until_on=None) | Q(until_on__gte=today)
    return Ownership.objects.filter(going_on, practice=site.practice).order_by("pk")


def _address(addressee: Site | ThirdParty, today: date) -> str:
    row = members.address_of(addressee, today)
    return f"{row.street}, {row.postcode} {row.town}" if row else ""


def _user_name(rows: QuerySet[Access]) -> str:
    row = rows.select_related("account").order_by("-pk").first()
    return row.account.user_name if row else ""


def _taken(content: Content) -> frozenset[str]:
    """Names that begin as those which would be proposed."""
    wanted = rules.user_names(content, frozenset()).values()
    starts = Q(pk=None)
    for name in wanted:
        starts |= Q(user_name__startswith=name)
    return frozenset(Account.objects.filter(starts).values_list("user_name", flat=True))
