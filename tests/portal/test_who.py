"""The head of every page says who is signed in, whatever the kind of the access."""

from django.test import Client

from flexnet.access import derived
from flexnet.access.models import Permission
from tests import make
from tests.portal import visiting


def head(browser: Client) -> str:
    page = browser.get("/zugangsdaten/").content.decode()
    return page[page.index('<div class="who">') : page.index('action="/abmelden/"')]


def test_a_member_by_site_or_by_name(alice: make.Member) -> None:
    assert "Praxiszugang, BSNR 889999900" in head(visiting.signed_in(alice.practice_access))
    assert "Persönlicher Zugang, Dr. alice" in head(visiting.signed_in(alice.personal_access))


def test_staff_by_name(alice: make.Member) -> None:
    assert "Mitarbeiterzugang, Carol" in head(visiting.signed_in(make.employee(alice.practice_access)))


def test_a_third_party_by_name_and_organisation(alice: make.Member) -> None:
    dora = make.third_party()
    derived.permit(access=dora, function=Permission.Function.PORTAL, by=make.BY, now=make.NOW)
    assert "Dora, Abrechnungsstelle" in head(visiting.signed_in(dora))


def test_a_third_party_without_the_portal_is_told_so(alice: make.Member) -> None:
    make.third_party()
    client = Client(REMOTE_ADDR="127.0.0.1")
    page = client.post("/anmelden/", {"user_name": "dora", "password": make.PASSWORD}).content.decode()
    assert "Das ist für Ihren Zugang nicht freigegeben." in page
