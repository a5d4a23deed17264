"""The rows of the dated facts about accesses, read in one query however many accesses they are."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from django.db import connection

from flexnet.access.rules import Span, day_begins, day_ends

# An employee access stands on the facts of the member's that it is derived from, and on its own password.
# access, fact, instants (from, until, password set), flag (initial password, justified objection),
# number (key, version of the terms, mandate), person (owner, director), days (from, until), word (kind,
# function)
_FACTS = """
WITH a AS (
  SELECT x.id, x.kind, x.account_id, x.origin_id, x.unlocked_at, x.withdrawn_at, m.id AS member_id,
         m.site_id, m.account_id AS member_account_id, m.unlocked_at AS member_unlocked_at, m.person_id,
         m.third_party_id, x.is_signatory, s.practice_id, s.closed_on
    FROM access_access x JOIN access_access m ON m.id = COALESCE(x.origin_id, x.id)
    LEFT JOIN members_site s ON s.id = m.site_id WHERE x.id IN ({ids}))
SELECT a.id, 'access', a.unlocked_at, n.password_first_changed_at, c.password_set_at, c.password_is_initial,
       CAST(NULL AS BIGINT), CAST(NULL AS BIGINT), CAST(NULL AS DATE), CAST(NULL AS DATE), a.kind
  FROM a JOIN accounts_account c ON c.id = a.account_id JOIN accounts_account n ON n.id = a.member_account_id
UNION ALL
SELECT a.id, 'member', a.member_unlocked_at, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '' FROM a
UNION ALL
SELECT a.id, 'withdrawn', a.withdrawn_at, NULL, NULL, NULL, NULL, NULL, NULL, NULL, ''
  FROM a WHERE a.withdrawn_at IS NOT NULL
UNION ALL
SELECT a.id, 'suspension', u.imposed_at, u.lifted_at, NULL, NULL, NULL, NULL, NULL, NULL, ''
  FROM a JOIN access_suspension u ON u.access_id = a.id
UNION ALL
SELECT a.id, 'terms', NULL, NULL, NULL, NULL, t.version, NULL, t.effective_on, NULL, ''
  FROM a CROSS JOIN access_terms t
UNION ALL
SELECT a.id, 'announced', NULL, NULL, NULL, NULL, t.version, NULL, t.published_on, NULL, ''
  FROM a CROSS JOIN access_terms t
UNION ALL
SELECT a.id, 'signs', NULL, NULL, NULL, NULL, NULL, NULL, o.from_on, o.until_on, ''
  FROM a JOIN members_ownership o ON o.person_id = a.person_id WHERE a.kind = 'personal'
UNION ALL
SELECT a.id, 'signs', NULL, NULL, NULL, NULL, NULL, NULL, o.from_on, o.until_on, ''
  FROM a JOIN members_direction o ON o.person_id = a.person_id WHERE a.kind = 'personal'
UNION ALL
SELECT a.id, 'signs', NULL, NULL, NULL, NULL, NULL, NULL, t.from_on, t.until_on, ''
  FROM a JOIN members_thirdparty t ON t.id = a.third_party_id WHERE a.is_signatory
UNION ALL
SELECT a.id, 'declared', d.entered_at, NULL, NULL, NULL, t.version, NULL, NULL, NULL, ''
  FROM a JOIN access_declaration d ON d.person_id = a.person_id JOIN access_terms t ON t.id = d.terms_id
UNION ALL
SELECT a.id, 'declared', d.entered_at, NULL, NULL, NULL, t.version, NULL, NULL, NULL, ''
  FROM a JOIN access_declaration d ON d.third_party_id = a.third_party_id
  JOIN access_terms t ON t.id = d.terms_id
UNION ALL
SELECT a.id, 'declared', d.entered_at, NULL, NULL, NULL, t.version, d.person_id, o.from_on, o.until_on, ''
  FROM a JOIN members_ownership o ON o.practice_id = a.practice_id
  JOIN access_declaration d ON d.person_id = o.person_id JOIN access_terms t ON t.id = d.terms_id
UNION ALL
SELECT a.id, 'declared', d.entered_at, NULL, NULL, NULL, t.version, d.person_id, o.from_on, o.until_on, ''
  FROM a JOIN members_direction o ON o.practice_id = a.practice_id
  JOIN access_declaration d ON d.person_id = o.person_id JOIN access_terms t ON t.id = d.terms_id
UNION ALL
SELECT a.id, 'objected', b.entered_at, b.judged_at, NULL, b.is_justified, t.version, NULL, NULL, NULL, ''
  FROM a JOIN access_objection b ON b.person_id = a.person_id JOIN access_terms t ON t.id = b.terms_id
UNION ALL
SELECT a.id, 'objected', b.entered_at, b.judged_at, NULL, b.is_justified, t.version, NULL,
       o.from_on, o.until_on, ''
  FROM a JOIN members_ownership o ON o.practice_id = a.practice_id
  JOIN access_objection b ON b.person_id = o.person_id JOIN access_terms t ON t.id = b.terms_id
