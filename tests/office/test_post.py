"""Letters on the pages of the office: from what is due to the post, and back; no clerk sees a secret."""

import re
from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from flexnet.accounts.models import Role
from flexnet.post import queries
from flexnet.post.models import Batch
from flexnet.post.rules import Kind
from tests import configured, make
from tests.office import visiting
from tests.office.test_acts import does
from tests.post.conftest import Desk, PrintShop, at_home, stack
from tests.post.test_batches import DELAY, PASSWORD, opens, password_on

pytestmark = pytest.mark.django_db


@pytest.fixture
def alice(db: None, shop: PrintShop) -> make.Member:
    who = make.member()
    at_home(who)
    return who


@pytest.fixture
def clerk(alice: make.Member) -> Client:
    return visiting.as_(Role.CLERK)


def ticked(client: Client, paper: str) -> list[str]:
    """What the page offers for this paper."""
    part = client.get(reverse("post")).text.split('name="paper"')
    found = [one for one in part[1:] if one.startswith(f' value="{paper}"')]
    return re.findall(r'name="wanted" value="([\w-]+)"', found[0]) if found else []


def chosen(client: Client, *, paper: str = "plain", queue: str = "plain") -> Batch:
    typed = {"wanted": ticked(client, paper), "paper": paper, "queue": queue}
    answer = client.post(reverse("post-choose"), typed)
    row = Batch.objects.latest("pk")
    assert answer["Location"] == reverse("batch", args=[row.pk])
    return row


def at(name: str, row: Batch) -> str:
    return reverse(name, args=[row.pk])


def sent(client: Client, row: Batch, typed: dict[str, Any], top_sheet: str = "") -> None:
    client.post(at("batch-print", row), {"top_sheet": top_sheet})
    assert "Wartet auf Ihre Antwort" in client.get(at("batch", row)).text
    assert "wartet auf die Post" in does(client, at("batch-settle", row), typed).text
    assert "Verschickt" in client.post(at("batch-posted", row), follow=True).text


@pytest.fixture
def later(clock: time_machine.Traveller) -> Callable[[], Client]:
    """After the delay, when the password may go, somebody else is at the desk."""

    def wait() -> Client:
        clock.shift(DELAY)
        now = make.NOW + DELAY
        return visiting.signed_in(make.colleague(Role.CLERK, name="berta", now=now), now=now)

    return wait


def test_the_rest_goes_first_and_the_password_later_on_numbered_paper(
    clerk: Client, alice: make.Member, shop: PrintShop, later: Callable[[], Client]
) -> None:
    page = clerk.get(reverse("post")).text
    assert "Erst die anderen Sendungen verschicken." in page
    assert ticked(clerk, "secure") == []
    sent(clerk, chosen(clerk), {"note": ""})
    assert "Erst ab 17.04.2026, 10:00 Uhr." in clerk.get(reverse("post")).text

    berta = later()
    does(berta, reverse("sheets-receive", args=["secure"]), {"first": "1001", "last": "1100"})
    row = chosen(berta, paper="secure", queue="secure")
    assert berta.get(at("batch-preview", row))["Content-Type"] == "application/pdf"
    wrong = berta.post(at("batch-print", row), {"top_sheet": "1000"})
    assert (wrong.status_code, "liegt Blatt 1001 oben" in wrong.text) == (422, True)
    sent(berta, row, {"note": "", "next_sheet": "1003", "spoiled_sheets": "0"}, top_sheet="1001")
    (own,) = (sheet for sheet in shop.sheets() if PASSWORD.search(sheet) and "persönlicher" in sheet)
    assert opens("alice", password_on(own), Desk(make.NOW + DELAY))
    assert "Noch im Fach</dt><dd>98" in berta.get(reverse("post")).text


def test_no_page_and_no_download_ever_holds_a_password(
    clerk: Client, alice: make.Member, shop: PrintShop, later: Callable[[], Client]
) -> None:
    sent(clerk, chosen(clerk), {"note": ""})
    berta = later()
    stack()
    row = chosen(berta, paper="secure", queue="secure")
    answers = [berta.post(at("batch-print", row), {"top_sheet": "1001"}, follow=True)]
    answers += [berta.get(at(name, row)) for name in ("batch", "batch-preview", "batch-settle")]
    answers += [berta.get(reverse(name, args=["alice"])) for name in ("access-letters", "access")]
    passwords = [found for sheet in shop.sheets() for found in PASSWORD.findall(sheet)]
    assert len(passwords) == 2
    assert not [one for one in passwords for answer in answers if one.encode() in answer.content]
    assert berta.get(at("batch-preview", row)).status_code == 404


def test_it_is_asked_once_more_who_is_there_before_anything_is_printed(
    clerk: Client, alice: make.Member, clock: time_machine.Traveller
) -> None:
    row = chosen(clerk)
    clock.shift(360)
    answer = clerk.post(at("batch-print", row), {"top_sheet": ""})
    assert "Bitte bestätigen Sie, dass Sie es sind" in answer.text
    assert queries.batch(row.pk).begun_at is None


def test_what_did_not_come_out_is_due_again(clerk: Client, alice: make.Member) -> None:
    row = chosen(clerk)
    clerk.post(at("batch-print", row))
    number = queries.items_of(row)[0].number
    both = {"spoiled": [number], "missing": [number], "note": ""}
    assert "nicht zugleich unbrauchbar" in clerk.post(at("batch-settle", row), both).text
    does(clerk, at("batch-settle", row), {"missing": [number], "note": "Papierstau"})
    assert "Nicht gedruckt" in clerk.get(reverse("letter", args=[number])).text
    assert len(ticked(clerk, "plain")) == 1


