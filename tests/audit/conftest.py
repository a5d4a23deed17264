"""An anchor folder and signing keys of the test's own, and a hand that reaches past the triggers."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from django.db import connection

from flexnet import transactions
from flexnet.audit import actions, append_only, keys

Tamper = Callable[..., None]
Record = Callable[[int], None]


@pytest.fixture(autouse=True)
def _anchors_of_its_own(anchor_dir: Path) -> None:
    """Every test here has them."""


@pytest.fixture(autouse=True)
def signing_key(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file of this test's signing keys, read anew at every use."""
    path = tmp_path_factory.mktemp("secrets") / "audit.pem"
    keys.create(path)
    monkeypatch.setattr(keys, "current", lambda: keys.load(path))
    return path


@pytest.fixture
def record(db: None) -> Record:
    """Record so many acts, each in its own transaction."""

    def act(count: int) -> None:
        for number in range(count):
            with transactions.writing():
                actions.record("key.assigned", by="cli:alice", subject=f"key:{number}", data={"n": number})

    return act


@pytest.fixture
def tamper(db: None) -> Tamper:
    """Somebody with the database's own password: takes the triggers away and runs any statement."""

    def change(statement: str, *values: str | int) -> None:
        append_only.remove(connection)
        with connection.cursor() as cursor:
            cursor.execute(statement, values)

    return change
