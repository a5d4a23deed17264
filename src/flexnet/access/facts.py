"""The dated facts of accesses, made of their rows: what a decision rests on."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from flexnet import configuration
from flexnet.access import rows as dated
from flexnet.access import rules
from flexnet.access.models import Access
from flexnet.access.rows import Row, Rows
from flexnet.access.rules import Channel, Facts, HeldKey, OfTerms, Span, Way, day_begins
from flexnet.configuration import Profile, Service

_DATED = (
    "declared",
    "objected",
    "death",
    "lock",
    "password_lock",
    "restriction",
    "travel_pass",
    "key",
    "key_lock",
    "notice",
    "withdrawn",
    "suspension",
    "exemption",
    "permission",
    "mandate",
)

# What may be permitted besides is no door: whoever shows it asks for it (documents).
_DOORS = frozenset(Channel)
_EVER = Span(datetime.min.replace(tzinfo=UTC))


def of(access_ids: Iterable[int]) -> dict[int, Facts]:
    """The facts of these accesses; one that does not exist is left out."""
    return {access_id: _facts(rows) for access_id, rows in dated.of(access_ids).items()}


def _facts(rows: Rows) -> Facts:
    (own,), (member,) = rows["access"], rows["member"]
    assert own.password_set_at is not None  # noqa: S101 - the column is NOT NULL
    c = configuration.current()
    return Facts(
        known_at=_known_at(rows),
        kind=Access.Kind(own.word),
        unlocked_at=max(own.span.from_at, member.span.from_at),
        passed_on=_passed_on(rows),
        declared=_declared(rows),
        locks=_spans(rows["lock"]),
        password_locks=_spans(rows["password_lock"]),
        restrictions=_spans(rows["restriction"]),
        travel_passes=_spans(rows["travel_pass"]),
        abroad_is_refused=c.profile.abroad == "refused",
        ended=tuple(span for row in rows["notice"] if (span := row.after_last_day)),
        withdrawn=_spans(rows["withdrawn"]),
        suspended=_spans(rows["suspension"]),
        interest=next((row.days for row in rows["interest"]), None),
        activity_until_on=_activity_until_on(rows),
        exempt=tuple(row.until_last_day for row in rows["exemption"]),
        permitted=(
            *_permitted(rows, Access.Kind(own.word)),
            *((Channel.SIGNATURE, row.days) for row in rows["signing"]),
        ),
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
        given=_given(rows),
        announced=_announced(rows["announced"], c.profile),
        ways=_ways(c.services),
    )


def _ways(services: Iterable[Service]) -> tuple[tuple[Channel, frozenset[Way]], ...]:
    """Of the channels that are services, by which ways their operator lets them be reached."""
    doors = {str(channel): channel for channel in Channel}
    return tuple((doors[one.slug], frozenset(map(Way, one.ways))) for one in services if one.slug in doors)


def _known_at(rows: Rows) -> datetime:
    """The newest act; when an access is unlocked is no act, it may lie ahead."""
    (own,) = rows["access"]
    acts = [own.password_set_at]
    for kind in _DATED:
        for row in rows[kind]:
            acts += (row.from_at, row.until_at)
    return max(act for act in acts if act)


def _spans(rows: list[Row]) -> tuple[Span, ...]:
    return tuple(span for row in rows if (span := row.bounded))


def _permitted(rows: Rows, kind: Access.Kind) -> Iterator[tuple[Channel, Span]]:
    """Doors; a third party hands in while a practice lets it do so."""
    mandates = [span for row in rows["mandate"] if (span := _mandated(row, rows["death"]))]
    for row in rows["permission"]:
        if row.word not in _DOORS:
            continue
        channel = Channel(row.word)
        if kind is Access.Kind.THIRD_PARTY and channel is Channel.SUBMISSION:
            yield from ((channel, common) for span in mandates if (common := row.span.within(span)))
        else:
            yield channel, row.span


def _mandated(row: Row, deaths: list[Row]) -> Span | None:
    """While whoever gave it owns or directs the practice and lives."""
    span = row.bounded
    return span.within(Span(_EVER.from_at, _died_at(row.person, deaths))) if span else None


def _declared(rows: Rows) -> tuple[OfTerms, ...]:
    """A promise counts from when it came, not before its version holds, and for a practice while the signer
    owns or directs it and lives."""
    begin = {row.number: row.days.from_at for row in rows["terms"]}
    spans = (
        (row.number or 0, span.within(Span(begin[row.number], _died_at(row.person, rows["death"]))))
        for row in rows["declared"]
        if (span := row.bounded)
    )
    return tuple(OfTerms(version, span) for version, span in spans if span)


def _given(rows: Rows) -> tuple[OfTerms, ...]:
    """What was promised, as if it had been since ever: for whoever asks what is missing still."""
    spans = ((row.number or 0, _while_signer(row, rows["death"])) for row in rows["declared"])
    return tuple(OfTerms(version, span) for version, span in spans if span)


def _while_signer(row: Row, deaths: list[Row]) -> Span | None:
    """While the signer owns or directs the practice and lives; a person's own promise is theirs for ever."""
    held = row.days if row.from_on else _EVER
    return held.within(Span(_EVER.from_at, _died_at(row.person, deaths)))


