"""May this access be used? Pure: dated facts in, a decision with its reason out, for any instant."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from flexnet.access.models import Access
from flexnet.lib import quarters

BERLIN = ZoneInfo("Europe/Berlin")


class Reason(StrEnum):
    """Why not, in the order in which it is asked; the last two are no refusals but narrow the session."""

    UNKNOWN = "unknown"
    WRONG_CODE = "wrong_code"
    CODE_ALREADY_USED = "code_already_used"
    WRONG_PASSWORD = "wrong_password"  # noqa: S105 - a reason, not a secret
    THROTTLED = "throttled"
    NOT_TRANSFERABLE = "not_transferable"
    DECLARATION_MISSING = "declaration_missing"
    NOT_YET_UNLOCKED = "not_yet_unlocked"
    LOCKED = "locked"
    ENDED = "ended"
    WITHDRAWN = "withdrawn"
    SUSPENDED = "suspended"
    INTEREST_OVER = "interest_over"
    ACTIVITY_OVER = "activity_over"
    KEY_LOCKED = "key_locked"
    PASSWORD_LOCKED = "password_locked"  # noqa: S105 - a reason, not a secret
    INITIAL_PASSWORD_EXPIRED = "initial_password_expired"  # noqa: S105 - as above
    SERVICE_NOT_GRANTED = "service_not_granted"
    SUBMISSION_NOT_YET_OPEN = "submission_not_yet_open"
    OUTSIDE_GERMANY = "outside_germany"
    ONLY_THROUGH_FLEXNET = "only_through_flexnet"
    ONLY_THROUGH_SAFENET = "only_through_safenet"
    PASSWORD_CHANGE_DUE = "password_change_due"  # noqa: S105 - as above
    TERMS_NOT_ACCEPTED = "terms_not_accepted"


class Way(StrEnum):
    """How somebody came into the closed network."""

    FLEXNET = "flexnet"
    SAFENET = "kv_safenet"


class Channel(StrEnum):
    """The door that is asked at."""

    VPN_SIGN_IN = "vpn_sign_in"
    VPN_RECONNECT = "vpn_reconnect"
    PORTAL = "portal"
    SUBMISSION = "submission"
    SIGNATURE = "signature"

    @property
    def needs_key(self) -> bool:
        return self in (Channel.VPN_SIGN_IN, Channel.VPN_RECONNECT)


RULES = {
    Reason.UNKNOWN: "",
    Reason.WRONG_CODE: "§ 3(1)",
    Reason.CODE_ALREADY_USED: "§ 3(1)",
    Reason.WRONG_PASSWORD: "§ 3(1)",
    Reason.THROTTLED: "§ 9(1)",
    Reason.NOT_TRANSFERABLE: "§ 2(3)",
    Reason.DECLARATION_MISSING: "§ 1(3)",
    Reason.NOT_YET_UNLOCKED: "§ 3(3)",
    Reason.LOCKED: "§ 7(2), § 10(1)",
    Reason.ENDED: "§ 10(2)",
    Reason.WITHDRAWN: "§ 1(2)",
    Reason.SUSPENDED: "§ 1(2)",
    Reason.INTEREST_OVER: "§ 1(1)",
    Reason.ACTIVITY_OVER: "§ 10(3)",
    Reason.KEY_LOCKED: "§ 7(2)",
    Reason.PASSWORD_LOCKED: "§ 7(2)",
    Reason.INITIAL_PASSWORD_EXPIRED: "§ 5(4)",
    Reason.SERVICE_NOT_GRANTED: "§ 2(4)",
    Reason.SUBMISSION_NOT_YET_OPEN: "KV Sachsen, Schritt 2",
    Reason.OUTSIDE_GERMANY: "§ 12",
    Reason.ONLY_THROUGH_FLEXNET: "§ 2(5)",
    Reason.ONLY_THROUGH_SAFENET: "§ 2(5)",
    Reason.PASSWORD_CHANGE_DUE: "§ 5(4)",
    Reason.TERMS_NOT_ACCEPTED: "§ 1(3)",
}

CURES = {
    Reason.UNKNOWN: "Prüfen Sie Ihre Eingabe.",
    Reason.WRONG_CODE: "Drücken Sie den Knopf am YubiKey noch einmal.",
    Reason.CODE_ALREADY_USED: "Der Code wurde schon benutzt. Drücken Sie den Knopf am YubiKey noch einmal.",
    Reason.WRONG_PASSWORD: "Prüfen Sie Ihre Eingabe, auch die Feststelltaste.",
    Reason.THROTTLED: "Warten Sie eine Minute und versuchen Sie es dann noch einmal.",
    Reason.NOT_TRANSFERABLE: "Der Zugang war für jemand anderen bestimmt und geht auf niemanden über. "
    "Einen neuen beantragen Sie mit der Teilnahmeerklärung.",
    Reason.DECLARATION_MISSING: "Senden Sie uns die unterschriebene Teilnahmeerklärung.",
    Reason.NOT_YET_UNLOCKED: "Ihr Zugang ist noch nicht freigeschaltet. Bitte warten Sie bis dahin.",
    Reason.LOCKED: "Ihr Zugang ist gesperrt. Rufen Sie uns an.",
    Reason.ENDED: "Ihr Zugang ist gekündigt. Einen neuen beantragen Sie mit der Teilnahmeerklärung.",
    Reason.WITHDRAWN: "Ihre Praxis hat den Zugang beendet. Fragen Sie dort nach.",
    Reason.SUSPENDED: "Ihre Praxis hat den Zugang gesperrt. Fragen Sie dort nach.",
    Reason.INTEREST_OVER: "Ihr Zugang war befristet und ist abgelaufen. "
    "Wenn Sie ihn weiter brauchen, schreiben Sie uns.",
    Reason.ACTIVITY_OVER: "Ihre vertragsärztliche Tätigkeit ist seit mehr als vier Quartalen beendet. "
    "Wenn Sie den Zugang weiter brauchen, schreiben Sie uns.",
    Reason.KEY_LOCKED: "Der YubiKey ist gesperrt oder keiner zugeordnet. Bestellen Sie bei uns einen neuen.",
    Reason.PASSWORD_LOCKED: "Ihre Zugangsdaten sind gesperrt. Fordern Sie bei uns neue an.",
    Reason.INITIAL_PASSWORD_EXPIRED: "Ihre ersten Zugangsdaten sind abgelaufen. Fordern Sie bei uns neue an.",
    Reason.SERVICE_NOT_GRANTED: "Dieser Dienst ist für Ihren Zugang nicht freigegeben.",
    Reason.SUBMISSION_NOT_YET_OPEN: "Online einreichen können Sie ab dem nächsten Quartal.",
    Reason.OUTSIDE_GERMANY: "Aus dem Ausland ist Ihr Zugang nicht freigegeben. "
    "Beantragen Sie vor der Reise eine Auslandsfreigabe.",
    Reason.ONLY_THROUGH_FLEXNET: "Das geht nur über KV-FlexNet. "
    "Verbinden Sie sich damit und melden Sie sich neu an.",
    Reason.ONLY_THROUGH_SAFENET: "Das geht nur über einen KV-SafeNet-Anschluss. "
    "Melden Sie sich darüber neu an.",
    Reason.PASSWORD_CHANGE_DUE: "Erneuern Sie Ihre Zugangsdaten im Portal.",
    Reason.TERMS_NOT_ACCEPTED: "Nehmen Sie im Portal die Nutzungsbedingungen an.",
}


@dataclass(frozen=True)
class Granted:
    """Yes; `narrow` names what must be done first, until which only the page for it is reached.

    Restricted: of the services that were granted only the named ones are left (§ 7(2)).
    """

    narrow: Reason | None = None
    is_restricted: bool = False


@dataclass(frozen=True)
class Refusal:
    """No; why, by which rule, since when, and what helps (German)."""

    reason: Reason
    since: datetime | None = None

    @property
    def rule(self) -> str:
        return RULES[self.reason]

    @property
    def cure(self) -> str:
        return CURES[self.reason]


Decision = Granted | Refusal

_VPN = frozenset({Channel.VPN_SIGN_IN, Channel.VPN_RECONNECT})

# What a kind of access brings along. An employee comes through the practice's tunnel, not through one's own.
ALWAYS = {
    Access.Kind.PRACTICE: _VPN | {Channel.PORTAL, Channel.SUBMISSION},
    Access.Kind.PERSONAL: _VPN | {Channel.PORTAL, Channel.SUBMISSION},
    Access.Kind.EMPLOYEE: frozenset({Channel.PORTAL}),
    Access.Kind.THIRD_PARTY: _VPN,
}

# What it may besides, while that is permitted: by a right to sign, by delegation, by what was granted.
IF_PERMITTED = {
    Access.Kind.PRACTICE: frozenset[Channel](),
    Access.Kind.PERSONAL: frozenset({Channel.SIGNATURE}),
    Access.Kind.EMPLOYEE: frozenset({Channel.SUBMISSION}),
    Access.Kind.THIRD_PARTY: frozenset({Channel.PORTAL, Channel.SUBMISSION}),
}


MAIN_DOORS = (Channel.PORTAL, Channel.VPN_SIGN_IN)


@dataclass(frozen=True)
class Span:
    """From an instant (inclusive) until another (exclusive); None is open."""

    from_at: datetime
    until_at: datetime | None = None

    def holds(self, now: datetime) -> bool:
        return self.from_at <= now and (self.until_at is None or now < self.until_at)

    @classmethod
    def after(cls, last_day: date, until_at: datetime | None) -> Span | None:
        """From the end of a day until an instant; None if that lies before."""
        begin = day_ends(last_day)
        return cls(begin, until_at) if until_at is None or begin < until_at else None

    def within(self, other: Span) -> Span | None:
        """What both have in common; None for nothing."""
        ends = [end for end in (self.until_at, other.until_at) if end]
        common = Span(max(self.from_at, other.from_at), min(ends, default=None))
        return common if common.until_at is None or common.from_at < common.until_at else None


@dataclass(frozen=True)
class OfTerms:
    """Something about a version of the terms, and when it holds."""

    version: int
    held: Span


@dataclass(frozen=True)
class HeldKey:
    """A key for as long as it belongs to the access, and the locks on it."""

    id: int
    held: Span
    locks: tuple[Span, ...] = ()


@dataclass(frozen=True)
class Facts:
    """Everything about one access that a decision may rest on, as it stands in the rows.

    `known_at` is the newest act among them. Whoever decides for the present decides for no earlier instant:
    what stands in the rows has happened, whatever the clocks of two machines say.

    Of the terms: `declared` are promises to keep a version, `demanded` versions that have to be promised
    anew, `objected` objections that stand against one, `signs` when this access may promise for itself;
    `given` are the same promises whether or not their version holds yet, `announced` what they are asked for.
    Of the ways: `ways` are those that alone lead to a channel; to one that is not named all do.
    """

    known_at: datetime
    kind: Access.Kind
    unlocked_at: datetime
    passed_on: tuple[Span, ...]
    declared: tuple[OfTerms, ...]
    locks: tuple[Span, ...]
    ended: tuple[Span, ...]
    withdrawn: tuple[Span, ...]
    interest: Span | None
    activity_until_on: date | None
    exempt: tuple[Span, ...]
    permitted: tuple[tuple[Channel, Span], ...]
    keys: tuple[HeldKey, ...]
    password_set_at: datetime
    password_is_initial: bool
    initial_valid: timedelta
    password_lifetime: timedelta | None
    password_first_changed_at: datetime | None = None
    next_quarter_rule: bool = False
    suspended: tuple[Span, ...] = ()
    password_locks: tuple[Span, ...] = ()
    restrictions: tuple[Span, ...] = ()
    travel_passes: tuple[Span, ...] = ()
    abroad_is_refused: bool = False
    demanded: tuple[OfTerms, ...] = ()
    objected: tuple[OfTerms, ...] = ()
    signs: tuple[Span, ...] = ()
    given: tuple[OfTerms, ...] = ()
    announced: tuple[OfTerms, ...] = ()
    ways: tuple[tuple[Channel, frozenset[Way]], ...] = ()

    @property
    def instants(self) -> Iterator[datetime]:
        """Every instant at which a decision may turn."""
        yield self.unlocked_at
        for span in self._spans:
            yield span.from_at
            if span.until_at:
                yield span.until_at
        yield from filter(None, (after_activity(self), _submission_opens(self)))
        yield self.password_set_at + self.initial_valid
        if self.password_lifetime is not None:
            yield self.password_set_at + self.password_lifetime

    @property
    def _spans(self) -> Iterator[Span]:
        yield from (one.held for one in (*self.declared, *self.demanded, *self.objected))
        yield from (*self.passed_on, *self.signs, *self.locks, *self.ended, *self.withdrawn, *self.exempt)
        yield from (*self.suspended, *self.password_locks, *self.restrictions, *self.travel_passes)
        yield from (span for _, span in self.permitted)
        if self.interest:
            yield self.interest
        for key in self.keys:
            yield key.held
            yield from key.locks


@dataclass(frozen=True)
class Interval:
    """What holds from an instant until another; None is the beginning or the end of time."""

    from_at: datetime | None
    until_at: datetime | None
    decision: Decision


def day_of(now: datetime) -> date:
    """The day it is in Germany."""
    return now.astimezone(BERLIN).date()


def main_door(kind: Access.Kind) -> Channel:
    """Where it is asked how an access stands: a third party may have the tunnel and no portal."""
    return Channel.VPN_SIGN_IN if kind == Access.Kind.THIRD_PARTY else Channel.PORTAL


def letter_arrives_on(posted_on: date) -> date:
    """A letter of the KV counts as arrived on the fourth day after it was posted (§ 37(2) SGB X)."""
    return posted_on + timedelta(days=4)


def breach_due_at(noticed_at: datetime) -> datetime:
    """A breach is reported within 72 hours, whatever days they fall on (Art. 33(1) GDPR)."""
    return noticed_at + timedelta(hours=72)


def day_begins(day: date) -> datetime:
    """Midnight in Germany at which a day begins, in UTC."""
    return datetime.combine(day, time(), BERLIN).astimezone(UTC)


def day_ends(day: date) -> datetime:
    """The midnight at which a day, last day inclusive, is over."""
    return day_begins(day + timedelta(days=1))


def handed_over_at(owned: Iterable[Span], begun_at: datetime) -> datetime | None:
    """When the last of those for whom an access was opened has left; None while one of them is there.

    Who joins while one of them is there belongs to them: a BAG stays the same with changing partners. Who
    comes only afterwards is a successor. An access opened before its first owner came is that owner's.
    """
    lasting = sorted(
        (span for span in owned if span.until_at is None or begun_at < span.until_at),
        key=lambda span: span.from_at,
    )
    left_at = lasting[0].until_at if lasting else None
    for span in lasting:
        if left_at is None or left_at <= span.from_at:
            break
        left_at = None if span.until_at is None else max(left_at, span.until_at)
    return left_at


def is_long_journey(from_on: date, until_on: date) -> bool:
    """Over 30 days, both inclusive: one person alone does not decide that."""
    return until_on - from_on >= timedelta(days=30)


def decide(
    facts: Facts,
    channel: Channel,
    now: datetime,
    *,
    is_abroad: bool | None = None,
    way: Way | None = None,
) -> Decision:
    """The first reason that holds answers; none: granted, perhaps narrowly.

    `is_abroad` says where the attempt comes from, `way` by which way; None: nobody knows, and nothing is
    refused for it.
    """
    for holds in _REFUSALS:
        refusal = holds(facts, channel, now)
        if refusal:
            return refusal
    if is_abroad and (refusal := _outside_germany(facts, now)):
        return refusal
    if refusal := another_way(dict(facts.ways).get(channel, frozenset(Way)), way):
        return refusal
    narrow = _narrow(facts, now)
    return Granted(narrow, is_restricted=any(span.holds(now) for span in facts.restrictions))


def another_way(permitted: Collection[Way], way: Way | None) -> Refusal | None:
    """By which way it goes, for whoever came by one that a service's operator does not permit (§ 2(5))."""
    if way is None or way in permitted:
        return None
    only_flexnet = way is Way.SAFENET
    return Refusal(Reason.ONLY_THROUGH_FLEXNET if only_flexnet else Reason.ONLY_THROUGH_SAFENET)


