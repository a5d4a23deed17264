"""A port for a server that starts later stays free until then, whatever other processes do meanwhile."""

import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from lab import ports

CLAIM = "import sys; from lab import ports; print(ports.claim(), flush=True); sys.stdin.read()"


@pytest.fixture
def another() -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-c", CLAIM]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        yield process


def test_what_another_process_claimed_is_its_own_as_long_as_it_lives(
    another: subprocess.Popen[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert another.stdout
    claimed = int(another.stdout.readline())
    monkeypatch.setattr(ports, "_never_given_away", lambda: [claimed])
    with pytest.raises(ports.NoPort):
        ports.claim()
    another.communicate()
    assert ports.claim() == claimed


@pytest.mark.parametrize("kind", [socket.SOCK_STREAM, socket.SOCK_DGRAM])
def test_what_somebody_listens_on_is_not_claimed(
    kind: socket.SocketKind, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.socket(socket.AF_INET, kind) as stranger:
        stranger.bind(("127.0.0.1", 0))
        monkeypatch.setattr(ports, "_never_given_away", lambda: [stranger.getsockname()[1]])
        with pytest.raises(ports.NoPort):
            ports.claim(kind)


def test_the_kernel_gives_it_to_nobody_who_names_no_port(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ports, "_GIVEN_AWAY", tmp_path / "range")
    ports._GIVEN_AWAY.write_text("15002\t65533\n")
    assert ports._never_given_away() == [15000, 15001, 65534, 65535]
