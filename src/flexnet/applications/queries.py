"""Show me: applications by number, what is open, what the desk has to do, and what is entered already."""

import uuid
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet, Subquery

from flexnet import configuration
from flexnet.access import queries as access
from flexnet.access.models import Access, Declaration
from flexnet.access.rules import day_of
from flexnet.accounts.models import Account
from flexnet.applications import checks, numbers, rules
from flexnet.applications.content import Content
from flexnet.applications.errors import NoSuchApplication
from flexnet.applications.kinds import ENDS, Kind, Status, StepKind
from flexnet.applications.models import Application, Step
from flexnet.members.models import Activity, Ownership, Person, Site


@dataclass(frozen=True)
class DeskRow:
    """What a clerk has to do with an application, oldest first."""

    application: Application
    status: Status
    since: date
    has_twin: bool


def application(number: str) -> Application:
    """With its steps; the number as people type it. Raises NoSuchApplication."""
    row = _rows().filter(number=numbers.normal(number)).first()
    if row is None:
        raise NoSuchApplication(f"There is no application {number}.")
    return row


def sent_as(key: uuid.UUID) -> Application | None:
    """What a browser sent under this key, if it did."""
    return _rows().filter(sent_as=key).first()


def steps(row: Application) -> tuple[StepKind, ...]:
    """What became of it so far; as many as a page shows, so many are `seen` by an act on it."""
    return tuple(StepKind(step.kind) for step in row.steps.all())


def status(row: Application) -> Status:
    return rules.status(steps(row), is_signed=row.signed_on is not None)


def open_ones() -> QuerySet[Application]:
    """Everything that is neither approved nor refused nor withdrawn, oldest first."""
    return _rows().filter(~_ended())


def desk_applications(*, district_office: str = "") -> list[DeskRow]:
    """What waits for a clerk; what waits for the applicant's signature or answer is not in it."""
    rows = open_ones().filter(district_office=district_office) if district_office else open_ones()
    return [_desk_row(row) for row in rows if status(row) is Status.RECEIVED]


def twins(row: Application) -> QuerySet[Application]:
    """Others that are open for the same site, person and kind: one of them was perhaps sent twice."""
    same = open_ones().filter(kind=row.kind, bsnr=row.bsnr, lanr=row.lanr).exclude(pk=row.pk)
    return same if row.bsnr else same.filter(organisation__iexact=row.organisation)


def missing(row: Application) -> tuple[checks.Problem, ...]:
    """What the applicant has still to give, each in a sentence."""
    return checks.missing(Kind(row.kind), row.content, profile=configuration.current().profile)


def plan(row: Application, *, now: datetime) -> rules.Plan:
    """What approving it would do now."""
    known = _known(row.content, now=now)
    return rules.plan(Kind(row.kind), row.content, known, profile=configuration.current().profile)


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


def _ended() -> Exists:
    return Exists(Step.objects.filter(application=OuterRef("pk"), kind__in=ENDS))


def _desk_row(row: Application) -> DeskRow:
    last = list(row.steps.all())[-1]
    return DeskRow(row, status(row), last.on, twins(row).exists())


def _known(content: Content, *, now: datetime) -> rules.Known:
    today = day_of(now)
    site = Site.objects.select_related("practice").filter(bsnr=content.bsnr).first()
    person = Person.objects.filter(lanr=content.lanr).first()
    terms = access.terms_in_force(today)
    owners = _owners(site, today)
    return rules.Known(
        practice=site.practice.name if site else "",
        owners=tuple(owner.person.name for owner in owners),
        person=person.name if person else "",
        owns=any(owner.person_id == person.pk for owner in owners) if person else False,
        is_active=Activity.objects.filter(person=person, until_on=None).exists() if person else False,
        has_declared=Declaration.objects.filter(person=person, terms=terms).exists() if person else False,
        practice_access=_user_name(Access.objects.filter(site=site)) if site else "",
        personal_access=_user_name(Access.objects.filter(person=person)) if person else "",
        terms_in_force=terms.version if terms else None,
        taken_names=_taken(content),
    )


def _owners(site: Site | None, today: date) -> list[Ownership]:
    if site is None:
        return []
    rows = Ownership.objects.filter(practice=site.practice).select_related("person").order_by("pk")
    return [row for row in rows if row.until_on is None or row.until_on >= today]


def _user_name(rows: QuerySet[Access]) -> str:
    row = rows.select_related("account").order_by("-pk").first()
    return row.account.user_name if row else ""


def _taken(content: Content) -> frozenset[str]:
    ours = [f"{letter}{number}" for letter, number in (("p", content.bsnr), ("a", content.lanr)) if number]
    found = Account.objects.none()
    for name in ours:
        found = found | Account.objects.filter(user_name__startswith=name)
    return frozenset(found.values_list("user_name", flat=True))
