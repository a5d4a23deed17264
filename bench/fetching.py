"""Clients that fetch a file at once: `python -m bench.fetching HOST:PORT PATHS COUNT [CA]`.

What comes is read and dropped: the processor belongs to the servers. Time counts from when all are connected.
"""

import json
import socket
import ssl
import sys
import threading
import time
from collections.abc import Callable

_PIECE = 512 * 1024
_PATIENCE = 120.0


def fetch(connect: Callable[[], socket.socket], path: str, host: str, together: threading.Barrier) -> int:
    """Bytes behind the head; raises OSError, ValueError for an answer that is no file."""
    piece = bytearray(_PIECE)
    with connect() as connection:
        together.wait(_PATIENCE)
        connection.sendall(f"GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode())
        head = bytearray()
        while b"\r\n\r\n" not in head:
            if not (count := connection.recv_into(piece)):
                raise ValueError("no answer")
            head += piece[:count]
        said, _, body = bytes(head).partition(b"\r\n\r\n")
        if b" 200 " not in said.splitlines()[0]:
            raise ValueError(said.splitlines()[0].decode())
        total = len(body)
        while count := connection.recv_into(piece):
            total += count
    return total


def _connecting(host: str, port: int, ca: str | None) -> Callable[[], socket.socket]:
    context = ssl.create_default_context(cafile=ca) if ca else None

    def connect() -> socket.socket:
        connection = socket.create_connection((host, port), timeout=_PATIENCE)
        return context.wrap_socket(connection, server_hostname="localhost") if context else connection

    return connect


def main(address: str, path: str, count: int, ca: str | None = None) -> None:
    host, _, port = address.rpartition(":")
    connect, together = _connecting(host, int(port), ca), threading.Barrier(count + 1)
    totals: list[int] = []

    def work() -> None:
        totals.append(fetch(connect, path, host, together))

    threads = [threading.Thread(target=work) for _ in range(count)]
    for one in threads:
        one.start()
    together.wait(_PATIENCE)
    begun = time.perf_counter()
    for one in threads:
        one.join()
    seconds = time.perf_counter() - begun
    processor = time.process_time()
    print(json.dumps({"bytes": sum(totals), "whole": len(totals), "s": seconds, "processor_s": processor}))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]), *sys.argv[4:5])
