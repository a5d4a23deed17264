"""Practices let a collective submitter hand in, for named sites and days; both see it, and nothing else."""

import uuid
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from flexnet.access import derived, mandates, mandating, queries, scans
from flexnet.access.errors import BadMandate
from flexnet.access.mandates import State
from flexnet.access.mandating import NotGiven, Wanted
from flexnet.access.models import Access, Mandate, Permission
from flexnet.access.rules import Channel, Granted, Reason, Refusal
from flexnet.mail.models import Mail
from flexnet.members import actions as members
from flexnet.members import succession
from flexnet.members.models import Practice, Site
from tests import configured, make

pytestmark = pytest.mark.django_db
ACT: dict[str, Any] = {"by": make.BY, "now": make.NOW}
WHY: dict[str, Any] = {"reason": "Grund", **ACT}
TODAY = make.NOW.date()
DAY = timedelta(days=1)
NO = Refusal(Reason.SERVICE_NOT_GRANTED)


@pytest.fixture
def alice() -> make.Member:
    return make.settled()


@pytest.fixture
def dora(alice: make.Member) -> Access:
    return make.submitter()


def decided(access: Access, on: date = TODAY) -> object:
    return queries.decide_access(access.pk, channel=Channel.SUBMISSION, now=make.NOW + (on - TODAY))


def wanted(dora: Access, alice: make.Member, **changed: Any) -> Wanted:
    return Wanted(**{"party": dora.third_party_id, "bsnrs": [alice.site.bsnr], "from_on": TODAY, **changed})


def give(member: Access, what: Wanted) -> list[Mandate] | NotGiven:
    return mandating.give(member=member, wanted=what, number=uuid.uuid4(), now=make.NOW)


def state(alice: make.Member, on: date = TODAY) -> State:
    practices = Practice.objects.filter(pk=alice.site.practice_id)
    (found,) = mandates.of_practices(practices, on)
    assert [found] == mandates.of_third_party(found.mandate.third_party_id, on)
    return found.state


def test_it_hands_in_from_a_day_until_another_for_the_named_site(alice: make.Member, dora: Access) -> None:
    begin, end = TODAY + 2 * DAY, TODAY + 5 * DAY
    assert decided(dora) == NO
    assert isinstance(give(alice.personal_access, wanted(dora, alice, from_on=begin, until_on=end)), list)
    for day, expected in (
        (TODAY, State.TO_COME),
        (begin, State.HOLDS),
        (end, State.HOLDS),
        (end + DAY, State.OVER),
    ):
        may = expected is State.HOLDS
        assert decided(dora, day) == (Granted() if may else NO)
        assert queries.sites_of(dora, day) == ((alice.site.bsnr,) if may else ())
        assert state(alice, day) is expected


def take_back(alice: make.Member, dora: Access) -> None:
    row = Mandate.objects.get()
    for _ in range(2):
        mandating.revoke_own(member=alice.personal_access, number=row.pk, now=make.NOW)


def leave(alice: make.Member, dora: Access) -> None:
    owned = alice.person.ownerships.get()
    members.end_ownership(ownership=owned, until_on=TODAY - DAY, **ACT)


def die(alice: make.Member, dora: Access) -> None:
    succession.enter_death(person=alice.person, died_on=TODAY, heirs_contact="", **ACT)


def hand_over(alice: make.Member, dora: Access) -> None:
    bob = make.member("bob")
    succession.takeover(practice=alice.site.practice, to=bob.person, on=TODAY, **ACT)


def forbid(alice: make.Member, dora: Access) -> None:
    derived.forbid(access=dora, function=Permission.Function.SUBMISSION, **WHY)