UNION ALL
SELECT a.id, 'objected', b.entered_at, b.judged_at, NULL, b.is_justified, t.version, NULL,
       o.from_on, o.until_on, ''
  FROM a JOIN members_direction o ON o.practice_id = a.practice_id
  JOIN access_objection b ON b.person_id = o.person_id JOIN access_terms t ON t.id = b.terms_id
UNION ALL
SELECT a.id, 'objected', b.entered_at, b.judged_at, NULL, b.is_justified, t.version, NULL, NULL, NULL, ''
  FROM a JOIN access_objection b ON b.third_party_id = a.third_party_id
  JOIN access_terms t ON t.id = b.terms_id
UNION ALL
SELECT a.id, 'owner', NULL, NULL, NULL, NULL, NULL, o.person_id, o.from_on, o.until_on, ''
  FROM a JOIN members_ownership o ON o.practice_id = a.practice_id
UNION ALL
SELECT a.id, 'death', d.entered_at, d.withdrawn_at, NULL, NULL, NULL, NULL, NULL, d.died_on, ''
  FROM a JOIN members_death d ON d.person_id = a.person_id
UNION ALL
SELECT a.id, 'death', d.entered_at, d.withdrawn_at, NULL, NULL, NULL, d.person_id, NULL, d.died_on, ''
  FROM a JOIN members_ownership o ON o.practice_id = a.practice_id
  JOIN members_death d ON d.person_id = o.person_id
UNION ALL
SELECT a.id, 'death', d.entered_at, d.withdrawn_at, NULL, NULL, NULL, d.person_id, NULL, d.died_on, ''
  FROM a JOIN members_direction o ON o.practice_id = a.practice_id
  JOIN members_death d ON d.person_id = o.person_id
UNION ALL
SELECT a.id, 'lock', l.imposed_at, l.lifted_at, NULL, NULL, NULL, NULL, NULL, NULL, ''
  FROM a JOIN access_lock l ON l.access_id IN (a.id, a.member_id) AND l.scope = 'access'
UNION ALL
SELECT a.id, 'password_lock', l.imposed_at, l.lifted_at, NULL, NULL, NULL, NULL, NULL, NULL, ''
  FROM a JOIN access_lock l ON l.access_id = a.id AND l.scope = 'password'
UNION ALL
SELECT a.id, 'restriction', r.imposed_at, r.lifted_at, NULL, NULL, NULL, NULL, NULL, NULL, ''
  FROM a JOIN access_restriction r ON r.access_id IN (a.id, a.member_id)
UNION ALL
SELECT a.id, 'lock', l.imposed_at, l.lifted_at, NULL, NULL, NULL, NULL, NULL, NULL, ''
  FROM a JOIN access_lock l ON l.practice_id = a.practice_id
UNION ALL
SELECT a.id, 'lock', l.imposed_at, l.lifted_at, NULL, NULL, NULL, NULL, o.from_on, o.until_on, ''
  FROM a JOIN members_ownership o ON o.person_id = a.person_id
  JOIN access_lock l ON l.practice_id = o.practice_id
UNION ALL
SELECT a.id, 'lock', l.imposed_at, l.lifted_at, NULL, NULL, NULL, NULL, o.from_on, o.until_on, ''
  FROM a JOIN members_direction o ON o.person_id = a.person_id
  JOIN access_lock l ON l.practice_id = o.practice_id
UNION ALL
SELECT a.id, 'lock', l.imposed_at, l.lifted_at, NULL, NULL, NULL, NULL, o.from_on, o.until_on, ''
  FROM a JOIN members_employment o ON o.person_id = a.person_id AND o.kind = 'employed'
  JOIN access_lock l ON l.practice_id = o.practice_id
UNION ALL
SELECT a.id, 'travel_pass', p.granted_at, p.revoked_at, NULL, NULL, NULL, NULL, p.from_on, p.until_on, ''
  FROM a JOIN access_travelpass p ON p.access_id IN (a.id, a.member_id)
UNION ALL
SELECT a.id, 'key', k.from_at, k.until_at, NULL, NULL, k.key_id, NULL, NULL, NULL, ''
  FROM a JOIN access_keyassignment k ON k.access_id = a.id
UNION ALL
SELECT a.id, 'key_lock', l.imposed_at, l.lifted_at, NULL, NULL, k.key_id, NULL, NULL, NULL, ''
  FROM a JOIN access_keyassignment k ON k.access_id = a.id JOIN access_lock l ON l.key_id = k.key_id
UNION ALL
SELECT a.id, 'notice', NULL, n.withdrawn_at, NULL, NULL, NULL, NULL, NULL, n.ends_on, ''
  FROM a JOIN access_notice n ON n.access_id IN (a.id, a.member_id)
UNION ALL
SELECT a.id, 'exemption', e.granted_at, e.revoked_at, NULL, NULL, NULL, NULL, NULL, e.until_on, ''
  FROM a JOIN access_exemption e ON e.access_id = a.member_id
UNION ALL
SELECT a.id, 'activity', NULL, NULL, NULL, NULL, NULL, NULL, NULL, v.until_on, ''
  FROM a JOIN members_activity v ON v.person_id = a.person_id
