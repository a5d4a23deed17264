"""Secrets stay where they are sealed: sentinels are looked for in logs, texts, errors and every row."""

import logging
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps

from flexnet.access import actions, emergency, sign_in
from flexnet.access.throttled import Throttled
from flexnet.audit import actions as audit
from flexnet.gateway import actions as gateways
from flexnet.gateway.actions import Accepted
from flexnet.keys import actions as keys
from flexnet.lib import hotp
from tests import make

pytestmark = pytest.mark.django_db
SEED = b"sentinel of the seed"
PASSWORD = "Sentinel-Kennwort-1"
SECRET = b"sentinel of the gateway"
MINUTE = timedelta(minutes=1)


@pytest.fixture
def sentinels(caplog: pytest.LogCaptureFixture) -> Iterator[set[bytes]]:
    """Everything that must show up nowhere; looked for in the log and in every row at the end."""
    caplog.set_level(logging.DEBUG)
    found: set[bytes] = {SEED, SEED.hex().encode(), PASSWORD.encode(), SECRET}
    yield found
    said, kept = caplog.text.encode(), dump()
    for sentinel in found:
        assert sentinel not in said
        assert sentinel not in kept


def dump() -> bytes:
    """Every column of every row of every table of ours, as it lies in the database."""
    ours = [model for model in apps.get_models() if model.__module__.startswith("flexnet.")]
    rows = [row for model in ours for row in model._default_manager.values_list()]
    return b"\n".join(value for row in rows for value in map(as_bytes, row))


def as_bytes(value: object) -> bytes:
    return bytes(value) if isinstance(value, bytes | memoryview) else str(value).encode()


def test_the_dump_would_find_what_lies_in_the_clear(sentinels: set[bytes]) -> None:
    make.terms()
    make.service("sentinel-slug", make.PORTAL_RULE)
    assert b"sentinel-slug" in dump()


def test_the_life_of_a_sign_in_leaves_no_secret(sentinels: set[bytes]) -> None:
    alice = make.member()
    key = keys.add(serial="20000001", seed=SEED, by=make.BY, now=make.NOW)
    actions.take_key_back(serial=alice.key.serial, by=make.BY, reason="", now=make.NOW)
    actions.assign_key(key=key, access=alice.practice_access, by=make.BY, now=make.NOW)
    alice.key, alice.seed = key, SEED
    sentinels |= {alice.practice_password.encode(), alice.personal_password.encode()}
    for word in (alice.practice_word, alice.personal_word):
        sentinels |= {word.encode(), word.lower().replace("-", "").encode()}
    emergency.lock(user_name="nobody", word=alice.personal_word, source="", channel="public", now=make.NOW)
    emergency.lock(user_name=alice.personal_word, word="Falsch", source="", channel="public", now=make.NOW)
    change: dict[str, Any] = {
        "account": alice.practice_access.account,
        "old": alice.practice_password,
        "by": make.BY,
        "now": make.NOW,
    }
    assert actions.change_password(new="alice-praxis", **change) is not None
    assert actions.change_password(new=PASSWORD, **change) is None
    alice.practice_password = PASSWORD
    door = make.door(alice)
    for press in (0, 0, 300, 301):
        sentinels.add(hotp.code(SEED, press).encode())
        answer = door.sign_in(press)
        if isinstance(answer, Accepted):
            sentinels |= {answer.state, answer.state.hex().encode()}
            door.authorize(answer.state, session=f"session-{press}")
    door.sign_in(302, password="Sentinel-falsch-9")
    sentinels |= {b"Sentinel-falsch-9", hotp.code(SEED, 302).encode()}
    sign_in.to_portal(user_name=PASSWORD, password=PASSWORD, source=make.TUNNEL_ADDRESS, now=make.NOW)
    audit.flush_tallies(make.NOW + MINUTE)
    audit.seal_pending()


def test_a_password_typed_as_user_name_is_kept_nowhere(
    sentinels: set[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    door = make.door(make.settled())
    for _ in range(201):
        door.type(b"x" * 20 + b"000000", user_name=PASSWORD)
    monkeypatch.setattr(sign_in, "throttled", Throttled())
    door.type(b"x" * 20 + b"000000", user_name=PASSWORD)


def test_a_gateways_secret_is_sealed(sentinels: set[bytes]) -> None:
    gateway = gateways.register(
        name="gw1", certificate_name="gw1.example", address="192.0.2.1", secret=SECRET, by=make.BY
    )
    assert SECRET not in repr(gateway).encode() + repr(vars(gateway)).encode()


def test_what_is_passed_around_shows_no_secret() -> None:
    door = make.door(make.settled())
    accepted = door.sign_in(0)
    assert isinstance(accepted, Accepted)
    assert accepted.state.hex() not in repr(accepted)
    assert repr(accepted.state)[2:-1] not in repr(accepted)
    issued = actions.open_personal_access(
        person=door.who.person, user_name="alice2", by=make.BY, now=make.NOW
    )
    assert issued.initial_password not in repr(issued)
