"""The hook program itself against the agent's socket: yes lets in, everything else does not."""

from __future__ import annotations

import asyncio
import os
import socket
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from flexnet_gateway import hook, rendering
from flexnet_gateway.hooks import Hooks
from flexnet_gateway.layout import Layout
from tests.flexnet_gateway.fakes import Gateway
from tests.flexnet_gateway.test_connecting import sign_in as signs_in

CONNECT = {
    "REASON": "connect",
    "ID": "1",
    "USERNAME": "anna",
    "DEVICE": "vpns0",
    "IP_REMOTE": "10.66.0.5",
    "IP_REAL": "198.51.100.10",
}
DISCONNECT = CONNECT | {"REASON": "disconnect", "STATS_BYTES_IN": "5", "STATS_BYTES_OUT": "7"}


@pytest.fixture
def program(tmp_path: Path) -> Path:
    """The hook as configure renders it, for a socket in this folder."""
    place = Layout(tmp_path)
    place.run.mkdir()
    path = tmp_path / "hook"
    path.write_text(rendering.hook_program(place))
    path.chmod(0o755)
    return path


async def run(program: Path, environment: dict[str, str]) -> int:
    child = await asyncio.create_subprocess_exec(program, env=environment, stderr=subprocess.DEVNULL)
    return await child.wait()


def serving(gateway: Gateway, program: Path, told: Callable[[], Awaitable[None]]) -> None:
    async def whole() -> None:
        server = await Hooks(gateway.connecting).listen(program.parent / "run" / "hook.socket")
        try:
            await told()
        finally:
            server.close()

    asyncio.run(whole())


def test_it_starts_isolated_and_without_site_packages(program: Path) -> None:
    assert program.read_text().splitlines()[0] == f"#!{Path(sys.executable).resolve()} -IS"
    assert str(program.parent) in program.read_text()


def test_yes_lets_in_and_the_disconnect_is_told(gateway: Gateway, program: Path) -> None:
    gateway.ocserv.start = f"{os.getpid()} 1"
    gateway.ocserv.has(1, "S1")
    signs_in(gateway)

    async def told() -> None:
        assert await run(program, CONNECT) == 0
        assert gateway.kernel.filters
        assert await run(program, DISCONNECT) == 0
        assert gateway.kernel.filters == {}
        assert gateway.ledger.book.sessions["S1"].octets == (5, 7)

    serving(gateway, program, told)


@pytest.mark.parametrize(
    "environment",
    [
        CONNECT | {"USERNAME": "berta"},  # who has not signed in
        CONNECT | {"ID": "x"},
        CONNECT | {"IP_REMOTE": "10.66.0.5 } ; flush ruleset"},
        CONNECT | {"DEVICE": 'vpns0" ; flush ruleset'},
        CONNECT | {"REASON": "host-update"},
        {},
    ],
)
def test_everything_else_keeps_out(gateway: Gateway, program: Path, environment: dict[str, str]) -> None:
    gateway.ocserv.has(1, "S1")
    signs_in(gateway)

    async def told() -> None:
        assert await run(program, environment) == 1
        assert gateway.kernel.filters == {}

    serving(gateway, program, told)


def test_without_the_agent_nobody_gets_in(program: Path) -> None:
    assert subprocess.run([program], env=CONNECT, capture_output=True).returncode == 1


def test_an_agent_that_does_not_answer_lets_nobody_in(program: Path) -> None:
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(program.parent / "run" / "hook.socket"))
        listener.listen()
        began = time.monotonic()
        assert subprocess.run([program], env=CONNECT, capture_output=True).returncode == 1
    assert hook.SECONDS - 0.1 < time.monotonic() - began < hook.SECONDS + 0.5


def test_the_socket_is_roots(gateway: Gateway, program: Path) -> None:
    async def told() -> None:
        assert (program.parent / "run" / "hook.socket").stat().st_mode & 0o777 == 0o600

    serving(gateway, program, told)
