"""The PC in a real network with a real gateway: what is open when, whoever is killed, wherever it roams."""

import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from flexnet_client import lock
from tests.flexnet_client import certificates, practice
from tests.flexnet_client.practice import inside, ip, run

pytestmark = pytest.mark.lab

CLIENT = str(Path(sys.executable).with_name("flexnet-client"))
FIELD = practice.PASSWORD + practice.CODE
OUTSIDE = (practice.NEIGHBOUR, practice.INTERNET_HOST)
MAY_LOCK_OUT_SECONDS = 10
_HARMLESS = (
    f"arp or (host {practice.GATEWAY_ADDRESS} and port 443) or (udp and (port 67 or port 68))"
    " or (icmp6 and ip6[40] >= 133 and ip6[40] <= 136)"
    " or (ip6[6] == 0 and ip6[40] == 58 and ip6[48] == 143)"  # listener reports of a card that just came up
)


class Client:
    """flexnet-client on the practice PC."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.config = folder / "client.toml"
        self.write_config()

    def write_config(self, **changed: str) -> None:
        """Write the settings, with some of them changed."""
        values = {"gateway": practice.GATEWAY_NAME, "group": practice.GROUP, "hotline": "0391 627 7000"}
        values |= {"ca_file": str(self.folder / "ca.pem"), "portal_url": f"https://{practice.PORTAL_NAME}/"}
        lines = [f'{key} = "{value}"' for key, value in (values | changed).items()]
        browser = ["/bin/sh", "-c", f'echo "$0" > {self.folder}/browser']
        self.config.write_text("\n".join([*lines, f"browser = {json.dumps(browser)}"]))

    def call(self, *arguments: str, field: str = "") -> subprocess.CompletedProcess[str]:
        """Run one command of the client to its end."""
        command = inside(practice.PC, CLIENT, *arguments)
        return subprocess.run(command, input=field, capture_output=True, text=True, timeout=90, check=False)

    def connect(self, *arguments: str, field: str = FIELD, user: str = practice.USER) -> str:
        """Connect in the background; return what the person reads."""
        done = self.call(
            "connect",
            "--config",
            str(self.config),
            "--user",
            user,
            "--background",
            *arguments,
            field=field + "\n",
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def refused(self, *arguments: str, field: str = FIELD, user: str = practice.USER) -> tuple[int, str]:
        """Connect in vain; return the exit code and what the person reads."""
        done = self.call(
            "connect", "--config", str(self.config), "--user", user, *arguments, field=field + "\n"
        )
        assert "Traceback" not in done.stderr
        return done.returncode, done.stdout + done.stderr

    def state(self) -> dict[str, object]:
        """Return what `status --json` says."""
        state: dict[str, object] = json.loads(self.call("status", "--json").stdout)
        return state

    def watcher(self) -> int:
        """Return the process that keeps the connection."""
        process = self.state()["process"]
        assert isinstance(process, int)
        return process


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    if os.geteuid() != 0 or not Path("/dev/net/tun").exists():
        pytest.fail("The lab needs root and /dev/net/tun.")
    with (
        tempfile.TemporaryDirectory(prefix="clt-") as name,  # where the gateway's own user gets through
        practice.standing(Path(name)),
        pytest.MonkeyPatch.context() as environment,
    ):
        environment.setenv(lock.VARIABLE, f"{name}/run")
        yield Path(name)


@pytest.fixture
def client(folder: Path) -> Iterator[Client]:
    client = Client(folder)
    yield client
    client.call("disconnect")
    for process in _processes("openconnect", "flexnet-client"):
        os.kill(process, signal.SIGKILL)
    assert "flexnet" not in run(*inside(practice.PC, "nft", "list", "tables"))
    assert "18010" not in ip(practice.PC, "rule")


@pytest.fixture(params=["one card", "two cards"])
def cards(folder: Path, request: pytest.FixtureRequest) -> Iterator[None]:
    if request.param == "two cards":
        practice.plug_in_second_card()
    yield
    if request.param == "two cards":
        practice.pull_second_card()


def _processes(*names: str) -> list[int]:
    found = []
    for process in map(int, run("ip", "netns", "pids", practice.PC).split()):
        command = Path(f"/proc/{process}/cmdline").read_bytes().decode().split("\0")
        if any(Path(word).name in names for word in command[:2]):
            found.append(process)
    return found


def _answer(host: str, *, port: int = 80, from_namespace: str = practice.PC, send: int = 0) -> str:
    program = (
        "import socket, sys\n"
        "with socket.create_connection((sys.argv[1], int(sys.argv[2])), 1.5) as connection:\n"
        "    connection.sendall(b'x' * int(sys.argv[3]))\n"
        "    connection.shutdown(socket.SHUT_WR)\n"
        "    print(connection.makefile().readline(), end='')\n"
    )
    command = inside(from_namespace, sys.executable, "-I", "-c", program, host, str(port), str(send))
    done = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
    return done.stdout.partition(" ")[0] if not send else done.stdout


def _who_answers() -> dict[str, str]:
    hosts = [practice.PORTAL, practice.NEIGHBOUR, practice.INTERNET_HOST, practice.NEIGHBOUR6]
    hosts += [practice.SECOND_NEIGHBOUR] if _has_second_card() else []
    return {host: _answer(host) for host in hosts}


def _has_second_card() -> bool:
    return "lan1" in ip(practice.PC, "-o", "link")


def _resolve(server: str) -> str:
    """Ask one DNS server directly, and return the address it gives for the portal's name."""
    program = (
        "import socket, sys\n"
        "s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)\n"
        "s.settimeout(1.5)\n"
        "s.bind(('', 40053))\n"  # always the same flow: none of before may be taken for one of after
        "name = b''.join(bytes([len(p)]) + p.encode() for p in sys.argv[2].split('.')) + b'\\0'\n"
        "s.sendto(b'\\1\\2\\1\\0\\0\\1\\0\\0\\0\\0\\0\\0' + name + b'\\0\\1\\0\\1', (sys.argv[1], 53))\n"
        "print(socket.inet_ntoa(s.recv(512)[-4:]))\n"
    )
    command = inside(practice.PC, sys.executable, "-I", "-c", program, server, practice.PORTAL_NAME)
    return subprocess.run(command, capture_output=True, text=True, timeout=10, check=False).stdout.strip()


