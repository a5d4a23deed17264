"""The example packets, held against the codec: what is good is read and written, what is bad is dropped."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

import flexnet.radius
from flexnet.gateway.actions import AccountingRecord
from flexnet.gateway.models import Gateway
from flexnet.radius import codec, parsing
from flexnet.radius.gateways import Peer
from tests.radius import make_packets

EXAMPLES = {path.stem: json.loads(path.read_text()) for path in make_packets.DIRECTORY.glob("*.json")}
TO_US = {name: one for name, one in EXAMPLES.items() if one["direction"] == make_packets.TO_SERVER}
CONTRACTS = make_packets.DIRECTORY.parent
GW1 = Peer(Gateway(id=1, name="gw1"), b"radsec", "radsec")


def read(example: dict[str, Any]) -> codec.Packet:
    packet, secret = bytes.fromhex(example["hex"]), example["secret"].encode()
    if answered := example.get("answers"):
        return codec.read_answer(packet, secret, bytes.fromhex(EXAMPLES[answered]["hex"]))
    return codec.read_request(packet, secret)


def ours(kind: str, *, good: bool) -> list[str]:
    """Names of the examples that come to the server: requests, or answers to changes."""
    return sorted(
        name
        for name, one in TO_US.items()
        if ("answers" in one) == (kind == "answer") and ("must" not in one) == good
    )


def test_the_files_are_what_the_program_makes() -> None:
    kept = {path.name: path.read_text(encoding="utf-8") for path in make_packets.DIRECTORY.glob("*.json")}
    assert kept == make_packets.files()


def test_our_dictionary_is_the_one_of_the_contract() -> None:
    ours = Path(flexnet.radius.__file__).with_name("dictionary")
    assert ours.read_bytes() == (CONTRACTS / "dictionary").read_bytes()


@pytest.mark.parametrize("name", ours("request", good=True) + ours("answer", good=True))
def test_a_good_packet_is_read(name: str) -> None:
    packet = read(EXAMPLES[name])
    assert (packet.code, packet.identifier) == (EXAMPLES[name]["code"], EXAMPLES[name]["identifier"])


@pytest.mark.parametrize("name", ours("request", good=False) + ours("answer", good=False))
def test_a_bad_packet_is_dropped(name: str) -> None:
    with pytest.raises(codec.Malformed):
        read(EXAMPLES[name])


@pytest.mark.parametrize("name", [name for name in ours("request", good=True) if name.startswith("sign-in")])
def test_a_sign_in_says_what_was_typed_to_the_byte(name: str) -> None:
    request = parsing.parse(read(EXAMPLES[name]), GW1, datetime.now(UTC))
    words = EXAMPLES[name]["attributes"]
    assert request == parsing.SignIn(
        words["User-Name"],
        make_packets.octets(words["User-Password"]),
        words["Calling-Station-Id"],
        words["Connect-Info"],
    )


def test_an_authorization_is_read() -> None:
    request = parsing.parse(read(EXAMPLES["authorize-request"]), GW1, datetime.now(UTC))
    assert request == parsing.Authorize(
        "praxis-721234500",
        make_packets.octets(make_packets.STATE),
        make_packets.SESSION,
        "198.51.100.10",
        "10.66.0.5",
    )


def test_a_stop_counts_in_64_bits_and_happened_when_it_happened() -> None:
    record = parsing.parse(read(EXAMPLES["accounting-stop"]), GW1, datetime.now(UTC))
    assert isinstance(record, AccountingRecord)
    assert (record.status, record.seconds, record.terminate_cause) == ("stop", 3600, "User-Request")
    assert (record.octets_in, record.octets_out) == (1_048_576, 2 * 2**32 + 5)
    assert record.happened_at == datetime.fromtimestamp(make_packets.AT - 7200, UTC)


@pytest.mark.parametrize(
    ("name", "status"), [("start", "start"), ("interim", "interim"), ("stop", "stop"), ("on", "on")]
)
def test_each_kind_of_accounting_is_known(name: str, status: str) -> None:
    record = parsing.parse(read(EXAMPLES[f"accounting-{name}"]), GW1, datetime.now(UTC))
    assert isinstance(record, AccountingRecord)
    assert record.status == status


@pytest.mark.parametrize(
    "name",
    ["sign-in-accept", "sign-in-reject", "authorize-accept", "authorize-reject", "accounting-response"],
)
def test_our_answers_are_the_examples_to_the_byte(name: str) -> None:
    example = EXAMPLES[name]
    request = read(EXAMPLES[example["answers"]])
    made = codec.answer(request, example["code"], in_bytes(example), example["secret"].encode())
    assert made.hex() == example["hex"]


@pytest.mark.parametrize("name", ["disconnect-session-request", "disconnect-user-request", "coa-request"])
def test_our_requests_are_the_examples_to_the_byte(name: str) -> None:
    example = EXAMPLES[name]
    made = codec.request(example["code"], example["identifier"], in_bytes(example), b"radsec")
    assert made.hex() == example["hex"]


def in_bytes(example: dict[str, Any]) -> list[tuple[str, bytes]]:
    """The attributes in words, as the server hands them to the codec."""
    said: list[tuple[str, bytes]] = []
    for name, value in example["attributes"].items():
        if name == "NAS-Filter-Rule":
            said += codec.cut(value)
        else:
            said += [(name, part) for part in make_packets.value_bytes(name, value, b"", b"")]
    return said
