"""Show me: the facts of an access, what they decide, and what they will decide."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from django.db import connection

from flexnet import configuration
from flexnet.access import rules
from flexnet.access.models import Access, Grant, Service
from flexnet.access.rules import Channel, Decision, Facts, Refusal, Span
from flexnet.accounts.models import Account
from flexnet.members.models import Site

# Every dated fact of some accesses in one query: access, kind, from, until, flag.
_FACTS = """
SELECT a.id, 'access', a.unlocked_at, c.password_first_changed_at, c.password_set_at, c.password_is_initial
  FROM access_access a JOIN accounts_account c ON c.id = a.account_id WHERE a.id IN ({ids})
UNION ALL
SELECT a.id, 'declared', d.entered_at, NULL, NULL, NULL
  FROM access_access a JOIN access_declaration d ON d.person_id = a.person_id WHERE a.id IN ({ids})
UNION ALL
SELECT a.id, 'declared_by_owner', d.entered_at, NULL, NULL, NULL
  FROM access_access a JOIN members_site s ON s.id = a.site_id
  JOIN members_ownership o ON o.practice_id = s.practice_id AND o.until_on IS NULL
  JOIN access_declaration d ON d.person_id = o.person_id WHERE a.id IN ({ids})
UNION ALL
SELECT l.access_id, 'lock', l.imposed_at, l.lifted_at, NULL, NULL
  FROM access_lock l WHERE l.access_id IN ({ids})
UNION ALL
SELECT a.id, 'lock', l.imposed_at, l.lifted_at, NULL, NULL
  FROM access_access a JOIN members_site s ON s.id = a.site_id
  JOIN access_lock l ON l.practice_id = s.practice_id WHERE a.id IN ({ids})
UNION ALL
SELECT a.id, 'lock', l.imposed_at, l.lifted_at, NULL, NULL
  FROM access_access a JOIN members_ownership o ON o.person_id = a.person_id
  JOIN access_lock l ON l.practice_id = o.practice_id WHERE a.id IN ({ids})
UNION ALL
SELECT k.access_id, 'key', k.from_at, k.until_at, NULL, NULL
  FROM access_keyassignment k WHERE k.access_id IN ({ids})
UNION ALL
SELECT k.access_id, 'key_lock', l.imposed_at, l.lifted_at, NULL, NULL
  FROM access_keyassignment k JOIN access_lock l ON l.key_id = k.key_id
  WHERE k.access_id IN ({ids}) AND k.until_at IS NULL
"""

# Days, not instants; kept apart so that every column of a query has one type.
_DAYS = """
SELECT n.access_id, 'notice', n.ends_on
  FROM access_notice n WHERE n.withdrawn_at IS NULL AND n.access_id IN ({ids})
UNION ALL
SELECT a.id, 'activity', v.until_on
  FROM access_access a JOIN members_activity v ON v.person_id = a.person_id WHERE a.id IN ({ids})
UNION ALL
SELECT a.id, 'activity', v.until_on
  FROM access_access a JOIN members_site s ON s.id = a.site_id
  JOIN members_ownership o ON o.practice_id = s.practice_id AND o.until_on IS NULL
  JOIN members_activity v ON v.person_id = o.person_id WHERE a.id IN ({ids})