class Capture:
    """What passes the practice's networks and the outer side of its router, as files of tcpdump."""

    def __init__(self, folder: Path) -> None:
        self._cards = {"lan0": "pc"} | ({"lan1": "second"} if _has_second_card() else {})
        self._folder = folder

    def __enter__(self) -> "Capture":
        with ExitStack() as stack:
            for namespace, device in [(practice.LAN, one) for one in self._cards.values()] + [_WAN]:
                file = str(self._folder / device)
                command = ("tcpdump", "-Z", "root", "--immediate-mode", "-U", "-ni", device, "-w", file)
                stack.enter_context(practice.background(*inside(namespace, *command), ready="tcpdump: lis"))
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *_error: object) -> None:
        self._stack.close()

    def seen(self, device: str, expression: str) -> list[str]:
        """Return one line for each packet that fits the expression."""
        lines = run("tcpdump", "-nr", str(self._folder / device), expression).splitlines()
        return [line for line in lines if not line.startswith("\t")]  # the bytes of an unknown kind

    def foreign(self) -> list[str]:
        """Return what the PC sent although it was isolated."""
        time.sleep(0.3)
        found = self.seen("wan0", f"ip and not src net 198.51.100.1 and not icmp and not ({_HARMLESS})")
        for card, device in self._cards.items():
            found += self.seen(device, f"ether src {_mac(card)} and not ({_HARMLESS})")
        return found


_WAN = (practice.ROUTER, "wan0")


def _mac(card: str) -> str:
    return str(json.loads(ip(practice.PC, "-j", "link", "show", "dev", card))[0]["address"])


def _first(times: list[tuple[float, str]], hosts: tuple[str, ...]) -> dict[str, float]:
    return {host: min((at for at, name in times if name == host), default=float("inf")) for host in hosts}


@contextmanager
def _probing() -> Iterator[Callable[[], list[tuple[float, str]]]]:
    """Probe portal, LAN and Internet all the time; yields a way to read the successes after it was ended."""
    program = str(Path(__file__).with_name("prober.py"))
    command = inside(practice.PC, sys.executable, program, practice.PORTAL, *OUTSIDE)
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)

    def successes() -> list[tuple[float, str]]:
        process.kill()
        output, _errors = process.communicate()
        lines = [line.split() for line in output.splitlines()[1:]]
        return [(float(at), host) for at, host in lines]

    try:
        yield successes
    finally:
        process.kill()
        process.wait()
        if process.stdout:
            process.stdout.close()


