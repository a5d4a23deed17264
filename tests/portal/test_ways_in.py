"""By which way somebody is here: asked at each request, shown, recorded; the session ends with it."""

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from flexnet.access import actions as access
from flexnet.access.models import Service
from flexnet.accounts.models import WebSession
from flexnet.audit.models import Event
from flexnet.configuration import Service as Decided
from flexnet.publications import queries, ranges, stopping
from flexnet.publications.models import Use
from tests import configured, make
from tests.billing import files
from tests.portal import visiting
from tests.publications import participants
from tests.publications.participants import ADDRESS, DAY, TODAY

STRANGER = "192.0.2.7"
SILENT = 204  # where no server is that closes the connection
ACT = {"by": make.BY, "now": make.NOW}


def here(alice: make.Member, source: str = ADDRESS) -> Client:
    return visiting.signed_in(alice.practice_access, source=source)


def only(patch: pytest.MonkeyPatch, slug: str, way: str, **shown: str) -> None:
    """The operator of a service permits one way."""
    configured.change(patch, services=(Decided(slug=slug, ways=(way,), **shown),))


@pytest.mark.parametrize("path", ["/", "/anmelden/", "/handbuch/", "/static/web/flexnet.css", "/nichts/"])
def test_strangers_get_no_page_no_header_and_no_query(db: None, path: str) -> None:
    participants.come_from()
    Client(REMOTE_ADDR=STRANGER).get(path)
    with CaptureQueriesContext(connection) as asked:
        answer = Client(REMOTE_ADDR=STRANGER).get(path)
    assert (answer.status_code, answer.content, dict(answer.headers)) == (
        SILENT,
        b"",
        {"Content-Type": "text/html; charset=utf-8"},
    )
    assert len(asked) == 2  # the edition of the ranges, and whether it is a tunnel


