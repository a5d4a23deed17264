"""The key desk's pages: what is due, what a loss costs, and whose a found key is."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from flexnet.access import actions, locking
from flexnet.access.models import Charge, Lock
from flexnet.accounts.models import Role
from flexnet.keys import movements, queries
from flexnet.keys.models import Place
from flexnet.lib import hotp
from tests import configured, make
from tests.office import visiting

pytestmark = pytest.mark.django_db
ACT: dict[str, Any] = {"by": make.BY, "reason": "Einzelfall", "now": make.NOW}


def act(clerk: Client, url: str, **typed: str) -> str:
    """As a clerk does it: the form, what it says, the button."""
    assert clerk.post(url, typed).status_code == 200
    return clerk.post(url, typed | {"confirmed": "yes"}, follow=True).text


def test_a_loss_is_charged_shown_and_withdrawn(monkeypatch: pytest.MonkeyPatch) -> None:
    configured.change(monkeypatch, keys={"lost_cents": 4550})
    alice, clerk = make.member(), visiting.as_(Role.CLERK)
    lock = locking.report_key_lost(serial=alice.key.serial, **ACT)
    desk = visiting.as_(Role.KEY_DESK, name="kim").get(reverse("key-desk"))
    assert (alice.key.serial in desk.text, reverse("loss-decide", args=[lock.pk]) in desk.text) == (
        True,
        False,
    )
    act(clerk, reverse("loss-decide", args=[lock.pk]), decision="charge", reason="Verlust")
    assert "45,50\u00a0€" in clerk.get(reverse("charges"), {"state": "to_pay"}).text
    assert "45,50\u00a0€" in clerk.get(reverse("key", args=[alice.key])).text
    act(clerk, reverse("charge-withdraw", args=[Charge.objects.get().pk]), reason="Post verlor ihn")
    assert "45,50\u00a0€" not in clerk.get(reverse("charges"), {"state": "to_pay"}).text


def test_what_does_not_come_back_is_reminded_and_declared_lost() -> None:
    alice, late, clerk = make.member(), make.NOW - timedelta(days=60), visiting.as_(Role.CLERK)
    movements.move(serial=alice.key.serial, to=Place.TO_BE_RETURNED, **{**ACT, "now": late})
    act(clerk, reverse("key-remind", args=[alice.key]), reason="angerufen")
    assert clerk.get(reverse("key-desk")).text.count(alice.key.serial) == 0
    act(clerk, reverse("key-declare-lost", args=[alice.key]), reason="kam nie")
    assert queries.whereabouts_of(alice.key)[0] is Place.LOST
    assert Lock.objects.get().charge.cents == 0


def test_a_found_key_names_its_access_by_a_touch_and_only_to_the_key_desk() -> None:
    alice = make.member()
    desk, url = visiting.as_(Role.KEY_DESK, name="kim"), reverse("key-found")
    one, two = (hotp.code(alice.seed, press) for press in (30, 31))
    assert "alice-praxis" in desk.post(url, {"first": one, "then": two}).text
    assert "Keiner von unseren" in desk.post(url, {"first": one, "then": one}).text
    assert visiting.as_(Role.CLERK).post(url, {"first": one}).status_code == 404
    for _ in range(8):
        desk.post(url, {"first": "000000"})
    assert desk.post(url, {"first": one}).status_code == 422


def test_what_came_back_is_disposed_of() -> None:
    alice, clerk = make.member(), visiting.as_(Role.CLERK)
    movements.move(serial=alice.key.serial, to=Place.IN_USE, **ACT)
    actions.take_key_back(serial=alice.key.serial, **ACT)
    assert "entsorgt" in act(clerk, reverse("key-dispose", args=[alice.key]), reason="zerbrochen")
    assert queries.whereabouts_of(alice.key)[0] is Place.DISPOSED_OF