def _measure_lock_out(kill: Callable[[], None], name: str, *, watch_seconds: float = 8) -> None:
    """Kill something while connected: the portal's last answer lies before the first from outside."""
    with _probing() as successes:
        time.sleep(1)
        at = time.monotonic()
        kill()
        time.sleep(watch_seconds)
        times = successes()
    first = _first(times, OUTSIDE)
    last_inside = max((moment for moment, host in times if host == practice.PORTAL), default=0)
    lan, internet = (round((first[host] - at) * 1000) for host in OUTSIDE)
    print(f"\n{name}: LAN after {lan} ms, Internet after {internet} ms")
    assert last_inside > at - 1, "the portal was reachable before"
    assert last_inside < min(first.values()), "portal and outside were open at once"
    assert max(first.values()) - at < MAY_LOCK_OUT_SECONDS


@pytest.mark.usefixtures("cards")
def test_only_the_closed_network_answers_while_connected(client: Client, tmp_path: Path) -> None:
    before = _who_answers()
    assert before.pop(practice.PORTAL) == ""
    assert set(before.values()) == {"neighbour", "internet"}
    with Capture(tmp_path) as capture:
        text = client.connect("--json")
        print(f"\ntunnel up after {json.loads(text)['tunnel_up_ms']} ms, {json.loads(text)['transport']}")
        during = _who_answers()
        time.sleep(2.5)  # past one renewal
        foreign = capture.foreign()
    assert during.pop(practice.PORTAL) == "portal"
    assert set(during.values()) == {""}
    assert foreign == []
    assert json.loads(text)["transport"] == "DTLS"
    assert client.call("disconnect").returncode == 0
    assert _who_answers() == {practice.PORTAL: ""} | before


def test_the_person_reads_what_matters_and_the_browser_opens(client: Client) -> None:
    text = client.connect()
    for word in (practice.GROUP, "10.66.", "DTLS", "Sitzung dauert höchstens bis", "YubiKey jetzt abziehen"):
        assert word in text
    browser = client.folder / "browser"
    _wait(browser.exists)
    assert browser.read_text().strip() == f"https://{practice.PORTAL_NAME}/"
    assert client.call("disconnect").stdout == "Getrennt. Ihr LAN und das Internet sind wieder erreichbar.\n"


def test_no_secret_in_any_command_line_environment_or_verbose_output(client: Client) -> None:
    text = client.connect("--verbose")
    seen = text
    for process in _processes("openconnect", "flexnet-client"):
        for file in ("cmdline", "environ"):
            seen += Path(f"/proc/{process}/{file}").read_bytes().decode()
    assert "--authgroup" in seen
    assert practice.PASSWORD not in seen
    assert practice.CODE not in seen


def test_names_come_from_the_closed_network_only_whatever_server_is_asked(client: Client) -> None:
    assert _resolve("192.168.178.1") == practice.HOME_DNS_ANSWER
    client.connect()
    answers = {_resolve(server) for server in ("192.168.178.1", practice.INTERNET_HOST, practice.SNK_DNS)}
    assert answers == {practice.PORTAL}
    name = run(*inside(practice.PC, "getent", "ahostsv4", practice.PORTAL_NAME)).split()[0]
    assert name == practice.PORTAL
    client.call("disconnect")
    assert _resolve("192.168.178.1") == practice.HOME_DNS_ANSWER


def test_a_resolver_on_the_pc_itself_asks_the_closed_network_too(client: Client) -> None:
    resolver = (sys.executable, "-I", "-u", "-c", practice.RESOLVER)
    with practice.background(*inside(practice.PC, *resolver), ready="ready"):
        assert _resolve("127.0.0.53") == practice.HOME_DNS_ANSWER
        client.connect()
        assert _resolve("127.0.0.53") == practice.PORTAL
        client.call("disconnect")
        assert _resolve("127.0.0.53") == practice.HOME_DNS_ANSWER


def test_nothing_comes_in_from_the_neighbour_while_connected(client: Client) -> None:
    listener = (sys.executable, str(Path(__file__).with_name("answerer.py")), "pc")
    with practice.background(*inside(practice.PC, *listener), ready="ready"):
        assert _answer("192.168.178.10", from_namespace=practice.LAN) == "pc"
        client.connect()
        assert _answer("192.168.178.10", from_namespace=practice.LAN) == ""
        client.call("disconnect")
        assert _answer("192.168.178.10", from_namespace=practice.LAN) == "pc"