def _announced(terms: list[Row], profile: Profile) -> tuple[OfTerms, ...]:
    """Where changed terms need consent: each version, from the day on which it was announced."""
    if profile.terms_change != "consent":
        return ()
    return tuple(OfTerms(row.number or 0, row.days) for row in terms)


def _died_at(person: int | None, deaths: list[Row]) -> datetime | None:
    """Of an owner or director; of the person whose access it is, `_passed_on` tells."""
    stand = [row.dead for row in deaths if row.person == person and row.until_at is None]
    return min((span.from_at for span in stand if span), default=None) if person is not None else None


def _passed_on(rows: Rows) -> tuple[Span, ...]:
    """When whoever it was given to is gone: the person is dead, or all the owners have left (§ 2(3))."""
    dead = (row.dead for row in rows["death"] if row.person is None)
    owned = [
        span
        for row in rows["owner"]
        if (span := row.days.within(Span(row.days.from_at, _died_at(row.person, rows["death"]))))
    ]
    (member,) = rows["member"]
    handed_over = rules.handed_over_at(owned, member.span.from_at)
    return (*(span for span in dead if span), *((Span(handed_over),) if handed_over else ()))


def _demanded(terms: list[Row], profile: Profile) -> tuple[OfTerms, ...]:
    """Where changed terms need consent: each version, from the end of its grace period on."""
    if profile.terms_change != "consent":
        return ()
    grace = timedelta(days=profile.terms_grace_days)
    return tuple(
        OfTerms(row.number or 0, Span(day_begins(row.from_on + grace))) for row in terms if row.from_on
    )


def _objected(rows: list[Row]) -> tuple[OfTerms, ...]:
    """An objection stands until it is judged, and after that if it is justified."""
    standing = (replace(row, until_at=None) if row.flag else row for row in rows)
    return tuple(OfTerms(row.number or 0, span) for row in standing if (span := row.bounded))


def _keys(held: list[Row], locks: list[Row]) -> tuple[HeldKey, ...]:
    return tuple(
        HeldKey(row.number or 0, row.span, tuple(lock.span for lock in locks if lock.number == row.number))
        for row in held
    )


def _activity_until_on(rows: Rows) -> date | None:
    """The last day of the activity, or of the site if that closed before."""
    ends = [row.until_on for row in rows["closed"]] + [_last_day([row.until_on for row in rows["activity"]])]
    return min((day for day in ends if day), default=None)


def _last_day(ends: list[date | None]) -> date | None:
    """While one activity goes on, or none is entered, there is no last day."""
    known = [day for day in ends if day is not None]
    return max(known) if known and len(known) == len(ends) else None
