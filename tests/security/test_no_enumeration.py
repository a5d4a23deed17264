"""Whoever guesses learns nothing: the same answer, about the same queries, at the portal the same time."""

import time
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from itertools import count

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from flexnet.access import sign_in
from flexnet.access.rules import Refusal
from flexnet.accounts import passwords
from tests import configured, make

pytestmark = pytest.mark.django_db
WRONG_CODE = make.PASSWORD.encode() + b"000000"


@pytest.fixture
def door() -> make.Door:
    return make.door(make.settled())


def queries(act: Callable[[], object]) -> int:
    with CaptureQueriesContext(connection) as asked:
        assert isinstance(act(), Refusal)
    return len(asked)


def test_over_the_gateway_known_and_unknown_ask_about_the_same(door: make.Door) -> None:
    """A known name costs the key's row and its own bucket more."""
    unknown = queries(partial(door.type, WRONG_CODE, user_name="nobody"))
    assert 0 <= queries(partial(door.type, WRONG_CODE)) - unknown <= 2


def test_at_the_portal_every_wrong_try_hashes_once(door: make.Door, monkeypatch: pytest.MonkeyPatch) -> None:
    hashed: list[str] = []
    genuine = passwords.Check.run

    def run(check: passwords.Check) -> bool:
        hashed.append(check.hashed)
        return genuine(check)

    monkeypatch.setattr(passwords.Check, "run", run)
    for name in ("alice", "nobody", "no body", "alice-praxis"):
        hashed.clear()
        assert isinstance(portal(name), Refusal)
        assert len(hashed) == 1, name


def test_at_the_portal_known_and_unknown_ask_about_the_same(door: make.Door) -> None:
    asked = {name: queries(partial(portal, name)) for name in ("alice", "nobody")}
    assert abs(asked["alice"] - asked["nobody"]) <= 1


def test_at_the_portal_the_clock_tells_nothing(door: make.Door, dear_hashes: None) -> None:
    """The thread's own time, of which a busy machine takes nothing; with a real installation's parameters."""
    names, minutes = ("alice", "nobody"), count(1)
    times: dict[str, list[float]] = {name: [] for name in names}
    for _ in range(5):
        for name in names:
            begun = time.thread_time()
            portal(name, minute=next(minutes))
            times[name].append(time.thread_time() - begun)
    known, unknown = (min(times[name]) for name in names)
    assert 0.7 < known / unknown < 1.4


@pytest.fixture
def dear_hashes(door: make.Door, monkeypatch: pytest.MonkeyPatch) -> None:
    """Argon2id as it is by default, for alice and for the decoy."""
    configured.change(monkeypatch, password={"argon2_memory_kib": 19456, "argon2_iterations": 2})
    dear = passwords._hasher.__wrapped__()
    monkeypatch.setattr(passwords, "_hasher", lambda: dear)
    decoy = dear.hash(b"decoy")
    monkeypatch.setattr(passwords, "_decoy", lambda: decoy)
    account = door.who.personal_access.account
    account.password = passwords.sealed_hash(make.PASSWORD, user_name="alice")
    account.save()


def portal(name: str, *, minute: int = 0) -> sign_in.SignedIn | Refusal:
    now = make.NOW + timedelta(minutes=minute)
    return sign_in.to_portal(user_name=name, password="Fruehling-2025", source="10.66.0.9", now=now)