@pytest.mark.usefixtures("cards")
def test_raw_and_packet_sockets_are_held_back(client: Client, tmp_path: Path) -> None:
    program = (sys.executable, str(Path(__file__).with_name("packets.py")))
    send = inside(practice.PC, *program, "lan0", "192.168.178.10", practice.NEIGHBOUR)
    ours = "ether proto 0x88b5 or udp port 9"
    with Capture(tmp_path) as capture:
        run(*send)
        _wait(lambda: len(capture.seen("pc", ours)) == 5)  # the capture sees such packets at all
        client.connect()
        run(*send)
        time.sleep(0.5)
        assert len(capture.seen("pc", ours)) == 5


def test_a_card_plugged_in_later_is_held_too(client: Client, tmp_path: Path) -> None:
    client.connect()
    ip(practice.PC, "link", "add", "late0", "type", "veth", "peer", "name", "late", "netns", practice.LAN)
    try:
        ip(practice.LAN, "link", "set", "late", "up")
        ip(practice.PC, "link", "set", "late0", "up")
        ip(practice.PC, "address", "add", "192.168.190.10/24", "dev", "late0")
        _wait(lambda: '"late0"' in run(*inside(practice.PC, "nft", "list", "table", "netdev", "flexnet")))
        capture = inside(
            practice.LAN,
            "tcpdump",
            "-Z",
            "root",
            "--immediate-mode",
            "-U",
            "-ni",
            "late",
            "-w",
            str(tmp_path / "late"),
        )
        with practice.background(*capture, ready="tcpdump: listening"):
            program = (sys.executable, str(Path(__file__).with_name("packets.py")))
            run(*inside(practice.PC, *program, "late0", "192.168.190.10", "192.168.190.20"))
            time.sleep(0.5)
        ours = f"ether src {_mac('late0')} and not ({_HARMLESS})"
        assert run("tcpdump", "-nr", str(tmp_path / "late"), ours) == ""
    finally:
        ip(practice.PC, "link", "delete", "late0")


def test_an_upload_of_many_megabytes_arrives_whole(client: Client) -> None:
    client.connect()
    assert _answer(practice.PORTAL, port=81, send=20_000_000) == "portal 20000000\n"


def test_after_kill_9_of_openconnect_the_pc_is_open_again(client: Client) -> None:
    client.connect()
    _measure_lock_out(lambda: _kill("openconnect"), "kill -9 openconnect", watch_seconds=3)
    assert client.state() == {
        "state": "open",
        "transport": "",
        "address": "",
        "process": None,
        "leftover": False,
    }


def test_after_kill_9_of_the_client_the_pc_is_open_again(client: Client) -> None:
    client.connect()
    _measure_lock_out(lambda: _kill("flexnet-client"), "kill -9 client")
    assert client.state()["state"] == "open"
    assert _processes("openconnect") == []


@pytest.mark.usefixtures("cards")
def test_after_kill_9_of_everything_the_pc_is_open_and_status_and_check_know(client: Client) -> None:
    client.connect()
    _measure_lock_out(lambda: _kill("openconnect", "flexnet-client"), "kill -9 of both")
    assert client.state()["state"] == "open"
    assert client.state()["leftover"] is True
    assert "Reste" in client.call("check", "--config", str(client.config)).stdout
    assert client.state()["leftover"] is False


def test_a_new_connection_works_at_once_after_kill_9_of_everything(client: Client) -> None:
    client.connect()
    _kill("openconnect", "flexnet-client")
    _wait(lambda: client.state()["process"] is None)
    _wait(lambda: client.state()["state"] == "open")
    client.connect()
    assert _answer(practice.PORTAL) == "portal"


def test_with_the_client_frozen_and_openconnect_alive_the_tunnel_is_closed_in_both_directions(
    client: Client,
) -> None:
    client.connect()
    watcher = client.watcher()
    _measure_lock_out(lambda: os.kill(watcher, signal.SIGSTOP), "client frozen, openconnect alive")
    assert _processes("openconnect")
    address = re.findall(r"10\.66\.\d+\.\d+", ip(practice.PC, "-4", "address", "show", "dev", "flexnet0"))[0]
    ping = inside(practice.SNK, "ping", "-c", "2", "-W", "1", address)
    assert subprocess.run(ping, capture_output=True, check=False).returncode == 1
    os.kill(watcher, signal.SIGCONT)
    _wait(lambda: client.state()["state"] == "isolated")
    assert _answer(practice.NEIGHBOUR) == ""
    assert _answer(practice.PORTAL) == "portal"


