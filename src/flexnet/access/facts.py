"""The dated facts of accesses, read from their rows in one query however many they are."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.db import connection

from flexnet import configuration
from flexnet.access.rules import Facts, HeldKey, OfTerms, Span, day_begins, day_ends
from flexnet.configuration import Profile

# access, kind, instants (from, until, password set), flag (initial password, justified objection),
# number (key, version of the terms), days (from, until)
_FACTS = """
SELECT a.id, 'access', a.unlocked_at, c.password_first_changed_at, c.password_set_at, c.password_is_initial,
       CAST(NULL AS BIGINT), CAST(NULL AS DATE), CAST(NULL AS DATE)
  FROM access_access a JOIN accounts_account c ON c.id = a.account_id WHERE a.id IN ({ids})
UNION ALL
SELECT a.id, 'terms', NULL, NULL, NULL, NULL, t.version, t.effective_on, NULL
  FROM access_access a CROSS JOIN access_terms t WHERE a.id IN ({ids})
UNION ALL
SELECT a.id, 'signs', NULL, NULL, NULL, NULL, NULL, o.from_on, o.until_on
  FROM access_access a JOIN members_ownership o ON o.person_id = a.person_id
 WHERE a.kind = 'personal' AND a.id IN ({ids})
UNION ALL
SELECT a.id, 'declared', d.entered_at, NULL, NULL, NULL, t.version, NULL, NULL
  FROM access_access a JOIN access_declaration d ON d.person_id = a.person_id
  JOIN access_terms t ON t.id = d.terms_id WHERE a.id IN ({ids})
UNION ALL
SELECT a.id, 'declared', d.entered_at, NULL, NULL, NULL, t.version, o.from_on, o.until_on
  FROM access_access a JOIN members_site s ON s.id = a.site_id
  JOIN members_ownership o ON o.practice_id = s.practice_id
  JOIN access_declaration d ON d.person_id = o.person_id
  JOIN access_terms t ON t.id = d.terms_id WHERE a.id IN ({ids})
UNION ALL
SELECT a.id, 'objected', b.entered_at, b.judged_at, NULL, b.is_justified, t.version, NULL, NULL
  FROM access_access a JOIN access_objection b ON b.person_id = a.person_id
  JOIN access_terms t ON t.id = b.terms_id WHERE a.id IN ({ids})
UNION ALL
SELECT a.id, 'objected', b.entered_at, b.judged_at, NULL, b.is_justified, t.version, o.from_on, o.until_on
  FROM access_access a JOIN members_site s ON s.id = a.site_id
  JOIN members_ownership o ON o.practice_id = s.practice_id
  JOIN access_objection b ON b.person_id = o.person_id
  JOIN access_terms t ON t.id = b.terms_id WHERE a.id IN ({ids})
UNION ALL
SELECT l.access_id, 'lock', l.imposed_at, l.lifted_at, NULL, NULL, NULL, NULL, NULL
  FROM access_lock l WHERE l.access_id IN ({ids}) AND l.scope = 'access'
UNION ALL
SELECT l.access_id, 'password_lock', l.imposed_at, l.lifted_at, NULL, NULL, NULL, NULL, NULL
  FROM access_lock l WHERE l.access_id IN ({ids}) AND l.scope = 'password'
UNION ALL
SELECT r.access_id, 'restriction', r.imposed_at, r.lifted_at, NULL, NULL, NULL, NULL, NULL
  FROM access_restriction r WHERE r.access_id IN ({ids})
UNION ALL
SELECT a.id, 'lock', l.imposed_at, l.lifted_at, NULL, NULL, NULL, NULL, NULL
  FROM access_access a JOIN members_site s ON s.id = a.site_id
  JOIN access_lock l ON l.practice_id = s.practice_id WHERE a.id IN ({ids})
UNION ALL
SELECT a.id, 'lock', l.imposed_at, l.lifted_at, NULL, NULL, NULL, o.from_on, o.until_on
  FROM access_access a JOIN members_ownership o ON o.person_id = a.person_id
  JOIN access_lock l ON l.practice_id = o.practice_id WHERE a.id IN ({ids})
