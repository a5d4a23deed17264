"""A RadSec server that holds the contract, small enough to be believed, steered by lines of JSON."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import ssl
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from flexnet_gateway import codec
from flexnet_gateway.codec import Attribute, Code, Packet

SECRET = b"radsec"
PASSWORD = b"geheim123456"
REJECTED = "Die Anmeldung war nicht möglich. Bitte prüfen Sie Benutzername, Kennwort und Schlüssel."
RULES = (
    "permit in tcp from assigned to 10.20.0.10 443",
    "permit in udp from assigned to 10.20.0.10 443",
    "permit in icmp from assigned to 10.20.0.10",
)


@dataclass
class FakeServer:
    """What it knows may be changed between two packets."""

    locked: set[str] = field(default_factory=set)
    rules: tuple[str, ...] = RULES
    session_timeout: int = 3600
    is_silent: bool = False
    states: dict[bytes, str] = field(default_factory=dict)
    bound: dict[bytes, str] = field(default_factory=dict)
    accounting: list[dict[str, Any]] = field(default_factory=list)
    authorized: int = 0
    signed_in: int = 0
    changes: dict[int, asyncio.Future[Packet]] = field(default_factory=dict)
    sent: dict[int, bytes] = field(default_factory=dict)
    writer: asyncio.StreamWriter | None = None

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection of a gateway."""
        self.writer = writer
        with contextlib.suppress(OSError, EOFError):
            while True:
                header = await reader.readexactly(4)
                raw = header + await reader.readexactly(int.from_bytes(header[2:]) - 4)
                self._received(codec.decode(raw), writer)
        writer.close()

    def _received(self, packet: Packet, writer: asyncio.StreamWriter) -> None:
        if packet.identifier in self.sent and packet.code > Code.DISCONNECT_REQUEST:
            assert codec.is_genuine_answer(packet, self.sent[packet.identifier], SECRET)
            self.changes.pop(packet.identifier).set_result(packet)
            return
        assert codec.is_genuine_request(packet, SECRET)
        assert packet.text("NAS-Identifier") == "gw1"
        if not self.is_silent:
            writer.write(self.answer(packet))

    def answer(self, packet: Packet) -> bytes:
        """What the contract wants to be answered."""
        if packet.code == Code.ACCOUNTING_REQUEST:
            return self._account(packet)
        if packet.number("Service-Type") == 17:
            return self._authorize(packet)
        return self._sign_in(packet)

    def _sign_in(self, packet: Packet) -> bytes:
        self.signed_in += 1
        user_name, hidden = packet.text("User-Name"), packet.octets("User-Password")
        assert user_name is not None
        assert hidden is not None
        good = codec.reveal(hidden, packet.authenticator, SECRET) == PASSWORD and user_name not in self.locked
        if not good:
            return codec.answer(Code.ACCESS_REJECT, packet, SECRET, [("Reply-Message", REJECTED)])
        state = f"0x{self.signed_in:030x}".encode()
        self.states[state] = user_name
        return codec.answer(
            Code.ACCESS_ACCEPT,
            packet,
            SECRET,
            [
                ("Class", b"OU=Flexnet-Yubikey"),
                ("Session-Timeout", self.session_timeout),
                ("State", state),
            ],
        )

    def _authorize(self, packet: Packet) -> bytes:
        self.authorized += 1
        state, session_id = packet.octets("State"), packet.text("Acct-Session-Id")
        assert state is not None
        assert session_id is not None
        bound = self.bound.setdefault(state, session_id)
        user_name = self.states.get(state)
        is_good = bound == session_id and user_name == packet.text("User-Name")
        if not is_good or user_name in self.locked:
            return codec.answer(Code.ACCESS_REJECT, packet, SECRET, [("Reply-Message", REJECTED)])
        attributes: list[Attribute] = [("Session-Timeout", self.session_timeout), *in_attributes(self.rules)]
        return codec.answer(Code.ACCESS_ACCEPT, packet, SECRET, attributes)

    def _account(self, packet: Packet) -> bytes:
        names = {1: "Start", 2: "Stop", 3: "Interim-Update", 7: "Accounting-On", 8: "Accounting-Off"}
        self.accounting.append(
            {
                "status": names[packet.number("Acct-Status-Type") or 0],
                "session_id": packet.text("Acct-Session-Id"),
                "user_name": packet.text("User-Name"),
                "octets_out": packet.number("Acct-Output-Octets"),
                "cause": packet.number("Acct-Terminate-Cause"),
            }
        )
        return codec.answer(Code.ACCOUNTING_RESPONSE, packet, SECRET, [])

    async def change(self, code: Code, attributes: list[Attribute], within: float = 3) -> Packet:
        """Send a Disconnect- or CoA-Request and return the gateway's answer."""
        identifier = len(self.sent) % 256
        stamped: list[Attribute] = [("NAS-Identifier", "gw1"), ("Event-Timestamp", int(time.time()))]
        raw = codec.request(code, identifier, SECRET, [*stamped, *attributes])
        return await self.send(raw, within)

    async def send(self, raw: bytes, within: float = 3) -> Packet:
        """Send these bytes as a change and return the answer; raises TimeoutError without one."""
        assert self.writer is not None
        identifier = raw[1]
        self.sent[identifier] = raw[4:20]
        answer: asyncio.Future[Packet] = asyncio.get_running_loop().create_future()
        self.changes[identifier] = answer
        self.writer.write(raw)
        async with asyncio.timeout(within):
            return await answer


