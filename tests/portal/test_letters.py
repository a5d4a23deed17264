"""Letters and mails to who is signed in: kind, day and state; not what was in them, nothing of others."""

import pytest
from django.test import Client

from flexnet import transactions
from flexnet.access import derived
from flexnet.mail import actions as mails
from flexnet.mail.addresses import Address
from flexnet.mail.kinds import FIELDS, Kind
from flexnet.mail.models import Mail
from flexnet.mail.rules import State as MailState
from flexnet.portal import letters
from flexnet.post.models import Item
from flexnet.post.rules import State
from tests import make
from tests.portal import visiting
from tests.post.conftest import Desk, PrintShop, at_home, shop

__all__ = ["shop"]  # a fixture
PAGE = "/briefe/"
LOCKED = Kind.ACCESS_LOCKED


@pytest.fixture
def owner(alice: make.Member) -> Client:
    return visiting.signed_in(alice.personal_access)


def send_mail(about: str) -> Mail:
    said = FIELDS[LOCKED].plain
    with transactions.writing():
        return mails.queue(
            LOCKED,
            to=Address("praxis@beispiel.de"),
            about=about,
            occasion=f"x:{about}",
            said=said,
            now=make.NOW,
        )


def test_each_letter_and_mail_stands_there_with_what_became_of_it(
    alice: make.Member, owner: Client, browser: Client, shop: PrintShop
) -> None:
    assert "Bisher haben wir Ihnen nichts geschickt." in owner.get(PAGE).text
    at_home(alice)
    derived.open_employee_access(
        origin=alice.practice_access, holder="Emil", user_name="emil", by=make.BY, now=make.NOW
    )
    Desk().send(Item.Kind.WELCOME)
    for about in (
        f"access:{alice.practice_access}",
        f"key:{alice.key}",
        f"practice:{alice.site.practice.pk}",
    ):
        send_mail(about)
    own = send_mail(f"person:{alice.person}")
    page = owner.get(PAGE).text
    assert page.count("Begrüßung mit Kurzanleitung") == 1
    assert page.count("Abgeschickt") == 1
    assert page.count("Nachricht über eine Sperre") == page.count("In Vorbereitung") == 4
    assert str(Item.objects.get()) in page
    assert own.text not in page
    assert browser.get(PAGE).text.count("Nachricht über eine Sperre") == 2
    for stranger in (
        visiting.signed_in(make.employee(alice.practice_access)),
        visiting.signed_in(make.settled("bob").personal_access),
    ):
        assert "Bisher haben wir Ihnen nichts geschickt." in stranger.get(PAGE).text


def test_many_are_shown_page_by_page(alice: make.Member, owner: Client) -> None:
    with transactions.writing():
        for number in range(26):
            said = FIELDS[LOCKED].plain
            about, to = f"access:{alice.personal_access}", Address(f"a{number}@beispiel.de")
            mails.queue(LOCKED, to=to, about=about, occasion="x", said=said, now=make.NOW)
    assert owner.get(PAGE).text.count("@beispiel.de") == 25
    assert owner.get(f"{PAGE}?seite=2").text.count("@beispiel.de") == 1
    assert owner.get(f"{PAGE}?seite=x").status_code == 200


def test_every_kind_and_state_has_a_word() -> None:
    assert set(letters._LETTERS) == set(Item.Kind)
    assert set(letters._LETTER_STANDS) == set(State)
    assert set(letters._MAILS) == set(Kind)
    assert set(letters._MAIL_STANDS) == set(MailState)
