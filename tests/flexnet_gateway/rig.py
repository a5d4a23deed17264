"""A gateway of real parts between a practice's PC and the closed network, in three network namespaces."""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from tests.flexnet_gateway.certificates import Authority

PC, GATEWAY, SNK = "gwt-pc", "gwt-gw", "gwt-snk"
PUBLIC, PORTAL = "198.51.100.1", "10.20.0.10"
ROOT = Path(__file__).resolve().parents[2]
PROGRAM = Path(sys.executable).parent / "flexnet-gateway"
PASSWORD = "geheim123456"
GROUP = "Flexnet-Yubikey"

TOML = """
[gateway]
name = "gw1"

[public]
device = "pub0"
address = "198.51.100.1"
certificate = "{folder}/flexnet.kvsa.de.pem"
key = "{folder}/flexnet.kvsa.de.key"

[snk]
device = "snk0"
address = "10.20.0.1"

[tunnel]
pool = "10.66.0.0/16"
dns = ["10.20.0.53"]
domain = "kvsa.kv-safenet.de"
group = "Flexnet-Yubikey"
portal = "https://kvsaonline.kvsa.kv-safenet.de/"

[server]
address = "127.0.0.1:2083"
name = "radius.kvsa.de"
certificate = "{folder}/gw1.pem"
key = "{folder}/gw1.key"
ca = "{folder}/ca.pem"

[timeouts]
compare_every = {compare_every}
orphan_after = {orphan_after}
"""


def until(true: Callable[[], Any], what: str, within: float = 10) -> Any:
    """Wait for something to become true; what it was is the failure's text."""
    end = time.monotonic() + within
    while not (found := true()):
        assert time.monotonic() < end, f"not within {within} s: {what}"
        time.sleep(0.02)
    return found


def ip(*arguments: str) -> None:
    subprocess.run(["ip", *arguments], check=True, capture_output=True)


