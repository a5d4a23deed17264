"""Show me: whose promise is missing, who is to be reminded of it, and who objects instead."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from django.db.models import Exists, Max, OuterRef, Q, QuerySet

from flexnet import configuration
from flexnet.access import acceptances, intervals, rules, signers
from flexnet.access.models import Access, Declaration, Notice, Objection, Reminder, Terms
from flexnet.access.signers import Signer
from flexnet.members.models import Person, ThirdParty

_OVER = (
    rules.Reason.NOT_TRANSFERABLE,
    rules.Reason.ENDED,
    rules.Reason.INTEREST_OVER,
    rules.Reason.ACTIVITY_OVER,
)
_FEW: Final = 1000
_OF_PERSON, _OF_PARTY = Q(person=OuterRef("pk")), Q(third_party=OuterRef("pk"))


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
    asked, newest = acceptances.terms_for_a_first_promise(now), acceptances.newest_terms()
    if asked is None or newest is None:
        return []
    first = [Missing(who, asked, None) for who in _never_promised(now, limit)]
    until_on = acceptances.grace_until(newest)
    if until_on is None:
        return first
    return [*first, *(Missing(who, newest, until_on) for who in _asked_anew(newest, now, limit))][:limit]


def reminders_due(now: datetime) -> list[ReminderDue]:
    """Who is to be reminded of the newest version today; nobody after the last day of grace.

    They are due from their day until somebody notes that they were sent (`terms.note_reminder`).
    """
    newest, today = acceptances.newest_terms(), rules.day_of(now)
    until_on = acceptances.grace_until(newest) if newest else None
    if newest is None or until_on is None or until_on < today:
        return []
    days = (until_on - timedelta(days=days) for days in configuration.current().profile.terms_reminder_days)
    due_on = max((day for day in days if newest.published_on <= day <= today), default=None)
    if due_on is None:
        return []
    sent = Reminder.objects.filter(terms=newest, due_on=due_on)
    asked = _asked_anew(newest, now, None, but=sent)
    return [ReminderDue(who, newest, due_on, until_on) for who in asked]


def _never_promised(now: datetime, limit: int | None) -> list[Signer]:
    """Whose accesses wait for a first promise: found by their intervals, for they are few among many."""
    missing = intervals.whose(now, channel=rules.Channel.VPN_SIGN_IN, reason=rules.Reason.DECLARATION_MISSING)
    waiting = _not_noticed(now).filter(pk__in=missing)
    few = list(waiting.values_list("pk", flat=True)[: _FEW + 1])
    if len(few) <= _FEW:  # named one by one, PostgreSQL does not take them for half of all
        waiting = Access.objects.filter(pk__in=few)
    today, theirs = rules.day_of(now), Q(practice__sites__accesses__in=waiting)
    owners = signers.owned_on(today).filter(theirs)
    directors = signers.directed_on(today).filter(theirs)
    people = Person.objects.filter(
        Q(pk__in=waiting.values("person"))
        | Q(pk__in=owners.values("person"))
        | Q(pk__in=directors.values("person"))
    )
    found: list[Signer] = [*people.order_by("pk")[:limit]]
    parties = ThirdParty.objects.filter(pk__in=waiting.values("third_party"))
    return [*found, *parties.order_by("pk")[:limit]][:limit]


def _asked_anew(
    terms: Terms, now: datetime, limit: int | None, *, but: QuerySet[Reminder] | None = None
) -> list[Signer]:
    """With an access that needs it, who promised an earlier version, not this one, and do not object.

    Without those whom one of the reminders `but` reached.
    """
    reached = Reminder.objects.none() if but is None else but
    people = _missing_people(terms.version, now).filter(
        ~Exists(reached.filter(_OF_PERSON)), pk__in=_behind("person", terms.version)
    )
    parties = _missing_parties(terms.version, now).filter(
        ~Exists(reached.filter(_OF_PARTY)), pk__in=_behind("third_party", terms.version)
    )
    found: list[Signer] = [*people[:limit]]
    return [*found, *parties[:limit]][:limit]


def _behind(signer: str, version: int) -> QuerySet[Declaration, int]:
    """The numbers of those who promised an earlier version and none since: one pass along their index.

    To ask of each person whether they promised takes seconds, once nearly everybody has.
    """
    rows = Declaration.objects.filter(**{f"{signer}__isnull": False}).values(signer)
    newest = rows.annotate(newest=Max("terms__version")).filter(newest__lt=version)
    numbers: QuerySet[Declaration, int] = newest.values_list(signer, flat=True)
    return numbers


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
    over = intervals.holding(now).filter(channel=rules.Channel.PORTAL, reason__in=_OVER)
    return _not_noticed(now).exclude(pk__in=over.values("access"))  # found once: to ask of each takes minutes


def _not_noticed(now: datetime) -> QuerySet[Access]:
    over = Notice.objects.filter(access=OuterRef("pk"), withdrawn_at=None, ends_on__lt=rules.day_of(now))
    return Access.objects.filter(~Exists(over))
