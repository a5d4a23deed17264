"""radclient (FreeRADIUS) as an independent peer: it speaks to our ports, and reads our changes' answers."""

import re
import socket
import subprocess
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from flexnet.radius import codec
from flexnet.radius.server import Bound
from tests.radius import make_packets, speaking
from tests.radius.small_domain import STATE, UDP_SECRET, SmallDomain


def radclient(
    folder: Path,
    port: tuple[str, int],
    command: str,
    words: str,
    secret: bytes = UDP_SECRET,
    patience: str = "5",
) -> str:
    """What radclient prints; the secret goes by file, as its list of processes is public."""
    secret_file = folder / "secret"
    secret_file.write_bytes(secret)
    secret_file.chmod(0o600)
    where = f"{port[0]}:{port[1]}"
    call = ["radclient", "-x", "-r", "1", "-t", patience, "-S", str(secret_file), where, command]
    return subprocess.run(call, input=words, capture_output=True, text=True, check=False).stdout


SIGN_IN = 'User-Name = "alice", User-Password = "{}", Calling-Station-Id = "198.51.100.10"{}'
SIGNED = ", Message-Authenticator = 0x00"


def test_it_is_let_in_and_shown_group_time_and_state(bound: Bound, tmp_path: Path) -> None:
    said = radclient(tmp_path, bound.authentication[0], "auth", SIGN_IN.format("right123456", SIGNED))
    assert "Received Access-Accept" in said
    assert f"Class = 0x{b'OU=Flexnet-Yubikey'.hex()}" in said
    assert "Session-Timeout = 36000" in said
    assert f"State = 0x{STATE.hex()}" in said


def test_it_is_refused_in_the_neutral_words(bound: Bound, tmp_path: Path) -> None:
    said = radclient(tmp_path, bound.authentication[0], "auth", SIGN_IN.format("wrong", SIGNED))
    assert "Received Access-Reject" in said
    assert f'Reply-Message = "{speaking.NEUTRAL}"' in said


def test_a_long_password_with_umlauts_arrives_whole(
    bound: Bound, domain: SmallDomain, tmp_path: Path
) -> None:
    typed = "Überlange Kennwörter gehören über den zweiten und dritten Block 123456"
    radclient(tmp_path, bound.authentication[0], "auth", SIGN_IN.format(typed, SIGNED))
    assert domain.calls[0][1]["field"] == typed.encode()


def test_it_reads_the_rules_of_an_authorization(bound: Bound, domain: SmallDomain, tmp_path: Path) -> None:
    domain.rules = tuple(make_packets.RULES)
    words = f'User-Name = "alice", Service-Type = 17, State = 0x{STATE.hex()}, Acct-Session-Id = "s"{SIGNED}'
    said = radclient(tmp_path, bound.authentication[0], "auth", words)
    shown = re.findall(r'NAS-Filter-Rule = "(.*)"', said)  # without the NUL that joins them
    assert "".join(shown) == "".join(make_packets.RULES)


def test_its_accounting_is_acknowledged(bound: Bound, domain: SmallDomain, tmp_path: Path) -> None:
    words = 'Acct-Status-Type = Stop, Acct-Session-Id = "s", User-Name = "alice", Acct-Session-Time = 60'
    said = radclient(tmp_path, bound.accounting[0], "acct", words)
    assert "Received Accounting-Response" in said
    assert domain.calls[0][1]["record"].seconds == 60


def test_with_another_secret_it_hears_nothing(bound: Bound, domain: SmallDomain, tmp_path: Path) -> None:
    words = 'Acct-Status-Type = Start, Acct-Session-Id = "s"'
    for port, command, said in (
        (bound.authentication[0], "auth", SIGN_IN.format("right123456", SIGNED)),
        (bound.accounting[0], "acct", words),
    ):
        assert "Received" not in radclient(tmp_path, port, command, said, b"another secret", patience="0.3")
    assert domain.calls == []


CHANGE = (
    f'Message-Authenticator = 0x00, NAS-Identifier = "gw1", Acct-Session-Id = "{make_packets.SESSION}", '
    f"Event-Timestamp = {make_packets.AT}"
)


@pytest.mark.parametrize(
    ("command", "acknowledged", "said"),
    [("disconnect", "disconnect-session-ack", "Disconnect-ACK"), ("coa", "coa-ack", "CoA-ACK")],
)
def test_our_changes_are_to_the_byte_what_it_sends_and_it_takes_the_answers_that_we_take(
    tmp_path: Path, command: str, acknowledged: str, said: str
) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as gateway, ThreadPoolExecutor(1) as aside:
        gateway.bind(("127.0.0.1", 0))
        gateway.settimeout(speaking.PATIENCE)
        heard = aside.submit(radclient, tmp_path, gateway.getsockname(), command, CHANGE, b"radsec")
        request, address = gateway.recvfrom(4096)
        example = replace(make_packets.BY_NAME[acknowledged], identifier=request[1])
        answer = speaking.raw(example, request)
        gateway.sendto(answer, address)
        assert f"Received {said}" in heard.result()
    words = {"NAS-Identifier": b"gw1", "Acct-Session-Id": make_packets.SESSION.encode()}
    words["Event-Timestamp"] = make_packets.AT.to_bytes(4, "big")
    assert codec.request(request[0], request[1], list(words.items()), b"radsec") == request
    assert codec.read_answer(answer, b"radsec", request).code == example.code