class Rig:
    """What is started is remembered and ended by its id."""

    def __init__(self, folder: Path, compare_every: float, orphan_after: float) -> None:
        self.folder = folder
        self.gateway_folder = folder / "gw"
        self.children: dict[str, subprocess.Popen[bytes]] = {}
        (folder / "gateway.toml").write_text(
            TOML.format(folder=folder, compare_every=compare_every, orphan_after=orphan_after)
        )

    def start(self, name: str, namespace: str, *command: str, given: bytes = b"") -> subprocess.Popen[bytes]:
        """Run a program in a namespace; what it says goes to <name>.log."""
        with (self.folder / f"{name}.log").open("ab") as log:
            child = subprocess.Popen(
                ["ip", "netns", "exec", namespace, *command],
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                cwd=ROOT,
            )
        assert child.stdin is not None
        child.stdin.write(given)
        child.stdin.close()
        self.children[name] = child
        return child

    def stop(self, name: str, number: int = signal.SIGTERM) -> None:
        child = self.children.pop(name)
        child.send_signal(number)
        child.wait(10)

    def log(self, name: str) -> str:
        return (self.folder / f"{name}.log").read_text(errors="replace")

    def python(self, name: str, namespace: str, module: str, *arguments: str) -> subprocess.Popen[bytes]:
        return self.start(name, namespace, sys.executable, "-m", module, *arguments)

    def start_server(self) -> None:
        pair = [f"--certificate={self.folder}/radius.kvsa.de.pem", f"--key={self.folder}/radius.kvsa.de.key"]
        steering = self.folder / "steering"
        steering.unlink(missing_ok=True)
        self.python(
            "server", GATEWAY, "tests.flexnet_gateway.fake_server", *pair, f"--ca={self.folder}/ca.pem",
            f"--steering={steering}", "--port=2083",
        )  # fmt: skip
        until(steering.exists, "the server's steering socket")

    def start_agent(self) -> None:
        self.python("agent", GATEWAY, "flexnet_gateway.main", "run", f"--dir={self.gateway_folder}")
        until(
            lambda: self.log("agent").count("connected to the server") > self._connections,
            "agent's connection",
        )
        self._connections = self.log("agent").count("connected to the server")

    _connections = 0

    def start_ocserv(self) -> None:
        self.start("ocserv", GATEWAY, "ocserv", "-f", "-c", f"{self.gateway_folder}/ocserv.conf")
        until(lambda: self.occtl("show", "status"), "ocserv's control socket")

    def steer(self, do: str, **more: Any) -> Any:
        """One command to the server and its answer."""
        with socket.socket(socket.AF_UNIX) as steering:
            steering.settimeout(10)
            steering.connect(str(self.folder / "steering"))
            steering.sendall(json.dumps({"do": do, **more}).encode() + b"\n")
            return json.loads(b"".join(iter(lambda: steering.recv(65536), b"")))

    def occtl(self, *question: str) -> Any:
        control = str(self.gateway_folder / "run" / "occtl.socket")
        command = ["ip", "netns", "exec", GATEWAY, "occtl", "-s", control, "--json", *question]
        asked = subprocess.run(command, capture_output=True)
        return json.loads(asked.stdout) if asked.returncode == 0 else None

    def connect(self, name: str, user_name: str, *more: str, password: str = PASSWORD) -> None:
        """Start openconnect; it answers by itself."""
        secret = [] if "--cookie-on-stdin" in more else ["--passwd-on-stdin"]
        arguments = [*secret, "-u", user_name, "--authgroup", GROUP, "--non-inter"]
        pinned = ["--cafile", f"{self.folder}/ca.pem", "--resolve", f"flexnet.kvsa.de:{PUBLIC}"]
        script = ["--script", str(self.folder / "vpnc-script"), "--interface", f"tun-{name}"]
        command = ["openconnect", *arguments, *pinned, *script, *more, "flexnet.kvsa.de"]
        self.start(name, PC, *command, given=f"{password}\n".encode())

    def connected(self, name: str, user_name: str, *more: str, password: str = PASSWORD) -> dict[str, Any]:
        """Connect and wait for it; what occtl says of the session."""
        before = self.log(name).count("Configured as") if (self.folder / f"{name}.log").exists() else 0
        self.connect(name, user_name, *more, password=password)
        until(lambda: self.log(name).count("Configured as") > before, f"{name} is connected")
        until(lambda: (self.folder / f"tun-{name}.env").exists(), f"{name} has its address")
        (self.folder / f"tun-{name}.env").unlink()
        return dict(until(lambda: self.online(user_name), f"{name} in occtl")[0])

    def cookie(self, user_name: str) -> str:
        """Sign in and stop there."""
        self.connect("cookie", user_name, "--authenticate")
        self.children.pop("cookie").wait(15)
        found = re.findall(r"^COOKIE='(.+)'", self.log("cookie"), re.MULTILINE)
        assert found, self.log("cookie")
        return str(found[-1])

    def is_refused(self, name: str, user_name: str, *more: str, password: str = PASSWORD) -> bool:
        """Whether a connection attempt ends without a tunnel."""
        self.connect(name, user_name, *more, password=password)
        self.children.pop(name).wait(20)
        return "Configured as" not in self.log(name)

    def online(self, user_name: str) -> list[dict[str, Any]]:
        """The user's connected sessions, as occtl shows them."""
        known = self.occtl("show", "users") or []
        return [one for one in known if one["Username"] == user_name and one["State"] == "connected"]

    def reaches(self, name: str, address: str, port: int) -> bool:
        """Whether a TCP connection from this tunnel's PC is accepted."""
        program = (
            "import socket; s = socket.socket(); s.settimeout(0.7);"
            f"s.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, b'tun-{name}');"
            f"s.connect(({address!r}, {port}))"
        )
        asked = subprocess.run(
            ["ip", "netns", "exec", PC, sys.executable, "-IS", "-c", program], capture_output=True
        )
        return asked.returncode == 0

    def download(self, name: str) -> None:
        """Start a download through this tunnel and wait until it runs."""
        log = self.folder / f"download-{name}.log"
        log.unlink(missing_ok=True)
        self.python(f"download-{name}", PC, "tests.flexnet_gateway.download", f"tun-{name}", PORTAL)
        until(lambda: log.exists() and "running" in log.read_text(), "the download runs")

    def last_byte(self, name: str) -> float:
        """When the download got its last byte, on the machine's monotonic clock; it is over by then."""
        assert self.children.pop(f"download-{name}").wait(20) == 0
        return float(self.log(f"download-{name}").split()[-1])

    def nft(self) -> str:
        asked = ["ip", "netns", "exec", GATEWAY, "nft", "list", "table", "inet", "flexnet_gateway"]
        return subprocess.run(asked, capture_output=True, text=True).stdout


