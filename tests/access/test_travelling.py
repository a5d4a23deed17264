"""Travel passes: where use from abroad is refused, a dated and approved one opens it (§ 12)."""

from datetime import date, timedelta
from typing import Any

import pytest

from flexnet.access import queries, rules, sign_in, travelling
from flexnet.access.errors import BadTravelPass, FourEyesNeeded, NoSuchTravelPass
from flexnet.access.models import TravelPass
from flexnet.access.rules import Channel, Granted, Reason, Refusal
from flexnet.accounts import passwords
from tests import configured, make

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
WHY: dict[str, Any] = {"by": make.BY, "reason": "Kongress in Wien", "now": make.NOW}
FIRST, LAST = date(2026, 5, 4), date(2026, 5, 8)
NOON = timedelta(hours=12)


@pytest.fixture(autouse=True)
def _abroad_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    configured.change(monkeypatch, profile={"abroad": "refused"})


@pytest.fixture
def alice() -> make.Member:
    return make.settled()


def grant(alice: make.Member, from_on: date = FIRST, until_on: date = LAST, **more: Any) -> TravelPass:
    return travelling.grant_pass(
        access=alice.practice_access, from_on=from_on, until_on=until_on, **(WHY | more)
    )


def abroad_on(day: date) -> rules.Decision:
    return queries.explain("alice-praxis", on=rules.day_begins(day) + NOON, is_abroad=True).decision


def test_without_a_pass_nobody_comes_in_from_abroad(alice: make.Member) -> None:
    assert abroad_on(FIRST) == Refusal(Reason.OUTSIDE_GERMANY)


@pytest.mark.parametrize("is_abroad", [None, False])
def test_from_home_or_from_nobody_knows_where_it_asks_nothing(
    alice: make.Member, is_abroad: bool | None
) -> None:
    found = queries.explain("alice-praxis", on=make.NOW, is_abroad=is_abroad)
    assert found.decision == Granted()


def test_where_it_is_allowed_no_pass_is_needed(alice: make.Member, monkeypatch: pytest.MonkeyPatch) -> None:
    configured.change(monkeypatch, profile={"abroad": "allowed"})
    assert abroad_on(FIRST) == Granted()


def test_a_pass_opens_its_days_and_no_others(alice: make.Member) -> None:
    grant(alice)
    assert abroad_on(FIRST - DAY) == Refusal(Reason.OUTSIDE_GERMANY)
    assert abroad_on(FIRST) == abroad_on(LAST) == Granted()
    over = rules.day_ends(LAST)
    assert abroad_on(LAST + DAY) == Refusal(Reason.OUTSIDE_GERMANY, over)
    told = queries.explain("alice-praxis", on=make.NOW, is_abroad=True)
    assert [(at, type(coming)) for at, coming in told.changes[:2]] == [
        (rules.day_begins(FIRST), Granted),
        (over, Refusal),
    ]


def test_a_pass_is_of_one_access(alice: make.Member) -> None:
    grant(alice)
    at = rules.day_begins(FIRST)
    decision = queries.explain("alice", on=at, channel=Channel.PORTAL, is_abroad=True).decision
    assert decision == Refusal(Reason.OUTSIDE_GERMANY)


def test_a_revoked_pass_opens_nothing_from_then_on(alice: make.Member) -> None:
    row = grant(alice)
    travelling.revoke_pass(number=row.pk, **WHY)
    assert abroad_on(FIRST) == Refusal(Reason.OUTSIDE_GERMANY)
    with pytest.raises(NoSuchTravelPass):
        travelling.revoke_pass(number=row.pk, **WHY)


@pytest.mark.parametrize("approved_by", ["", " ", make.BY])
def test_over_thirty_days_two_must_agree(alice: make.Member, approved_by: str) -> None:
    thirty = grant(alice, FIRST, FIRST + 29 * DAY)
    assert thirty.approved_by == ""
    with pytest.raises(FourEyesNeeded):
        grant(alice, FIRST, FIRST + 30 * DAY, approved_by=approved_by)
    assert grant(alice, FIRST, FIRST + 30 * DAY, approved_by="office:bea").approved_by == "office:bea"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"reason": "\n"}, "give its reason"),
        ({"until_on": FIRST - DAY}, "cannot end"),
        ({"from_on": date(2026, 4, 1), "until_on": date(2026, 4, 13)}, "still to come"),
    ],
)
def test_a_pass_needs_a_reason_and_days_to_come(
    alice: make.Member, change: dict[str, Any], said: str
) -> None:
    with pytest.raises(BadTravelPass, match=said):
        grant(alice, **change)


def test_the_desk_lists_what_holds_or_will(alice: make.Member) -> None:
    later, now = grant(alice), grant(alice, make.NOW.date(), make.NOW.date())
    travelling.revoke_pass(number=grant(alice).pk, **WHY)
    assert queries.desk_travel_passes(make.NOW) == [now, later]
    assert queries.desk_travel_passes(make.NOW + DAY) == [later]


@pytest.mark.parametrize(("is_abroad", "reason"), [(True, Reason.OUTSIDE_GERMANY), (None, None)])
def test_a_door_that_knows_the_country_is_answered_by_it(
    alice: make.Member, is_abroad: bool | None, reason: Reason | None
) -> None:
    attempt = sign_in.Try("alice", make.SOURCE, "test", make.NOW, is_abroad=is_abroad)
    verified = passwords.taken(sign_in.verify_password(attempt, make.PASSWORD))
    assert isinstance(verified, sign_in.Verified)
    decision = sign_in.decide(attempt, verified, Channel.PORTAL)
    assert (decision.reason if isinstance(decision, Refusal) else None) == reason