UNION ALL
SELECT k.access_id, 'key', k.from_at, k.until_at, NULL, NULL, k.key_id, NULL, NULL
  FROM access_keyassignment k WHERE k.access_id IN ({ids})
UNION ALL
SELECT k.access_id, 'key_lock', l.imposed_at, l.lifted_at, NULL, NULL, k.key_id, NULL, NULL
  FROM access_keyassignment k JOIN access_lock l ON l.key_id = k.key_id WHERE k.access_id IN ({ids})
UNION ALL
SELECT n.access_id, 'notice', NULL, n.withdrawn_at, NULL, NULL, NULL, NULL, n.ends_on
  FROM access_notice n WHERE n.access_id IN ({ids})
UNION ALL
SELECT e.access_id, 'exemption', e.granted_at, e.revoked_at, NULL, NULL, NULL, NULL, e.until_on
  FROM access_exemption e WHERE e.access_id IN ({ids})
UNION ALL
SELECT a.id, 'activity', NULL, NULL, NULL, NULL, NULL, NULL, v.until_on
  FROM access_access a JOIN members_activity v ON v.person_id = a.person_id WHERE a.id IN ({ids})
UNION ALL
SELECT a.id, 'activity', NULL, NULL, NULL, NULL, NULL, NULL,
       CASE WHEN v.until_on IS NULL OR o.until_on < v.until_on THEN o.until_on ELSE v.until_on END
  FROM access_access a JOIN members_site s ON s.id = a.site_id
  JOIN members_ownership o ON o.practice_id = s.practice_id
  LEFT JOIN members_activity v ON v.person_id = o.person_id WHERE a.id IN ({ids})
