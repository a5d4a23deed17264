"""Computers with a browser, and a practice's PC, which has our client on it."""

import json
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lab import commands, configurations, reach
from lab.browser import Steering
from lab.system import System

_ROOT = Path(__file__).resolve().parent.parent
_CLIENT = str(Path(sys.executable).with_name("flexnet-client"))


@dataclass(frozen=True)
class Said:
    """How a command of the client ended, what the person read, and how long it took (ms)."""

    status: int
    text: str
    took_ms: int


class Computer:
    """One computer in its namespace, with a browser."""

    def __init__(self, system: System, namespace: str) -> None:
        self.namespace = namespace
        self.system = system
        self.folder = system.folder / namespace
        self.folder.mkdir()
        self.browser = Steering(self.folder / "browser.sock")
        self.opener = self._write_browser()

    def open_browser(self, url: str) -> None:
        """Open an address as the desktop would."""
        commands.run(commands.inside(self.namespace, [str(self.opener), url]))

    def reached(self, *targets: str, cookie: str = "") -> dict[str, str | None]:
        """What these targets answer from here."""
        trust = str(self.system.authority.certificate)
        return reach.reached(self.namespace, targets, trust=trust, cookie=cookie)

    def _write_browser(self) -> Path:
        """Write what stands for the desktop's browser: a command that is given an address."""
        path = self.folder / "browser"
        words = f"{sys.executable} -m lab.browser {self.browser.path} {self.system.authority.pin()}"
        trust = f"NODE_EXTRA_CA_CERTS={self.system.authority.certificate}"  # of what steers the browser
        path.write_text(f'#!/bin/sh\ncd {_ROOT} && {trust} exec {words} "$1"\n')
        path.chmod(0o755)
        return path


class Pc(Computer):
    """A practice's PC; its settings are those that the KV gives its members."""

    def __init__(self, system: System, namespace: str) -> None:
        super().__init__(system, namespace)
        self.run = self.folder / "run"
        self.settings = configurations.client(self.folder, system.authority, self.opener)

    def connect(self, user_name: str, field: str, *words: str) -> Said:
        """Connect in the background; returns once the tunnel is up, or the attempt is over."""
        named = ("--config", str(self.settings), "--user", user_name)
        return self._client("connect", *named, "--background", *words, stdin=field)

    def disconnect(self) -> Said:
        """End the connection as the person does."""
        return self._client("disconnect")

    def status(self) -> dict[str, Any]:
        """What the client says of the PC's state."""
        said = self._client("status", "--json")
        state: dict[str, Any] = json.loads(said.text.splitlines()[-1])
        return state

    def is_in_state(self, *states: str) -> Callable[[], bool]:
        """Whether the PC is in one of these states; to be asked again and again."""
        return lambda: self.status()["state"] in states

    def _client(self, *words: str, stdin: str = "") -> Said:
        begun = time.monotonic()
        done = subprocess.run(
            commands.inside(self.namespace, [_CLIENT, *words]),
            input=stdin,
            env=commands.surroundings() | {"FLEXNET_CLIENT_RUN_DIR": str(self.run)},
            capture_output=True,
            text=True,
            timeout=90,
            check=False,
        )
        took = round((time.monotonic() - begun) * 1000)
        return Said(done.returncode, done.stdout + done.stderr, took)
