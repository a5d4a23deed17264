"""New credentials are asked for on the public site, and nobody learns whether there is such a name."""

import pytest
from django.test import Client

from flexnet.access import requests
from tests import make

URL = "/zugangsdaten/"


@pytest.fixture
def alice(browser: Client) -> make.Member:
    return make.settled()


def test_a_request_waits_for_a_clerk_to_call_back(alice: make.Member, browser: Client) -> None:
    answer = browser.post(URL, {"user_name": "Alice-Praxis"}, follow=True)
    assert "rufen wir unter der Nummer an, die bei uns hinterlegt ist" in answer.text
    [due] = requests.desk_credential_requests(make.NOW)
    assert due.request.access == alice.practice_access
    assert due.waiting
    assert due.waiting.why is requests.Wait.CALL_BACK


def test_known_and_unknown_names_are_answered_alike(alice: make.Member, browser: Client) -> None:
    answers = [browser.post(URL, {"user_name": name}) for name in ("alice-praxis", "nobody", "ä!")]
    assert {(answer.status_code, answer["Location"], answer.content) for answer in answers} == {
        (302, "/zugangsdaten/angefordert/", b"")
    }
    assert not browser.cookies


def test_without_a_name_it_is_said(browser: Client) -> None:
    answer = browser.post(URL)
    assert answer.status_code == 422
    assert "Bitte füllen Sie dieses Feld aus." in answer.text