@pytest.mark.parametrize(
    ("act", "then"),
    [
        (take_back, State.REVOKED),
        (leave, State.GIVER_LEFT),
        (die, State.GIVER_LEFT),
        (hand_over, State.GIVER_LEFT),
        (forbid, State.HOLDS),
    ],
)
def test_it_ends_at_once_with_what_it_rests_on(
    act: Callable[[make.Member, Access], None], then: State, alice: make.Member, dora: Access
) -> None:
    make.mandate(alice.personal_access, dora, alice.site)
    assert decided(dora) == Granted()
    act(alice, dora)
    assert decided(dora) == NO
    assert queries.sites_of(dora, TODAY) == ()
    assert state(alice) is then


def test_nobody_gives_what_is_not_theirs_or_twice(alice: make.Member, dora: Access) -> None:
    bob = make.settled("bob")
    there = wanted(dora, alice)
    refusals: list[tuple[Access, Wanted, NotGiven]] = [
        (alice.practice_access, there, NotGiven.NOT_YOURS),
        (make.employee(alice.personal_access), there, NotGiven.NOT_YOURS),
        (dora, there, NotGiven.NOT_YOURS),
        (bob.personal_access, there, NotGiven.NO_SITE),
        (alice.personal_access, wanted(dora, alice, bsnrs=[]), NotGiven.NO_SITE),
        (alice.personal_access, wanted(dora, alice, party=dora.pk + 99), NotGiven.NO_SUBMITTER),
        (alice.personal_access, wanted(dora, alice, from_on=TODAY - DAY), NotGiven.BAD_DAYS),
        (alice.personal_access, wanted(dora, alice, until_on=TODAY - DAY), NotGiven.BAD_DAYS),
    ]
    assert [give(who, what) for who, what, _why in refusals] == [why for _who, _what, why in refusals]
    assert not Mandate.objects.exists()
    make.mandate(alice.personal_access, dora, alice.site, until_on=TODAY + DAY)
    assert give(alice.personal_access, there) is NotGiven.GIVEN_ALREADY
    assert isinstance(give(alice.personal_access, wanted(dora, alice, from_on=TODAY + 2 * DAY)), list)
    number = Mandate.objects.latest("pk").pk
    assert mandating.revoke_own(member=bob.personal_access, number=number, now=make.NOW) is NotGiven.NOT_YOURS


def test_on_paper_one_sheet_serves_several_sites(alice: make.Member, dora: Access) -> None:
    other = members.enter_site(practice=alice.site.practice, bsnr="859999900", by=make.BY)
    both = wanted(dora, alice, bsnrs=[alice.site.bsnr, other.bsnr])
    practice, sheet = alice.site.practice, b"%PDF-1.7\n1 0 obj<<>>endobj\n%%EOF\n"
    entering: dict[str, Any] = {"practice": practice, "signer": alice.person, "wanted": both, **ACT}
    with pytest.raises(BadMandate):
        mandating.enter(signed_on=TODAY + DAY, scan=sheet, **entering)
    rows = mandating.enter(signed_on=TODAY - DAY, scan=sheet, **entering)
    (scan,) = {row.scan for row in rows}
    assert scan is not None
    assert scans.read(scan.sha256) == sheet
    assert queries.sites_of(dora, TODAY) == tuple(sorted(site.bsnr for site in Site.objects.all()))


def test_the_practice_hears_of_it_by_mail(
    alice: make.Member, dora: Access, monkeypatch: pytest.MonkeyPatch
) -> None:
    configured.change(monkeypatch, mail={"server": "127.0.0.1:25", "sender": "kv@example.org"})
    Site.objects.filter(pk=alice.site.pk).update(email="praxis@example.org")
    row = make.mandate(alice.personal_access, dora, alice.site)
    mandating.revoke(mandate=mandates.one(row.pk) or row, **WHY)
    given, ended = Mail.objects.order_by("pk")
    assert (given.kind, ended.kind) == ("mandate_given", "mandate_revoked")
    assert given.to == "praxis@example.org"
    for mail in (given, ended):
        assert "Abrechnungsstelle" in mail.text
        assert alice.site.bsnr in mail.text
