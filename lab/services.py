"""Small servers that stand for the rest of the world and say who they are: `lab.services PLACE`."""

import asyncio
import contextlib
import ssl
import struct
import sys
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import cast

from lab import dns, hostile, topology

HOSTILE = "/gewinnspiel/"
_PORTAL = f"https://{topology.PORTAL_NAME}/"


@dataclass(frozen=True)
class Place:
    """What one host of the lab serves."""

    greeting: str
    addresses: tuple[str, ...] = ()
    resolver: str | None = None
    names: dict[str, str] = field(default_factory=dict)
    pages: dict[str, str] = field(default_factory=dict)  # what else it serves, by its path


_PUBLIC_NAMES = {topology.GATEWAY_NAME: topology.GATEWAY_ADDRESS, "www.example": topology.INTERNET_HOST}
PLACES = {
    "internet": Place(
        "the Internet",
        (topology.INTERNET_HOST, topology.INTERNET_HOST6),
        topology.INTERNET_HOST,
        _PUBLIC_NAMES,
    ),
    "router": Place("the practice's router", (), topology.ROUTER, _PUBLIC_NAMES),
    "router2": Place("the second practice's router", (), topology.ROUTER2, _PUBLIC_NAMES),
    "neighbour": Place("the LAN neighbour", (topology.NEIGHBOUR, topology.NEIGHBOUR6)),
    "snk": Place(
        "another service of the SNK",
        (topology.SERVICE_ADDRESS,),
        topology.SNK_DNS,
        {topology.PORTAL_NAME: topology.PORTAL_ADDRESS, topology.SERVICE_NAME: topology.SERVICE_ADDRESS},
        {HOSTILE: hostile.page_for(f"{_PORTAL}mein-zugang/", f"{_PORTAL}abmelden/", {})},
    ),
}


class _Resolver(asyncio.DatagramProtocol):
    def __init__(self, names: dict[str, str]) -> None:
        self.names = names

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.DatagramTransport, transport)

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        try:
            self.transport.sendto(dns.answer(data, self.names), addr)
        except dns.BadQuery:
            print(f"a query that is none, from {addr[0]}", flush=True)


async def _resolve(place: Place, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    (length,) = struct.unpack("!H", await reader.readexactly(2))
    reply = dns.answer(await reader.readexactly(length), place.names)
    writer.write(struct.pack("!H", len(reply)) + reply)
    writer.close()


async def _greet(place: Place, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    asked = b""
    with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):  # whoever only knocks gets it too
        asked = await reader.readuntil(b"\r\n\r\n")
    page = next((text for path, text in place.pages.items() if f" {path} ".encode() in asked), None)
    body = (page or f"{place.greeting}\n").encode()
    kind = "text/html" if page else "text/plain"
    head = f"HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\n"
    head += f"Content-Length: {len(body)}\r\nConnection: close\r\n\r\n"
    writer.write(head.encode() + body)
    writer.close()


async def serve(place: Place, certificate: Path | None) -> None:
    """Serve until ended; with a certificate (and its key beside it) over TLS too."""
    for address in place.addresses:
        await asyncio.start_server(partial(_greet, place), address, 80)
        if certificate:
            await asyncio.start_server(partial(_greet, place), address, 443, ssl=_tls(certificate))
    if place.resolver:
        loop, here = asyncio.get_running_loop(), (place.resolver, 53)
        await loop.create_datagram_endpoint(lambda: _Resolver(place.names), here)
        await asyncio.start_server(partial(_resolve, place), *here)
    print("ready", flush=True)
    await asyncio.Event().wait()


def _tls(certificate: Path) -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate, certificate.with_suffix(".key"))
    return context


if __name__ == "__main__":
    asyncio.run(serve(PLACES[sys.argv[1]], Path(sys.argv[2]) if len(sys.argv) > 2 else None))