def may_sign(facts: Facts, now: datetime) -> bool:
    """Whether whoever signs in here may accept the terms: an owner in person, never staff (§ 1(3))."""
    return any(span.holds(now) for span in facts.signs)


def terms_missing(facts: Facts, now: datetime) -> bool:
    """Nothing is promised, or not the version that is demanded now and to which nobody objects."""
    promised = [one.version for one in facts.declared if one.held.holds(now)]
    if not promised:
        return True
    demanded = max((one.version for one in facts.demanded if one.held.holds(now)), default=0)
    objected = any(one.version == demanded and one.held.holds(now) for one in facts.objected)
    return max(promised) < demanded and not objected


def _narrow(facts: Facts, now: datetime) -> Reason | None:
    """What must be done first, one after the other."""
    if _password_due(facts, now):
        return Reason.PASSWORD_CHANGE_DUE
    return Reason.TERMS_NOT_ACCEPTED if terms_missing(facts, now) else None


def intervals(
    facts: Facts, channel: Channel, *, is_abroad: bool | None = None, way: Way | None = None
) -> list[Interval]:
    """The same answers as `decide` gives, for all time, as few intervals as possible."""
    found: list[Interval] = []
    turns = sorted(set(facts.instants))
    for begin, end in zip([None, *turns], [*turns, None], strict=True):
        probe = begin or (end - timedelta(days=1) if end else day_begins(date(2000, 1, 1)))
        decision = decide(facts, channel, probe, is_abroad=is_abroad, way=way)
        if found and found[-1].decision == decision:
            begin = found.pop().from_at
        found.append(Interval(begin, end, decision))
    return found


