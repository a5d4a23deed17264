"""Ranges are networks of one provider, on certain days; what stops them takes effect only after letters."""

import ipaddress
import re
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from flexnet.access.rules import day_begins
from flexnet.publications import actions, held, networks, queries, ranges, stopping, ways
from flexnet.publications.errors import BadRange, BadStop, NoSuchRange, NoSuchStop
from flexnet.publications.models import Range, Stop
from flexnet.publications.networks import Held, Table
from tests import configured, make
from tests.publications import participants
from tests.publications.participants import ADDRESS, DAY, TODAY, enter, provider

WIDEST = {4: 12, 6: 32}


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("10.1.2.3/16", "Do you mean 10.1.0.0/16?"),
        ("quatsch", "is no network"),
        ("10.0.0.0/8", "wider than /12"),
        ("2001:db8::1/33", "Do you mean 2001:db8::/33?"),
        ("2001:d00::/24", "wider than /32"),
        ("127.0.0.0/24", "belongs to no participant"),
        ("169.254.3.0/24", "belongs to no participant"),
        ("224.0.0.0/12", "belongs to no participant"),
        ("0.0.0.0/0", "belongs to no participant"),
        ("::1/128", "belongs to no participant"),
        ("::/0", "belongs to no participant"),
        ("fe80::/64", "belongs to no participant"),
        ("::ffff:10.1.0.0/112", "belongs to no participant"),
        ("", "is no network"),
        ("10.1.0.0/16\x00", "is no network"),
        ("fe80::1%eth0", "no participant"),
    ],
)
def test_what_no_participant_comes_from_is_refused_with_a_cure(text: str, why: str) -> None:
    with pytest.raises(BadRange, match=re.escape(why)):
        networks.checked(text, widest=WIDEST)


@pytest.mark.parametrize(
    "text", ["10.16.0.0/12", "192.168.7.0/24", "10.1.2.3", " 10.1.0.0/16 ", "2001:db8::/32", "fd00:1::/48"]
)
def test_private_networks_and_single_addresses_may_be_a_range(text: str) -> None:
    assert networks.checked(text, widest=WIDEST) == ipaddress.ip_network(text.strip())


NETWORKS = st.tuples(st.integers(0, 255), st.integers(20, 32)).map(
    lambda pair: ipaddress.ip_network((0x0A510000 + pair[0] * 16, pair[1]), strict=False)
)


@given(st.lists(NETWORKS, max_size=12), st.integers(0, 4096))
def test_the_table_finds_what_a_look_at_each_range_finds(several: list[networks.Network], at: int) -> None:
    address = ipaddress.IPv4Address(0x0A510000 + at)
    rows = [Held(number, 1, "Netz AG", one, TODAY) for number, one in enumerate(several)]
    found = Table(rows).at(address)
    assert {one.number for one in found} == {one.number for one in rows if address in one.network}
    lengths = [one.network.prefixlen for one in found]
    assert lengths == sorted(lengths, reverse=True)


def test_ipv4_and_ipv6_are_told_apart_and_ipv4_behind_a_socket_of_ipv6_is_ipv4() -> None:
    low = Held(1, 1, "Netz AG", ipaddress.ip_network("::a51:0/112"), TODAY)
    assert Table([low]).at(networks.address("10.81.0.1")) == []
    four = Held(2, 1, "Netz AG", ipaddress.ip_network("10.81.0.0/16"), TODAY)
    assert Table([low, four]).at(networks.address("::ffff:10.81.0.1")) == [four]


def is_in(on: date = TODAY, address: str = ADDRESS) -> bool:
    return ways.by_range(networks.address(address), day_begins(on)).range is not None


@pytest.mark.django_db
def test_a_range_holds_on_its_days_both_inclusive() -> None:
    enter(provider(), from_on=TODAY, until_on=TODAY + DAY)
    days = [TODAY - DAY, TODAY, TODAY + DAY, TODAY + 2 * DAY]
    assert [is_in(on) for on in days] == [False, True, True, False]
    assert not is_in(address="10.81.0.5")
    over = ways.by_range(networks.address(ADDRESS), day_begins(TODAY + 2 * DAY))
    assert over.has_ended
    assert not ways.by_range(networks.address("192.0.2.1"), make.NOW).has_ended


