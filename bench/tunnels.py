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
    frozen: subprocess.Popen[bytes] | None = None

    @property
    def devices(self) -> tuple[str, str]:
        return f"ben{self.number}", f"ben{self.number}b"

    @property
    def free_device(self) -> str:
        """A frozen client keeps the first one."""
        return self.devices[1 if self.frozen else 0]


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

    def gave_up(self) -> bool:
        """Whether every client has ended by itself, as it does when its cookie is refused."""
        return all(one.process is not None and one.process.poll() is not None for one in self.all)

    def freeze(self) -> None:
        """Every client falls silent without a word to the gateway, as in a power cut."""
        for tunnel in self.all:
            if tunnel.process:
                tunnel.process.send_signal(signal.SIGSTOP)
                tunnel.frozen, tunnel.process = tunnel.process, None

    def vanish(self) -> None:
        """Every client is killed: nobody logs out, but the gateway sees their connections close."""
        self._end(signal.SIGKILL)

    def log_out(self) -> None:
        """Every client says goodbye, if it still runs."""
        self._end(signal.SIGINT)

    def _end(self, number: signal.Signals) -> None:
        running = [process for one in self.all for process in (one.process, one.frozen) if process]
        for process in running:
            process.send_signal(number)
        for process in running:
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        for tunnel in self.all:
            tunnel.process = tunnel.frozen = None

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
        words = ["--cookie-on-stdin", "--interface", tunnel.free_device, "--script", str(script)]
        with self.folder.joinpath(f"{tunnel.devices[0]}.log").open("ab") as log:
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