def _not_transferable(facts: Facts, channel: Channel, now: datetime) -> Refusal | None:
    return _since(Reason.NOT_TRANSFERABLE, facts.passed_on, now)


def _declaration_missing(facts: Facts, channel: Channel, now: datetime) -> Refusal | None:
    """The portal lets in whoever may sign, as far as the page for it."""
    declared = any(one.held.holds(now) for one in facts.declared)
    signs = channel is Channel.PORTAL and may_sign(facts, now)
    return None if declared or signs else Refusal(Reason.DECLARATION_MISSING)


def _not_yet_unlocked(facts: Facts, channel: Channel, now: datetime) -> Refusal | None:
    early = facts.interest is not None and now < facts.interest.from_at
    return Refusal(Reason.NOT_YET_UNLOCKED) if early or now < facts.unlocked_at else None


def _locked(facts: Facts, channel: Channel, now: datetime) -> Refusal | None:
    return _since(Reason.LOCKED, facts.locks, now)


def _ended(facts: Facts, channel: Channel, now: datetime) -> Refusal | None:
    return _since(Reason.ENDED, facts.ended, now)


def _withdrawn(facts: Facts, channel: Channel, now: datetime) -> Refusal | None:
    return _since(Reason.WITHDRAWN, facts.withdrawn, now)


