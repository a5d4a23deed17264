"""Individual links: sent to the registered address alone, and used up by nothing but whole downloads."""

from datetime import timedelta
from pathlib import Path

import pytest

from flexnet.audit.models import Event
from flexnet.mail.models import Mail
from flexnet.members.models import Site
from flexnet.software import links, queries, releases, requests
from flexnet.software.errors import BadRequest, NoEmail, NoSuchRequest, NothingToSend
from flexnet.software.models import Download, Link, Release, SoftwareRequest
from flexnet.software.ranges import Span
from flexnet.software.rules import State
from flexnet.software.systems import System
from tests import configured, make
from tests.software import giving_out
from tests.software.giving_out import CONTENT, LINUX, OWN

pytestmark = pytest.mark.django_db
NOW, HOUR, DAY = make.NOW, timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def release(tmp_path: Path) -> Release:
    return giving_out.release(tmp_path)


@pytest.fixture
def site() -> Site:
    return giving_out.practice()


def give(address: str, start: int = 0, end: int = len(CONTENT), *, is_taken: bool = True) -> None:
    permit = links.permitted(address, NOW)
    assert permit is not None
    links.begin(permit, NOW)
    links.note_given(permit, Span(start, end), is_taken=is_taken, now=NOW)


def state(link: Link) -> State:
    row = queries.request(link.request_id)
    assert row is not None
    return queries.state_of(row, NOW)


def test_the_link_goes_to_the_registered_address_and_only_its_hash_stays(
    site: Site, release: Release
) -> None:
    link, token = giving_out.linked(site)
    mail = Mail.objects.get()
    assert (mail.to, mail.about, link.sent_to) == ("praxis@example.org", f"site:{site}", "praxis@example.org")
    assert len(token) >= 32
    told = [*Event.objects.values_list("data", flat=True), mail.text, link.token_sha256, repr(vars(link))]
    assert token not in str(told)
    assert links.opened(token, NOW) == link
    assert links.opened(token + "x", NOW) is None
    assert state(link) is State.SENT


def test_what_cannot_be_sent_waits_and_says_why(tmp_path: Path) -> None:
    silent = giving_out.practice(email="")
    row = giving_out.asked(silent)
    with pytest.raises(NothingToSend):
        links.send(number=row.pk, by=make.BY, now=NOW)
    giving_out.release(tmp_path)
    with pytest.raises(NoEmail):
        links.send(number=row.pk, by=make.BY, now=NOW)
    assert not Mail.objects.exists()
    assert not Link.objects.exists()
    assert queries.state_of(row, NOW) is State.WAITING


def test_it_is_sent_once_and_another_one_takes_its_place(site: Site, release: Release) -> None:
    link, token = giving_out.linked(site)
    with pytest.raises(NoSuchRequest):
        links.send(number=link.request_id, by=make.BY, now=NOW)
    links.send_again(number=link.request_id, by=make.BY, now=NOW)
    another = giving_out.token_in(Mail.objects.latest("pk"))
    assert another != token
    assert links.opened(token, NOW) is None
    assert links.opened(another, NOW) is not None
    with pytest.raises(BadRequest):
        links.send_again(number=giving_out.asked(site, System.LINUX).pk, by=make.BY, now=NOW)


def test_the_button_gives_the_same_address_until_it_is_used(site: Site, release: Release) -> None:
    link, token = giving_out.linked(site)
    address = giving_out.downloading(release, token)
    assert giving_out.downloading(release, token) == address
    assert Download.objects.count() == 1
    assert token not in address
    for _twice in range(2):
        assert links.permitted(address, NOW) is not None  # whoever only looks uses nothing up
    give(address)
    assert links.permitted(address, NOW) is None
    assert state(link) is State.FETCHED
    assert giving_out.downloading(release, token) != address


def test_broken_off_and_taken_up_again_is_one_use(site: Site, release: Release) -> None:
    link, token = giving_out.linked(site)
    address = giving_out.downloading(release, token)
    give(address, 0, 200_000, is_taken=False)
    assert state(link) is State.BROKEN_OFF
    assert queries.share_of(Download.objects.get()) == 200_000 * 100 // len(CONTENT)
    give(address, 150_000, len(CONTENT), is_taken=False)
    assert state(link) is State.BROKEN_OFF  # all was handed out, but not all was taken
    give(address, len(CONTENT) - 10, len(CONTENT))
    assert state(link) is State.FETCHED
    assert Event.objects.filter(kind="software.downloaded").count() == 1


