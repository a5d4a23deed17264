"""The emergency lock by its page: it locks, and tells nobody anything."""

import logging

import pytest
from django.test import Client

from flexnet.access import queries
from tests import make

URL = "/notsperre/"


@pytest.fixture
def alice(browser: Client) -> make.Member:
    return make.settled()


def test_with_the_right_word_the_access_is_locked(alice: make.Member, browser: Client) -> None:
    answer = browser.post(URL, {"user_name": "Alice-Praxis", "word": alice.practice_word}, follow=True)
    assert "ist der Zugang jetzt gesperrt" in answer.text
    [lock] = queries.desk_emergency_locks()
    assert lock.access == alice.practice_access


def test_right_and_wrong_and_unknown_answer_alike(alice: make.Member, browser: Client) -> None:
    tries = (
        ("alice-praxis", alice.practice_word),
        ("alice-praxis", "Birke Tafel"),
        ("nobody", "x"),
        ("ä!", "x"),
    )
    answers = [browser.post(URL, {"user_name": name, "word": word}) for name, word in tries]
    assert {(answer.status_code, answer["Location"], answer.content) for answer in answers} == {
        (302, "/notsperre/gesendet/", b"")
    }
    assert not browser.cookies
    assert len(queries.desk_emergency_locks()) == 1


@pytest.mark.parametrize("typed", [{"user_name": "alice-praxis"}, {"word": "Birke"}, {}])
def test_what_is_not_filled_in_is_said(browser: Client, typed: dict[str, str]) -> None:
    answer = browser.post(URL, typed)
    assert answer.status_code == 422
    assert "Bitte füllen Sie dieses Feld aus." in answer.text
    for value in typed.values():
        assert f'value="{value}"' in answer.text


def test_no_word_is_logged(alice: make.Member, browser: Client, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    browser.post(URL, {"user_name": "alice-praxis", "word": alice.practice_word})
    browser.post(URL, {"user_name": "", "word": alice.practice_word})
    assert alice.practice_word not in caplog.text


def test_another_site_cannot_make_its_visitors_guess(browser: Client) -> None:
    answer = browser.post(URL, {"user_name": "a", "word": "b"}, headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 403
