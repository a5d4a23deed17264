"""Makes a server inside the lab reachable from outside, over a loopback port of the machine."""

import asyncio
import contextlib
import socket
import sys
from functools import partial

from lab.processes import Processes


def loopback_port(processes: Processes, namespace: str, address: str, port: int) -> int:
    """Open a port on 127.0.0.1 that leads to a server of this namespace; return its number."""
    with socket.create_server(("127.0.0.1", 0)) as door:
        number = int(door.getsockname()[1])
        command = [sys.executable, "-m", "lab.forward", str(door.fileno()), address, str(port)]
        processes.start(f"forward-{namespace}-{port}", namespace, command, inherit=(door.fileno(),))
    return number


async def _serve(door: socket.socket, address: str, port: int) -> None:
    """The door was opened outside and stays there; what goes on from here starts inside."""
    server = await asyncio.start_server(partial(_carry, address, port), sock=door)
    await server.serve_forever()


async def _carry(address: str, port: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):
        inner_reader, inner_writer = await asyncio.open_connection(address, port)
        await asyncio.gather(_pour(reader, inner_writer), _pour(inner_reader, writer))
    writer.close()


async def _pour(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):
        while piece := await source.read(65536):
            sink.write(piece)
            await sink.drain()
    sink.close()


if __name__ == "__main__":
    number, inner_address, inner_port = sys.argv[1:]
    asyncio.run(_serve(socket.socket(fileno=int(number)), inner_address, int(inner_port)))
