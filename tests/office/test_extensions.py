"""Windows in the office: held open for one practice or all, seen by the practice, taken back."""

import pytest
from django.test import Client
from django.urls import reverse

from flexnet.accounts.models import Role
from flexnet.billing.models import Extension
from tests import configured, make
from tests.office import visiting

pytestmark = pytest.mark.django_db
TYPED = {
    "quarter": "Q1/2026",
    "scope": "one",
    "bsnr": "889999900",
    "until": "2026-04-20",
    "reason": "Stromausfall",
}
RULE = {"opens_day": 30, "closes_day": 15, "early_days": 15}


@pytest.fixture(autouse=True)
def rule(monkeypatch: pytest.MonkeyPatch) -> None:
    configured.change(monkeypatch, billing=RULE)


@pytest.fixture
def department() -> Client:
    return visiting.as_(Role.BILLING)


def test_a_practice_gets_longer_and_no_longer_once_taken_back(department: Client) -> None:
    make.member()
    url = reverse("extension-grant")
    asked = department.post(url, TYPED).text
    assert "Q1/2026: 30.03.2026–15.04.2026" in asked
    assert "Praxis alice: Die Frist für Q1/2026 endet am Montag, 20. April 2026 um 24:00 Uhr." in asked
    page = department.post(url, {**TYPED, "confirmed": "yes"}, follow=True).text
    assert "Die Frist ist verlängert." in page
    assert "Stromausfall" in page
    back = reverse("extension-revoke", args=[Extension.objects.get().pk])
    asked = department.post(back, {"reason": "vertippt"}).text
    assert "Praxis alice: Die Frist für Q1/2026 endet am Mittwoch, 15. April 2026 um 24:00 Uhr." in asked
    page = department.post(back, {"reason": "vertippt", "confirmed": "yes"}, follow=True).text
    assert "Die Verlängerung ist zurückgenommen." in page
    assert "schon erledigt" in department.get(back, follow=True).text


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"bsnr": "859999900"}, "Zu dieser BSNR ist keine Betriebsstätte eingetragen."),
        ({"scope": "all"}, "Für alle Praxen lassen Sie die BSNR weg."),
        ({"scope": ""}, "Fehler:"),
        ({"until": "2026-04-15"}, "Bis dahin läuft die Frist ohnehin"),
        ({"until": "2020-01-01"}, "Bis dahin läuft die Frist ohnehin"),
        ({"until": "bald"}, "Das ist kein Tag."),
        ({"reason": ""}, "Fehler:"),
    ],
)
def test_what_is_wrong_is_told_at_the_form(department: Client, typed: dict[str, str], said: str) -> None:
    make.member()
    answer = department.post(reverse("extension-grant"), {**TYPED, **typed})
    assert answer.status_code == 422
    assert said in answer.text
    assert not Extension.objects.exists()


def test_for_all_practices_it_is_said_so(department: Client) -> None:
    asked = department.post(reverse("extension-grant"), {**TYPED, "scope": "all", "bsnr": ""}).text
    assert "Alle Praxen: Die Frist für Q1/2026" in asked
