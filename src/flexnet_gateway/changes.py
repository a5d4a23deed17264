"""Disconnect- and CoA-Requests of the server (RFC 5176): checked, done, answered once."""

from __future__ import annotations

import asyncio
import dataclasses
import enum
import logging
import time
from collections import OrderedDict
from dataclasses import dataclass

from flexnet_gateway import codec, filter_rules, sessions
from flexnet_gateway.codec import Attribute, Code, Malformed, Packet
from flexnet_gateway.connecting import Connecting
from flexnet_gateway.errors import KernelRefused
from flexnet_gateway.radsec import SECRET

log = logging.getLogger(__name__)

WINDOW = 300.0  # seconds that an Event-Timestamp may differ from our clock (RFC 5176, 6.3)
REMEMBERED = 1024

IDENTIFYING = ("NAS-Identifier", "Acct-Session-Id", "User-Name", "Event-Timestamp")
ALWAYS = ("Message-Authenticator", "Proxy-State")
ANSWERS = {
    Code.DISCONNECT_REQUEST: (Code.DISCONNECT_ACK, Code.DISCONNECT_NAK),
    Code.COA_REQUEST: (Code.COA_ACK, Code.COA_NAK),
}


class ErrorCause(enum.IntEnum):
    """RFC 5176, 3.5."""

    UNSUPPORTED_ATTRIBUTE = 401
    MISSING_ATTRIBUTE = 402
    NAS_IDENTIFICATION_MISMATCH = 403
    INVALID_REQUEST = 404
    SESSION_CONTEXT_NOT_FOUND = 503
    RESOURCES_UNAVAILABLE = 506


class Refused(Exception):
    """A change that is answered with a NAK."""

    def __init__(self, cause: ErrorCause) -> None:
        super().__init__(cause.name)
        self.cause = cause


@dataclass(frozen=True)
class Change:
    """What the server wants of which sessions; rules None means: end them."""

    session_id: str | None
    user_name: str | None
    rules: tuple[str, ...] | None


class Changes:
    """A copy of a request has no second effect: it gets the answer of the first."""

    def __init__(self, nas_identifier: str, connecting: Connecting) -> None:
        self._nas_identifier = nas_identifier
        self._connecting = connecting
        self._answers: OrderedDict[bytes, asyncio.Future[bytes]] = OrderedDict()

    async def __call__(self, packet: Packet) -> bytes | None:
        """The answer to a genuine request; None drops it without one."""
        if packet.raw in self._answers:
            return await asyncio.shield(self._answers[packet.raw])
        if is_stale(packet, time.time()):
            log.warning("a change is dropped: its Event-Timestamp is more than %d s off", WINDOW)
            return None
        answer: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()
        self._answers[packet.raw] = answer
        while len(self._answers) > REMEMBERED:
            self._answers.popitem(last=False)
        answer.set_result(await self._answer(packet))
        return answer.result()

    async def _answer(self, packet: Packet) -> bytes:
        acknowledged, refused = ANSWERS[Code(packet.code)]
        try:
            await self._do(read(packet, self._nas_identifier))
        except Refused as refusal:
            log.warning("a change was refused: %s", refusal)
            cause: list[Attribute] = [("Error-Cause", int(refusal.cause))]
            return codec.answer(refused, packet, SECRET, cause)
        return codec.answer(acknowledged, packet, SECRET, [])

    async def _do(self, change: Change) -> None:
        """Returns when the change holds in the kernel; raises Refused."""
        ledger = self._connecting.ledger
        if change.rules is None and change.user_name is not None:
            ledger.turn(sessions.sign_ins_dropped(ledger.book, change.user_name))
        session_ids = self._meant(change)
        if not session_ids:
            raise Refused(ErrorCause.SESSION_CONTEXT_NOT_FOUND)
        try:
            if change.rules is None:
                await self._connecting.end(session_ids, cause="Admin-Reset")
            else:
                await self._replace_rules(session_ids, change.rules)
        except KernelRefused as refusal:
            log.error("%s", refusal)
            raise Refused(ErrorCause.RESOURCES_UNAVAILABLE) from refusal

    def _meant(self, change: Change) -> list[str]:
        """Every session it may mean; one that is just connecting only where it shall end."""
        book = self._connecting.ledger.book
        known = {key: one.user_name for key, one in book.sessions.items()}
        if change.rules is None:
            known |= self._connecting.under_way
        return [
            key
            for key, name in known.items()
            if change.session_id in (None, key)
            and (change.user_name is None or sessions.same_name(name, change.user_name))
        ]

    async def _replace_rules(self, session_ids: list[str], rules: tuple[str, ...]) -> None:
        ledger = self._connecting.ledger
        changed = {key: dataclasses.replace(ledger.book.sessions[key], rules=rules) for key in session_ids}
        ledger.turn(dataclasses.replace(ledger.book, sessions={**ledger.book.sessions, **changed}))
        await ledger.enforce()


def is_stale(packet: Packet, now: float) -> bool:
    """Whether it was made too long ago, or in the future; one without a time is not, it gets a NAK."""
    made = packet.every("Event-Timestamp")
    return bool(made) and abs(now - int.from_bytes(made[0])) > WINDOW


def read(packet: Packet, nas_identifier: str) -> Change:
    """The change in a genuine request; raises Refused with the RFC's cause."""
    wants_rules = packet.code == Code.COA_REQUEST
    known = (*IDENTIFYING, *ALWAYS, *(("NAS-Filter-Rule",) if wants_rules else ()))
    if packet.names() - set(known):
        raise Refused(ErrorCause.UNSUPPORTED_ATTRIBUTE)
    try:
        change = Change(
            packet.text("Acct-Session-Id"),
            packet.text("User-Name"),
            filter_rules.texts(packet.every("NAS-Filter-Rule")) if wants_rules else None,
        )
        named, made = packet.text("NAS-Identifier"), packet.number("Event-Timestamp")
    except (Malformed, filter_rules.BadRule) as error:
        log.warning("%s", error)
        raise Refused(ErrorCause.INVALID_REQUEST) from error
    if named is None or made is None or not (change.session_id or change.user_name) or change.rules == ():
        raise Refused(ErrorCause.MISSING_ATTRIBUTE)
    if named != nas_identifier:
        raise Refused(ErrorCause.NAS_IDENTIFICATION_MISMATCH)
    return change
