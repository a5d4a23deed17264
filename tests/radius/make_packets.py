"""Makes contracts/packets from the RFCs alone, not with our codec: `python -m tests.radius.make_packets`."""

from __future__ import annotations

import hashlib
import hmac
import json
import struct
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

DIRECTORY = Path(__file__).resolve().parents[2] / "contracts" / "packets"
SECRET = b"radsec"
AT = 1791190800  # 2026-10-05T09:00:00Z: the moment at which every example is read

TO_SERVER, TO_GATEWAY = "gateway to server", "server to gateway"
ACCESS_REQUEST, ACCESS_ACCEPT, ACCESS_REJECT, ACCOUNTING_REQUEST, ACCOUNTING_RESPONSE = 1, 2, 3, 4, 5
DISCONNECT_REQUEST, DISCONNECT_ACK, DISCONNECT_NAK, COA_REQUEST, COA_ACK, COA_NAK = range(40, 46)
WITH_RANDOM_AUTHENTICATOR = {ACCESS_REQUEST}
REQUESTS = {ACCESS_REQUEST, ACCOUNTING_REQUEST, DISCONNECT_REQUEST, COA_REQUEST}

NUMBERS = {
    "User-Name": 1,
    "User-Password": 2,
    "Service-Type": 6,
    "Framed-IP-Address": 8,
    "Reply-Message": 18,
    "State": 24,
    "Class": 25,
    "Session-Timeout": 27,
    "Calling-Station-Id": 31,
    "NAS-Identifier": 32,
    "Acct-Status-Type": 40,
    "Acct-Delay-Time": 41,
    "Acct-Input-Octets": 42,
    "Acct-Output-Octets": 43,
    "Acct-Session-Id": 44,
    "Acct-Session-Time": 46,
    "Acct-Terminate-Cause": 49,
    "Acct-Input-Gigawords": 52,
    "Acct-Output-Gigawords": 53,
    "Event-Timestamp": 55,
    "Connect-Info": 77,
    "Message-Authenticator": 80,
    "NAS-Filter-Rule": 92,
    "Error-Cause": 101,
}
NAMED_VALUES = {
    "Service-Type": {"Authenticate-Only": 8, "Authorize-Only": 17},
    "Acct-Status-Type": {"Start": 1, "Stop": 2, "Interim-Update": 3, "Accounting-On": 7},
    "Acct-Terminate-Cause": {"User-Request": 1},
}


@dataclass(frozen=True)
class Example:
    """One packet in words; what differs from a right one is said by the fields after `attributes`."""

    name: str
    code: int
    identifier: int
    attributes: dict[str, Any]
    answers: str = ""
    signed: bool = True  # carries a Message-Authenticator
    why_bad: str = ""
    extra: bytes = b""  # raw attributes behind the others, counted and signed
    length: int | None = None  # a length field that lies
    message_authenticator: bytes | None = None  # in place of the right one
    authenticator: bytes | None = None  # in place of the right one
    secret: bytes = SECRET


def hidden(password: bytes, secret: bytes, request_authenticator: bytes) -> bytes:
    """RFC 2865, 5.2."""
    padded = password + bytes(-len(password) % 16 or (0 if password else 16))
    result, last = b"", request_authenticator
    for start in range(0, len(padded), 16):
        block = zip(padded[start : start + 16], hashlib.md5(secret + last).digest(), strict=True)  # noqa: S324 - RADIUS is defined with MD5
        last = bytes(left ^ right for left, right in block)
        result += last
    return result


def attribute(number: int, value: bytes) -> bytes:
    return bytes([number, len(value) + 2]) + value


def value_bytes(name: str, value: Any, secret: bytes, request_authenticator: bytes) -> list[bytes]:
    """The value's bytes on the wire: one chunk per attribute."""
    if name == "NAS-Filter-Rule":
        joined = b"\0".join(rule.encode() for rule in value)
        return [joined[start : start + 253] for start in range(0, len(joined), 253)]
    if name == "User-Password":
        return [hidden(octets(value), secret, request_authenticator)]
    if name == "Framed-IP-Address":
        return [bytes(int(part) for part in value.split("."))]
    if isinstance(value, int):
        return [struct.pack("!I", value)]
    if value in NAMED_VALUES.get(name, {}):
        return [struct.pack("!I", NAMED_VALUES[name][value])]
    return [octets(value)]


