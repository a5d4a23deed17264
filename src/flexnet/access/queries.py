"""Show me: who somebody at the door is, what the facts decide, and what they will decide."""

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Final, TypeVar

from django.db import connection
from django.db.models import Model, Q, QuerySet

from flexnet import configuration
from flexnet.access import facts, mandates, rules
from flexnet.access import rows as dated
from flexnet.access.acceptances import Standing as Standing
from flexnet.access.acceptances import grace_until as grace_until
from flexnet.access.acceptances import proof_of_acceptance as proof_of_acceptance
from flexnet.access.acceptances import standing as standing
from flexnet.access.campaign import desk_acceptances_missing as desk_acceptances_missing
from flexnet.access.campaign import desk_objections as desk_objections
from flexnet.access.campaign import reminders_due as reminders_due
from flexnet.access.errors import NoSuchAccess, NoSuchLock, NoSuchRestriction, NoSuchService, NoSuchTerms
from flexnet.access.lock_tasks import BreachDue as BreachDue
from flexnet.access.lock_tasks import desk_breaches as desk_breaches
from flexnet.access.lock_tasks import desk_emergency_locks as desk_emergency_locks
from flexnet.access.lock_tasks import desk_reported_locks as desk_reported_locks
from flexnet.access.lock_tasks import desk_travel_passes as desk_travel_passes
from flexnet.access.models import (
    Access,
    Grant,
    Lock,
    Restriction,
    Service,
    Terms,
)
from flexnet.access.requests import desk_credential_requests as desk_credential_requests
from flexnet.access.requests import desk_old_addresses as desk_old_addresses
from flexnet.access.rules import Channel, Decision, Facts, Refusal, Way
from flexnet.accounts.models import Account
from flexnet.keys.models import Key
from flexnet.members import queries as members
from flexnet.members.models import Site
from flexnet.single import single

M = TypeVar("M", bound=Model)


@dataclass(frozen=True)
class Explanation:
    """Why somebody may or may not sign in at an instant, and what is to come if no fact changes."""

    user_name: str
    channel: Channel
    decision: Decision
    changes: tuple[tuple[datetime, Decision], ...] = ()
    restricted_to: tuple[str, ...] | None = None

    @property
    def next_change(self) -> datetime | None:
        return self.changes[0][0] if self.changes else None


def access_named(user_name: str) -> Access:
    """Raises NoSuchAccess."""
    row = single(Access.objects.select_related("account").filter(account__user_name=user_name))
    if row is None:
        raise NoSuchAccess(f"There is no access with the user name {user_name}.")
    return row


def service(slug: str) -> Service:
    """Raises NoSuchService."""
    row = Service.objects.filter(slug=slug).first()
    if row is None:
        raise NoSuchService(f"There is no service {slug}. Enter it first: flexnet service add")
    return row


def lock(number: int) -> Lock:
    """Raises NoSuchLock."""
    row = Lock.objects.select_related("key", "access__account", "practice").filter(pk=number).first()
    if row is None:
        raise NoSuchLock(f"There is no lock {number}.")
    return row


def terms(version: int) -> Terms:
    """Raises NoSuchTerms."""
    row = single(Terms.objects.filter(version=version))
    if row is None:
        raise NoSuchTerms(f"There is no version {version} of the terms. Publish it first: flexnet terms add")
    return row


def terms_in_force(on: date) -> Terms | None:
    """The version that holds on a day, in Germany; None before the first one."""
    return Terms.objects.filter(effective_on__lte=on).order_by("-version").first()


def all_terms() -> QuerySet[Terms]:
    """Every version that is published, the newest first; it may begin to hold later."""
    return Terms.objects.order_by("-version")


def restriction(number: int) -> Restriction:
    """Raises NoSuchRestriction."""
    row = Restriction.objects.select_related("access__account").filter(pk=number).first()
    if row is None:
        raise NoSuchRestriction(f"There is no restriction {number}.")
    return row


def at_the_door(user_name: str) -> tuple[Access, Key | None] | None:
    """In one query: the access of that name with its account, and the key that it has now.

    Read is what a try needs (`_AT_HAND`); another field is fetched when it is asked for.
    """
    with connection.cursor() as cursor:
        cursor.execute(_AT_THE_DOOR, [user_name])
        row = cursor.fetchone()
    if row is None:
        return None
    values = iter(row)
    access = _loaded(Access, values)
    access.account = _loaded(Account, values)
    key = _loaded(Key, values)
    return access, key if key.pk else None