def _suspended(facts: Facts, channel: Channel, now: datetime) -> Refusal | None:
    return _since(Reason.SUSPENDED, facts.suspended, now)


def _interest_over(facts: Facts, channel: Channel, now: datetime) -> Refusal | None:
    over = facts.interest.until_at if facts.interest else None
    return Refusal(Reason.INTEREST_OVER, over) if over and over <= now else None


def _activity_over(facts: Facts, channel: Channel, now: datetime) -> Refusal | None:
    over = after_activity(facts)
    if over is None or now < over or any(span.holds(now) for span in facts.exempt):
        return None
    until = (span.until_at for span in facts.exempt if span.until_at and span.until_at <= now)
    return Refusal(Reason.ACTIVITY_OVER, max((over, *until)))


def _key_locked(facts: Facts, channel: Channel, now: datetime) -> Refusal | None:
    if not channel.needs_key or channel not in ALWAYS[facts.kind]:
        return None
    for key in facts.keys:
        if key.held.holds(now):
            return _since(Reason.KEY_LOCKED, key.locks, now)
    return Refusal(Reason.KEY_LOCKED)


def _password_locked(facts: Facts, channel: Channel, now: datetime) -> Refusal | None:
    """A lock on a password that was replaced since says nothing of the one that holds now."""
    of_this_one = tuple(span for span in facts.password_locks if span.from_at >= facts.password_set_at)
    return _since(Reason.PASSWORD_LOCKED, of_this_one, now)


