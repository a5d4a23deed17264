"""Three codes in a row bring one's own key into step; the portal opens no seed, the worker judges."""

from datetime import timedelta

import pytest
from django.test import Client

from flexnet.access import locking, resync_requests
from flexnet.access.models import ResyncRequest
from flexnet.audit.models import Event
from flexnet.gateway.actions import Accepted
from flexnet.keys import queries
from flexnet.lib import hotp
from tests import make


def address(who: make.Member) -> str:
    return f"/mein-zugang/yubikey/{who.key}/gleichlauf/"


def typed(who: make.Member, *presses: int) -> dict[str, str]:
    return {"codes": "\n".join(hotp.code(who.seed, press) for press in presses) + "\n"}


def judged() -> int:
    """As the worker does it, outside of the portal and so with the whole ring."""
    return resync_requests.judge_waiting(make.NOW)


@pytest.mark.parametrize(
    ("presses", "said", "counter"),
    [
        ((500, 501, 502), "Ihr YubiKey passt wieder", 503),
        ((9_000, 9_001, 9_002, 9_003), "Ihr YubiKey passt wieder", 9_004),
        ((1, 2, 3), "An Ihrem YubiKey liegt es nicht", 4),
        ((500, 501, 503), "Die Codes passen nicht", 0),
        ((20_000, 20_001, 20_002), "Die Codes passen nicht", 0),
    ],
)
def test_what_three_codes_are_worth(
    alice: make.Member, browser: Client, presses: tuple[int, ...], said: str, counter: int
) -> None:
    sent = browser.post(address(alice), typed(alice, *presses))
    waiting = browser.get(sent["Location"]).text
    assert ("Codes werden geprüft" in waiting, 'http-equiv="refresh"' in waiting) == (True, True)
    sealed = ResyncRequest.objects.get().sealed_codes
    assert sealed is not None
    assert hotp.code(alice.seed, presses[0]).encode() not in bytes(sealed)
    assert (judged(), judged()) == (1, 0)
    answered = browser.get(sent["Location"]).text
    assert (said in answered, "refresh" in answered) == (True, False)
    assert queries.key(alice.key.serial).counter == counter
    assert ResyncRequest.objects.get().sealed_codes is None
    assert Event.objects.filter(kind__startswith="key.resync", by="portal:alice-praxis").count() == 1


def test_the_next_code_signs_in_and_the_spent_ones_do_not(alice: make.Member, browser: Client) -> None:
    browser.post(address(alice), typed(alice, 500, 501, 502))
    judged()
    door = make.door(alice)
    assert not isinstance(door.sign_in(502), Accepted)
    assert isinstance(door.sign_in(503), Accepted)


def test_too_few_codes_are_told_and_stay_in_the_field(alice: make.Member, browser: Client) -> None:
    answer = browser.post(address(alice), typed(alice, 500, 501))
    assert (answer.status_code, "Es fehlen Codes" in answer.text) == (422, True)
    assert hotp.code(alice.seed, 501) in answer.text
    assert not ResyncRequest.objects.exists()


def test_who_tries_often_waits_and_the_second_asks_nothing_twice(alice: make.Member, browser: Client) -> None:
    first = browser.post(address(alice), typed(alice, 5, 7, 9))["Location"]
    assert browser.post(address(alice), typed(alice, 5, 7, 9))["Location"] == first
    for _ in range(9):
        judged()
        assert browser.post(address(alice), typed(alice, 5, 7, 9)).status_code == 302
    judged()
    refused = browser.post(address(alice), typed(alice, 500, 501, 502))
    assert (refused.status_code, "Warten Sie eine Minute" in refused.text) == (422, True)


def test_nobody_asks_about_another_key_or_sees_the_answer(alice: make.Member, browser: Client) -> None:
    bob = make.member("bob")
    number = (
        browser.post(address(alice), typed(alice, 500, 501, 502))["Location"].rstrip("/").rpartition("/")[2]
    )
    assert browser.get(address(bob)).status_code == 404
    assert browser.get(f"{address(bob)}{number}/").status_code == 404
    locking.report_key_lost(serial=alice.key.serial, by=make.BY, reason="", now=make.NOW)
    assert browser.get(address(alice)).status_code in (302, 404)


def test_what_nobody_waits_for_any_more_is_forgotten(alice: make.Member, browser: Client) -> None:
    browser.post(address(alice), typed(alice, 500, 501, 502))
    resync_requests.judge_waiting(make.NOW + timedelta(minutes=11))
    assert queries.key(alice.key.serial).counter == 0
    resync_requests.clear_old(make.NOW + timedelta(days=2))
    assert not ResyncRequest.objects.exists()
