"""New credentials by letter, asked for in the portal."""

import pytest
from django.test import Client

from flexnet.access import queries
from flexnet.access.models import CredentialRequest
from flexnet.access.rules import Channel, Granted, Reason, Refusal
from tests import make
from tests.portal import visiting

pytestmark = pytest.mark.django_db
PAGE = "/zugangsdaten/neu/"


@pytest.fixture
def browser(alice: make.Member) -> Client:
    return visiting.signed_in(alice.practice_access)


def test_the_way_there_stands_below_the_change_of_password(browser: Client) -> None:
    assert f'href="{PAGE}"' in browser.get("/zugangsdaten/").content.decode()
    assert "hinterlegt" in browser.get(PAGE).content.decode()


def test_asking_changes_nothing_but_that_a_clerk_is_asked(alice: make.Member, browser: Client) -> None:
    answer = browser.post(PAGE, follow=True)
    assert "Die neuen Zugangsdaten kommen per Brief." in answer.content.decode()
    row = CredentialRequest.objects.get()
    assert (row.access, row.way, row.requested_by) == (alice.practice_access, "portal", "portal:alice-praxis")
    decision = queries.decide_access(alice.practice_access.pk, channel=Channel.PORTAL, now=row.requested_at)
    assert decision == Granted()


def test_whoever_wishes_it_is_locked_and_signed_out_at_once(alice: make.Member, browser: Client) -> None:
    answer = browser.post(PAGE, {"lock": "on"}, follow=True).content.decode()
    assert "Ihre bisherigen Zugangsdaten sind gesperrt." in answer
    assert 'name="password"' in answer
    row = CredentialRequest.objects.get()
    decision = queries.decide_access(alice.practice_access.pk, channel=Channel.PORTAL, now=row.requested_at)
    assert isinstance(decision, Refusal)
    assert decision.reason is Reason.PASSWORD_LOCKED


def test_a_revocation_word_alone_is_ordered_once_and_the_page_says_so(
    alice: make.Member, browser: Client
) -> None:
    assert 'href="/sperrkennwort/neu/"' in browser.get("/mein-zugang/").content.decode()
    for _time in range(2):
        assert "kommt per Brief" in browser.post("/sperrkennwort/neu/", follow=True).content.decode()
    row = CredentialRequest.objects.get()
    assert (row.what, row.access, row.way) == ("word", alice.practice_access, "portal")
    page = browser.get("/sperrkennwort/neu/").content.decode()
    assert "schon bestellt" in page
    assert '<form method="post" novalidate>' not in page
    browser.post(PAGE)
    assert sorted(CredentialRequest.objects.values_list("what", flat=True)) == ["credentials", "word"]
    assert "steht im selben Brief" in browser.get("/sperrkennwort/neu/").content.decode()