def octets(value: str) -> bytes:
    """Text stands for its UTF-8, `0x…` for the bytes themselves."""
    return bytes.fromhex(value[2:]) if value.startswith("0x") else value.encode()


def attribute_bytes(example: Example, request_authenticator: bytes) -> bytes:
    body = attribute(NUMBERS["Message-Authenticator"], bytes(16)) if example.signed else b""
    for name, value in example.attributes.items():
        for chunk in value_bytes(name, value, example.secret, request_authenticator):
            body += attribute(NUMBERS[name], chunk)
    return body + example.extra


def random_authenticator(name: str) -> bytes:
    return hashlib.sha256(f"authenticator of {name}".encode()).digest()[:16]


def authenticator_before(example: Example, asked: bytes) -> bytes:
    """What stands in the authenticator field while the packet is being signed (RFC 2865, 3579, 5176)."""
    if example.code in WITH_RANDOM_AUTHENTICATOR:
        return random_authenticator(example.name)
    return bytes(16) if example.code in REQUESTS else asked


def packet(example: Example, asked: bytes) -> bytes:
    """The whole packet; `asked` is the authenticator of the request that it answers."""
    before = authenticator_before(example, asked)
    body = attribute_bytes(example, before)
    head = struct.pack("!BBH", example.code, example.identifier, example.length or 20 + len(body))
    if example.signed:
        right = hmac.new(example.secret, head + before + body, "md5").digest()
        given = right if example.message_authenticator is None else example.message_authenticator
        body = body[:2] + given + body[18:]
    if example.code not in WITH_RANDOM_AUTHENTICATOR:
        before = hashlib.md5(head + before + body + example.secret).digest()  # noqa: S324 - RADIUS is defined with MD5
    return head + (example.authenticator or before) + body


STATE = "0x" + hashlib.sha256(b"state").hexdigest()
SESSION = "kSx0l3xVbZ2lZ5yS0nJ7uQ=="
RULES = [
    "permit in tcp from assigned to 10.20.0.10 443",
    "permit in udp from assigned to 10.20.0.53 53",
    "permit in tcp from assigned to 10.20.0.53 53",
    *(f"permit in tcp from assigned to 10.20.{net}.0/24 8000-8010" for net in range(4, 14)),
]
ASKING = {"User-Name": "praxis-721234500", "NAS-Identifier": "gw1", "Calling-Station-Id": "198.51.100.10"}
SIGN_IN = {
    **ASKING,
    "User-Password": "geheim Ä Ösengasse 123456",
    "Connect-Info": "AnyConnect-compatible OpenConnect VPN Agent v9.01",
    "Service-Type": "Authenticate-Only",
}
AUTHORIZE = {
    **ASKING,
    "State": STATE,
    "Acct-Session-Id": SESSION,
    "Framed-IP-Address": "10.66.0.5",
    "Service-Type": "Authorize-Only",
}
ACCOUNTING = {**ASKING, "Acct-Session-Id": SESSION, "Framed-IP-Address": "10.66.0.5"}
COUNTED = {
    "Acct-Session-Time": 3600,
    "Acct-Input-Octets": 1048576,
    "Acct-Input-Gigawords": 0,
    "Acct-Output-Octets": 5,
    "Acct-Output-Gigawords": 2,
}
CHANGE = {"NAS-Identifier": "gw1", "Acct-Session-Id": SESSION, "Event-Timestamp": AT}
NEUTRAL = "Die Anmeldung war nicht möglich. Bitte prüfen Sie Benutzername, Kennwort und Schlüssel."