@contextlib.contextmanager
def built(folder: Path, compare_every: float = 1.0, orphan_after: float = 3600) -> Iterator[Rig]:
    """Everything up; afterwards nothing of it is left."""
    rig = Rig(folder, compare_every, orphan_after)
    authority = Authority(folder)
    for name in ("gw1", "radius.kvsa.de", "flexnet.kvsa.de"):
        authority.issue(name)
    with contextlib.ExitStack() as undo:
        _namespaces(undo)
        _scripts(rig)
        undo.callback(_end_children, rig)
        rig.python("configure", GATEWAY, "flexnet_gateway.main", "configure", f"--file={folder}/gateway.toml", f"--into={rig.gateway_folder}")  # noqa: E501  # fmt: skip
        assert rig.children.pop("configure").wait(10) == 0, rig.log("configure")
        sysctl = ["ip", "netns", "exec", GATEWAY, "sysctl", "-qp", f"{rig.gateway_folder}/sysctl.conf"]
        subprocess.run(sysctl, check=True)
        rig.start_server()
        rig.start_agent()
        rig.start_ocserv()
        rig.python("services", SNK, "tests.flexnet_gateway.services")
        yield rig


def _namespaces(undo: contextlib.ExitStack) -> None:
    for name in (PC, GATEWAY, SNK):
        subprocess.run(["ip", "netns", "delete", name], capture_output=True)
        ip("netns", "add", name)
        undo.callback(ip, "netns", "delete", name)
        ip("-n", name, "link", "set", "lo", "up")
    _wire(PC, "eth0", "198.51.100.10/24", GATEWAY, "pub0", f"{PUBLIC}/24")
    _wire(SNK, "eth0", f"{PORTAL}/24", GATEWAY, "snk0", "10.20.0.1/24")
    ip("-n", SNK, "addr", "add", "10.20.0.20/24", "dev", "eth0")
    ip("-n", SNK, "route", "add", "10.66.0.0/16", "via", "10.20.0.1")


def _wire(
    left: str, left_device: str, left_address: str, right: str, right_device: str, right_address: str
) -> None:
    ip("-n", left, "link", "add", left_device, "type", "veth", "peer", "name", right_device, "netns", right)
    for name, device, address in ((left, left_device, left_address), (right, right_device, right_address)):
        ip("-n", name, "addr", "add", address, "dev", device)
        ip("-n", name, "link", "set", device, "up")


def _scripts(rig: Rig) -> None:
    """The PC's side of a tunnel: address and one route, no name servers."""
    script = rig.folder / "vpnc-script"
    script.write_text(
        "#!/bin/sh\n"
        'case "$reason" in connect) ip link set "$TUNDEV" up mtu "$INTERNAL_IP4_MTU"\n'
        'ip addr replace "$INTERNAL_IP4_ADDRESS/32" dev "$TUNDEV"\n'
        'ip route replace 10.0.0.0/8 dev "$TUNDEV" src "$INTERNAL_IP4_ADDRESS"\n'
        'env > "$TUNDEV.env" ;; esac\n'.replace('"$TUNDEV.env"', f'"{rig.folder}/$TUNDEV.env"')
    )
    script.chmod(0o755)


def _end_children(rig: Rig) -> None:
    for child in reversed(rig.children.values()):
        child.terminate()
    for child in rig.children.values():
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.wait(5)
            continue
        os.kill(child.pid, signal.SIGKILL)
        child.wait()