def _initial_password_expired(facts: Facts, channel: Channel, now: datetime) -> Refusal | None:
    over = facts.password_set_at + facts.initial_valid
    return (
        Refusal(Reason.INITIAL_PASSWORD_EXPIRED, over) if facts.password_is_initial and over <= now else None
    )


def _service_not_granted(facts: Facts, channel: Channel, now: datetime) -> Refusal | None:
    if channel in ALWAYS[facts.kind]:
        return None
    held = any(what is channel and span.holds(now) for what, span in facts.permitted)
    return None if held and channel in IF_PERMITTED[facts.kind] else Refusal(Reason.SERVICE_NOT_GRANTED)


def _submission_not_yet_open(facts: Facts, channel: Channel, now: datetime) -> Refusal | None:
    if channel is not Channel.SUBMISSION or not facts.next_quarter_rule:
        return None
    opens = _submission_opens(facts)
    return None if opens and opens <= now else Refusal(Reason.SUBMISSION_NOT_YET_OPEN)


_REFUSALS: tuple[Callable[[Facts, Channel, datetime], Refusal | None], ...] = (
    _not_transferable,
    _declaration_missing,
    _not_yet_unlocked,
    _locked,
    _ended,
    _withdrawn,
    _suspended,
    _interest_over,
    _activity_over,
    _key_locked,
    _password_locked,
    _initial_password_expired,
    _service_not_granted,
    _submission_not_yet_open,
)