GOOD = [
    Example("sign-in-request", ACCESS_REQUEST, 7, SIGN_IN),
    Example(
        "sign-in-request-long",
        ACCESS_REQUEST,
        8,
        SIGN_IN | {"User-Password": "Überlange Kennwörter gehören über den zweiten und dritten Block 123456"},
    ),
    Example(
        "sign-in-request-latin1",
        ACCESS_REQUEST,
        9,
        SIGN_IN | {"User-Password": "0x" + "geheimä123456".encode("latin-1").hex()},
    ),
    Example(
        "sign-in-accept",
        ACCESS_ACCEPT,
        7,
        {"Class": "OU=Flexnet-Yubikey", "Session-Timeout": 43200, "State": STATE},
        answers="sign-in-request",
    ),
    Example("sign-in-reject", ACCESS_REJECT, 8, {"Reply-Message": NEUTRAL}, answers="sign-in-request-long"),
    Example("authorize-request", ACCESS_REQUEST, 10, AUTHORIZE),
    Example(
        "authorize-accept",
        ACCESS_ACCEPT,
        10,
        {"NAS-Filter-Rule": RULES, "Session-Timeout": 39600},
        answers="authorize-request",
    ),
    Example("authorize-reject", ACCESS_REJECT, 10, {"Reply-Message": NEUTRAL}, answers="authorize-request"),
    Example(
        "accounting-start",
        ACCOUNTING_REQUEST,
        11,
        {"Acct-Status-Type": "Start", **ACCOUNTING, "Event-Timestamp": AT, "Acct-Delay-Time": 0},
        signed=False,
    ),
    Example(
        "accounting-interim",
        ACCOUNTING_REQUEST,
        12,
        {"Acct-Status-Type": "Interim-Update", **ACCOUNTING, **COUNTED, "Event-Timestamp": AT},
        signed=False,
    ),
    Example(
        "accounting-stop",
        ACCOUNTING_REQUEST,
        13,
        {
            "Acct-Status-Type": "Stop",
            **ACCOUNTING,
            **COUNTED,
            "Acct-Terminate-Cause": "User-Request",
            "Event-Timestamp": AT - 7200,
            "Acct-Delay-Time": 7200,
        },
        signed=False,
    ),
    Example(
        "accounting-on",
        ACCOUNTING_REQUEST,
        14,
        {"Acct-Status-Type": "Accounting-On", "NAS-Identifier": "gw1", "Event-Timestamp": AT},
        signed=False,
    ),
    Example("accounting-response", ACCOUNTING_RESPONSE, 11, {}, answers="accounting-start", signed=False),
    Example("disconnect-session-request", DISCONNECT_REQUEST, 20, CHANGE),
    Example("disconnect-session-ack", DISCONNECT_ACK, 20, {}, answers="disconnect-session-request"),
    Example(
        "disconnect-session-nak-503",
        DISCONNECT_NAK,
        20,
        {"Error-Cause": 503},
        answers="disconnect-session-request",
    ),
    Example(
        "disconnect-user-request",
        DISCONNECT_REQUEST,
        21,
        {"NAS-Identifier": "gw1", "User-Name": "praxis-721234500", "Event-Timestamp": AT},
    ),
    Example("disconnect-user-ack", DISCONNECT_ACK, 21, {}, answers="disconnect-user-request"),
    Example("coa-request", COA_REQUEST, 22, {**CHANGE, "NAS-Filter-Rule": RULES}),
    Example("coa-ack", COA_ACK, 22, {}, answers="coa-request"),
    Example("coa-nak-404", COA_NAK, 22, {"Error-Cause": 404}, answers="coa-request"),
]
BY_NAME = {example.name: example for example in GOOD}


def spoilt(base: str, suffix: str, why: str, **changes: Any) -> Example:
    return replace(BY_NAME[base], name=f"bad-{base}-{suffix}", why_bad=why, **changes)


def spoilt_attributes(base: str, suffix: str, why: str, **attributes: Any) -> Example:
    changed = BY_NAME[base].attributes | {name.replace("_", "-"): value for name, value in attributes.items()}
    return spoilt(base, suffix, why, attributes=changed)