@pytest.mark.usefixtures("cards")
def test_the_tunnel_resumes_when_the_pc_gets_another_address(client: Client) -> None:
    client.connect()
    begun = time.monotonic()
    try:
        _readdress("192.168.178.10", "192.168.178.11")
        _wait(lambda: _answer(practice.PORTAL) == "portal")
        print(f"\nroaming, PC's address: {time.monotonic() - begun:.1f} s")
        assert client.state()["state"] == "isolated"
        assert _answer(practice.NEIGHBOUR) == _answer(practice.INTERNET_HOST) == ""
    finally:
        _readdress("192.168.178.11", "192.168.178.10")


def test_the_tunnel_resumes_when_the_router_gets_another_address(client: Client, tmp_path: Path) -> None:
    client.connect()
    begun = time.monotonic()
    try:
        with Capture(tmp_path) as capture:
            _readdress_router("198.51.100.10", "198.51.100.11")
            _wait(lambda: _answer(practice.PORTAL) == "portal", seconds=60)
            print(f"\nroaming, router's address: {time.monotonic() - begun:.1f} s")
            assert capture.foreign() == []
        assert client.state()["state"] == "isolated"
        assert _answer(practice.INTERNET_HOST) == ""
    finally:
        _readdress_router("198.51.100.11", "198.51.100.10")


def test_a_lost_gateway_is_told_and_the_pc_opened_within_about_a_minute(client: Client) -> None:
    command = inside(practice.PC, CLIENT, "connect", "--config", str(client.config), "--user", practice.USER)
    process = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    assert process.stdin
    assert process.stdout
    process.stdin.write(FIELD + "\n")
    process.stdin.close()
    _wait(lambda: client.state()["state"] == "isolated")
    ip(practice.GATEWAY, "link", "set", "pub0", "down")
    try:
        begun = time.monotonic()
        _wait(lambda: client.state()["state"] == "reconnecting", seconds=40)
        print(f"\ngateway gone: noticed after {time.monotonic() - begun:.1f} s")
        assert _answer(practice.NEIGHBOUR) == ""
        assert process.wait(70) == 9
        print(f"gateway gone: opened after {time.monotonic() - begun:.1f} s")
        assert _answer(practice.NEIGHBOUR) == "neighbour"
        text = process.stdout.read()
        assert "ließ sich nicht wiederaufbauen. Ihr LAN und das Internet sind wieder erreichbar." in text
    finally:
        ip(practice.GATEWAY, "link", "set", "pub0", "up")
        process.kill()
        process.wait()
        process.stdout.close()


def test_ctrl_c_in_the_foreground_ends_in_order(client: Client) -> None:
    command = inside(practice.PC, CLIENT, "connect", "--config", str(client.config), "--user", practice.USER)
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdin
    process.stdin.write(FIELD + "\n")
    process.stdin.flush()
    _wait(lambda: client.state()["state"] == "isolated")
    process.send_signal(signal.SIGINT)
    output, _errors = process.communicate(timeout=15)
    assert process.returncode == 0
    assert output.endswith("Getrennt. Ihr LAN und das Internet sind wieder erreichbar.\n")


def test_a_filter_flushed_by_another_program_is_written_anew(client: Client) -> None:
    client.connect()
    run(*inside(practice.PC, "nft", "flush", "ruleset"))
    _wait(lambda: client.state()["state"] == "isolated")
    assert _answer(practice.NEIGHBOUR) == ""
    assert _answer(practice.PORTAL) == "portal"


def test_a_refused_sign_in_is_neutral_and_leaves_the_pc_open(client: Client) -> None:
    code, text = client.refused(field="falsch" + practice.CODE)
    assert code == 7
    assert "Die Anmeldung wurde nicht angenommen" in text
    assert "0391 627 7000" in text
    assert _answer(practice.NEIGHBOUR) == "neighbour"


def test_a_group_that_the_gateway_does_not_know_is_told_and_no_other_is_taken(client: Client) -> None:
    client.write_config(group="Anders")
    code, text = client.refused()
    assert code == 4
    assert "kennt die eingestellte Verbindung (group) nicht" in text


def test_a_second_connection_is_refused_while_one_is_there(client: Client) -> None:
    client.connect()
    code, text = client.refused()
    assert code == 8
    assert "besteht schon eine Verbindung" in text
    assert _answer(practice.PORTAL) == "portal"


def test_a_certificate_of_another_name_stops_before_anything_is_sent(client: Client) -> None:
    run(*inside(practice.PC, "sh", "-c", f"echo {practice.GATEWAY_ADDRESS} anders.kvsa.test >> /etc/hosts"))
    client.write_config(gateway="anders.kvsa.test")
    code, text = client.refused()
    assert code == 6
    assert "gehört zu einem anderen Namen" in text


