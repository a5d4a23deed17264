"""occtl's answers, as a stand-in on the search path gives them: understood, or no answer at all."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

import pytest

from flexnet_gateway.errors import OcservAway
from flexnet_gateway.ocserv import Ocserv, Online

USERS = """[{"ID": 7, "State": "connected", "Full session": "S1=", "RX": "5", "TX": "7", "Routes": [],
"Routes": "defaultroute"}, {"ID": 8, "State": "pre-auth"}]"""


@pytest.fixture
def says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """What occtl prints."""
    program = tmp_path / "occtl"
    program.write_text(f"#!/bin/sh\nexec cat {tmp_path}/said\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    return tmp_path / "said"


def test_users_are_workers_with_their_session(says: Path) -> None:
    says.write_text(USERS)
    ocserv = Ocserv(says)
    assert asyncio.run(ocserv.online()) == [Online(7, "S1=", True, 5, 7), Online(8, "", False, 0, 0)]
    assert asyncio.run(ocserv.session_id(7)) == "S1="


def test_who_may_come_back_is_read_in_spite_of_a_comma_too_many(says: Path) -> None:
    says.write_text('[{"Session": "S1", "Full session":  "S1=", "in_use":  1,},]')
    assert asyncio.run(Ocserv(says).resumable()) == {"S1="}


def test_a_start_is_process_and_time(says: Path) -> None:
    says.write_text('{"Status": "online", "Server PID": 42, "raw_up_since": 1700000000}')
    assert asyncio.run(Ocserv(says).started()) == "42 1700000000"


@pytest.mark.parametrize("said", ["", "[]", "{", '{"Status": "offline"}', '[{"ID": "x"}]', "null"])
def test_anything_else_is_no_answer(says: Path, said: str) -> None:
    says.write_text(said)
    for question in (Ocserv(says).started(), Ocserv(says).session_id(7)):
        with pytest.raises(OcservAway):
            asyncio.run(question)


def test_without_occtl_there_is_no_answer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    for question in (Ocserv(tmp_path).started(), Ocserv(tmp_path).disconnect(7)):
        with pytest.raises(OcservAway, match="occtl"):
            asyncio.run(question)


def test_a_process_that_runs_is_not_dead() -> None:
    ocserv = Ocserv(Path("/nonexistent"))
    assert not ocserv.is_dead(f"{os.getpid()} 1")
    assert not ocserv.is_dead("")
    assert ocserv.is_dead(f"{2**22 + 1} 1")