def test_a_part_that_broke_off_may_be_noted_after_the_one_that_took_it_up(
    site: Site, release: Release
) -> None:
    link, token = giving_out.linked(site)
    address = giving_out.downloading(release, token)
    late = links.permitted(address, NOW)
    give(address, 200_000)
    assert state(link) is State.BROKEN_OFF
    assert late is not None
    links.note_given(late, Span(0, 300_000), is_taken=False, now=NOW)
    assert state(link) is State.FETCHED


def test_so_often_and_so_long(site: Site, release: Release, monkeypatch: pytest.MonkeyPatch) -> None:
    configured.change(monkeypatch, software={"link_uses": 2, "link_days": 3})
    link, token = giving_out.linked(site)
    assert links.opened(token, NOW + 3 * DAY - HOUR) == link
    assert links.opened(token, NOW + 3 * DAY) is None
    for _use in range(2):
        give(giving_out.downloading(release, token))
    assert links.opened(token, NOW) is None
    assert links.grant(link_token=token, release=release.pk, now=NOW) is None


def test_no_second_release_beyond_the_last_use(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    configured.change(monkeypatch, software={"link_uses": 1})
    first, second = (giving_out.release(tmp_path, name, name.encode(), "3.2") for name in (LINUX, OWN))
    _link, token = giving_out.linked(site, System.LINUX)
    addresses = [giving_out.downloading(row, token) for row in (first, second)]
    give(addresses[0], 0, first.size)
    assert links.permitted(addresses[1], NOW) is None


def test_an_address_ends_with_its_time_its_link_and_its_release(site: Site, release: Release) -> None:
    link, token = giving_out.linked(site)
    address = giving_out.downloading(release, token)
    assert links.permitted(address, NOW + 24 * HOUR) is None
    links.send_again(number=link.request_id, by=make.BY, now=NOW)
    assert links.permitted(address, NOW) is None
    fresh = giving_out.token_in(Mail.objects.latest("pk"))
    address = giving_out.downloading(release, fresh)
    running = links.permitted(address, NOW)
    releases.withdraw(number=release.pk, by=make.BY, reason="Lücke", now=NOW)
    assert links.permitted(address, NOW) is None
    assert links.grant(link_token=fresh, release=release.pk, now=NOW) is None
    assert running is not None
    links.note_given(running, Span(0, release.size), is_taken=True, now=NOW)  # what ran comes to its end
    assert state(Link.objects.latest("pk")) is State.FETCHED


def test_another_systems_release_is_not_given(site: Site, release: Release, tmp_path: Path) -> None:
    other = giving_out.release(tmp_path, LINUX, b"other", "3.2")
    _link, token = giving_out.linked(site)
    assert links.grant(link_token=token, release=other.pk, now=NOW) is None
    assert links.granted(link_token=token, release=other.pk, now=NOW) is None


def test_where_nobody_looks_at_requests_they_are_answered_at_once(
    site: Site, release: Release, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = giving_out.asked(site)
    giving_out.asked(site, System.LINUX)  # nothing is published for it: it waits
    assert links.answer_waiting(NOW) == 0
    configured.change(monkeypatch, profile={"software": "automatic"})
    assert links.answer_waiting(NOW) == 1
    assert links.answer_waiting(NOW) == 0
    row.refresh_from_db()
    assert row.sent_by == "worker"


def test_old_requests_go_with_their_links_and_open_ones_stay(site: Site, release: Release) -> None:
    link, token = giving_out.linked(site)
    give(giving_out.downloading(release, token))
    waiting = giving_out.asked(site, System.LINUX)
    assert requests.clear_old(NOW + 365 * DAY) == 0
    assert requests.clear_old(NOW + 366 * DAY) > 0
    assert list(SoftwareRequest.objects.all()) == [waiting]
    assert not Link.objects.filter(pk=link.pk).exists()
