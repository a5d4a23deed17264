"""Fifty practices on one machine of the Internet: openconnect for each, with a device of its own."""

import re
import signal
import subprocess
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from bench.crowd import Crowd
from bench.installation import Failed
from lab import commands, topology
from lab.system import System

_AT_ONCE = 4
_GROUP = "Flexnet-Yubikey"
_SCRIPT = """#!/bin/sh
[ "$reason" = connect ] || exit 0
ip address add "$INTERNAL_IP4_ADDRESS/32" dev "$TUNDEV" && ip link set "$TUNDEV" up mtu 1300
"""


@dataclass
class Tunnel:
    """`person` is the practice of the crowd that is connected through it."""

    number: int
    person: int
    cookie: str = field(default="", repr=False)
    process: subprocess.Popen[bytes] | None = None

    @property
    def device(self) -> str:
        return f"ben{self.number}"


@dataclass(frozen=True)
class Tunnels:
    """All clients of one run."""

    system: System
    crowd: Crowd
    folder: Path
    all: list[Tunnel]

    def sign_in(self) -> None:
        """Each with password and code, once; raises Failed for whoever is not let in."""
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            list(pool.map(self._sign_in, self.all))

    def connect(self) -> None:
        """Begin to open every tunnel by its cookie."""
        script = self.folder / "script"
        script.write_text(_SCRIPT)
        script.chmod(0o755)
        for tunnel in self.all:
            self._connect(tunnel, script)

    def vanish(self) -> None:
        """Every client is gone without a word, as after a power cut."""
        self._end(signal.SIGKILL)

    def log_out(self) -> None:
        """Every client says goodbye, if it still runs."""
        self._end(signal.SIGINT)

    def _end(self, number: signal.Signals) -> None:
        running = [one.process for one in self.all if one.process]
        for process in running:
            process.send_signal(number)
        for process in running:
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def _sign_in(self, tunnel: Tunnel) -> None:
        name = self.crowd.user_name(tunnel.person)
        words = ["--authenticate", "--passwd-on-stdin", "--user", name, "--authgroup", _GROUP]
        done = subprocess.run(
            self._openconnect(*words),
            input=self.crowd.field(tunnel.person, 0) + b"\n",
            capture_output=True,
            check=False,
            timeout=60,
        )
        cookie = re.search(r"^COOKIE='(.*)'$", done.stdout.decode(), re.MULTILINE)
        if not cookie:
            raise Failed(f"{name} was not let in:\n{done.stderr.decode()[-1000:]}")
        tunnel.cookie = cookie.group(1)

    def _connect(self, tunnel: Tunnel, script: Path) -> None:
        words = ["--cookie-on-stdin", "--interface", tunnel.device, "--script", str(script)]
        with self.folder.joinpath(f"{tunnel.device}.log").open("ab") as log:
            tunnel.process = subprocess.Popen(
                self._openconnect(*words), stdin=subprocess.PIPE, stdout=log, stderr=log
            )
        assert tunnel.process.stdin  # noqa: S101 - for the type checker: it is a pipe
        tunnel.process.stdin.write(tunnel.cookie.encode() + b"\n")
        tunnel.process.stdin.close()

    def _openconnect(self, *words: str) -> list[str]:
        command = ["openconnect", "--protocol=anyconnect", "--non-inter"]
        command += ["--cafile", str(self.system.authority.certificate)]
        command += [f"--resolve={topology.GATEWAY_NAME}:{topology.GATEWAY_ADDRESS}"]
        return commands.inside(topology.INTERNET, [*command, *words, topology.GATEWAY_NAME])