def decide(account: Account, *, channel: Channel, now: datetime, service: str | None = None) -> Decision:
    """What the facts say about this account at a door; a service must also be granted."""
    access_id = Access.objects.filter(account=account).values_list("pk", flat=True).first()
    if access_id is None:
        return Refusal(rules.Reason.UNKNOWN)
    return decide_access(access_id, channel=channel, now=now, service=service)


def decide_access(
    access_id: int,
    *,
    channel: Channel,
    now: datetime,
    service: str | None = None,
    key_id: int | None = None,
    way: Way | None = None,
) -> Decision:
    """As `decide`, by the access; with `key_id` no other key counts, with `way` it came by that one."""
    known = facts.of([access_id])[access_id]
    decision = decide_by(known, channel=channel, now=now, key_id=key_id, way=way)
    if not service or isinstance(decision, Refusal):
        return decision
    return _service_refused(access_id, service, now, way) or decision


def decide_by(
    known: Facts,
    *,
    channel: Channel,
    now: datetime,
    key_id: int | None = None,
    is_abroad: bool | None = None,
    way: Way | None = None,
) -> Decision:
    """What these facts say for the present (see Facts.known_at); with `key_id` no other key counts."""
    if key_id is not None:
        known = replace(known, keys=tuple(key for key in known.keys if key.id == key_id))
    return rules.decide(known, channel, max(now, known.known_at), is_abroad=is_abroad, way=way)


def explain(
    user_name: str,
    *,
    on: datetime,
    channel: Channel = Channel.VPN_SIGN_IN,
    is_abroad: bool | None = None,
    way: Way | None = None,
    service: str | None = None,
) -> Explanation:
    """Why, and every change to come; for an unknown name the reason is `unknown`.

    With `service`, once the channel is granted, whether that one may be used too, by `way` if it is given.
    """
    access = Access.objects.filter(account__user_name=user_name).first()
    if access is None:
        return Explanation(user_name, channel, Refusal(rules.Reason.UNKNOWN))
    known = facts.of([access.pk])[access.pk]
    all_time = rules.intervals(known, channel, is_abroad=is_abroad, way=way)
    changes = tuple((one.from_at, one.decision) for one in all_time if one.from_at and one.from_at > on)
    decision = rules.decide(known, channel, on, is_abroad=is_abroad, way=way)
    if service and not isinstance(decision, Refusal):
        decision = _service_refused(access.pk, service, on, way) or decision
    return Explanation(user_name, channel, decision, changes, _restricted_to(access, on))


def ways_to(service: str) -> frozenset[Way]:
    """By which ways its operator lets a service be reached (§ 2(5)); all, where nothing is said of it."""
    said = (one.ways for one in configuration.current().services if one.slug == service)
    return frozenset(map(Way, next(said, Way)))


def filter_rules(access_id: int, *, is_narrow: bool, now: datetime) -> tuple[str, ...]:
    """The NAS-Filter-Rules of an access; narrow: only what everyone reaches (portal and names).

    What is not to be reached through FlexNet is let out.
    """
    granted = _granted(None if is_narrow else access_id, now)
    texts = [text for slug, text in granted if Way.FLEXNET in ways_to(slug)]
    return tuple(dict.fromkeys(line for text in texts for line in text.splitlines()))


def services_of(access: Access, now: datetime) -> frozenset[str]:
    """The services that an access may use, what everyone reaches among them; an employee only a member's."""
    granted = frozenset(slug for slug, _rules in _granted(access.pk, now))
    return granted & services_of(access.origin, now) if access.origin else granted


def whole() -> QuerySet[Access]:
    """Accesses with all that they are bound to, in one query."""
    bonds = (
        "site__practice",
        "person",
        "third_party",
        "origin__account",
        "origin__site__practice",
        "origin__person",
    )
    return Access.objects.select_related("account", *bonds)


def names_inside(access: Access) -> tuple[str, ...]:
    """Numbers that must not stand inside this access's password."""
    member = access.origin or access
    if member.site:
        return (member.site.bsnr,)
    return (member.person.lanr,) if member.person else ()


