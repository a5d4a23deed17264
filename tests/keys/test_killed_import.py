"""kill -9 in the middle of an import of keys: no key is half there, and what broke off ends all the same."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from tests.settings import _write

pytestmark = pytest.mark.long
COUNT = 250
# Where the power goes, at its which call there, and how many keys are there whole then.
STEPS = (
    (("flexnet.keys.importing", "look", "after", "1"), 0),
    (("flexnet.keys.actions", "add", "before", "1"), 0),
    (("flexnet.keys.actions", "add", "after", "60"), 0),
    (("flexnet.keys.importing", "_bring_in", "after", "1"), 100),
    (("flexnet.keys.actions", "add", "after", "100"), 100),
    (("flexnet.keys.importing", "_bring_in", "after", "1"), 200),
    (("flexnet.keys.importing", "_bring_in", "after", "1"), 250),
    (("flexnet.keys.importing", "run", "after", "1"), 250),
)


class Installation:
    """One of its own, over SQLite, on which programs run."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.environment = {
            **os.environ,
            "FLEXNET_CONFIG": str(_write(folder)),
            "DJANGO_SETTINGS_MODULE": "flexnet.settings",
        }
        for words in (("secrets", "make"), ("migrate",)):
            assert self.run("flexnet.cli", *words) == 0

    def run(self, program: str, *words: str) -> int:
        command = [sys.executable, "-m", program, *words]
        return subprocess.run(command, env=self.environment, check=False, capture_output=True).returncode

    def ask(self, question: str) -> list[tuple[object, ...]]:
        with sqlite3.connect(self.folder / "flexnet" / "flexnet.sqlite3") as database:
            return database.execute(question).fetchall()

    def counts(self) -> list[object]:
        """Keys, their movements, what they are made of, their entries."""
        tables = ("keys_key", "keys_movement", "keys_device", "audit_event WHERE kind = 'key.added'")
        return [self.ask(f"SELECT COUNT(*) FROM {table}")[0][0] for table in tables]  # noqa: S608 - of ours


def test_a_killed_import_is_taken_up_again_and_leads_to_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("FLEXNET_TEST_DATABASE_URL", raising=False)
    here = Installation(tmp_path)
    assert here.run("tests.keys.killed_import", "upload", str(COUNT)) == 0
    for step, whole in STEPS:
        assert here.run("tests.keys.killed_import", "take", *step) == -signal.SIGKILL
        assert here.counts() == [whole] * 4, step
        assert here.ask("SELECT taken_at, sealed_rows IS NULL FROM keys_keyfile") == [(None, 0)]
    assert here.run("tests.keys.killed_import", "take", *STEPS[0][0][:3], "0") == 0
    assert here.counts() == [COUNT] * 4
    assert here.ask("SELECT taken_at IS NULL, sealed_rows IS NULL, is_written FROM keys_keyfile") == [
        (0, 1, 1)
    ]
    imported = here.ask("SELECT data FROM audit_event WHERE kind = 'keys.imported' ORDER BY id")
    assert [json.loads(str(data))["new"] for (data,) in imported] == [0, 0]  # all were there by then
