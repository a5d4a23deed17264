"""Show me: accesses with all that stands about them, for whoever looks after them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from django.db.models import Prefetch, Q, QuerySet

from flexnet.access import facts, owed, queries, rules
from flexnet.access.models import (
    Access,
    Breach,
    Exemption,
    Grant,
    KeyAssignment,
    Lock,
    Notice,
    Objection,
    Permission,
    Restriction,
    TravelPass,
)
from flexnet.access.queries import Explanation
from flexnet.access.rules import Channel
from flexnet.keys.models import Key
from flexnet.members import folding
from flexnet.members import overview as members
from flexnet.prefixes import begins

M = TypeVar("M", Access, KeyAssignment)


@dataclass(frozen=True)
class KeyOutstanding:
    """A key that has to come back since an instant, when its access was over for good."""

    key: Key
    access: Access
    since: datetime


@dataclass(frozen=True)
class Known:
    """The rows behind the decisions about one access, newest first."""

    access: Access
    locks: tuple[Lock, ...]
    restrictions: tuple[Restriction, ...]
    notices: tuple[Notice, ...]
    exemptions: tuple[Exemption, ...]
    keys: tuple[KeyAssignment, ...]
    grants: tuple[Grant, ...]
    derived: tuple[Access, ...]
    travel_passes: tuple[TravelPass, ...]

    @property
    def key(self) -> Key | None:
        """The one that opens it now."""
        return next((row.key for row in self.keys if row.until_at is None), None)


def accesses_of(practice_id: int, people: Iterable[int]) -> list[Access]:
    """Of its sites, of these people, and what is derived from either, below what it is derived from.

    Three queries, each by an index; one for all would read every access.
    """
    by_site, by_person = Q(site__practice=practice_id), Q(person__in=list(people))
    own = [
        pk for bond in (by_site, by_person) for pk in Access.objects.filter(bond).values_list("pk", flat=True)
    ]
    rows = queries.whole().filter(Q(pk__in=own) | Q(origin__in=own))
    return sorted(rows, key=lambda row: (row.origin_id or row.pk, row.pk))


def accesses_of_third_party(party_id: int) -> list[Access]:
    """In the order in which they were opened."""
    return list(queries.whole().filter(third_party=party_id).order_by("pk"))


def grants_of(access_ids: Sequence[int]) -> list[Grant]:
    """Services that these accesses may reach, or could, the newest first."""
    rows = Grant.objects.filter(access__in=access_ids).select_related("service", "access__account")
    return list(rows.order_by("-from_at", "-pk"))


def permissions_of(access_ids: Sequence[int]) -> list[Permission]:
    """What these accesses may do besides, or could, the newest first."""
    rows = Permission.objects.filter(access__in=access_ids).select_related("access__account")
    return list(rows.order_by("-from_at", "-pk"))


def keys_of(access_ids: Sequence[int]) -> list[KeyAssignment]:
    """Every key that these accesses have or had, with its locks, newest first."""
    locks = Prefetch("key__locks", Lock.objects.filter(lifted_at=None))
    rows = KeyAssignment.objects.filter(access__in=access_ids).select_related("key", "access__account")
    return list(rows.prefetch_related(locks).order_by("-from_at", "-pk"))


def explanations(
    access_ids: Sequence[int], *, on: datetime, channels: Sequence[Channel], is_abroad: bool | None = None
) -> dict[int, dict[Channel, Explanation]]:
    """As `queries.explain`, for several accesses and doors, in two queries; restrictions are not named."""
    names = dict(Access.objects.filter(pk__in=access_ids).values_list("pk", "account__user_name"))
    known = facts.of(access_ids)
    return {
        pk: {channel: explained(names[pk], known[pk], channel, on, is_abroad) for channel in channels}
        for pk in access_ids
        if pk in known
    }


def known_of(access: Access) -> Known:
    """Everything there is about it; a fixed number of queries."""
    ids = [access.pk] + ([access.origin_id] if access.origin_id else [])
    services = Prefetch("services")
    assigned = KeyAssignment.objects.filter(access=access).select_related("key").order_by("-from_at", "-pk")
    return Known(
        access=access,
        locks=tuple(
            _locks(access).select_related("key", "practice", "report").order_by("-imposed_at", "-pk")
        ),
        restrictions=tuple(
            Restriction.objects.filter(access__in=ids).prefetch_related(services).order_by("-pk")
        ),
        notices=tuple(Notice.objects.filter(access__in=ids).order_by("-pk")),
        exemptions=tuple(Exemption.objects.filter(access__in=ids).order_by("-pk")),
        keys=tuple(assigned),
        grants=tuple(Grant.objects.filter(access=access, until_at=None).select_related("service")),
        derived=tuple(queries.whole().filter(origin=access).order_by("pk")),
        travel_passes=tuple(TravelPass.objects.filter(access__in=ids).order_by("-from_on", "-pk")),
    )


def locks_of_practice(practice_id: int) -> list[Lock]:
    """Those on all of it that are not lifted, newest first."""
    return list(Lock.objects.filter(practice=practice_id, lifted_at=None).order_by("-imposed_at", "-pk"))


def accesses_found(text: str, *, count: int) -> list[Access]:
    """Those whose user name begins like this."""
    rows = Access.objects.filter(begins("user_name", text.lower())).order_by("user_name")
    return _these(rows, queries.whole(), count)


def holders_found(text: str, *, count: int) -> list[Access]:
    """Accesses of staff and of third parties, for somebody whose name has words that begin like this."""
    rows = Access.objects.filter(folding.any_word_begins(text), folded__gt=" ")  # behind those of nobody
    return _these(rows.order_by("folded", "pk"), queries.whole(), count)


def keys_found(text: str, *, count: int) -> list[KeyAssignment]:
    """Keys whose serial number begins like this, with the accesses that have them or had them."""
    rows = KeyAssignment.objects.filter(begins("key__serial", text)).order_by("key__serial", "-pk")
    return _these(rows, KeyAssignment.objects.select_related("key", "access"), count)


def access_of_person(person_id: int) -> Access | None:
    """The newest personal access."""
    rows = Access.objects.filter(person=person_id).select_related("account")
    return rows.order_by("-pk").first()


def desk_notices(now: datetime, *, within: timedelta = timedelta(days=14)) -> QuerySet[Notice]:
    """Notices whose last day comes soon, the next one first."""
    today = rules.day_of(now)
    rows = Notice.objects.filter(withdrawn_at=None, ends_on__gte=today, ends_on__lte=today + within)
    return rows.select_related("access").order_by("ends_on", "pk")


def desk_keys_outstanding(now: datetime, *, limit: int) -> list[KeyOutstanding]:
    """Keys that still belong to an access that is over for good, the longest first (§ 10(2))."""
    since = {row.access_id: row.from_at for row in owed.keys(now)[:limit]}
    held = KeyAssignment.objects.filter(access__in=list(since), until_at=None).select_related("key", "access")
    rows = {row.access_id: row for row in held}
    return [KeyOutstanding(rows[pk].key, rows[pk].access, at) for pk, at in since.items()]


def breach(number: int) -> Breach | None:
    """Whatever became of it."""
    return Breach.objects.filter(pk=number).select_related("lock").first()


def objection(number: int) -> Objection | None:
    """Whatever became of it."""
    return Objection.objects.filter(pk=number).select_related("terms").first()


def lock(number: int) -> Lock | None:
    """Whatever became of it."""
    return Lock.objects.select_related("key", "practice", "access__account").filter(pk=number).first()


def restriction(number: int) -> Restriction | None:
    return Restriction.objects.select_related("access__account").filter(pk=number).first()


def notice(number: int) -> Notice | None:
    return Notice.objects.select_related("access__account").filter(pk=number).first()


def travel_pass(number: int) -> TravelPass | None:
    return TravelPass.objects.select_related("access__account").filter(pk=number).first()


def exemption(number: int) -> Exemption | None:
    return Exemption.objects.select_related("access__account").filter(pk=number).first()


def last_holder(key_id: int) -> Access | None:
    """The access that has this key, or had it last."""
    rows = KeyAssignment.objects.filter(key=key_id).select_related("access__account")
    row = rows.order_by("-from_at", "-pk").first()
    return row.access if row else None


def _these(found: QuerySet[M], whole: QuerySet[M], count: int) -> list[M]:
    """The first ones found, with all that belongs to them: that of the others need not be joined."""
    numbers = list(found.values_list("pk", flat=True)[:count])
    rows = whole.in_bulk(numbers)
    return [rows[pk] for pk in numbers if pk in rows]


def _locks(access: Access) -> QuerySet[Lock]:
    """On itself, on a key it had, on a practice it belongs to, on what it is derived from."""
    member = access.origin or access
    held = KeyAssignment.objects.filter(access__in=[access.pk, member.pk]).values("key")
    on = Q(access__in=[access.pk, member.pk]) | Q(key__in=held)
    if member.site:
        on |= Q(practice=member.site.practice_id)
    elif member.person_id:
        on |= Q(practice__in=members.practices_of([member.person_id]).values("pk"))
    return Lock.objects.filter(on)


def explained(
    user_name: str, known: rules.Facts, channel: Channel, on: datetime, is_abroad: bool | None = None
) -> Explanation:
    """As `explanations`, of facts that are read already."""
    all_time = rules.intervals(known, channel, is_abroad=is_abroad)
    to_come = (one for one in all_time if one.from_at and one.from_at > on)
    changes = tuple((one.from_at, one.decision) for one in to_come if one.from_at)
    decision = rules.decide(known, channel, on, is_abroad=is_abroad)
    return Explanation(user_name, channel, decision, changes)
