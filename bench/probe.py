"""A stream of small packets through every tunnel, and the service that notes when they arrive.

`python -m bench.probe send MS NUMBER:DEVICE…` and `python -m bench.probe receive`: each line on the
receiver's stdin is answered with what arrived so far, as JSON; after the line `forget` it counts anew.
"""

import contextlib
import json
import select
import socket
import struct
import sys
import time
from collections.abc import Iterable
from dataclasses import asdict, dataclass

from lab import topology

PORT = 9999
_STAMP = 35  # SO_TIMESTAMPNS, which Python does not name: the kernel's own time of arrival
_NUMBER = struct.Struct("!I")
_TIME = struct.Struct("@qq")


@dataclass
class Arrivals:
    """Of one tunnel: how many packets, the last one's Unix time (s), the longest time (s) between two."""

    count: int = 0
    last: float = 0.0
    longest_gap: float = 0.0

    def note(self, at: float) -> None:
        if self.count:
            self.longest_gap = max(self.longest_gap, at - self.last)
        self.count, self.last = self.count + 1, at


class Way:
    """A socket that sends through one device only; while there is no such device it sends nothing."""

    def __init__(self, number: int, device: str) -> None:
        self._packet, self._device = _NUMBER.pack(number), device
        self._socket: socket.socket | None = None

    def send(self) -> None:
        try:
            self._socket = self._socket or self._bound()
            self._socket.send(self._packet)
        except OSError:
            self._close()

    def _bound(self) -> socket.socket:
        way = socket.socket(socket.AF_INET, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK)
        try:
            way.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, self._device.encode())
            way.connect((topology.SERVICE_ADDRESS, PORT))
        except OSError:
            way.close()
            raise
        return way

    def _close(self) -> None:
        if self._socket:
            self._socket.close()
            self._socket = None


def send(every: float, devices: Iterable[str]) -> None:
    """One packet every so many seconds through each device, until ended; it carries the tunnel's number."""
    ways = [Way(int(number), device) for number, _, device in (one.partition(":") for one in devices)]
    due = time.monotonic()
    while True:
        for way in ways:
            way.send()
        due = max(due + every, time.monotonic())
        time.sleep(max(0.0, due - time.monotonic()))


def receive() -> None:
    """Note arrivals until stdin ends."""
    arrivals: dict[int, Arrivals] = {}
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as service:
        service.setsockopt(socket.SOL_SOCKET, _STAMP, 1)
        service.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 * 1024 * 1024)
        service.bind((topology.SERVICE_ADDRESS, PORT))
        service.setblocking(False)
        while True:
            ready, _, _ = select.select([service, sys.stdin], [], [])
            if service in ready:
                _take(service, arrivals)
            if sys.stdin in ready:
                if not (line := sys.stdin.readline()):
                    return
                print(json.dumps({number: asdict(one) for number, one in arrivals.items()}), flush=True)
                if line == "forget\n":
                    arrivals.clear()


def _take(service: socket.socket, arrivals: dict[int, Arrivals]) -> None:
    with contextlib.suppress(BlockingIOError):
        while True:
            packet, said, _, _ = service.recvmsg(64, socket.CMSG_SPACE(_TIME.size))
            (number,) = _NUMBER.unpack(packet)
            seconds, nanoseconds = _TIME.unpack(said[0][2])
            arrivals.setdefault(number, Arrivals()).note(seconds + nanoseconds / 1e9)


if __name__ == "__main__":
    if sys.argv[1] == "send":
        send(int(sys.argv[2]) / 1000, sys.argv[3:])
    else:
        receive()
