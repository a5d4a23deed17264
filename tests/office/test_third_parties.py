"""A third party's own page: who it is, why, what it may, what may be done, and what leads there."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from flexnet.access import actions, derived, queries
from flexnet.access.models import Access, Permission
from flexnet.access.rules import Channel, Reason, Refusal
from flexnet.accounts.models import Role
from flexnet.members.models import ThirdParty
from tests import make
from tests.office import visiting
from tests.office.test_acts import checks, does

pytestmark = pytest.mark.django_db
DETAILS = ("name", "signatory", "contact", "phone", "email", "interest")


@pytest.fixture
def dora() -> Access:
    return make.third_party()


@pytest.fixture
def url(dora: Access) -> str:
    return reverse("third-party", args=[dora.third_party_id])


@pytest.fixture
def clerk(dora: Access) -> Client:
    return visiting.as_(Role.CLERK)


def form_of(client: Client, url: str) -> dict[str, str]:
    """What a browser sends of the form: line breaks in its own way."""
    page = client.get(url)
    sent = {name: str(page.context["form"][name].value()) for name in page.context["form"].fields}
    sent |= dict(page.context["seen"])
    return {name: "\r\n".join(value.splitlines()) for name, value in sent.items()}


def test_everything_stands_there(dora: Access, url: str, clerk: Client) -> None:
    service = make.service("archiv", "permit in tcp from assigned to 10.20.0.20 443")
    actions.grant(access=dora, service=service, by=make.BY, now=make.NOW)
    portal = Permission.Function.PORTAL
    derived.permit(access=dora, function=portal, by=make.BY, now=make.NOW)
    page = clerk.get(url).text
    for said in ("Abrechnungsstelle", "Emil", "Sammelabrechnung", "Archiv", "Das portal benutzen"):
        assert said.lower() in page.lower(), said
    assert "Kann sich anmelden" in page
    assert reverse("access-notice", args=[dora]) in page
    assert "Dritter eingetragen" in page


def test_search_lists_and_the_access_lead_there(dora: Access, url: str, clerk: Client) -> None:
    assert url in clerk.get("/suche/?q=abrechn").text
    assert url in clerk.get("/dritte/").text
    assert url not in clerk.get("/dritte/?name=Zentral").text
    assert url in clerk.get("/zugang/dora/").text
    assert reverse("third-party-setup", args=[dora.third_party_id]) in clerk.get(url).text


def test_it_is_corrected_and_the_second_clerk_is_told(dora: Access, url: str, clerk: Client) -> None:
    party = ThirdParty.objects.get()
    ThirdParty.objects.update(interest="Erstens\nZweitens")
    sent = form_of(clerk, f"{url}aendern/")
    assert clerk.post(f"{url}aendern/", sent | {"contact": "Frida"})["Location"] == url
    party.refresh_from_db()
    assert (party.contact, party.interest) == ("Frida", "Erstens\nZweitens")
    late = clerk.post(f"{url}aendern/", sent | {"contact": "Gustav"})
    assert late.status_code == 422
    assert "Jemand anderes hat das inzwischen geändert" in late.text
    assert "Ansprechpartner" in clerk.get(url).text


def test_a_new_address(dora: Access, url: str, clerk: Client) -> None:
    sent = form_of(clerk, f"{url}anschrift/")
    new = {"street": "Ring 2", "postcode": "39104", "town": "Magdeburg", "extra": "", "from_on": "2026-04-14"}
    clerk.post(f"{url}anschrift/", sent | new)
    assert "Ring 2, 39104 Magdeburg" in clerk.get(url).text


def test_its_last_day_ends_its_accesses(dora: Access, url: str, clerk: Client) -> None:
    typed = {"until_on": "2026-04-13", "reason": "Vertrag beendet"}
    assert "Zugang dora endet sofort." in checks(clerk, f"{url}beenden/", typed).text
    does(clerk, f"{url}beenden/", typed)
    decision = queries.decide_access(dora.pk, channel=Channel.PORTAL, now=make.NOW)
    assert isinstance(decision, Refusal)
    assert decision.reason is Reason.INTEREST_OVER
    assert "Das Interesse der KV ist beendet" in clerk.get(url).text
    before = clerk.post(f"{url}beenden/", {"until_on": "2025-12-31", "reason": "x"})
    assert "Der letzte Tag liegt vor dem ersten." in before.text


def test_reception_reads_and_changes_nothing(url: str) -> None:
    client = visiting.as_(Role.RECEPTION, name="rita")
    assert "Was möchten Sie tun?" not in client.get(url).text
    assert client.get(f"{url}aendern/").status_code == 404