def test_where_there_is_no_flexnet_nobody_asks_for_tunnels(
    alice: make.Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    make.door(alice).open()
    configured.change(monkeypatch, profile={"second_factor": False})
    participants.come_from()
    assert Client(REMOTE_ADDR=make.TUNNEL_ADDRESS).get("/").status_code == SILENT
    assert visiting.is_signed_in(here(alice))


def test_through_a_provider_the_way_is_shown_recorded_and_kept(alice: make.Member) -> None:
    participants.come_from()
    assert "über KV-SafeNet (Netz AG)" in Client(REMOTE_ADDR=ADDRESS).get("/").text
    browser = here(alice)
    assert "Sie sind über KV-SafeNet (Netz AG) angemeldet." in browser.get("/").text
    entry = Event.objects.filter(kind="sign_in.accepted").latest("pk")
    assert '"kv_safenet"' in entry.data
    assert '"Netz AG"' in entry.data
    assert Use.objects.get().access == alice.practice_access
    shown = browser.get("/anmeldungen/").text
    assert f"über KV-SafeNet (Netz AG), Adresse {ADDRESS}" in shown
    assert "Am Portal angemeldet, über KV-SafeNet (Netz AG)" in shown


def test_through_a_tunnel_likewise_even_if_a_range_holds_its_address(alice: make.Member) -> None:
    participants.come_from("10.66.0.0/16")
    make.door(alice).open()
    browser = here(alice, make.TUNNEL_ADDRESS)
    assert "Sie sind über KV-FlexNet angemeldet." in browser.get("/").text
    assert not Use.objects.exists()


@pytest.mark.parametrize("goes_to", ["10.90.0.1", "127.0.0.1", make.TUNNEL_ADDRESS])
def test_a_session_holds_by_its_own_way_only(alice: make.Member, goes_to: str) -> None:
    participants.come_from()
    participants.come_from("10.90.0.0/16", "Beta Netz")
    make.door(alice).open()
    browser = here(alice)
    browser.defaults["REMOTE_ADDR"] = "10.80.77.77"
    assert visiting.is_signed_in(browser)
    browser.defaults["REMOTE_ADDR"] = goes_to
    assert not visiting.is_signed_in(browser)


def test_when_the_range_stops_the_session_ends_at_its_next_request(
    alice: make.Member, clock: time_machine.Traveller
) -> None:
    participants.come_from()
    browser = here(alice)
    provider = queries.provider("Netz AG")
    stopping.stop_at_once(provider=provider, stops_on=TODAY, reason="Einbruch", **ACT)  # type: ignore[arg-type]  # of a table
    assert WebSession.objects.count() == 1
    assert browser.get("/").status_code == SILENT
    assert WebSession.objects.count() == 0
    ranges.enter(
        provider=provider,
        network="10.80.0.0/16",
        from_on=TODAY,
        until_on=None,
        by=make.BY,
        now=make.NOW + timedelta(minutes=1),
    )
    assert not visiting.is_signed_in(browser)


@pytest.mark.parametrize(("days", "is_told"), [(10, True), (91, True), (93, False)])
def test_people_are_told_beforehand_before_and_after_signing_in(
    alice: make.Member, days: int, is_told: bool
) -> None:
    participants.come_from()
    provider, on = queries.provider("Netz AG"), TODAY + days * DAY
    stopping.decide(provider=provider, stops_on=on, reason="KBV", **ACT)  # type: ignore[arg-type]  # of a table
    browser = here(alice)
    participants.provider("Beta Netz")
    for page in (Client(REMOTE_ADDR=ADDRESS).get("/"), browser.get("/"), browser.get("/verbindung/")):
        assert ("Der Zugang über Netz AG endet am" in page.text) == is_told
    assert "Beta Netz" in page.text


@pytest.mark.parametrize(("way", "status"), [("flexnet", 403), ("kv_safenet", 200)])
def test_handing_in_goes_only_by_the_way_that_is_permitted(
    alice: make.Member, monkeypatch: pytest.MonkeyPatch, way: str, status: int
) -> None:
    participants.come_from()
    browser = here(alice)
    row = visiting.uploaded(browser, files.plain())
    only(monkeypatch, "submission", way)
    told = "Das geht nicht über KV-SafeNet, sondern nur über KV-FlexNet."
    assert ("Nur über KV-FlexNet" in browser.get("/").text) == (status == 403)
    for url in ("/verbindung/", "/abrechnung/neu/"):
        assert (told in browser.get(url).text) == (status == 403), url
    assert browser.get("/abrechnung/neu/").status_code == status
    page = browser.post(f"/abrechnung/{row.pk}/einreichen/", follow=True)
    row.refresh_from_db()
    assert (told in page.text) == (row.submitted_at is None) == (status == 403)


def test_the_portal_itself_may_be_for_one_way_only(
    alice: make.Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    participants.come_from()
    browser = here(alice)
    only(monkeypatch, "portal", "flexnet")
    assert not visiting.is_signed_in(browser)
    again = Client(REMOTE_ADDR=ADDRESS)
    page = again.post("/anmelden/", {"user_name": "alice-praxis", "password": make.PASSWORD})
    assert "Verbinden Sie sich mit KV-FlexNet und melden Sie sich neu an." in page.text


def test_another_service_is_shown_to_whom_it_was_granted_with_why_it_cannot_be_reached(
    alice: make.Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    participants.come_from()
    rule = ("permit in tcp from assigned to 10.20.0.20 443",)
    access.add_service(slug="forms", name="Formulare", filter_rules=rule, for_everyone=False, by=make.BY)
    url = "https://formulare.example/"
    only(monkeypatch, "forms", "flexnet", title="Formularbestellung", url=url)
    browser = here(alice)
    assert "Formularbestellung" not in browser.get("/").text
    access.grant(access=alice.practice_access, service=Service.objects.get(slug="forms"), **ACT)  # type: ignore[arg-type]  # as above
    page = browser.get("/").text
    assert "Formularbestellung" in page
    assert url not in page
    only(monkeypatch, "forms", "kv_safenet", title="Formularbestellung", url=url)
    assert f'href="{url}"' in browser.get("/").text
