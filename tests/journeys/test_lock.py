"""The benchmark of locks in a tiny size: it plays in the lab."""

import json

import pytest

from bench import main

pytestmark = pytest.mark.lab


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
@pytest.mark.parametrize("lose", [(), ("--lose-disconnects",)])
def test_lock(lose: tuple[str, ...], database: str, capsys: pytest.CaptureFixture[str]) -> None:
    main.run(["lock", "--tunnels", "3", "--rounds", "1", *lose, "--database", database, "--json"])
    figures = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert (figures["tunnels"], figures["locks"], figures["came_back"]) == (3, 3, 0)
    assert figures["back_before_lock"] == 3
    assert 0 < figures["p50_ms"] <= figures["p99_ms"] < 5_000
    assert figures["agent_memory_mb"] > 10