"""


@dataclass(frozen=True)
class Explanation:
    """Why somebody may or may not sign in at an instant, and when that will change next."""

    user_name: str
    channel: Channel
    decision: Decision
    next_change: datetime | None


def facts_of(access_ids: Iterable[int]) -> dict[int, Facts]:
    """The facts of some accesses, in two queries however many they are."""
    ids = list(access_ids)
    if not ids:
        return {}
    instants = _rows(_FACTS, ids)
    days: defaultdict[int, list[tuple[str, date | None]]] = defaultdict(list)
    for access_id, kind, day in _rows(_DAYS, ids):
        days[access_id].append((kind, _day(day)))
    grouped: defaultdict[int, list[tuple[Any, ...]]] = defaultdict(list)
    for access_id, *rest in instants:
        grouped[access_id].append(tuple(rest))
    return {access_id: _facts(rows, days[access_id]) for access_id, rows in grouped.items()}


def decide(account: Account, *, channel: Channel, now: datetime, service: str | None = None) -> Decision:
    """What the facts say about this account at a door; a service must also be granted."""
    access = Access.objects.filter(account=account).first()
    if access is None:
        return Refusal(rules.Reason.UNKNOWN)
    return decide_access(access.pk, channel=channel, now=now, service=service)


def decide_access(access_id: int, *, channel: Channel, now: datetime, service: str | None = None) -> Decision:
    """As `decide`, by the access."""
    decision = rules.decide(facts_of([access_id])[access_id], channel, now)
    if service and isinstance(decision, rules.Granted) and not _is_granted(access_id, service, now):
        return Refusal(rules.Reason.SERVICE_NOT_GRANTED)
    return decision


def explain(user_name: str, *, on: datetime, channel: Channel = Channel.VPN_SIGN_IN) -> Explanation:
    """Why, and until when; for an unknown name the reason is `unknown`."""
    access = Access.objects.filter(account__user_name=user_name).first()
    if access is None:
        return Explanation(user_name, channel, Refusal(rules.Reason.UNKNOWN), None)
    facts = facts_of([access.pk])[access.pk]
    ends = (i.until_at for i in rules.intervals(facts, channel) if i.until_at and i.until_at > on)
    return Explanation(user_name, channel, rules.decide(facts, channel, on), next(ends, None))


def filter_rules(access_id: int, *, is_narrow: bool, now: datetime) -> tuple[str, ...]:
    """The NAS-Filter-Rules of an access; narrow: only what everyone reaches (portal and names)."""
    services = Service.objects.filter(for_everyone=True)
    if not is_narrow:
        granted = Grant.objects.filter(access_id=access_id, from_at__lte=now).exclude(until_at__lte=now)
        services = services | Service.objects.filter(pk__in=granted.values("service_id"))
    texts = services.order_by("slug").values_list("filter_rules", flat=True)
    return tuple(line for text in texts for line in text.splitlines() if line)


def names_inside(access: Access) -> tuple[str, ...]:
    """Numbers that must not stand inside this access's password."""
    if access.site:
        return (access.site.bsnr,)
    return (access.person.lanr,) if access.person else ()


def sites_of(access: Access) -> tuple[str, ...]:
    """The BSNRs for which this access may hand in: its site's practice, or the practices its person owns."""
    if access.site:
        sites = Site.objects.filter(practice=access.site.practice_id)
    else:
        sites = Site.objects.filter(
            practice__ownerships__person=access.person_id, practice__ownerships__until_on=None
        )
    return tuple(sites.order_by("bsnr").values_list("bsnr", flat=True))


def _is_granted(access_id: int, service: str, now: datetime) -> bool:
    granted = Grant.objects.filter(access_id=access_id, service__slug=service, from_at__lte=now)
    return granted.exclude(until_at__lte=now).exists()


def _rows(query: str, ids: list[int]) -> list[tuple[Any, ...]]:
    marks = ",".join(["%s"] * len(ids))
    with connection.cursor() as cursor:
        cursor.execute(query.replace("{ids}", marks), ids * query.count("{ids}"))
        return cursor.fetchall()


def _facts(rows: list[tuple[Any, ...]], days: list[tuple[str, date | None]]) -> Facts:
    spans: defaultdict[str, list[Span]] = defaultdict(list)
    for kind, from_at, until_at, password_set_at, is_initial in rows:
        if kind == "access":
            own = (_instant(from_at), _instant(until_at), _instant(password_set_at), bool(is_initial))
        else:
            begin = _instant(from_at)
            assert begin is not None  # noqa: S101 - the columns are NOT NULL
            spans[kind].append(Span(begin, _instant(until_at)))
    unlocked_at, first_changed_at, set_at, initial = own
    assert unlocked_at is not None  # noqa: S101 - as above
    assert set_at is not None  # noqa: S101 - as above
    c = configuration.current()
    return Facts(
        unlocked_at=unlocked_at,
        declared=tuple(spans["declared"] + spans["declared_by_owner"]),
        locks=tuple(spans["lock"]),
        ends_on=min((day for kind, day in days if kind == "notice" and day), default=None),
        activity_until_on=_last_day([day for kind, day in days if kind == "activity"]),
        key_spans=tuple(spans["key"]),
        key_locks=tuple(spans["key_lock"]),
        password_set_at=set_at,
        password_is_initial=initial,
        initial_valid=c.password.initial_valid,
        password_lifetime=c.password.lifetime,
        password_first_changed_at=first_changed_at,
        next_quarter_rule=c.profile.activation == "next_quarter",
    )


def _last_day(ends: list[date | None]) -> date | None:
    """While one activity goes on, or none is entered, there is no last day."""
    known = [day for day in ends if day is not None]
    return max(known) if known and len(known) == len(ends) else None


def _instant(value: datetime | str | None) -> datetime | None:
    """SQLite answers text or an instant without zone, both in UTC; PostgreSQL an aware one."""
    if value is None:
        return None
    instant = datetime.fromisoformat(value) if isinstance(value, str) else value
    return instant.replace(tzinfo=UTC) if instant.tzinfo is None else instant.astimezone(UTC)


def _day(value: date | str | None) -> date | None:
    return date.fromisoformat(value) if isinstance(value, str) else value