def in_attributes(rules: Iterable[str]) -> list[Attribute]:
    """The rules joined and cut as RFC 4849 wants it."""
    joined = "\0".join(rules).encode()
    return [("NAS-Filter-Rule", joined[at : at + 253]) for at in range(0, len(joined), 253)]


def tls(certificate: Path, key: Path, ca: Path) -> ssl.SSLContext:
    """TLS 1.3 with both certificates."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    context.verify_mode = ssl.CERT_REQUIRED
    context.load_verify_locations(ca)
    context.load_cert_chain(certificate, key)
    return context


@dataclass
class Steering:
    """The commands that a test in another process gives."""

    server: FakeServer

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One command and one answer a connection."""
        command = json.loads(await reader.readline())
        answer = await getattr(self, command.pop("do"))(**command)
        writer.write(json.dumps(answer).encode())
        writer.close()

    async def lock(self, user_name: str) -> None:
        self.server.locked.add(user_name)

    async def unlock(self, user_name: str) -> None:
        self.server.locked.discard(user_name)

    async def silent(self, is_silent: bool) -> None:
        self.server.is_silent = is_silent

    async def look(self) -> dict[str, Any]:
        server = self.server
        return {
            "accounting": server.accounting,
            "authorized": server.authorized,
            "signed_in": server.signed_in,
            "sessions": list(server.bound.values()),
        }

    async def disconnect(self, **named: str) -> dict[str, float]:
        """By session_id or user_name; also when it was sent and answered on the machine's monotonic clock."""
        return await self._change(Code.DISCONNECT_REQUEST, named, [])

    async def change_rules(self, rules: list[str], **named: str) -> dict[str, float]:
        self.server.rules = tuple(rules)
        return await self._change(Code.COA_REQUEST, named, in_attributes(rules))

    async def _change(self, code: Code, named: dict[str, str], more: list[Attribute]) -> dict[str, float]:
        names = {"session_id": "Acct-Session-Id", "user_name": "User-Name"}
        sent = time.monotonic()
        answer = await self.server.change(
            code, [*((names[key], value) for key, value in named.items()), *more]
        )
        cause = answer.number("Error-Cause") or 0
        return {"code": answer.code, "cause": cause, "sent": sent, "answered": time.monotonic()}


async def main() -> None:
    """Serve until terminated."""
    parser = argparse.ArgumentParser()
    for name in ("--certificate", "--key", "--ca", "--steering"):
        parser.add_argument(name, type=Path, required=True)
    parser.add_argument("--port", type=int, required=True)
    given = parser.parse_args()
    server = FakeServer()
    context = tls(given.certificate, given.key, given.ca)
    given.steering.unlink(missing_ok=True)
    await asyncio.start_unix_server(Steering(server).serve, given.steering)
    listener = await asyncio.start_server(server.serve, "127.0.0.1", given.port, ssl=context)
    await listener.serve_forever()


if __name__ == "__main__":
    asyncio.run(main())
