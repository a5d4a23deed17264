"""„Mein Zugang“: what holds and what comes, and a lost key that is locked at once."""

import pytest
from django.test import Client

from flexnet.access import derived, endings, own_keys, queries
from flexnet.access.models import Lock, Notice, Permission
from flexnet.correspondence import queries as correspondence
from flexnet.correspondence.models import Thread
from flexnet.gateway.models import Change
from tests import make
from tests.portal import visiting

PAGE = "/mein-zugang/"


@pytest.fixture
def owner(alice: make.Member) -> Client:
    return visiting.signed_in(alice.personal_access)


def test_what_holds_and_what_is_to_come(alice: make.Member, browser: Client) -> None:
    page = browser.get(PAGE).text
    for said in ("Praxiszugang, BSNR 889999900", "Kann sich anmelden", "Kann einreichen", str(alice.key)):
        assert said in page
    endings.give_notice(
        access=alice.practice_access,
        kind=Notice.Kind.MEMBER,
        received_on=make.NOW.date(),
        by=make.BY,
        reason="test",
        now=make.NOW,
    )
    page = browser.get(PAGE).text
    assert page.count("Mittwoch, 29. April 2026, 00:00 Uhr") == 1
    assert "Gekündigt" in page


def test_everybody_finds_what_they_may_do(alice: make.Member, owner: Client, browser: Client) -> None:
    staff = visiting.signed_in(make.employee(alice.practice_access))
    ways = ("/praxispersonal/", "/antraege/", "/kuendigung/")
    assert all(f'href="{way}"' in owner.get(PAGE).text for way in ways)
    for client in (browser, staff):
        page = client.get(PAGE).text
        assert not any(f'href="{way}"' in page for way in ways)
        assert 'href="/zugangsdaten/neu/"' in page
    assert str(alice.key) not in staff.get(PAGE).text


def test_the_signatory_of_a_third_party_may_give_notice_and_no_more(alice: make.Member) -> None:
    dora = make.third_party()
    derived.permit(access=dora, function=Permission.Function.PORTAL, by=make.BY, now=make.NOW)
    client = visiting.signed_in(dora)
    assert 'href="/kuendigung/"' in client.get(PAGE).text
    assert 'href="/praxispersonal/"' not in client.get(PAGE).text
    assert "Verbindlich kündigen" in client.get("/kuendigung/dora/").text
    assert client.get("/antraege/").status_code == 404


def test_a_lost_key_is_locked_and_its_tunnel_ends(alice: make.Member, owner: Client) -> None:
    make.door(alice).open()
    page = owner.get(f"{PAGE}yubikey/{alice.key}/sperren/").text
    assert "Er ist sofort gesperrt." in page
    for _ in range(2):
        assert (
            f"Der YubiKey {alice.key} ist gesperrt."
            in owner.post(f"{PAGE}yubikey/{alice.key}/sperren/", follow=True).text
        )
    lock = Lock.objects.get()
    assert lock.report is not None
    assert (lock.cause, lock.report.way, lock.report.reported_by) == ("loss", "portal", "alice")
    assert Change.objects.count() == 1
    assert queries.desk_reported_locks() == [lock]


def test_another_key_is_ordered_and_a_lost_one_locked_at_once(alice: make.Member, owner: Client) -> None:
    url = f"{PAGE}yubikey/{alice.key}/ersatz/"
    assert f'href="{url}"' in owner.get(PAGE).text
    assert "Bitte wählen Sie, was mit dem YubiKey ist." in owner.post(url, {"note": "x"}).text
    for why, locks in (("broken", 0), ("lost", 1), ("lost", 1)):
        typed = {"why": why, "note": "<b>Tasche", "once": f"8d0f4b5e-1111-4222-8333-44445555666{locks}"}
        page = owner.post(url, typed, follow=True, headers={"Accept-Language": "en"})
        assert page.status_code == 200
        assert Lock.objects.count() == locks
    lines = correspondence.waiting(10)
    assert [line.subject for line in lines] == [f"Ersatz für den YubiKey {alice.key}"] * 2
    texts = {text for line in lines for text in _texts(line.thread)}
    assert "Zugang: alice-praxis\nEr ist kaputt oder wird nicht mehr erkannt\n\n<b>Tasche" in texts
    assert "bestellen" in owner.get(url).text
    for stranger in (make.settled("bob").personal_access, make.employee(alice.practice_access)):
        assert visiting.signed_in(stranger).post(url, {"why": "lost"}).status_code == 404


def _texts(thread: Thread) -> list[str]:
    return list(correspondence.opened(correspondence.messages_of(thread)).values())


def test_keys_of_others_are_not_there(alice: make.Member) -> None:
    bob = make.settled("bob")
    client = visiting.signed_in(bob.personal_access)
    staff = visiting.signed_in(make.employee(alice.practice_access))
    for visitor in (client, staff):
        for serial in (str(alice.key), "0"):
            assert visitor.get(f"{PAGE}yubikey/{serial}/sperren/").status_code == 404
            assert visitor.post(f"{PAGE}yubikey/{serial}/sperren/").status_code == 404
    assert own_keys.lock_lost(member=bob.personal_access, serial=str(alice.key), now=make.NOW) is None
    assert not Lock.objects.exists()