"""


_DATED = (
    "declared",
    "objected",
    "lock",
    "password_lock",
    "restriction",
    "key",
    "key_lock",
    "notice",
    "exemption",
)


@dataclass(frozen=True)
class _Row:
    """One dated fact; `days` bounds it, where it comes from owning a practice."""

    from_at: datetime | None
    until_at: datetime | None
    password_set_at: datetime | None
    flag: bool
    number: int | None
    from_on: date | None
    until_on: date | None

    @property
    def span(self) -> Span:
        assert self.from_at is not None  # noqa: S101 - the columns are NOT NULL
        return Span(self.from_at, self.until_at)

    @property
    def after_last_day(self) -> Span | None:
        assert self.until_on is not None  # noqa: S101 - as above
        return Span.after(self.until_on, self.until_at)

    @property
    def until_last_day(self) -> Span:
        assert self.until_on is not None  # noqa: S101 - as above
        ends = [end for end in (day_ends(self.until_on), self.until_at) if end]
        return Span(self.span.from_at, min(ends))

    @property
    def bounded(self) -> Span | None:
        return self.span if self.from_on is None else self.span.within(self.days)

    @property
    def days(self) -> Span:
        assert self.from_on is not None  # noqa: S101 - as above
        return Span(day_begins(self.from_on), day_ends(self.until_on) if self.until_on else None)


def of(access_ids: Iterable[int]) -> dict[int, Facts]:
    """The facts of these accesses; one that does not exist is left out."""
    ids = list(access_ids)
    found: defaultdict[int, defaultdict[str, list[_Row]]] = defaultdict(lambda: defaultdict(list))
    for access_id, kind, *values in _fetched(ids) if ids else ():
        found[access_id][kind].append(_row(*values))
    return {access_id: _facts(rows) for access_id, rows in found.items()}


def _fetched(ids: list[int]) -> list[tuple[Any, ...]]:
    query = _FACTS.replace("{ids}", ",".join(["%s"] * len(ids)))
    with connection.cursor() as cursor:
        cursor.execute(query, ids * _FACTS.count("{ids}"))
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows


def _facts(rows: dict[str, list[_Row]]) -> Facts:
    (own,) = rows["access"]
    assert own.password_set_at is not None  # noqa: S101 - the column is NOT NULL
    c = configuration.current()
    return Facts(
        known_at=_known_at(rows),
        unlocked_at=own.span.from_at,
        declared=_declared(rows["declared"], rows["terms"]),
        locks=_spans(rows["lock"]),
        password_locks=_spans(rows["password_lock"]),
        restrictions=_spans(rows["restriction"]),
        ended=tuple(span for row in rows["notice"] if (span := row.after_last_day)),
        activity_until_on=_last_day([row.until_on for row in rows["activity"]]),
        exempt=tuple(row.until_last_day for row in rows["exemption"]),
        keys=_keys(rows["key"], rows["key_lock"]),
        password_set_at=own.password_set_at,
        password_is_initial=own.flag,
        initial_valid=c.password.initial_valid,
        password_lifetime=c.password.lifetime,
        password_first_changed_at=own.until_at,
        next_quarter_rule=c.profile.activation == "next_quarter",
        demanded=_demanded(rows["terms"], c.profile),
        objected=_objected(rows["objected"]),
        signs=tuple(row.days for row in rows["signs"]),
    )


def _known_at(rows: dict[str, list[_Row]]) -> datetime:
    """The newest act; when an access is unlocked is no act, it may lie ahead."""
    (own,) = rows["access"]
    acts = [own.password_set_at]
    for kind in _DATED:
        for row in rows[kind]:
            acts += (row.from_at, row.until_at)
    return max(act for act in acts if act)


def _spans(rows: list[_Row]) -> tuple[Span, ...]:
    return tuple(span for row in rows if (span := row.bounded))


def _declared(rows: list[_Row], terms: list[_Row]) -> tuple[OfTerms, ...]:
    """A promise counts from when it came, and not before its version holds."""
    begin = {row.number: row.days for row in terms}
    spans = ((row.number or 0, span.within(begin[row.number])) for row in rows if (span := row.bounded))
    return tuple(OfTerms(version, span) for version, span in spans if span)


def _demanded(terms: list[_Row], profile: Profile) -> tuple[OfTerms, ...]:
    """Where changed terms need consent: each version, from the end of its grace period on."""
    if profile.terms_change != "consent":
        return ()
    grace = timedelta(days=profile.terms_grace_days)
    return tuple(
        OfTerms(row.number or 0, Span(day_begins(row.from_on + grace))) for row in terms if row.from_on
    )


def _objected(rows: list[_Row]) -> tuple[OfTerms, ...]:
    """An objection stands until it is judged, and after that if it is justified."""
    standing = (replace(row, until_at=None) if row.flag else row for row in rows)
    return tuple(OfTerms(row.number or 0, span) for row in standing if (span := row.bounded))


def _keys(held: list[_Row], locks: list[_Row]) -> tuple[HeldKey, ...]:
    return tuple(
        HeldKey(row.number or 0, row.span, tuple(lock.span for lock in locks if lock.number == row.number))
        for row in held
    )


def _last_day(ends: list[date | None]) -> date | None:
    """While one activity goes on, or none is entered, there is no last day."""
    known = [day for day in ends if day is not None]
    return max(known) if known and len(known) == len(ends) else None


def _row(
    from_at: Any, until_at: Any, password_set_at: Any, flag: Any, number: Any, from_on: Any, until_on: Any
) -> _Row:
    instants = instant(from_at), instant(until_at), instant(password_set_at)
    return _Row(*instants, bool(flag), number, _day(from_on), _day(until_on))


def instant(value: datetime | str | None) -> datetime | None:
    """SQLite answers text or an instant without zone, both in UTC; PostgreSQL an aware one."""
    if value is None:
        return None
    known = datetime.fromisoformat(value) if isinstance(value, str) else value
    return known.replace(tzinfo=UTC) if known.tzinfo is None else known.astimezone(UTC)


def _day(value: date | str | None) -> date | None:
    return date.fromisoformat(value) if isinstance(value, str) else value
