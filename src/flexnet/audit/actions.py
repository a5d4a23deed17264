"""Make it happen: acts are recorded, sealed into the chain, vouched for; a person is forgotten."""

import base64
import itertools
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection
from django.utils import timezone

from flexnet import configuration, transactions
from flexnet.audit import anchors, keys, person_keys, queries, rules, sources, standalone
from flexnet.audit.models import Checkpoint, Event, Link, Tally, Waiting

_BATCH = 500
# PostgreSQL's names for whose turn it is, arbitrary numbers of our own.
_SEALERS, _COUNTERS = 0x666C_6578, 0x666C_6579
_MOST_COUNTS = 250  # in one statement: every database takes their values
_FINISHED_FOR = timedelta(
    seconds=10
)  # before a minute is closed: what is refused at its end is still written
_PLACE = {"table": "audit_event", "kind": "personal"}


Refusals = tuple[datetime, str, str, str, str, str]  # of one minute, kind, by, subject, source and reason
Count = tuple[Refusals, int]


@dataclass(frozen=True)
class Act:
    """An act; `personal` is readable until `person` is forgotten."""

    kind: str
    subject: str
    data: Mapping[str, object]
    person: str | None = None
    personal: Mapping[str, object] | None = None


class NotWriting(RuntimeError):
    """Something was recorded outside a transaction: the act and its entry could come apart."""


def record(
    kind: str,
    *,
    by: str,
    subject: str,
    data: Mapping[str, object] | None = None,
    person: str | None = None,
    personal: Mapping[str, object] | None = None,
) -> Event:
    """Record an act in the transaction that does it; `personal` is readable until `person` is forgotten.

    It is written when all else is, with the other entries of the transaction: until then nobody can read it.
    Raises NotWriting outside `transactions.writing()`, ValueError for a name that is no event name.
    """
    if not transactions.is_writing():
        raise NotWriting(f"{kind}: record it inside transactions.writing(), with the act itself")
    event = _event(Act(kind, subject, data or {}, person, personal), by)
    transactions.write_last(transactions.Unwritten(event, _write))
    return event


def read_personal(event: Event, *, by: str) -> dict[str, object] | None:
    """What is personal in an entry, and that somebody looked at it; None if nothing is, or was forgotten.

    Raises SealBroken.
    """
    with transactions.writing():
        record("audit.personal_read", by=by, subject=event.subject, data={"entry": event.pk})
    return queries.personal(event)


def record_all(acts: Sequence[Act], *, by: str) -> None:
    """Record many acts at once, as `record` does each; for imports. Raises NotWriting, ValueError."""
    if not transactions.is_writing():
        raise NotWriting("record acts inside transactions.writing(), with the acts themselves")
    for act in acts:
        transactions.write_last(transactions.Unwritten(_event(act, by), _write))


def forget(person: str, *, by: str) -> bool:
    """Destroy the person's keys: what was personal stays unreadable, and the chain holds."""
    with transactions.writing():
        if not person_keys.destroy(person):
            return False
        record("person.forgotten", by=by, subject=person)
    return True


def forget_old(now: datetime) -> int:
    """Destroy the keys of the months whose time is over; answers how many (docs/operate/deletion.md).

    Sources of refused sign-ins belong to nobody who is known; their time is shorter.
    """
    retention = configuration.current().retention
    count = 0
    for whose, months in ((rules.SOURCES, retention.sources_months), ("", retention.personal_months)):
        last = rules.last_month_over(now, months)
        with transactions.writing():
            if gone := person_keys.destroy_months(last, whose):
                data = {"until": last, "whose": whose, "count": gone}
                record("month.forgotten", by="worker", subject="audit", data=data)
        count += gone
    return count


def tally(
    kind: str, *, by: str, subject: str, source: str, reason: str, now: datetime, count: int = 1
) -> None:
    """Count a refusal; the minute's count becomes one entry, so that a stranger cannot fill the disk.

    `subject` comes from a bounded set: names that nobody has are all counted under one. Of the sources of one
    subject and minute some are told apart (`sources.MOST`), the rest is counted as `sources.OTHERS`.
    """
    count_up = counted(kind, by=by, subject=subject, source=source, reason=reason, now=now, count=count)
    transactions.write_together([tallying([count_up])])


def counted(
    kind: str, *, by: str, subject: str, source: str, reason: str, now: datetime, count: int = 1
) -> Count:
    """What `tally` counts, to be written by `tallying` together with the act itself."""
    minute = now.replace(second=0, microsecond=0)
    of = (rules.kind(kind), rules.shown(by), rules.shown(subject))
    place = sources.bounded(minute, of, rules.shown(source))
    return (minute, *of, place, reason), count


def tallying(counts: Iterable[Count]) -> transactions.Statement:
    """What counts refusals up, those that are alike in one row, the rows in their order."""
    sums: Counter[Refusals] = Counter()
    for refusals, count in counts:
        sums[refusals] += count
    rows = [
        (connection.ops.adapt_datetimefield_value(minute), *of, count)
        for (minute, *of), count in sorted(sums.items())
    ]
    marks = ", ".join(["(%s, %s, %s, %s, %s, %s, %s)"] * len(rows))
    return transactions.Statement(_COUNT_UP.format(rows=marks), list(itertools.chain(*rows)))