def _outside_germany(facts: Facts, now: datetime) -> Refusal | None:
    if not facts.abroad_is_refused or any(span.holds(now) for span in facts.travel_passes):
        return None
    over = (span.until_at for span in facts.travel_passes if span.until_at and span.until_at <= now)
    return Refusal(Reason.OUTSIDE_GERMANY, max(over, default=None))


def _since(reason: Reason, spans: tuple[Span, ...], now: datetime) -> Refusal | None:
    begun = [span.from_at for span in spans if span.holds(now)]
    return Refusal(reason, min(begun)) if begun else None


def _password_due(facts: Facts, now: datetime) -> bool:
    if facts.password_is_initial:
        return True
    return facts.password_lifetime is not None and facts.password_set_at + facts.password_lifetime <= now


def after_activity(facts: Facts) -> datetime | None:
    """The end of the fourth quarter after the activity (§ 10(3))."""
    if facts.activity_until_on is None:
        return None
    return day_ends(quarters.last_day_after_activity(facts.activity_until_on))


def _submission_opens(facts: Facts) -> datetime | None:
    """KV Sachsen: from the quarter after the one in which the initial password was first changed."""
    if facts.password_first_changed_at is None:
        return None
    changed_on = day_of(facts.password_first_changed_at)
    return day_begins((quarters.Quarter.of(changed_on) + 1).first_day)
