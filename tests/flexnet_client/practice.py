"""A practice, its router, the Internet, a gateway and a tiny closed network, in namespaces of the tests."""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from tests.flexnet_client import certificates

INTERNET, ROUTER, LAN, PC = "clt-inet", "clt-nat", "clt-lan", "clt-pc"
GATEWAY, SNK = "clt-gw", "clt-snk"
NAMESPACES = (INTERNET, ROUTER, LAN, PC, GATEWAY, SNK)
GATEWAY_NAME, GROUP = "flexnet.kvsa.test", "Flexnet-Yubikey"
GATEWAY_ADDRESS, INTERNET_HOST = "198.51.100.1", "198.51.100.80"
NEIGHBOUR, SECOND_NEIGHBOUR, NEIGHBOUR6 = "192.168.178.20", "192.168.188.20", "fd00:178::20"
PORTAL, SNK_DNS, PORTAL_NAME = "10.20.0.10", "10.20.0.53", "kvsaonline.kvsa.test"
HOME_DNS_ANSWER = INTERNET_HOST
USER, PASSWORD = "p-123456789", "Herbstlaub-7-"
CODE = "755224"

RESOLVER = """
import socket
listener = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
listener.bind(("127.0.0.53", 53))
upstream = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
upstream.bind(("", 40054))
print("ready")
while True:
    query, caller = listener.recvfrom(512)
    upstream.sendto(query, ("192.168.178.1", 53))
    listener.sendto(upstream.recv(512), caller)
"""
_NAT_RULES = """
table ip router {
    chain postrouting {
        type nat hook postrouting priority srcnat;
        oifname "wan0" masquerade
    }
}
"""
_CABLES = """
clt-gw pub0 198.51.100.1/24 clt-inet gw
clt-nat wan0 198.51.100.10/24 clt-inet nat
clt-nat home0 192.168.178.1/24 clt-lan nat
clt-pc lan0 192.168.178.10/24 clt-lan pc
clt-gw snk0 10.20.0.1/24 clt-snk gw
"""
_BRIDGES = {
    INTERNET: ("net0", (f"{INTERNET_HOST}/24",), ("gw", "nat")),
    LAN: ("home0", (f"{NEIGHBOUR}/24", f"{NEIGHBOUR6}/64"), ("nat", "pc")),
    SNK: ("snk0", (f"{PORTAL}/24", f"{SNK_DNS}/24"), ("gw",)),
}
_ROUTES = (
    (PC, "default", "192.168.178.1"),
    (LAN, "default", "192.168.178.1"),
    (SNK, "10.66.0.0/16", "10.20.0.1"),
)
_OCSERV = """
auth = "plain[passwd={folder}/passwd]"
tcp-port = 443
udp-port = 443
run-as-user = nobody
run-as-group = nogroup
socket-file = {folder}/ocserv.socket
occtl-socket-file = {folder}/occtl.socket
use-occtl = true
server-cert = {folder}/gateway.pem
server-key = {folder}/gateway.key
isolate-workers = false
max-clients = 16
max-same-clients = 4
keepalive = 32400
dpd = 90
mobile-dpd = 1800
switch-to-tcp-timeout = 25
try-mtu-discovery = false
auth-timeout = 240
min-reauth-time = 1
max-ban-score = 0
cookie-timeout = 300
session-timeout = 36000
deny-roaming = false
rekey-time = 172800
use-utmp = false
device = vpns
predictable-ips = true
ipv4-network = 10.66.0.0/16
dns = 10.20.0.53
tunnel-all-dns = true
select-group = Flexnet-Yubikey
cisco-client-compat = true
persistent-cookies = false
log-level = 2
"""


def run(*command: str, stdin: str | None = None, check: bool = True, timeout: float = 30) -> str:
    """Run a program to its end and return what it printed; its last words are in the assertion."""
    done = subprocess.run(command, input=stdin, capture_output=True, text=True, timeout=timeout, check=False)
    assert done.returncode == 0 or not check, f"{' '.join(command)}: {done.stdout}{done.stderr}"
    return done.stdout


def inside(namespace: str, *command: str) -> tuple[str, ...]:
    """Name the command that runs this one in a namespace."""
    return ("ip", "netns", "exec", namespace, *command)


def ip(namespace: str, *arguments: str) -> str:
    """Run iproute2 on a namespace."""
    return run("ip", "-n", namespace, *arguments)