def tally_all(counts: Sequence[Count]) -> None:
    """Write many refusals, all or none of them.

    Whoever holds several counts at once does it alone: two that took them in other orders would wait for each
    other, and one of them would fail.
    """
    with transactions.writing():
        _take_turn(_COUNTERS)
        for first in range(0, len(counts), _MOST_COUNTS):
            transactions.write_together([tallying(counts[first : first + _MOST_COUNTS])])


def flush_tallies(now: datetime) -> int:
    """Every finished minute's counts become entries, in one transaction; answers how many."""
    running = (now - _FINISHED_FOR).replace(second=0, microsecond=0)
    with transactions.writing():
        _take_turn(_COUNTERS)
        over = Tally.objects.filter(minute__lt=running)
        rows = list(over.select_for_update().order_by("minute", "pk"))
        for row in rows:
            _write([_counted(row)])
        Tally.objects.filter(pk__in=[row.pk for row in rows]).delete()
    return len(rows)


def seal_pending() -> int:
    """Link all committed entries into the chain, in batches; answers how many.

    Any number of sealers may run: each batch is one turn, and the chain's numbers are unique.
    """
    total = 0
    while sealed := _seal_batch():
        total += sealed
    return total


def checkpoint() -> Checkpoint | None:
    """Sign the chain's head, anchor it outside the database, note it; None if nothing is new.

    The anchor comes first: a head that the database knows is one that stands outside. It comes outside
    the transaction: its medium may be slow. Raises OSError, BadSigningKey.
    """
    seq, hash = queries.head()
    if not seq or Checkpoint.objects.filter(seq=seq).exists():
        return None
    row = _signed(seq, hash)
    anchors.append(configuration.current().audit.anchor_dir, queries.as_head(row))
    with transactions.writing():
        _take_turn(_SEALERS)
        if not Checkpoint.objects.filter(seq=seq).exists():
            row.save(force_insert=True)
    return row


# Django's ORM cannot add to a column where a row is there already; both databases understand this.
_COUNT_UP = """
INSERT INTO audit_tally (minute, kind, "by", subject, source, reason, count)
VALUES {rows}
ON CONFLICT (minute, kind, "by", subject, source, reason)
DO UPDATE SET count = audit_tally.count + excluded.count
"""


def _event(act: Act, by: str) -> Event:
    at = timezone.now()
    sealed_for = rules.of_month(act.person, at) if act.person else ""
    return Event(
        at=at,
        kind=rules.kind(act.kind),
        by=rules.shown(by),
        subject=rules.shown(act.subject),
        data=rules.canonical(act.data),
        person=sealed_for,
        personal=_sealed(sealed_for, act.personal),
    )


def _write(events: Sequence[Event]) -> None:
    if len(events) == 1:
        transactions.insert(events[0], listed_in=Waiting)
        return
    transactions.insert_all(events)
    transactions.insert_all([Waiting(event_id=event.pk) for event in events])


def _sealed(name: str, personal: Mapping[str, object] | None) -> bytes | None:
    if personal is None:
        return None
    if not name:
        raise ValueError("personal data needs the person whose key it is sealed under")
    return person_keys.ring_for(name).seal(rules.canonical(personal).encode(), row=name, **_PLACE)


def _counted(row: Tally) -> Event:
    """Where a refusal came from is sealed like what is personal, though nobody knows whose it is."""
    person = rules.of_month(rules.SOURCES, row.minute)
    data = {"reason": row.reason, "count": row.count, "minute": queries.instant(row.minute)}
    return Event(
        at=timezone.now(),
        kind=row.kind,
        by=row.by,
        subject=row.subject,
        data=rules.canonical(data),
        person=person,
        personal=_sealed(person, {"source": row.source}),
    )


def _seal_batch() -> int:
    with transactions.writing():
        _take_turn(_SEALERS)
        waiting = Waiting.objects.select_related("event").order_by("event_id")[:_BATCH]
        events = [row.event for row in waiting]
        Link.objects.bulk_create(_links(events))
        Waiting.objects.filter(pk__in=[event.pk for event in events]).delete()
    return len(events)


def _links(events: Sequence[Event]) -> list[Link]:
    links = []
    seq, previous = queries.head()
    for event in events:
        seq += 1
        hash = standalone.entry_hash(seq, previous, queries.as_record(event))
        links.append(Link(seq=seq, event=event, previous_hash=previous, hash=hash))
        previous = hash
    return links


def _signed(seq: int, hash: str) -> Checkpoint:
    at, signing = timezone.now(), keys.current()
    text = standalone.head_text(seq, hash, queries.instant(at), signing.current)
    signature = base64.b64encode(signing.sign(text)).decode()
    return Checkpoint(seq=seq, hash=hash, at=at, key=signing.current, signature=signature)


def _take_turn(whose: int) -> None:
    """One sealer, one counter of many at a time, until its transaction ends; SQLite has one writer anyway."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [whose])