UNION ALL
SELECT a.id, 'activity', NULL, NULL, NULL, NULL, NULL, NULL, NULL,
       CASE WHEN v.until_on IS NULL OR o.until_on < v.until_on THEN o.until_on ELSE v.until_on END, ''
  FROM a JOIN members_ownership o ON o.practice_id = a.practice_id
  LEFT JOIN members_activity v ON v.person_id = o.person_id
UNION ALL
SELECT a.id, 'closed', NULL, NULL, NULL, NULL, NULL, NULL, NULL, a.closed_on, ''
  FROM a WHERE a.closed_on IS NOT NULL
UNION ALL
SELECT a.id, 'interest', NULL, NULL, NULL, NULL, NULL, NULL, t.from_on, t.until_on, ''
  FROM a JOIN members_thirdparty t ON t.id = a.third_party_id
UNION ALL
SELECT a.id, 'permission', p.from_at, p.until_at, NULL, NULL, NULL, NULL, NULL, NULL, p.function
  FROM a JOIN access_permission p ON p.access_id = a.id
UNION ALL
SELECT a.id, 'mandate', m.given_at, m.revoked_at, NULL, NULL, m.id, m.person_id,
       CASE WHEN m.from_on > o.from_on THEN m.from_on ELSE o.from_on END,
       CASE WHEN o.until_on IS NULL OR m.until_on < o.until_on THEN m.until_on ELSE o.until_on END, ''
  FROM a JOIN access_mandate m ON m.third_party_id = a.third_party_id
  JOIN members_site s ON s.id = m.site_id
  JOIN members_ownership o ON o.practice_id = s.practice_id AND o.person_id = m.person_id
UNION ALL
SELECT a.id, 'mandate', m.given_at, m.revoked_at, NULL, NULL, m.id, m.person_id,
       CASE WHEN m.from_on > o.from_on THEN m.from_on ELSE o.from_on END,
       CASE WHEN o.until_on IS NULL OR m.until_on < o.until_on THEN m.until_on ELSE o.until_on END, ''
  FROM a JOIN access_mandate m ON m.third_party_id = a.third_party_id
  JOIN members_site s ON s.id = m.site_id
  JOIN members_direction o ON o.practice_id = s.practice_id AND o.person_id = m.person_id
UNION ALL
SELECT a.id, 'death', d.entered_at, d.withdrawn_at, NULL, NULL, NULL, d.person_id, NULL, d.died_on, ''
  FROM a JOIN access_mandate m ON m.third_party_id = a.third_party_id
  JOIN members_death d ON d.person_id = m.person_id
UNION ALL
SELECT a.id, 'signing', NULL, NULL, NULL, NULL, NULL, NULL, r.from_on, r.until_on, ''
  FROM a JOIN members_signingright r ON r.person_id = a.person_id WHERE a.kind = 'personal'
"""


@dataclass(frozen=True)
class Row:
    """One dated fact; its days bound it, where it comes from being bound to a practice."""

    from_at: datetime | None
    until_at: datetime | None
    password_set_at: datetime | None
    flag: bool
    number: int | None
    person: int | None
    from_on: date | None
    until_on: date | None
    word: str

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
    def days(self) -> Span:
        assert self.from_on is not None  # noqa: S101 - as above
        return Span(day_begins(self.from_on), day_ends(self.until_on) if self.until_on else None)

    @property
    def bounded(self) -> Span | None:
        return self.span if self.from_on is None else self.span.within(self.days)

    @property
    def dead(self) -> Span | None:
        """Since the end of the day, or since it was entered on that very day."""
        assert self.until_on is not None  # noqa: S101 - as above
        begin = min(day_ends(self.until_on), self.span.from_at)
        return Span(begin, self.until_at) if self.until_at is None or begin < self.until_at else None


Rows = dict[str, list[Row]]


def of(access_ids: Iterable[int]) -> dict[int, Rows]:
    """The rows of these accesses by what they say; one that does not exist is left out."""
    ids = list(access_ids)
    found: defaultdict[int, Rows] = defaultdict(lambda: defaultdict(list))
    for access_id, fact, *values in _fetched(ids) if ids else ():
        found[access_id][fact].append(_row(*values))
    return found


def instant(value: datetime | str | None) -> datetime | None:
    """SQLite answers text or an instant without zone, both in UTC; PostgreSQL an aware one."""
    if value is None:
        return None
    known = datetime.fromisoformat(value) if isinstance(value, str) else value
    return known.replace(tzinfo=UTC) if known.tzinfo is None else known.astimezone(UTC)


def _fetched(ids: list[int]) -> list[tuple[Any, ...]]:
    query = _FACTS.replace("{ids}", ",".join(["%s"] * len(ids)))
    with connection.cursor() as cursor:
        cursor.execute(query, ids)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows


def _row(*values: Any) -> Row:
    from_at, until_at, password_set_at, flag, number, person, from_on, until_on, word = values
    instants = instant(from_at), instant(until_at), instant(password_set_at)
    return Row(*instants, bool(flag), number, person, _day(from_on), _day(until_on), word)


def _day(value: date | str | None) -> date | None:
    return date.fromisoformat(value) if isinstance(value, str) else value