TRUNCATED = bytes([NUMBERS["Reply-Message"], 10]) + b"abc"
SECOND_SIGNATURE = attribute(NUMBERS["Message-Authenticator"], bytes(range(16)))
TOO_MUCH = attribute(NUMBERS["Class"], bytes(253)) * 16
ANY = b"\x5a" * 16

REQUESTS_SIGNED = ("sign-in-request", "authorize-request", "disconnect-session-request", "coa-request")
ANSWERS_SIGNED = ("sign-in-accept", "sign-in-reject", "authorize-accept", "disconnect-session-ack", "coa-ack")
HASHED = ("accounting-start", "accounting-response", "disconnect-session-request", "coa-request")

BAD = [
    Example(
        "bad-empty", ACCESS_REQUEST, 1, {}, signed=False, why_bad="no Message-Authenticator, nothing asked"
    ),
    *(
        example
        for base in ("sign-in-request", "sign-in-accept", "disconnect-session-request", "accounting-start")
        for example in (
            spoilt(
                base, "attribute-truncated", "the last attribute is longer than the packet", extra=TRUNCATED
            ),
            spoilt(base, "attribute-length-0", "an attribute of length 0", extra=b"\x12\x00"),
            spoilt(base, "attribute-length-1", "an attribute of length 1", extra=b"\x12\x01"),
            spoilt(base, "attribute-without-length", "one lone byte behind the attributes", extra=b"\x12"),
            spoilt(base, "length-beyond-end", "the length field says more than there is", length=4000),
            spoilt(base, "length-under-20", "the length field says less than a header", length=19),
            spoilt(base, "over-4096", "a packet of more than 4096 bytes", extra=TOO_MUCH),
        )
    ),
    *(
        example
        for base in (*REQUESTS_SIGNED, *ANSWERS_SIGNED)
        for example in (
            spoilt(base, "signature-missing", "no Message-Authenticator", signed=False),
            spoilt(base, "signature-zero", "Message-Authenticator of zeros", message_authenticator=bytes(16)),
            spoilt(base, "signature-wrong", "a wrong Message-Authenticator", message_authenticator=ANY),
            spoilt(base, "signature-twice", "two Message-Authenticators", extra=SECOND_SIGNATURE),
        )
    ),
    *(
        spoilt(base, "authenticator-wrong", "the packet's own authenticator is wrong", authenticator=ANY)
        for base in (*HASHED, *ANSWERS_SIGNED)
    ),
    spoilt_attributes("disconnect-session-request", "stale", "sent 301 s ago", Event_Timestamp=AT - 301),
    spoilt_attributes("disconnect-session-request", "early", "sent 301 s from now", Event_Timestamp=AT + 301),
    spoilt_attributes("coa-request", "stale", "sent 301 s ago", Event_Timestamp=AT - 301),
]


def request_of(example: Example) -> bytes:
    """The authenticator of the request that the example answers; zeros for a request."""
    return packet(BY_NAME[example.answers], bytes(16))[4:20] if example.answers else bytes(16)


def as_json(example: Example) -> dict[str, Any]:
    """The file's content."""
    asked = request_of(example)
    return {
        "name": example.name,
        "direction": direction(example),
        **({"answers": example.answers, "request_authenticator": asked.hex()} if example.answers else {}),
        "secret": example.secret.decode(),
        "at": AT,
        "code": example.code,
        "identifier": example.identifier,
        "attributes": example.attributes,
        **({"must": "drop", "why": example.why_bad} if example.why_bad else {}),
        "hex": packet(example, asked).hex(),
    }


def direction(example: Example) -> str:
    to_gateway = {ACCESS_ACCEPT, ACCESS_REJECT, ACCOUNTING_RESPONSE, DISCONNECT_REQUEST, COA_REQUEST}
    return TO_GATEWAY if example.code in to_gateway else TO_SERVER


def files() -> dict[str, str]:
    """File name → text of every example."""
    return {
        f"{example.name}.json": json.dumps(as_json(example), indent=2, ensure_ascii=False) + "\n"
        for example in GOOD + BAD
    }


def main() -> None:
    DIRECTORY.mkdir(exist_ok=True)
    for name, text in files().items():
        (DIRECTORY / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
