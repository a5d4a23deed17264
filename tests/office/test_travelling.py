"""Travel passes on pages: asked for, over 30 days by two, shown, ended; where abroad is refused."""

from __future__ import annotations

import pytest
from django.test import Client

from flexnet.access.models import TravelPass
from flexnet.accounts.models import Approval, Role
from tests import configured, make
from tests.office import visiting
from tests.office.test_acts import approves, checks, does

pytestmark = pytest.mark.django_db
URL = "/zugang/alice-praxis/"
SHORT = {"from_on": "2026-04-20", "until_on": "2026-05-19", "reason": "Kongress in Wien"}


@pytest.fixture
def clerk(monkeypatch: pytest.MonkeyPatch) -> Client:
    configured.change(monkeypatch, profile={"abroad": "refused"})
    make.settled()
    return visiting.as_(Role.CLERK)


def test_for_some_days_one_person_decides(clerk: Client) -> None:
    page = clerk.get(URL).text
    assert "Aus dem Ausland nicht freigegeben" in page
    assert "Auslandsfreigaben" not in page
    told = checks(clerk, f"{URL}auslandsfreigabe/", SHORT).text
    assert "von Montag, 20. April 2026, bis Dienstag, 19. Mai 2026, 24:00 Uhr" in told
    assert "Das darf niemand allein" not in told
    page = does(clerk, f"{URL}auslandsfreigabe/", SHORT).text
    assert "20.04.2026 bis 19.05.2026" in page
    assert "kommt noch" in page
    assert "Montag, 20. April 2026, 00:00 Uhr" in page
    assert "Kongress in Wien" in page
    assert TravelPass.objects.get().granted_by == "office:clara"


def test_for_longer_two(clerk: Client) -> None:
    long = SHORT | {"until_on": "2026-05-20"}
    assert "Das darf niemand allein" in checks(clerk, f"{URL}auslandsfreigabe/", long).text
    does(clerk, f"{URL}auslandsfreigabe/", long)
    assert not TravelPass.objects.exists()
    wish = Approval.objects.get()
    desk = visiting.as_(Role.CLERK, name="dora").get("/").text
    assert "Auslandsfreigabe über 30 Tage" in desk
    assert "alice-praxis darf von" in visiting.as_(Role.IT, name="ida").get(f"/freigaben/{wish.pk}/").text
    approves(Approval.Act.TRAVEL_PASS_LONG)
    row = TravelPass.objects.get()
    assert (row.granted_by, row.approved_by) == ("office:clara", "office:berta")
    assert "freigegeben durch berta" in clerk.get(URL).text


@pytest.mark.parametrize(
    ("days", "told"),
    [
        ({"until_on": "2026-04-19"}, "Der letzte Tag liegt vor dem ersten."),
        ({"from_on": "2026-04-01", "until_on": "2026-04-13"}, "Dieser Tag ist schon vorbei."),
        ({"from_on": "bald"}, "Das ist kein Tag."),
    ],
)
def test_days_that_cannot_be_are_told(clerk: Client, days: dict[str, str], told: str) -> None:
    answer = clerk.post(f"{URL}auslandsfreigabe/", SHORT | days)
    assert answer.status_code == 422
    assert told in answer.text
    assert "Kongress in Wien" in answer.text


def test_it_is_ended_before(clerk: Client) -> None:
    does(clerk, f"{URL}auslandsfreigabe/", SHORT)
    row = TravelPass.objects.get()
    page = does(clerk, f"/auslandsfreigabe/{row.pk}/widerrufen/", {"reason": "Reise abgesagt"}).text
    assert "Die Auslandsfreigabe ist widerrufen." in page
    assert "widerrufen am 14.04.2026" in page
    again = clerk.get(f"/auslandsfreigabe/{row.pk}/widerrufen/")
    assert "schon widerrufen" in clerk.post(again.wsgi_request.path, {"reason": "x", "confirmed": "yes"}).text


def test_where_abroad_is_allowed_nobody_needs_one(clerk: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    configured.change(monkeypatch, profile={"abroad": "allowed"})
    assert clerk.get(f"{URL}auslandsfreigabe/").status_code == 404
    assert "Ausland" not in clerk.get(URL).text