def sites_of(access: Access, on: date) -> tuple[str, ...]:
    """The BSNRs for which this access may hand in on a day.

    Those of its site's practice; those where its person owns, directs or works; an employee's are the
    member's; a third party's are those of its mandates.
    """
    member = access.origin or access
    if member.site:
        sites = Site.objects.filter(practice=member.site.practice_id)
    elif member.person_id:
        sites = members.sites_of_person(member.person_id, on)
    else:
        sites = mandates.sites_for(access, on)
    return tuple(sites.order_by("bsnr").values_list("bsnr", flat=True))


def _restricted_to(access: Access, on: datetime) -> tuple[str, ...] | None:
    """What is left of the granted services by every restriction of that instant; None without one."""
    rows = Restriction.objects.filter(access__in=(access.pk, access.origin_id or access.pk))
    rows = rows.filter(imposed_at__lte=on).exclude(lifted_at__lte=on)
    left = [set(row.services.values_list("slug", flat=True)) for row in rows]
    return tuple(sorted(set[str].intersection(*left))) if left else None


def _granted(access_id: int | None, now: datetime) -> list[tuple[str, str]]:
    """Services with their filter rules; of no access those that everyone reaches."""
    at = connection.ops.adapt_datetimefield_value(now)
    with connection.cursor() as cursor:
        cursor.execute(_FILTER_RULES, [access_id, at, at])
        return [(slug, text) for slug, text in cursor.fetchall()]


def _service_refused(access_id: int, slug: str, now: datetime, way: Way | None) -> Refusal | None:
    if not _is_granted(access_id, slug, now):
        return Refusal(rules.Reason.SERVICE_NOT_GRANTED)
    return rules.another_way(ways_to(slug), way)


def _is_granted(access_id: int, slug: str, now: datetime) -> bool:
    if Service.objects.filter(slug=slug, for_everyone=True).exists():
        return True
    restricted = Q(access=access_id) | Q(access__derived=access_id)
    without_it = Restriction.objects.filter(restricted, lifted_at=None).exclude(services__slug=slug)
    granted = Grant.objects.filter(service__slug=slug, from_at__lte=now).exclude(until_at__lte=now)
    own_and_members = filter(None, Access.objects.values_list("pk", "origin").get(pk=access_id))
    return all(granted.filter(access=pk).exists() for pk in own_and_members) and not without_it.exists()


def _columns(alias: str, model: type[Model]) -> str:
    return ", ".join(f"{alias}.{name}" for name in _AT_HAND[model])


# Asked again and again of every live session; the ORM takes twenty times as long.
_FILTER_RULES = """
SELECT s.slug, s.filter_rules FROM access_service s
 WHERE s.for_everyone OR EXISTS (
       SELECT 1 FROM access_grant g
        WHERE g.service_id = s.id AND g.access_id = %s
          AND g.from_at <= %s AND (g.until_at IS NULL OR g.until_at > %s)
          AND NOT EXISTS (
              SELECT 1 FROM access_restriction r
               WHERE r.access_id = g.access_id AND r.lifted_at IS NULL
                 AND NOT EXISTS (
                     SELECT 1 FROM access_restriction_services n
                      WHERE n.restriction_id = r.id AND n.service_id = s.id)))
 ORDER BY s.slug
"""

# What is not asked for need not be read: an instant takes longer than all texts together.
_AT_HAND: Final[dict[type[Model], Sequence[str]]] = {
    Access: ("id", "account_id", "user_name", "kind"),
    Account: ("id", "user_name", "password", "revocation_word", "password_set_at"),
    Key: (
        *("id", "serial", "digits", "identifier", "sealed_seed", "counter"),
        *("missed_code", "missed_source", "missed_at"),
    ),
}
# Every wrong try asks this, and the ORM takes ten times as long to build it and what comes of it.
_AT_THE_DOOR = f"""
SELECT {_columns("a", Access)}, {_columns("c", Account)}, {_columns("k", Key)}
  FROM accounts_account c JOIN access_access a ON a.account_id = c.id
  LEFT JOIN access_keyassignment h ON h.access_id = a.id AND h.until_at IS NULL
  LEFT JOIN keys_key k ON k.id = h.key_id
 WHERE c.user_name = %s
"""  # noqa: S608 - the columns of our own models


def _loaded(model: type[M], values: Iterator[Any]) -> M:
    """The next row of a model among the values of a joined one."""
    names = _AT_HAND[model]
    own = itertools.islice(values, len(names))
    read = [
        dated.instant(value) if name.endswith("_at") else value
        for name, value in zip(names, own, strict=True)
    ]
    return model.from_db("default", names, read)