@pytest.mark.django_db
def test_an_address_leads_to_one_provider_only() -> None:
    one, other = provider("Alpha"), provider("Beta")
    enter(one, "10.80.0.0/16", until_on=TODAY + 9 * DAY)
    for network in ("10.80.0.0/16", "10.80.3.0/24", "10.80.0.0/14"):
        with pytest.raises(BadRange, match=r"overlaps with 10\.80\.0\.0/16 of Alpha"):
            enter(other, network, from_on=TODAY + 9 * DAY)
    enter(other, "10.80.0.0/16", from_on=TODAY + 10 * DAY)
    enter(one, "10.80.3.0/24", until_on=TODAY + 9 * DAY)
    with pytest.raises(BadRange, match="overlaps"):
        enter(one, "10.80.3.0/24", from_on=TODAY + 5 * DAY, until_on=TODAY + 9 * DAY)
    assert Range.objects.count() == 3


@pytest.mark.django_db
def test_only_a_certified_provider_gets_ranges_and_days_must_make_sense() -> None:
    whose = provider(until_on=TODAY)
    with pytest.raises(BadRange, match="not certified"):
        enter(whose, from_on=TODAY + DAY)
    with pytest.raises(BadRange, match="cannot end"):
        enter(whose, until_on=TODAY - DAY)


@pytest.mark.django_db
def test_a_range_ends_once_now_or_later_never_in_the_past() -> None:
    row = participants.come_from()
    with pytest.raises(BadRange, match="is past"):
        end(row, TODAY - 2 * DAY)
    end(row, TODAY - DAY)
    assert not is_in()
    with pytest.raises(NoSuchRange):
        end(row, TODAY)


def end(row: Range, last_on: date) -> None:
    ranges.end(row, last_on=last_on, by=make.BY, reason="test", now=make.NOW)


def decide(on: date = TODAY + 10 * DAY, *, at_once: bool = False) -> Stop:
    act = stopping.stop_at_once if at_once else stopping.decide
    return act(provider=queries.provider("Netz AG"), stops_on=on, by=make.BY, reason="KBV", now=make.NOW)


def written(row: Stop, on: date = TODAY) -> None:
    stopping.note_written(row, on=on, by=make.BY, now=make.NOW)


def cancel(row: Stop, on: date = TODAY) -> None:
    row.refresh_from_db()
    stopping.cancel(row, by=make.BY, reason="renewed", now=day_begins(on))


@pytest.mark.django_db
def test_it_does_not_stop_before_those_concerned_were_written_to() -> None:
    participants.come_from()
    row = decide()
    assert is_in(TODAY + 10 * DAY)
    [line] = queries.providers(TODAY + 11 * DAY)
    assert line.needs_letters
    written(row)
    assert is_in(TODAY + 9 * DAY)
    assert not is_in(TODAY + 10 * DAY)
    [line] = queries.providers(TODAY + 9 * DAY)
    assert not line.needs_letters
    assert line.ranges[0].last_on == line.ranges[0].told_on == TODAY + 9 * DAY


@pytest.mark.django_db
def test_what_is_extraordinary_stops_today_without_letters() -> None:
    participants.come_from()
    decide()
    decide(TODAY, at_once=True)
    assert not is_in()


@pytest.mark.django_db
def test_a_stop_lies_ahead_has_a_reason_and_is_decided_once() -> None:
    participants.come_from()
    with pytest.raises(BadStop, match="ahead"):
        decide(TODAY)
    with pytest.raises(BadStop, match="is past"):
        decide(TODAY - DAY, at_once=True)
    row = decide()
    with pytest.raises(BadStop, match="already"):
        decide(TODAY + 20 * DAY)
    with pytest.raises(BadStop, match="not yet there"):
        written(row, TODAY + DAY)
    with pytest.raises(BadStop, match="Cancel this stop"):
        stopping.note_written(row, on=TODAY + 9 * DAY, by=make.BY, now=day_begins(TODAY + 10 * DAY))
    written(row)
    with pytest.raises(NoSuchStop):
        written(row)


