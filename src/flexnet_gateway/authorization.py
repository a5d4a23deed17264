"""Asks the server whether a session may be: Authorize-Only with the State of its sign-in."""

from __future__ import annotations

from dataclasses import dataclass

from flexnet_gateway import filter_rules
from flexnet_gateway.codec import Attribute, Code, Malformed, Packet
from flexnet_gateway.errors import ServerAway
from flexnet_gateway.radsec import RadSec
from flexnet_gateway.sessions import Worker


@dataclass(frozen=True)
class Authorized:
    """What the session may reach, and for how many more seconds."""

    rules: tuple[str, ...]
    seconds: int


@dataclass(frozen=True)
class Authorizer:
    """Asks in the name of one gateway."""

    server: RadSec
    nas_identifier: str

    async def ask(
        self, session_id: str, user_name: str, state: bytes, worker: Worker, within: float
    ) -> Authorized | None:
        """None if the session must not be; ServerAway also if the answer is none that can be followed."""
        attributes: list[Attribute] = [
            ("Service-Type", "Authorize-Only"),
            ("User-Name", user_name),
            ("State", state),
            ("NAS-Identifier", self.nas_identifier),
            ("Acct-Session-Id", session_id),
            ("Calling-Station-Id", worker.source),
            ("Framed-IP-Address", worker.tunnel_address),
        ]
        try:
            return _read(await self.server.ask(Code.ACCESS_REQUEST, attributes, within))
        except (Malformed, filter_rules.BadRule) as error:
            raise ServerAway(f"an answer that cannot be followed: {error}") from error


def _read(answer: Packet) -> Authorized | None:
    if answer.code != Code.ACCESS_ACCEPT:
        return None
    seconds = answer.number("Session-Timeout")
    if seconds is None:
        raise Malformed("Session-Timeout is missing")
    return Authorized(filter_rules.texts(answer.every("NAS-Filter-Rule")), seconds)
