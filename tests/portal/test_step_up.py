"""Before what binds, the password of the last minutes; nothing typed is lost by it."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from flexnet.access.models import Declaration, Notice, Objection
from flexnet.applications.models import Application
from flexnet.audit.models import Tally
from tests import make
from tests.portal import visiting

ASKED = "Bitte bestätigen Sie, dass Sie es sind"
NOTICE = ("/kuendigung/alice-praxis/", {"ends_on": "2026-04-28"})
OF_ONE = {"wish": "person:other", "name": "Dr. Clara <b>", "lanr": "246801101", "role": "owner"}
PLACE = {"street": "Markt 1", "postcode": "39104", "town": "Magdeburg", "phone": "0391 1"}
APPLY = ("/antraege/neu/", {**OF_ONE, **PLACE, "tick": "on", "to": "sign"})


@pytest.fixture
def owner(alice: make.Member, clock: time_machine.Traveller) -> Client:
    """Signed in six minutes ago, and nobody knows who sits there by now."""
    client = visiting.signed_in(alice.personal_access)
    clock.shift(timedelta(minutes=6))
    return client


def confirmed(client: Client, url: str, typed: dict[str, str], password: str = make.PASSWORD) -> str:
    return client.post(url, {**typed, "confirm-password": password}, follow=True).text


def test_what_binds_is_asked_for_once_more_and_then_done(owner: Client) -> None:
    two = make.changed_terms(effective_on=make.NOW.date())
    shown = {"version": str(two.version), "sha256": two.sha256}
    acts = [
        ("/nutzungsbedingungen/widerspruch/", {**shown, "text": "<b>§ 2"}, Objection),
        ("/nutzungsbedingungen/", {**shown, "tick": "on"}, Declaration),
        (*APPLY, Application),
        (*NOTICE, Notice),
    ]
    for url, typed, model in acts:
        session = owner.session
        session["confirmed_at"] = 0
        session.save()
        before = model._default_manager.count()
        page = owner.post(url, typed).text
        assert ASKED in page, url
        assert model._default_manager.count() == before, url
        for name in typed:
            assert f'name="{name}"' in page, url
        assert "<b>" not in page
        confirmed(owner, url, typed)
        assert model._default_manager.count() == before + 1, url


def test_a_minute_later_nobody_is_asked_again(owner: Client, clock: time_machine.Traveller) -> None:
    url, typed = NOTICE
    confirmed(owner, "/kuendigung/alice/", typed)
    clock.shift(timedelta(minutes=1))
    assert ASKED not in owner.post(url, typed, follow=True).text
    assert Notice.objects.count() == 2


def test_whoever_does_not_know_the_password_gets_no_further_and_is_counted(owner: Client) -> None:
    url, typed = NOTICE
    for _ in range(10):
        page = confirmed(owner, url, typed, "falsch")
        assert "Das Kennwort stimmt nicht." in page
        assert 'value="falsch"' not in page
    assert "viele Versuche" in confirmed(owner, url, typed)
    assert not Notice.objects.exists()
    tally = Tally.objects.get(kind="sign_in.confirmation_refused")
    assert (tally.subject, tally.count) == ("access:alice", 10)


def test_looking_asks_nobody(owner: Client) -> None:
    for url, _typed in (NOTICE, APPLY, ("/nutzungsbedingungen/", {})):
        assert ASKED not in owner.get(url).text
