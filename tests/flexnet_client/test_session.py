"""The undo stack of a connection: whatever step fails, all before it is taken back, the filter last."""

from pathlib import Path

import pytest

from flexnet_client import openconnect, ruleset
from flexnet_client.commands import CommandFailed, Commands
from flexnet_client.credentials import Secret
from flexnet_client.gateway import Gateway
from flexnet_client.session import Plan, Session
from flexnet_client.settings import Settings


class Recording(Commands):
    """Runs nothing; remembers what would have run, and fails where told to."""

    def __init__(self, failing: str = "") -> None:
        super().__init__()
        object.__setattr__(self, "ran", [])
        object.__setattr__(self, "failing", failing)
        self.ran: list[str]
        self.failing: str

    def run(self, *command: str, stdin: str = "", patience: float = 0) -> str:
        """Remember the command as one line."""
        kind = (
            "whole filter" if "chain arriving" in stdin else "removal" if stdin == ruleset.removal() else ""
        )
        line = " ".join(command[:3]) + (f" {kind}" if kind else "")
        self.ran.append(line)
        if self.failing and self.failing in line:
            raise CommandFailed(line)
        return ""


def session(folder: Path, commands: Commands) -> Session:
    chosen = Settings("flexnet.kv.example", "Flexnet-Yubikey")
    found = Gateway("flexnet.kv.example", "198.51.100.1", 443)
    return Session(Plan(chosen, found, "p-1", folder, lambda _progress: None), commands)


UNDONE = ["ip link delete", "ip rule delete", "ip route flush", "nft -f - removal", "resolvectl flush-caches"]


@pytest.mark.parametrize(
    ("failing", "done"),
    [
        ("whole filter", ["nft -f - whole filter"] * 5),
        ("ip -4 rule", ["nft -f - whole filter", "ip -4 rule"]),
    ],
)
def test_a_step_that_fails_takes_back_all_before_it(tmp_path: Path, failing: str, done: list[str]) -> None:
    commands = Recording(failing)
    with pytest.raises(CommandFailed, match=failing):
        session(tmp_path, commands).keep(Secret(b""))
    assert commands.ran == [*UNDONE[:-1], *done, *UNDONE]


def test_the_filter_stands_before_openconnect_begins_and_falls_after_all_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    commands = Recording()

    def cannot_start(_command: list[str], _field: Secret) -> None:
        commands.ran.append("openconnect")
        raise CommandFailed("openconnect")

    monkeypatch.setattr(openconnect, "start", cannot_start)
    with pytest.raises(CommandFailed, match="openconnect"):
        session(tmp_path, commands).keep(Secret(b""))
    done = ["nft -f - whole filter", "ip -4 rule", "openconnect"]
    assert commands.ran == [*UNDONE[:-1], *done, *UNDONE]
    assert list(tmp_path.iterdir()) == [], "the script's socket is gone too"
