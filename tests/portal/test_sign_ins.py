"""Who is signed in for the practice: seen and ended at once by who answers for it, and by nobody else."""

import re
import uuid
from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from flexnet.accounts import browsers
from flexnet.accounts.models import WebSession
from flexnet.audit import actions as audit
from flexnet.gateway import actions as gateways
from flexnet.gateway import queries as gateway
from flexnet.gateway.models import Change, Session
from tests import make
from tests.portal import visiting
from tests.publications import participants

PAGE = "/anmeldungen/"
OTHER_TUNNEL = "10.66.0.6"


@pytest.fixture
def door(alice: make.Member) -> make.Door:
    """A gateway, through which Alice's practice is connected."""
    make.portal_service()
    return make.door(alice)


@pytest.fixture
def owner(alice: make.Member) -> Client:
    participants.come_from()
    return visiting.signed_in(alice.personal_access)


def links(page: str) -> set[str]:
    """Where the buttons that end something lead."""
    return set(re.findall(r'action="(/anmeldungen/[^"]+)"', page))


def test_the_owner_sees_who_is_here_and_from_where_and_staff_see_their_own(
    alice: make.Member, door: make.Door, owner: Client, clock: time_machine.Traveller
) -> None:
    door.open()
    through = visiting.signed_in(alice.practice_access, source=make.TUNNEL_ADDRESS)
    staff = visiting.signed_in(make.employee(alice.practice_access), source="10.80.0.3")
    paul = visiting.signed_in(make.partner(alice.site.practice), source="10.80.0.4")
    clock.shift(timedelta(minutes=5))
    through.get("/")
    page = owner.get(PAGE).text
    for said in (
        "Praxiszugang, BSNR 889999900",
        f"aus {make.SOURCE}, im Netz {make.TUNNEL_ADDRESS}",
        f"über KV-FlexNet, Adresse {make.TUNNEL_ADDRESS}",
        "zuletzt benutzt 14.04.2026, 10:05 Uhr",
        "Mitarbeiterzugang, Carol",
        "über KV-SafeNet (Netz AG), Adresse 10.80.0.3",
        "Dieser Browser",
    ):
        assert said in page, said
    assert "10.80.0.4" not in page
    assert len(links(page)) == 3
    assert "10.80.0.3" in paul.get(PAGE).text
    for client in (staff, through):
        page = client.get(PAGE).text
        assert "Dr. alice" not in page
        assert links(page) == set()
    assert "Ihre Verbindung" in through.get(PAGE).text


def test_what_was_before_stands_below_with_what_was_refused(
    alice: make.Member, owner: Client, clock: time_machine.Traveller
) -> None:
    for _ in range(3):
        visiting.signs_in("alice-praxis", "falsch", source="10.80.0.9")
    visiting.signed_in(alice.practice_access, source="10.80.0.5")
    make.settled("bob")
    visiting.signs_in("bob-praxis", "falsch")
    clock.shift(timedelta(minutes=3))
    audit.flush_tallies(make.NOW + timedelta(minutes=3))
    page = owner.get(PAGE).text.partition("<h2>Anmeldungen</h2>")[2]
    assert page.count("Am Portal angemeldet") == 2
    assert "3 Versuche abgewiesen: falsche Zugangsdaten" in page
    assert "aus 10.80.0.9" in page
    assert "aus 10.80.0.5" in page
    assert page.count("receipt-title") == 3
    assert "Praxiszugang, BSNR 859999900" not in page
    assert "receipt-title" not in owner.get(f"{PAGE}?vor=1").text
    for wrong in ("x", "-1", "9" * 30):
        assert owner.get(f"{PAGE}?vor={wrong}").status_code == 200


def test_a_browser_is_signed_out_at_once_and_a_second_press_finds_it_done(
    alice: make.Member, owner: Client
) -> None:
    browser = visiting.signed_in(alice.practice_access, source="10.80.0.5")
    [link] = links(owner.get(PAGE).text)
    assert str(browser.session.session_key) not in link
    for _ in range(2):
        assert "Der Browser ist abgemeldet." in owner.post(link, follow=True).text
        assert not visiting.is_signed_in(browser)
    assert links(owner.get(PAGE).text) == set()


def test_a_tunnel_ends_with_its_browsers_and_what_the_gateway_says_is_shown(
    alice: make.Member, door: make.Door, owner: Client
) -> None:
    state = door.open()
    browser = visiting.signed_in(alice.practice_access, source=make.TUNNEL_ADDRESS)
    session = Session.objects.get()
    link = f"{PAGE}verbindung/{session.pk}/beenden/"
    assert owner.get(link.removesuffix("beenden/")).status_code == 302
    for _ in range(2):
        page = owner.post(link, follow=True).text
        assert "data-waits" in page
        assert "hat noch nicht geantwortet" in page
    assert not visiting.is_signed_in(browser)
    change = Change.objects.get()
    assert gateway.changes_due([session.gateway_id], make.NOW)[0].kind == Change.Kind.DISCONNECT
    assert not isinstance(door.authorize(state), gateways.Authorized)
    gateways.answered(change_id=change.pk, acknowledged=True, error_cause=None, now=make.NOW)
    page = owner.get(link.removesuffix("beenden/")).text
    assert "Der Einwahlknoten hat es bestätigt: Dienstag, 14. April 2026, 10:00 Uhr." in page
    assert "data-waits" not in page
    session.refresh_from_db()
    assert session.end_reason == "ended_by_member"


def test_two_tunnels_at_once_are_told_on_the_start_page_and_there(
    alice: make.Member, door: make.Door, owner: Client
) -> None:
    door.open()
    visiting.signed_in(alice.personal_access, source=make.TUNNEL_ADDRESS)
    said = "wird gerade über mehr als eine Verbindung benutzt"
    assert said not in owner.get("/").text
    door.open(press=1, session="session-2", address=OTHER_TUNNEL)
    for url in ("/", PAGE):
        assert owner.get(url).text.count(said) == 1
    visiting.signed_in(alice.personal_access, source=OTHER_TUNNEL)
    assert owner.get("/").text.count(said) == 2
    assert said not in visiting.signed_in(make.settled("bob").personal_access).get("/").text


def test_what_is_of_others_is_not_there(alice: make.Member, door: make.Door, owner: Client) -> None:
    door.open()
    session = Session.objects.get()
    strange = [
        visiting.signed_in(make.settled("bob").personal_access),
        visiting.signed_in(make.employee(alice.practice_access)),
    ]
    own = owner.session.session_key or ""
    mine = browsers.handle_of(own, alice.personal_access.account_id)
    for client in strange:
        for key in (session.pk, uuid.uuid4()):
            assert client.get(f"{PAGE}verbindung/{key}/").status_code == 404
            assert client.post(f"{PAGE}verbindung/{key}/beenden/").status_code == 404
        for handle in (mine, mine[:-1], own, "x", f"{alice.personal_access.account_id}-x"):
            assert client.post(f"{PAGE}browser/{handle}/beenden/").status_code == 404
    assert WebSession.objects.count() == 3
    session.refresh_from_db()
    assert session.ended_at is None


def test_whoever_has_been_away_too_long_is_no_more_shown(
    alice: make.Member, owner: Client, clock: time_machine.Traveller
) -> None:
    visiting.signed_in(alice.practice_access, source="10.80.0.5")
    clock.shift(timedelta(minutes=15))
    owner.get("/")
    clock.shift(timedelta(minutes=6))
    assert links(owner.get(PAGE).text) == set()