@contextlib.contextmanager
def background(*command: str, ready: str = "") -> Iterator[subprocess.Popen[str]]:
    """Keep a program running for the block, then end it; waits for a line that begins with `ready`."""
    output = subprocess.PIPE if ready else subprocess.DEVNULL
    program = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT, text=True)
    try:
        while ready and program.stdout and not program.stdout.readline().startswith(ready):
            assert program.poll() is None, f"{command[0]} ended at once"
        yield program
    finally:
        program.send_signal(signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            program.wait(5)
        program.kill()
        program.wait()
        if program.stdout:
            program.stdout.close()


@contextlib.contextmanager
def standing(folder: Path) -> Iterator[None]:
    """Build everything, with the gateway and all hosts running; takes all of it down on every way out."""
    _remove()
    with contextlib.ExitStack() as stack:
        stack.callback(_remove)
        _build()
        stack.enter_context(_host(LAN, "neighbour"))
        stack.enter_context(_host(ROUTER, "router", dns=("192.168.178.1", HOME_DNS_ANSWER)))
        stack.enter_context(_host(INTERNET, "internet", dns=(INTERNET_HOST, HOME_DNS_ANSWER)))
        stack.enter_context(_host(SNK, "portal", dns=(SNK_DNS, PORTAL)))
        issuer = certificates.Issuer()
        issuer.write(folder / "ca.pem")
        issuer.issue(folder, GATEWAY_NAME)
        stack.enter_context(gateway(folder))
        yield


@contextlib.contextmanager
def gateway(folder: Path) -> Iterator[int]:
    """Run the gateway for the block; yields its process id."""
    folder.chmod(0o755)
    (folder / "ocserv.conf").write_text(_OCSERV.format(folder=folder))
    accounts = ("ocpasswd", "-c", str(folder / "passwd"), "-g", GROUP, USER)
    run(*accounts, stdin=f"{PASSWORD}{CODE}\n" * 2)
    command = inside(GATEWAY, "ocserv", "--foreground", "--config", str(folder / "ocserv.conf"))
    with (folder / "ocserv.log").open("a") as log:
        program = subprocess.Popen(command, stdout=log, stderr=log)
    try:
        run(*inside(PC, sys.executable, "-I", "-c", _WAIT_FOR_GATEWAY, GATEWAY_ADDRESS))
        yield program.pid
    finally:
        program.terminate()
        try:
            program.wait(5)
        except subprocess.TimeoutExpired:
            program.kill()
            program.wait()


_WAIT_FOR_GATEWAY = """
import socket, sys, time
end = time.monotonic() + 15
while time.monotonic() < end:
    try:
        sys.exit(socket.create_connection((sys.argv[1], 443), 1).close())
    except OSError:
        time.sleep(0.1)
sys.exit("the gateway does not answer")
"""


def plug_in_second_card() -> None:
    """Give the PC a second card with a second network and a neighbour in it."""
    ip(PC, "link", "add", "lan1", "type", "veth", "peer", "name", "second", "netns", LAN)
    for namespace, device, address in ((PC, "lan1", "192.168.188.10/24"), (LAN, "second", SECOND_NEIGHBOUR)):
        ip(namespace, "link", "set", device, "up")
        ip(namespace, "address", "add", address if "/" in address else f"{address}/24", "dev", device)


def pull_second_card() -> None:
    """Take the second card away again, with its cable."""
    ip(PC, "link", "delete", "lan1")


@contextlib.contextmanager
def _host(namespace: str, name: str, *, dns: tuple[str, ...] = ()) -> Iterator[None]:
    program = (sys.executable, str(Path(__file__).with_name("answerer.py")), name)
    with background(*inside(namespace, *program, *(("--dns", *dns) if dns else ())), ready="ready"):
        yield


def _build() -> None:
    for namespace in NAMESPACES:
        _write_files(namespace)
        run("ip", "netns", "add", namespace)
        settings = (
            "net.ipv4.ip_forward=1",
            "net.ipv6.conf.all.accept_dad=0",
            "net.ipv6.conf.default.accept_dad=0",
        )
        run(*inside(namespace, "sysctl", "-qw", *settings))
        ip(namespace, "link", "set", "lo", "up")
    for line in _CABLES.split("\n")[1:-1]:
        near, device, address, far, peer = line.split()
        ip(near, "link", "add", device, "type", "veth", "peer", "name", peer, "netns", far)
        ip(near, "address", "add", address, "dev", device)
        ip(near, "link", "set", device, "up")
    for namespace, (bridge, addresses, ports) in _BRIDGES.items():
        _bridge(namespace, bridge, addresses, ports)
    ip(PC, "address", "add", "fd00:178::10/64", "dev", "lan0", "nodad")
    run(*inside(PC, "sysctl", "-qw", "net.ipv4.conf.all.rp_filter=1"))  # the strictest that PCs have
    for namespace, network, neighbour in _ROUTES:
        ip(namespace, "route", "add", network, "via", neighbour)
    run(*inside(ROUTER, "nft", "-f", "-"), stdin=_NAT_RULES)


def _bridge(namespace: str, bridge: str, addresses: tuple[str, ...], ports: tuple[str, ...]) -> None:
    ip(namespace, "link", "add", bridge, "type", "bridge")
    for address in addresses:
        ip(namespace, "address", "add", address, "dev", bridge, *(("nodad",) if ":" in address else ()))
    for port in ports:
        ip(namespace, "link", "set", port, "master", bridge)
        ip(namespace, "link", "set", port, "up")
    ip(namespace, "link", "set", bridge, "up")


def _write_files(namespace: str) -> None:
    folder = Path("/etc/netns") / namespace
    folder.mkdir(parents=True)
    resolver = "192.168.178.1" if namespace == PC else "127.0.0.1"
    (folder / "resolv.conf").write_text(f"nameserver {resolver}\noptions timeout:1 attempts:1\n")
    (folder / "hosts").write_text(f"127.0.0.1 localhost\n{GATEWAY_ADDRESS} {GATEWAY_NAME}\n")


def _remove() -> None:
    for namespace in NAMESPACES:
        if Path("/run/netns", namespace).exists():
            for process in run("ip", "netns", "pids", namespace).split():
                with contextlib.suppress(ProcessLookupError):
                    os.kill(int(process), signal.SIGKILL)
            run("ip", "netns", "del", namespace)
        shutil.rmtree(Path("/etc/netns") / namespace, ignore_errors=True)
