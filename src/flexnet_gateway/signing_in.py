"""Passes a sign-in from ocserv to the server and keeps the State of what it accepted."""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass
from xml.sax import saxutils

from flexnet_gateway import sessions
from flexnet_gateway.codec import LARGEST_ATTRIBUTE, Attribute, Code, Malformed, Packet
from flexnet_gateway.errors import ServerAway
from flexnet_gateway.ledger import Ledger
from flexnet_gateway.loopback import Asked, Told
from flexnet_gateway.radsec import RadSec
from flexnet_gateway.sessions import SignIn

log = logging.getLogger(__name__)

AWAY = (
    "Die Anmeldung ist zurzeit nicht möglich: Der Anmeldedienst ist nicht erreichbar. "
    "Bitte versuchen Sie es in einigen Minuten noch einmal."
)


@dataclass(frozen=True)
class SigningIn:
    """Says no by itself, and why, when the server does not answer."""

    server: RadSec
    ledger: Ledger
    nas_identifier: str
    within: float

    async def __call__(self, asked: Asked) -> Told:
        attributes: list[Attribute] = [
            ("User-Name", asked.user_name),
            ("NAS-Identifier", self.nas_identifier),
            ("Calling-Station-Id", asked.source),
            ("Connect-Info", asked.user_agent[:100]),
            ("Service-Type", "Authenticate-Only"),
        ]
        try:
            answer = await self.server.ask(Code.ACCESS_REQUEST, attributes, self.within, asked.password)
            return self._told(asked, answer)
        except (ServerAway, Malformed) as error:
            log.warning("a sign-in was refused here: %s", error)
            return Told(False, (("Reply-Message", AWAY),))

    def _told(self, asked: Asked, answer: Packet) -> Told:
        if answer.code == Code.ACCESS_REJECT:
            message = answer.text("Reply-Message") or ""
            return Told(False, (("Reply-Message", in_xml(message)),))
        state, timeout = answer.octets("State"), answer.number("Session-Timeout")
        if not state or timeout is None:
            raise Malformed("an Access-Accept without State or Session-Timeout")
        sign_in = SignIn(asked.user_name, asked.source, state, time.time())
        self.ledger.turn(sessions.signed_in(self.ledger.book, sign_in))
        groups: list[Attribute] = [("Class", value) for value in answer.every("Class")]
        return Told(True, (*groups, ("Session-Timeout", timeout)))


def in_xml(message: str) -> str:
    """Printable, escaped, within one attribute: ocserv 1.1.6 copies it as it is into the client's XML."""
    shown = ""
    for character in filter(str.isprintable, message):
        longer = shown + saxutils.escape(character)
        if len(longer.encode()) > LARGEST_ATTRIBUTE:
            break
        shown = longer
    return shown
