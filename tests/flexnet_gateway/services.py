"""What stands in the closed network: TCP that accepts, and a stream of datagrams to whoever sends one."""

from __future__ import annotations

import asyncio
from typing import cast

DATAGRAMS = 10_000  # one a millisecond; nothing but the gateway's filter stops them


class Stream(asyncio.DatagramProtocol):
    """Sends without ever asking whether it is heard: what TCP would stop by itself goes on here."""

    def __init__(self) -> None:
        self._streams: set[asyncio.Task[None]] = set()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.DatagramTransport, transport)

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        self._streams.add(asyncio.create_task(self._pour(addr)))

    async def _pour(self, addr: tuple[str, int]) -> None:
        for _ in range(DATAGRAMS):
            self._transport.sendto(bytes(1000), addr)
            await asyncio.sleep(0.001)


async def accept(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Somebody is there."""
    writer.close()


async def main() -> None:
    """Listen on the portal's port and on one that nobody is granted."""
    loop = asyncio.get_running_loop()
    await loop.create_datagram_endpoint(Stream, local_addr=("10.20.0.10", 443))
    servers = [await asyncio.start_server(accept, "0.0.0.0", port) for port in (443, 80)]  # noqa: S104  # own namespace
    await asyncio.gather(*(server.serve_forever() for server in servers))


if __name__ == "__main__":
    asyncio.run(main())