@pytest.mark.django_db
def test_what_has_stopped_stays_so_and_what_has_not_may_be_cancelled() -> None:
    participants.come_from()
    row = decide()
    written(row)
    with pytest.raises(BadStop, match="has stopped"):
        cancel(row, TODAY + 10 * DAY)
    cancel(row, TODAY + 9 * DAY)
    assert is_in(TODAY + 10 * DAY)
    with pytest.raises(NoSuchStop):
        cancel(row)


@pytest.mark.django_db
def test_a_cancelled_stop_gives_nothing_back_that_somebody_else_has_by_now() -> None:
    participants.come_from()
    row = decide()
    written(row)
    enter(provider("Beta"), from_on=TODAY + 10 * DAY)
    with pytest.raises(BadRange, match="overlaps"):
        cancel(row)
    assert not is_in(TODAY + 9 * DAY, "10.81.0.1")
    assert is_in(TODAY + 10 * DAY)


@pytest.mark.django_db
def test_what_begins_on_the_day_of_the_stop_does_not_stop_by_it() -> None:
    participants.come_from()
    written(decide())
    enter(queries.provider("Netz AG"), from_on=TODAY + 10 * DAY, now=make.NOW + DAY)
    assert is_in(TODAY + 9 * DAY)
    assert is_in(TODAY + 10 * DAY)


@pytest.mark.django_db
@pytest.mark.parametrize("ends", ["runs out", "is withdrawn"])
def test_a_certificate_that_ends_stops_nothing_and_lies_on_the_desk(ends: str) -> None:
    whose = provider(until_on=TODAY if ends == "runs out" else TODAY + 99 * DAY)
    enter(whose)
    assert queries.desk_providers(make.NOW) == []
    if ends == "is withdrawn":
        number = whose.certificates.get().pk
        actions.withdraw_certificate(number=number, on=TODAY + DAY, by=make.BY, reason="KBV")
    tomorrow = day_begins(TODAY + DAY)
    [line] = queries.desk_providers(tomorrow)
    assert (line.needs_decision, line.needs_letters) == (True, False)
    assert is_in(TODAY + DAY)
    row = decide()
    assert queries.desk_providers(tomorrow)[0].needs_letters
    written(row)
    assert queries.desk_providers(tomorrow) == []


@pytest.mark.django_db
def test_whoever_signed_in_by_it_lately_is_affected() -> None:
    row, alice = participants.come_from(), make.settled()
    for access, days in ((alice.practice_access, 1), (alice.personal_access, 100)):
        actions.note_use(provider_id=row.provider_id, access=access, now=make.NOW - days * DAY)
    actions.note_use(provider_id=row.provider_id, access=alice.practice_access, now=make.NOW)
    [use] = queries.affected(row.provider, make.NOW, days=90)
    assert (use.access, use.last_at) == (alice.practice_access, make.NOW)
    assert queries.affected(row.provider, make.NOW, days=101).count() == 2
    assert actions.clear_old_uses(make.NOW) == 1


@pytest.mark.django_db
def test_ranges_are_read_once_and_again_when_one_changes(monkeypatch: pytest.MonkeyPatch) -> None:
    whose = provider()
    for number in range(50):
        enter(whose, f"10.80.{number}.0/24")
    is_in()
    with CaptureQueriesContext(connection) as asked:
        assert all(is_in(address=f"10.80.{number}.9") for number in range(50))
    assert len(asked) == 50  # the edition each time, as the test wants it; no range
    monkeypatch.setattr(held, "remembered", held.Remembered(asked_every=60))
    assert is_in()
    with CaptureQueriesContext(connection) as asked:
        assert is_in()
    assert len(asked) == 0


@pytest.mark.django_db
def test_how_wide_a_range_may_be_is_configured(monkeypatch: pytest.MonkeyPatch) -> None:
    whose = provider()
    configured.change(monkeypatch, ways={"widest_ipv4": 20})
    with pytest.raises(BadRange, match="widest_ipv4"):
        enter(whose)
    assert enter(whose, "10.80.0.0/20").pk