def test_a_returned_letter_is_found_by_its_number_and_its_address_becomes_a_task(
    clerk: Client, alice: make.Member
) -> None:
    row = chosen(clerk)
    sent(clerk, row, {"note": ""})
    number = queries.items_of(row)[1].number
    found = clerk.get(reverse("search"), {"q": f" {number.lower()} "})
    assert found["Location"] == reverse("letter", args=[number])
    text = does(clerk, reverse("letter-came-back", args=[number]), {"why": "moved"}).text
    assert "Empfänger verzogen" in text
    assert "Anschrift klären" in clerk.get(reverse("post")).text
    assert "Ein Brief kam zurück" in clerk.get(reverse("access-letters", args=["alice"])).text
    does(clerk, reverse("letter-clear", args=[number]), {"reason": "Klingelschild war ab"})
    assert len(ticked(clerk, "plain")) == 1


def test_some_of_a_batch_are_posted_by_their_numbers_and_the_rest_waits(
    clerk: Client, alice: make.Member
) -> None:
    row = chosen(clerk)
    clerk.post(at("batch-print", row))
    does(clerk, at("batch-settle", row), {"note": ""})
    first, second, _third = (item.number for item in queries.items_of(row))
    wrong = clerk.post(at("batch-scanned", row), {"numbers": f"{first}\nB-2026-99999-1\n"})
    assert (wrong.status_code, "B-2026-99999-1. Es wurde nichts eingetragen." in wrong.text) == (422, True)
    assert f"{first}\nB-2026-99999-1</textarea>" in wrong.text
    assert not [item for item in queries.items_of(row) if item.posted_at]
    page = clerk.post(at("batch-scanned", row), {"numbers": f" {first.lower()}\n{second}"}, follow=True).text
    assert "Eingetragen: verschickt." in page
    assert "wartet auf die Post" in page
    assert [bool(item.posted_at) for item in queries.items_of(row)] == [True, True, False]


def test_a_receipt_slip_is_entered(clerk: Client, alice: make.Member) -> None:
    row = chosen(clerk)
    sent(clerk, row, {"note": ""})
    number = queries.items_of(row)[0].number
    assert "Angekommen" in does(clerk, reverse("letter-arrived", args=[number]), {}).text
    assert clerk.get(reverse("letter-came-back", args=[number])).status_code == 302


def test_the_practice_page_shows_its_whole_equipment_and_the_next_step(
    clerk: Client, alice: make.Member, later: Callable[[], Client]
) -> None:
    url = reverse("practice", args=[alice.site.practice_id])

    def todo(client: Client) -> str:
        line = client.get(url).context["todo"]
        return f"{line.access}: {line.next.text}" if line else ""

    assert todo(clerk) == "alice-praxis: Zu drucken: Benutzername, YubiKey."
    row = chosen(clerk)
    assert todo(clerk) == "alice-praxis: Ausgewählt: jetzt drucken."
    clerk.post(at("batch-print", row))
    assert todo(clerk) == "alice-praxis: Am Drucker: sagen, was herauskam."
    does(clerk, at("batch-settle", row), {"note": ""})
    assert todo(clerk) == "alice-praxis: Gedruckt: zur Post geben und das eintragen."
    clerk.post(at("batch-posted", row))
    assert todo(clerk) == "alice-praxis: Kennwort: Erst ab 17.04.2026, 10:00 Uhr."
    number = queries.items_of(row)[0].number
    does(clerk, reverse("letter-came-back", args=[number]), {"why": "moved"})
    assert todo(clerk) == "alice-praxis: Ein Brief kam zurück: Anschrift klären."
    does(clerk, reverse("letter-clear", args=[number]), {"reason": "Klingelschild war ab"})
    sent(clerk, chosen(clerk), {"note": ""})
    berta = later()
    stack()
    words = {"note": "", "next_sheet": "1003", "spoiled_sheets": "0"}
    sent(berta, chosen(berta, paper="secure", queue="secure"), words, top_sheet="1001")
    assert todo(berta) == "alice-praxis: Wartet auf die erste Anmeldung."


def test_an_access_shows_all_that_it_got_and_what_comes_next(clerk: Client, alice: make.Member) -> None:
    url = reverse("access-letters", args=["alice-praxis"])
    page = clerk.get(url).text
    assert "Jetzt zu drucken: Benutzername, YubiKey" in page
    assert "Erst die anderen Sendungen verschicken." in page
    sent(clerk, chosen(clerk), {"note": ""})
    page = clerk.get(url).text
    for item in queries.of_access(alice.practice_access):
        assert item.number in page
    assert "Erst ab 17.04.2026" in page


def test_without_an_address_there_is_no_letter(shop: PrintShop) -> None:
    make.member("bob")
    client = visiting.as_(Role.CLERK)
    assert "Es gibt noch keine Anschrift" in client.get(reverse("access-letters", args=["bob"])).text
    assert ticked(client, "plain") == []
    assert "Die Anschrift fehlt." in client.get(reverse("post")).text


def test_without_a_printer_it_is_said(alice: make.Member, monkeypatch: pytest.MonkeyPatch) -> None:
    configured.change(monkeypatch, post={"queues": ()})
    assert "Dafür ist kein Drucker eingerichtet" in visiting.as_(Role.CLERK).get(reverse("post")).text


@pytest.mark.parametrize("role", [role for role in Role if role != Role.CLERK])
def test_nobody_but_clerks_prints(alice: make.Member, role: Role) -> None:
    row = Desk().chosen(Kind.WELCOME)
    assert visiting.as_(role).post(at("batch-print", row)).status_code == 404
    assert queries.batch(row.pk).begun_at is None
