"""What stands in the closed network: every port sends without end, and echoes nothing."""

from __future__ import annotations

import asyncio
import contextlib


async def pour(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Send as fast as the other side takes it."""
    with contextlib.suppress(OSError):
        while True:
            writer.write(bytes(4096))
            await writer.drain()
            await asyncio.sleep(0.001)
    writer.close()


async def main() -> None:
    """Listen on the portal's port and on one that nobody is granted."""
    servers = [await asyncio.start_server(pour, "0.0.0.0", port) for port in (443, 80)]  # noqa: S104  # own namespace
    await asyncio.gather(*(server.serve_forever() for server in servers))


if __name__ == "__main__":
    asyncio.run(main())
