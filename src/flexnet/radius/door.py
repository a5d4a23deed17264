"""One packet's way through the door, the same for UDP and RadSec: read, parse, once only, answer."""

from collections.abc import Awaitable
from typing import Final

from flexnet.radius import codec, counters, parsing
from flexnet.radius.duplicates import Duplicates
from flexnet.radius.gateways import Peer
from flexnet.radius.requests import Requests


class Door:
    """Checks at once, answers later."""

    def __init__(self, requests: Requests, duplicates: Duplicates) -> None:
        self._requests: Final = requests
        self._duplicates: Final = duplicates

    def admit(self, raw: bytes, peer: Peer, sender: str) -> Awaitable[bytes | None]:
        """Raises Malformed at once; what it returns gives the answer, or None for none.

        `sender` tells requests apart that look alike: address and port, or the gateway's name.
        """
        packet = codec.read_request(raw, peer.secret)
        request = parsing.parse(packet, peer, self._requests.clock())
        return self._once(raw, peer, sender, packet, request)

    async def _once(
        self, raw: bytes, peer: Peer, sender: str, packet: codec.Packet, request: parsing.Request
    ) -> bytes | None:
        try:
            return await self._duplicates.first(
                sender, raw, lambda: self._requests.answer(peer, packet, request)
            )
        except Exception as error:  # noqa: BLE001 - one request must not take the process with it
            counters.failed("door", error)
            return None
