"""Show me: whose promise is missing, who is to be reminded of it, and who objects instead."""

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from django.db.models import Exists, OuterRef, Q, QuerySet

from flexnet import configuration
from flexnet.access import acceptances, intervals, owed, rules, signers
from flexnet.access.models import Access, Declaration, Notice, Objection, Reminder, Terms
from flexnet.access.signers import Signer
from flexnet.mail import queries as mails
from flexnet.mail.kinds import Kind
from flexnet.members.models import Person, ThirdParty

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
    anew = (Missing(who, newest, until_on) for who in _asked_anew(newest, now))
    return list(itertools.islice(itertools.chain(first, anew), limit))


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
    asked = _asked_anew(newest, now, but=sent)
    return [ReminderDue(who, newest, due_on, until_on) for who in asked]


def occasion_of(one: ReminderDue) -> str:
    """What a mail that reminds somebody tells of."""
    return f"reminder:{one.terms}:{one.due_on}:{signers.subject(one.signer)}"


def unreached(now: datetime) -> list[ReminderDue]:
    """Whom the last reminder by mail did not reach and whose promise is missing, while there is time."""
    newest, today = acceptances.newest_terms(), rules.day_of(now)
    until_on = acceptances.grace_until(newest) if newest else None
    if newest is None or until_on is None or until_on < today:
        return []
    lost = dict[str, date]()
    for about, occasion in mails.undelivered(Kind.TERMS_REMINDER):
        _of, terms, due_on, _about = occasion.split(":", 3)
        if terms == str(newest):
            lost[about] = max(date.fromisoformat(due_on), lost.get(about, date.min))
    if not lost:
        return []
    asked = (who for who in _asked_anew(newest, now) if signers.subject(who) in lost)
    found = [ReminderDue(who, newest, lost[signers.subject(who)], until_on) for who in asked]
    return [one for one in found if not _reminded_since(one)]


def _reminded_since(one: ReminderDue) -> bool:
    return Reminder.objects.filter(
        **signers.fields(one.signer), terms=one.terms, due_on__gt=one.due_on
    ).exists()


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


def _asked_anew(terms: Terms, now: datetime, *, but: QuerySet[Reminder] | None = None) -> Iterator[Signer]:
    """Each of those once on whose promise an access waits that owes one, and who do not object.

    Without those whom one of the reminders `but` reached.
    """
    reached, objected = Reminder.objects.none() if but is None else but, _standing_objections(terms.version)
    found = set[Signer]()
    for accesses in owed.promises(now):
        for signer in _behind(accesses, rules.day_of(now), left_out=(reached, objected)):
            if signer not in found:
                found.add(signer)
                yield signer


def _behind(
    accesses: Sequence[int], on: date, *, left_out: tuple[QuerySet[Reminder], QuerySet[Objection]]
) -> Iterator[Signer]:
    """Their people, owners and directors who promised anything yet; their third parties."""
    bound = Access.objects.filter(pk__in=accesses).values_list("person", "third_party")
    people, parties = (set(bond) for bond in zip(*bound, strict=True))
    for held in (signers.owned_on(on), signers.directed_on(on)):
        people |= set(held.filter(practice__sites__accesses__in=accesses).values_list("person", flat=True))
    for rows, same in (
        (Person.objects.filter(pk__in=people - {None}), _OF_PERSON),
        (ThirdParty.objects.filter(pk__in=parties - {None}), _OF_PARTY),
    ):
        for others in left_out:
            rows = rows.filter(~Exists(others.filter(same)))
        yield from rows.filter(Exists(Declaration.objects.filter(same))).order_by("pk")


def _standing_objections(version: int) -> QuerySet[Objection]:
    return Objection.objects.filter(Q(judged_at=None) | Q(is_justified=True), terms__version=version)


def _not_noticed(now: datetime) -> QuerySet[Access]:
    over = Notice.objects.filter(access=OuterRef("pk"), withdrawn_at=None, ends_on__lt=rules.day_of(now))
    return Access.objects.filter(~Exists(over))
