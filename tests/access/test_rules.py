"""What facts decide: every reason beside its success, their order, and intervals that say the same."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flexnet.access import rules
from flexnet.access.models import Access
from flexnet.access.rules import Channel, Facts, Granted, HeldKey, OfTerms, Reason, Refusal, Span, Way

Kind = Access.Kind
NOW = datetime(2026, 4, 14, 8, 0, tzinfo=UTC)
DAY = timedelta(days=1)
AGO, LATER = NOW - 30 * DAY, NOW + 30 * DAY
USABLE = Facts(
    known_at=AGO,
    kind=Kind.PERSONAL,
    unlocked_at=AGO,
    passed_on=(),
    declared=(OfTerms(1, Span(AGO)),),
    locks=(),
    ended=(),
    withdrawn=(),
    interest=None,
    activity_until_on=None,
    exempt=(),
    permitted=((Channel.SIGNATURE, Span(AGO)),),
    keys=(HeldKey(1, Span(AGO)),),
    password_set_at=AGO,
    password_is_initial=False,
    initial_valid=28 * DAY,
    password_lifetime=180 * DAY,
    password_first_changed_at=AGO,
    next_quarter_rule=False,
)


def decided(channel: Channel = Channel.VPN_SIGN_IN, **changes: Any) -> rules.Decision:
    return rules.decide(replace(USABLE, **changes), channel, NOW)


@pytest.mark.parametrize("channel", Channel)
def test_with_all_facts_in_order_every_door_opens(channel: Channel) -> None:
    assert decided(channel) == Granted()


# What is refused, and the same fact a little different, which is not.
PAIRS: list[tuple[Refusal, dict[str, Any], dict[str, Any]]] = [
    (Refusal(Reason.DECLARATION_MISSING), {"declared": ()}, {"declared": (OfTerms(1, Span(NOW)),)}),
    (
        Refusal(Reason.DECLARATION_MISSING),
        {"declared": (OfTerms(1, Span(LATER)),)},
        {"declared": (OfTerms(1, Span(AGO)),)},
    ),
    (Refusal(Reason.NOT_TRANSFERABLE, NOW), {"passed_on": (Span(NOW),)}, {"passed_on": (Span(LATER),)}),
    (
        Refusal(Reason.NOT_TRANSFERABLE, AGO),
        {"passed_on": (Span(AGO, LATER),)},
        {"passed_on": (Span(AGO, NOW),)},
    ),
    (Refusal(Reason.NOT_YET_UNLOCKED), {"unlocked_at": NOW + timedelta(seconds=1)}, {"unlocked_at": NOW}),
    (Refusal(Reason.LOCKED, NOW), {"locks": (Span(NOW),)}, {"locks": (Span(LATER),)}),
    (Refusal(Reason.LOCKED, AGO), {"locks": (Span(AGO, LATER),)}, {"locks": (Span(AGO, NOW),)}),
    (
        Refusal(Reason.ENDED, rules.day_begins(date(2026, 4, 14))),
        {"ended": (Span(rules.day_ends(date(2026, 4, 13))),)},
        {"ended": (Span(rules.day_ends(date(2026, 4, 14))),)},
    ),
    (Refusal(Reason.WITHDRAWN, NOW), {"withdrawn": (Span(NOW),)}, {"withdrawn": (Span(LATER),)}),
    (Refusal(Reason.SUSPENDED, NOW), {"suspended": (Span(NOW),)}, {"suspended": (Span(AGO, NOW),)}),
    (Refusal(Reason.NOT_YET_UNLOCKED), {"interest": Span(LATER)}, {"interest": Span(NOW)}),
    (Refusal(Reason.INTEREST_OVER, NOW), {"interest": Span(AGO, NOW)}, {"interest": Span(AGO, LATER)}),
    (
        Refusal(Reason.ACTIVITY_OVER, rules.day_begins(date(2026, 4, 1))),
        {"activity_until_on": date(2025, 3, 31)},
        {"activity_until_on": date(2025, 4, 1)},
    ),
    (Refusal(Reason.KEY_LOCKED), {"keys": ()}, {"keys": (HeldKey(1, Span(NOW)),)}),
    (Refusal(Reason.KEY_LOCKED), {"keys": (HeldKey(1, Span(AGO, NOW)),)}, {"keys": (HeldKey(1, Span(AGO)),)}),
    (
        Refusal(Reason.KEY_LOCKED, NOW),
        {"keys": (HeldKey(1, Span(AGO), (Span(NOW),)),)},
        {"keys": (HeldKey(1, Span(AGO), (Span(AGO, NOW),)),)},
    ),
    (
        Refusal(Reason.PASSWORD_LOCKED, NOW),
        {"password_locks": (Span(NOW),)},
        {"password_locks": (Span(AGO, NOW),)},
    ),
    (
        Refusal(Reason.PASSWORD_LOCKED, NOW - DAY),
        {"password_locks": (Span(NOW - DAY),), "password_set_at": NOW - DAY},
        {"password_locks": (Span(NOW - DAY),), "password_set_at": NOW},
    ),
    (
        Refusal(Reason.INITIAL_PASSWORD_EXPIRED, NOW),
        {"password_is_initial": True, "password_set_at": NOW - 28 * DAY},
        {"password_is_initial": False, "password_set_at": NOW - 28 * DAY},
    ),
]


@pytest.mark.parametrize(("refusal", "wrong", "right"), PAIRS)
def test_a_fact_refuses_and_its_neighbour_does_not(
    refusal: Refusal, wrong: dict[str, Any], right: dict[str, Any]
) -> None:
    assert decided(**wrong) == refusal
    assert decided(**right) == Granted()


VPN = (Channel.VPN_SIGN_IN, Channel.VPN_RECONNECT)
EVERYTHING = tuple((channel, Span(AGO)) for channel in Channel)

# What each kind may do of itself, and what more with every permission there is.
MAY: list[tuple[Access.Kind, tuple[Channel, ...], tuple[Channel, ...]]] = [
    (Kind.PRACTICE, (*VPN, Channel.PORTAL, Channel.SUBMISSION), ()),
    (Kind.PERSONAL, (*VPN, Channel.PORTAL, Channel.SUBMISSION), (Channel.SIGNATURE,)),
    (Kind.EMPLOYEE, (Channel.PORTAL,), (Channel.SUBMISSION,)),
    (Kind.THIRD_PARTY, VPN, (Channel.PORTAL, Channel.SUBMISSION)),
]


@pytest.mark.parametrize("channel", Channel)
@pytest.mark.parametrize(("kind", "always", "if_permitted"), MAY)
def test_what_a_kind_may_do(
    kind: Access.Kind, always: tuple[Channel, ...], if_permitted: tuple[Channel, ...], channel: Channel
) -> None:
    refused = Refusal(Reason.SERVICE_NOT_GRANTED)
    bare = Granted() if channel in always else refused
    assert decided(channel, kind=kind, permitted=()) == bare
    permitted = Granted() if channel in (*always, *if_permitted) else refused
    assert decided(channel, kind=kind, permitted=EVERYTHING) == permitted


def test_the_table_names_every_kind() -> None:
    assert [kind for kind, _, _ in MAY] == list(Kind) == list(rules.ALWAYS) == list(rules.IF_PERMITTED)


def test_a_permission_holds_for_its_time_and_for_what_it_names() -> None:
    third = {"kind": Kind.THIRD_PARTY}
    for permitted in (
        ((Channel.PORTAL, Span(AGO, NOW)),),
        ((Channel.PORTAL, Span(LATER)),),
        ((Channel.SUBMISSION, Span(AGO)),),
    ):
        assert decided(Channel.PORTAL, permitted=permitted, **third) == Refusal(Reason.SERVICE_NOT_GRANTED)
    assert decided(Channel.PORTAL, permitted=((Channel.PORTAL, Span(NOW)),), **third) == Granted()


A, B, C = (NOW + number * DAY for number in (10, 20, 30))


@pytest.mark.parametrize(
    ("owned", "handed_over"),
    [
        ([], None),
        ([Span(AGO)], None),
        ([Span(AGO, A)], A),
        ([Span(AGO, A), Span(A)], A),  # a successor
        ([Span(AGO, A), Span(B)], A),
        ([Span(AGO, B), Span(A)], None),  # a partner
        ([Span(AGO, B), Span(A, C)], C),
        ([Span(AGO, B), Span(A, C), Span(C)], C),
        ([Span(AGO, C), Span(A, B)], C),
        ([Span(AGO, NOW), Span(NOW, A), Span(A)], A),  # opened for the successor
        ([Span(A)], None),  # opened before its owner came
        ([Span(AGO, NOW)], None),
    ],
)
def test_an_access_goes_with_the_last_of_its_owners(owned: list[Span], handed_over: datetime | None) -> None:
    assert rules.handed_over_at(owned, NOW) == handed_over
    assert rules.handed_over_at(reversed(owned), NOW) == handed_over


def test_a_key_lost_and_replaced_does_not_lock_what_the_new_one_opens() -> None:
    lost = HeldKey(1, Span(AGO, NOW), (Span(AGO + DAY),))
    assert decided(keys=(lost, HeldKey(2, Span(NOW)))) == Granted()
    assert decided(keys=(lost,)) == Refusal(Reason.KEY_LOCKED)


@pytest.mark.parametrize("channel", [Channel.PORTAL, Channel.SUBMISSION])
def test_the_portal_needs_no_key(channel: Channel) -> None:
    assert decided(channel, keys=()) == Granted()


def test_an_initial_password_narrows_and_then_expires() -> None:
    initial: dict[str, Any] = {"password_is_initial": True}
    assert decided(password_set_at=NOW - 27 * DAY, **initial) == Granted(Reason.PASSWORD_CHANGE_DUE)
    assert decided(password_set_at=NOW - 28 * DAY, **initial) == Refusal(Reason.INITIAL_PASSWORD_EXPIRED, NOW)


OLD, NEW = OfTerms(1, Span(AGO)), OfTerms(2, Span(NOW))


@pytest.mark.parametrize(
    ("facts", "narrow"),
    [
        ({"demanded": ()}, False),
        ({"demanded": (OfTerms(1, Span(AGO)),)}, False),
        ({"demanded": (OfTerms(2, Span(LATER)),)}, False),
        ({"demanded": (NEW,)}, True),
        ({"demanded": (NEW,), "declared": (OLD, NEW)}, False),
        ({"demanded": (NEW,), "declared": (OLD, OfTerms(3, Span(NOW)))}, False),
        ({"demanded": (NEW,), "declared": (OLD, OfTerms(2, Span(LATER)))}, True),
        ({"demanded": (NEW,), "declared": (OLD, OfTerms(2, Span(AGO, NOW)))}, True),
        ({"demanded": (NEW,), "objected": (OfTerms(2, Span(AGO)),)}, False),
        ({"demanded": (NEW,), "objected": (OfTerms(2, Span(AGO, NOW)),)}, True),
        ({"demanded": (NEW,), "objected": (OfTerms(1, Span(AGO)),)}, True),
        ({"demanded": (NEW, OfTerms(3, Span(NOW))), "objected": (OfTerms(2, Span(AGO)),)}, True),
    ],
)
@pytest.mark.parametrize("channel", Channel)
def test_changed_terms_narrow_until_accepted_or_objected_to(
    channel: Channel, facts: dict[str, Any], narrow: bool
) -> None:
    assert decided(channel, **facts) == Granted(Reason.TERMS_NOT_ACCEPTED if narrow else None)


@pytest.mark.parametrize("channel", Channel)
def test_who_may_sign_reaches_the_portal_to_do_so_and_nothing_else(channel: Channel) -> None:
    missing = Refusal(Reason.DECLARATION_MISSING)
    signing = Granted(Reason.TERMS_NOT_ACCEPTED) if channel is Channel.PORTAL else missing
    assert decided(channel, declared=(), signs=(Span(AGO),)) == signing
    assert decided(channel, declared=(), signs=(Span(AGO, NOW),)) == missing


def test_the_password_comes_before_the_terms() -> None:
    both: dict[str, Any] = {"demanded": (NEW,), "password_is_initial": True, "password_set_at": NOW - DAY}
    assert decided(**both) == Granted(Reason.PASSWORD_CHANGE_DUE)


def test_a_password_past_its_lifetime_narrows() -> None:
    assert decided(password_set_at=NOW - 180 * DAY) == Granted(Reason.PASSWORD_CHANGE_DUE)
    assert decided(password_set_at=NOW - 180 * DAY, password_lifetime=None) == Granted()


@pytest.mark.parametrize(
    ("changed_at", "opens"),
    [
        # Midnight in Germany divides the quarters, not in Greenwich.
        (datetime(2026, 3, 31, 21, 59, tzinfo=UTC), date(2026, 4, 1)),
        (datetime(2026, 3, 31, 22, 0, tzinfo=UTC), date(2026, 7, 1)),
        (datetime(2026, 12, 31, 22, 59, tzinfo=UTC), date(2027, 1, 1)),
    ],
)
def test_submission_opens_with_the_quarter_after_the_first_change(changed_at: datetime, opens: date) -> None:
    waits: dict[str, Any] = {
        "next_quarter_rule": True,
        "password_first_changed_at": changed_at,
        "password_lifetime": None,
    }
    facts, opening = replace(USABLE, **waits), rules.day_begins(opens)
    early = opening - timedelta(microseconds=1)
    assert rules.decide(facts, Channel.SUBMISSION, early) == Refusal(Reason.SUBMISSION_NOT_YET_OPEN)
    assert rules.decide(facts, Channel.SUBMISSION, opening) == Granted()
    assert rules.decide(facts, Channel.PORTAL, early) == Granted()


def test_before_the_first_change_there_is_no_quarter_to_wait_for() -> None:
    never: dict[str, Any] = {"next_quarter_rule": True, "password_first_changed_at": None}
    assert decided(Channel.SUBMISSION, **never) == Refusal(Reason.SUBMISSION_NOT_YET_OPEN)


def test_a_restriction_grants_less_for_as_long_as_it_holds() -> None:
    assert decided(restrictions=(Span(NOW),)) == Granted(is_restricted=True)
    assert decided(restrictions=(Span(AGO, NOW), Span(LATER))) == Granted()


@pytest.mark.parametrize(
    ("is_abroad", "is_refused", "passes", "decision"),
    [
        (True, True, (), Refusal(Reason.OUTSIDE_GERMANY)),
        (True, True, (Span(LATER),), Refusal(Reason.OUTSIDE_GERMANY)),
        (True, True, (Span(AGO, NOW),), Refusal(Reason.OUTSIDE_GERMANY, NOW)),
        (True, True, (Span(AGO, LATER),), Granted()),
        (True, False, (), Granted()),
        (False, True, (), Granted()),
        (None, True, (), Granted()),
    ],
)
@pytest.mark.parametrize("channel", [Channel.VPN_SIGN_IN, Channel.PORTAL])
def test_from_abroad(
    channel: Channel,
    is_abroad: bool | None,
    is_refused: bool,
    passes: tuple[Span, ...],
    decision: rules.Decision,
) -> None:
    facts = replace(USABLE, travel_passes=passes, abroad_is_refused=is_refused)
    assert rules.decide(facts, channel, NOW, is_abroad=is_abroad) == decision


def test_from_abroad_every_other_reason_comes_first() -> None:
    facts = replace(USABLE, locks=(Span(AGO),), abroad_is_refused=True)
    assert rules.decide(facts, Channel.PORTAL, NOW, is_abroad=True) == Refusal(Reason.LOCKED, AGO)


# Each line breaks one more fact; the reason stays the first one of the order in rules.Reason.
BROKEN_FROM_THE_LAST_ON: list[tuple[Reason, dict[str, Any]]] = [
    (
        Reason.INITIAL_PASSWORD_EXPIRED,
        {"password_is_initial": True, "password_set_at": NOW - 90 * DAY},
    ),
    (Reason.PASSWORD_LOCKED, {"password_locks": (Span(NOW - 89 * DAY),)}),
    (Reason.KEY_LOCKED, {"keys": ()}),
    (Reason.ACTIVITY_OVER, {"activity_until_on": date(2020, 1, 1)}),
    (Reason.INTEREST_OVER, {"interest": Span(AGO, NOW)}),
    (Reason.SUSPENDED, {"suspended": (Span(AGO),)}),
    (Reason.WITHDRAWN, {"withdrawn": (Span(AGO),)}),
    (Reason.ENDED, {"ended": (Span(AGO),)}),
    (Reason.LOCKED, {"locks": (Span(AGO),)}),
    (Reason.NOT_YET_UNLOCKED, {"unlocked_at": LATER}),
    (Reason.DECLARATION_MISSING, {"declared": ()}),
    (Reason.NOT_TRANSFERABLE, {"passed_on": (Span(AGO),)}),
]


def test_the_first_reason_of_the_order_answers() -> None:
    broken: dict[str, Any] = {}
    answers = []
    for _, changes in BROKEN_FROM_THE_LAST_ON:
        broken |= changes
        answer = decided(**broken)
        assert isinstance(answer, Refusal)
        answers.append(answer.reason)
    assert answers == [reason for reason, _ in BROKEN_FROM_THE_LAST_ON]
    order = list(Reason)
    assert answers == sorted(answers, key=order.index, reverse=True)


@pytest.mark.parametrize("reason", Reason)
def test_every_reason_names_its_rule_and_what_helps(reason: Reason) -> None:
    refusal = Refusal(reason)
    assert reason in rules.RULES
    assert refusal.rule == rules.RULES[reason]
    assert refusal.cure.endswith(".")


@pytest.mark.parametrize(
    ("one", "other", "common"),
    [
        (Span(AGO), Span(NOW), Span(NOW)),
        (Span(AGO, LATER), Span(NOW), Span(NOW, LATER)),
        (Span(AGO, NOW), Span(NOW), None),
        (Span(NOW, LATER), Span(AGO, LATER + DAY), Span(NOW, LATER)),
    ],
)
def test_what_two_spans_have_in_common(one: Span, other: Span, common: Span | None) -> None:
    assert one.within(other) == other.within(one) == common


instants = st.integers(-400, 400).map(lambda hours: NOW + timedelta(hours=hours * 13))
days = st.integers(-600, 600).map(lambda number: NOW.date() + timedelta(days=number))


@st.composite
def spans(draw: Callable[[st.SearchStrategy[Any]], Any]) -> Span:
    begin, hours = draw(instants), draw(st.none() | st.integers(1, 4000))
    return Span(begin, begin + timedelta(hours=hours) if hours else None)


several = st.lists(spans(), max_size=3).map(tuple)
of_terms = st.lists(st.builds(OfTerms, st.integers(1, 3), spans()), max_size=3).map(tuple)
facts_of_all_kinds = st.builds(
    Facts,
    known_at=instants,
    kind=st.sampled_from(Kind),
    unlocked_at=instants,
    passed_on=several,
    declared=of_terms,
    locks=several,
    ended=several,
    withdrawn=several,
    interest=st.none() | spans(),
    activity_until_on=st.none() | days,
    exempt=several,
    permitted=st.lists(st.tuples(st.sampled_from(Channel), spans()), max_size=3).map(tuple),
    keys=st.lists(st.builds(HeldKey, st.integers(1, 3), spans(), several), max_size=2).map(tuple),
    password_set_at=instants,
    password_is_initial=st.booleans(),
    initial_valid=st.integers(1, 60).map(lambda number: number * DAY),
    password_lifetime=st.none() | st.integers(1, 400).map(lambda number: number * DAY),
    password_first_changed_at=st.none() | instants,
    next_quarter_rule=st.booleans(),
    password_locks=several,
    restrictions=several,
    travel_passes=several,
    abroad_is_refused=st.booleans(),
    demanded=of_terms,
    objected=of_terms,
    signs=several,
)


@settings(deadline=None)
@given(facts_of_all_kinds, st.sampled_from(Channel), st.lists(instants, max_size=5), st.booleans())
def test_intervals_say_at_every_instant_what_is_decided(
    facts: Facts, channel: Channel, probes: list[datetime], is_abroad: bool
) -> None:
    found = rules.intervals(facts, channel, is_abroad=is_abroad)
    instant = timedelta(microseconds=1)
    turns = list(facts.instants)
    for probe in (*probes, *turns, *(turn - instant for turn in turns)):
        (held,) = [one for one in found if holds(one, probe)]
        assert held.decision == rules.decide(facts, channel, probe, is_abroad=is_abroad)


@settings(deadline=None)
@given(facts_of_all_kinds, st.sampled_from(Channel))
def test_intervals_cover_all_time_without_gap_or_needless_cut(facts: Facts, channel: Channel) -> None:
    found = rules.intervals(facts, channel)
    assert (found[0].from_at, found[-1].until_at) == (None, None)
    for one, following in pairwise(found):
        assert one.until_at == following.from_at
        assert one.decision != following.decision


@settings(deadline=None)
@given(facts_of_all_kinds, st.sampled_from(Channel), instants)
def test_no_path_leads_from_ended_to_usable(facts: Facts, channel: Channel, now: datetime) -> None:
    """Whatever else changes, and however long one waits: notice that nobody withdrew ends it for good."""
    ended = replace(facts, ended=(*facts.ended, Span(now - DAY)))
    later = now + timedelta(days=1)
    assert isinstance(rules.decide(ended, channel, later), Refusal)


@settings(deadline=None)
@given(facts_of_all_kinds, st.sampled_from(Channel), instants)
def test_nobody_is_wholly_granted_who_promised_nothing(facts: Facts, channel: Channel, now: datetime) -> None:
    """Active without accepted terms: there are no facts that say so (§ 1(3))."""
    undeclared = rules.decide(replace(facts, declared=()), channel, now)
    if isinstance(undeclared, Granted):
        assert channel is Channel.PORTAL
        assert undeclared.narrow


def holds(interval: rules.Interval, now: datetime) -> bool:
    begun = interval.from_at is None or interval.from_at <= now
    return begun and (interval.until_at is None or now < interval.until_at)


@pytest.mark.parametrize(
    ("permitted", "way", "decision"),
    [
        ({Way.FLEXNET}, Way.FLEXNET, Granted()),
        ({Way.FLEXNET}, Way.SAFENET, Refusal(Reason.ONLY_THROUGH_FLEXNET)),
        ({Way.SAFENET}, Way.SAFENET, Granted()),
        ({Way.SAFENET}, Way.FLEXNET, Refusal(Reason.ONLY_THROUGH_SAFENET)),
        ({Way.SAFENET}, None, Granted()),
        (set(Way), Way.FLEXNET, Granted()),
        (set(Way), Way.SAFENET, Granted()),
        (None, Way.SAFENET, Granted()),
    ],
)
@pytest.mark.parametrize("channel", [Channel.SUBMISSION, Channel.PORTAL])
def test_by_which_way_a_service_is_reached_its_operator_decides(
    channel: Channel, permitted: set[Way] | None, way: Way | None, decision: rules.Decision
) -> None:
    ways = () if permitted is None else ((channel, frozenset(permitted)),)
    facts = replace(USABLE, ways=ways)
    assert rules.decide(facts, channel, NOW, way=way) == decision
    now = next(one for one in rules.intervals(facts, channel, way=way) if _holds(one))
    assert now.decision == decision
    locked = replace(facts, locks=(Span(AGO),))
    assert rules.decide(locked, channel, NOW, way=way) == Refusal(Reason.LOCKED, AGO)
    other = Channel.PORTAL if channel is Channel.SUBMISSION else Channel.SUBMISSION
    assert rules.decide(facts, other, NOW, way=way) == Granted()


def _holds(one: rules.Interval) -> bool:
    begun = one.from_at is None or one.from_at <= NOW
    return begun and (one.until_at is None or one.until_at > NOW)
