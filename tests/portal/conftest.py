"""A frozen clock, a store of the test's own, and Alice."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import time_machine
from django.test import Client

from tests import configured, make
from tests.portal import visiting


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    """It is make.NOW and stays so; moved by `clock.shift`."""
    with time_machine.travel(make.NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture(autouse=True)
def ring() -> Iterator[None]:
    """The portal opens no more than it needs."""
    with configured.narrow_ring("portal"):
        yield


@pytest.fixture(autouse=True)
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where this test's files are kept."""
    folder = tmp_path / "store"
    configured.change(monkeypatch, billing={"store": folder})
    return folder


@pytest.fixture
def alice(db: None) -> make.Member:
    """Her passwords are changed."""
    return make.settled()


@pytest.fixture
def browser(alice: make.Member) -> Client:
    """Alice's practice, signed in."""
    return visiting.signed_in(alice.practice_access)