def test_a_certificate_of_another_issuer_stops_before_anything_is_sent(
    client: Client, tmp_path: Path
) -> None:
    certificates.Issuer().write(tmp_path / "ca.pem")
    client.write_config(ca_file=str(tmp_path / "ca.pem"))
    code, text = client.refused()
    assert code == 6
    assert "nicht vom richtigen Aussteller" in text


def test_an_unknown_gateway_name_says_so(client: Client) -> None:
    client.write_config(gateway="gibtesnicht.invalid")
    for line in ("192.168.178.1", "127.0.0.9"):
        resolver = f"nameserver {line}\\noptions timeout:1 attempts:1\\n"
        run(*inside(practice.PC, "sh", "-c", f"printf '{resolver}' > /etc/resolv.conf"))
    try:
        code, text = client.refused()
    finally:
        resolver = "nameserver 192.168.178.1\\noptions timeout:1 attempts:1\\n"
        run(*inside(practice.PC, "sh", "-c", f"printf '{resolver}' > /etc/resolv.conf"))
    assert code == 6
    assert "kennt das Internet nicht" in text


def test_disconnect_without_a_connection_is_harmless(client: Client) -> None:
    assert client.call("disconnect").stdout == "Es bestand keine Verbindung.\n"
    assert client.call("status").returncode == 10


def test_check_finds_everything_in_order(client: Client) -> None:
    done = client.call("check", "--config", str(client.config), "--json")
    assert done.returncode == 0
    assert json.loads(done.stdout)["ok"] is True


def _wait(condition: Callable[[], bool], *, seconds: float = 15) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not come about in time"
        time.sleep(0.05)


def _kill(*names: str) -> None:
    for process in _processes(*names):
        os.kill(process, signal.SIGKILL)


def _readdress(old: str, new: str) -> None:
    ip(practice.PC, "address", "del", f"{old}/24", "dev", "lan0")
    time.sleep(0.5)
    ip(practice.PC, "address", "add", f"{new}/24", "dev", "lan0")
    ip(practice.PC, "route", "replace", "default", "via", "192.168.178.1")


def _readdress_router(old: str, new: str) -> None:
    ip(practice.ROUTER, "address", "del", f"{old}/24", "dev", "wan0")
    ip(practice.ROUTER, "address", "add", f"{new}/24", "dev", "wan0")


_DHCP_SERVER = """
start 192.168.178.100
end 192.168.178.100
interface home0
lease_file {folder}/leases
pidfile {folder}/pid
option subnet 255.255.255.0
option lease 600
"""
_DHCP_SCRIPT = """#!/bin/sh
case "$1" in bound|renew) ip addr replace "$ip/24" dev "$interface"; echo "$1 $ip" >> {folder}/said ;; esac
"""


@contextmanager
def _dhcp(folder: Path) -> Iterator[Callable[[], list[str]]]:
    """A DHCP server on the router; yields a way to read what the PC's client has got."""
    (folder / "dhcp.conf").write_text(_DHCP_SERVER.format(folder=folder))
    script, said = folder / "script", folder / "said"
    script.write_text(_DHCP_SCRIPT.format(folder=folder))
    script.chmod(0o755)
    for file in (folder / "leases", said):
        file.touch()
    serve = inside(practice.ROUTER, "udhcpd", "-f", "-I", "192.168.178.1", str(folder / "dhcp.conf"))
    with practice.background(*serve):
        yield lambda: said.read_text().splitlines()
    ip(practice.PC, "addr", "flush", "dev", "lan0", "to", "192.168.178.100")


@pytest.mark.usefixtures("cards")
def test_the_pc_gets_and_renews_its_address_while_isolated(client: Client, tmp_path: Path) -> None:
    """First by broadcast from no address, past the kernel's sockets; then by a datagram to the router."""
    with _dhcp(tmp_path) as said:
        client.connect()
        ask = inside(practice.PC, "udhcpc", "-f", "-i", "lan0", "-s", str(tmp_path / "script"))
        with practice.background(*ask) as asking:
            _wait(lambda: said() == ["bound 192.168.178.100"])
            asking.send_signal(signal.SIGUSR1)
            _wait(lambda: said() == ["bound 192.168.178.100", "renew 192.168.178.100"])
            answers = _who_answers()
    assert answers.pop(practice.PORTAL) == "portal"
    assert set(answers.values()) == {""}
