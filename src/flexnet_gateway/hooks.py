"""The Unix socket that ocserv's connect and disconnect script talks to; only root may."""

from __future__ import annotations

import asyncio
import ipaddress
import json
import logging
import os
import re
import socket
import struct
from pathlib import Path

from flexnet_gateway.connecting import Connecting
from flexnet_gateway.errors import KernelRefused
from flexnet_gateway.sessions import Worker

log = logging.getLogger(__name__)

LONGEST_QUESTION = 8192
ASKED_WITHIN = 2.0
DEVICE = re.compile(r"vpns[0-9]{1,9}", re.ASCII)


class Hooks:
    """One question and one answer a connection: `yes` or `no`, and nothing where something went wrong."""

    def __init__(self, connecting: Connecting) -> None:
        self._connecting = connecting

    async def listen(self, path: Path) -> asyncio.Server:
        """Open the socket; raises OSError."""
        path.unlink(missing_ok=True)
        before = os.umask(0o177)
        try:
            return await asyncio.start_unix_server(self._serve, path, limit=LONGEST_QUESTION)
        finally:
            os.umask(before)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            if _peer(writer) in (0, os.getuid()):
                async with asyncio.timeout(ASKED_WITHIN):
                    line = await reader.readline()
                writer.write(b"yes\n" if await self._may(json.loads(line)) else b"no\n")
        except (OSError, ValueError, KeyError, TypeError, KernelRefused) as error:
            log.error("a hook was refused: %r", error)
        finally:
            writer.close()

    async def _may(self, question: dict[str, str]) -> bool:
        worker_id = int(question["ID"])
        if question["REASON"] == "disconnect":
            octets_in, octets_out = int(question["STATS_BYTES_IN"]), int(question["STATS_BYTES_OUT"])
            await self._connecting.disconnect(worker_id, octets_in, octets_out)
            return True
        worker = _worker(worker_id, question)
        why_not = await self._connecting.connect(question["USERNAME"], worker, int(question["PARENT"]))
        if why_not:
            log.warning("%s (%s) may not connect: %s", question["USERNAME"], worker.source, why_not)
        return not why_not


def _worker(worker_id: int, question: dict[str, str]) -> Worker:
    """Checked as closely as it goes into nftables' text; raises ValueError."""
    device, source = question["DEVICE"], question["IP_REAL"]
    if question["REASON"] != "connect" or not DEVICE.fullmatch(device):
        raise ValueError(f"no connect on a tunnel device: {question['REASON']!r}, {device!r}")
    address = ipaddress.IPv4Address(question["IP_REMOTE"])
    return Worker(worker_id, device, str(address), str(ipaddress.ip_address(source)))


def _peer(writer: asyncio.StreamWriter) -> int:
    """Who asks, as the kernel knows it."""
    connection: socket.socket = writer.get_extra_info("socket")
    credentials = connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12)
    return int(struct.unpack("=iII", credentials)[1])
