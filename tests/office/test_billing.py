"""Billing files in the office: found, decided, corrected; how they come in, and what is missing."""

from datetime import date, datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from flexnet.accounts.models import Role
from flexnet.billing import registers
from flexnet.billing.models import Delivery, Package, Receipt
from flexnet.billing.standing import State
from flexnet.office import evening
from tests import configured, make
from tests.billing import files
from tests.office import visiting

pytestmark = pytest.mark.django_db


@pytest.fixture
def alice() -> make.Member:
    return make.settled()


@pytest.fixture
def receipt(alice: make.Member) -> Receipt:
    return files.submitted(alice.site)


@pytest.fixture
def department(receipt: Receipt) -> Client:
    return visiting.as_(Role.BILLING)


def confirmed(client: Client, name: str, number: str, **typed: str) -> str:
    url = reverse(name, args=[number])
    assert 'name="confirmed"' in client.post(url, typed).text
    return client.post(url, {**typed, "confirmed": "yes"}, follow=True).text


def test_what_came_in_is_listed_and_found_by_its_filters(department: Client, receipt: Receipt) -> None:
    def found(**filters: str) -> bool:
        return receipt.number in department.get(reverse("deliveries"), filters).text

    assert found()
    assert found(quarter="Q1/2026", state="submitted")
    assert not found(quarter="Q4/2025")
    assert not found(state="accepted")


@pytest.mark.parametrize("state", list(State))
def test_the_lists_states_are_those_of_the_deliveries(receipt: Receipt, state: State) -> None:
    if state in (State.UPLOADED, State.CHECKED):
        return
    expected = Delivery.objects.get().state is state
    assert registers.receipts(state=state).filter(pk=receipt.pk).exists() == expected


def test_windows_are_asked_for_by_their_stage(
    department: Client, receipt: Receipt, monkeypatch: pytest.MonkeyPatch
) -> None:
    configured.change(monkeypatch, billing={"opens_day": 30, "closes_day": 15, "early_days": 15})
    shown = {
        stage: receipt.number in department.get(reverse("deliveries"), {"stage": stage}).text
        for stage in ("early", "open", "late")
    }
    assert shown == {"early": False, "open": True, "late": False}


def test_it_is_accepted_once(department: Client, receipt: Receipt) -> None:
    assert "angenommen" in confirmed(department, "delivery-accept", receipt.number)
    assert Delivery.objects.get().state is State.ACCEPTED
    url = reverse("delivery-reject", args=[receipt.number])
    assert "schon erledigt" in department.get(url, follow=True).text


def test_a_rejection_says_why_and_a_release_what(department: Client, receipt: Receipt) -> None:
    page = confirmed(department, "delivery-release", receipt.number, reason="Scheine fehlten")
    assert "Scheine fehlten" in page
    page = confirmed(department, "delivery-reject", receipt.number, reason="Falsches Quartal")
    assert "Falsches Quartal" in page
    assert Delivery.objects.get().state is State.REJECTED


def test_a_damaged_one_is_on_the_desk_until_it_goes_with_the_next_package(
    department: Client, receipt: Receipt
) -> None:
    Delivery.objects.update(damaged_at=make.NOW)
    assert "Eine Abrechnungsdatei ist beschädigt" in department.get("/").text
    assert "Noch einmal auslegen" in department.get(reverse("delivery", args=[receipt.number])).text
    said = confirmed(department, "delivery-again", receipt.number)
    assert "Sie kommt mit dem nächsten Paket." in said
    assert "Noch einmal auslegen" not in said
    assert "beschädigt" not in department.get("/").text


def test_a_package_that_nobody_acknowledges_is_on_the_desk(department: Client) -> None:
    package = Package.objects.create(made_at=make.NOW - timedelta(hours=25))
    assert f"Paket {package} vom" in department.get("/").text
    Package.objects.update(misread_at=make.NOW)
    assert "Paket mit falscher Prüfsumme bestätigt" in department.get("/").text


def test_of_the_content_nothing_is_shown(department: Client, receipt: Receipt) -> None:
    page = department.get(reverse("delivery", args=[receipt.number])).text
    assert receipt.delivery.file_name in page.replace("<wbr>", "")
    assert "Behandlungsfälle" in page


def test_who_is_missing_is_counted_by_region_and_specialty(department: Client, alice: make.Member) -> None:
    make.settled("bob")
    found = {
        (one.region, one.specialty): one.missing for one in registers.groups(files.QUARTER, date(2026, 4, 14))
    }
    assert found == {("88", "01"): 0, ("85", "01"): 1}
    page = department.get(reverse("evening")).text
    assert "1 von 2 Betriebsstätten haben eingereicht" in page
    file = b"".join(department.get(reverse("evening-file"))).decode()
    assert '"Q1/2026"' in file
    assert "Allgemeinmedizin (01)" in page
    assert "Allgemeinmedizin (01)" in file


def test_what_came_in_is_counted_for_statistics_and_says_nothing_of_anybody(
    department: Client, receipt: Receipt, alice: make.Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    configured.change(monkeypatch, billing={"opens_day": 30, "closes_day": 15, "early_days": 15})
    file = b"".join(department.get(reverse("evening-statistics"))).decode()
    line = ["Q1/2026", "im Abgabezeitraum", "88", "Allgemeinmedizin (01)", "Eingereicht", "1"]
    assert ";".join(f'"{one}"' for one in line) in file
    assert not [one for one in (str(alice.site), receipt.number, receipt.delivery.file_name) if one in file]


def test_the_chart_ends_where_the_future_begins() -> None:
    start, hour = datetime(2026, 4, 13, tzinfo=make.NOW.tzinfo), timedelta(hours=1)
    came = [(start - hour, 2), (start, 3), (start + 2 * hour, 1)]
    until = start + 3 * hour
    assert registers.curve(came, start=start, step=hour, count=10, until=until) == [2, 5, 5, 6]
    assert registers.curve([], start=start, step=hour, count=2, until=start + 10 * hour) == [0, 0, 0]


@pytest.mark.parametrize("view", ["", "abend"])
def test_the_chart_is_a_drawing_and_a_table(department: Client, view: str) -> None:
    page = department.get(reverse("evening"), {"ansicht": view}).text
    assert page.count("<polyline") == 5
    assert "style=" not in page
    assert "Die Zahlen als Tabelle" in page
    assert evening.page.roles == {Role.BILLING, Role.CLERK}  # type: ignore[attr-defined]
