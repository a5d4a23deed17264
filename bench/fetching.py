"""Clients that fetch a file at once, each from an address of its own: `python -m bench.fetching PORT [CA]`.

A line on stdin for each: the path it asks for. What comes is read and dropped, so that the processor belongs
to the servers. Time counts from when all are connected. Says in JSON how long it took.
"""

import json
import socket
import ssl
import sys
import threading
import time
from collections.abc import Callable

_PIECE = 512 * 1024
_PATIENCE = 300.0

Connect = Callable[[int], socket.socket]


def _fetch(connection: socket.socket, path: str) -> int:
    """Bytes behind the head; raises OSError, ValueError for an answer that is no file."""
    piece, head = bytearray(_PIECE), bytearray()
    connection.sendall(f"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode())
    while b"\r\n\r\n" not in head:
        if not (count := connection.recv_into(piece)):
            raise ValueError("no answer")
        head += piece[:count]
    said, _, body = bytes(head).partition(b"\r\n\r\n")
    if b" 200 " not in said.splitlines()[0]:
        raise ValueError(said.splitlines()[0].decode())
    length, total = int(said.lower().partition(b"content-length: ")[2].split()[0]), len(body)
    while total < length and (count := connection.recv_into(piece)):
        total += count
    return total


def _connecting(port: int, ca: str | None) -> Connect:
    context = ssl.create_default_context(cafile=ca) if ca else None

    def connect(number: int) -> socket.socket:
        own = (f"127.0.{1 + number // 250}.{1 + number % 250}", 0)
        connection = socket.create_connection(("127.0.0.1", port), timeout=_PATIENCE, source_address=own)
        return context.wrap_socket(connection, server_hostname="localhost") if context else connection

    return connect


def main(port: int, ca: str | None = None) -> None:
    paths = sys.stdin.read().split()
    connect, together, totals = _connecting(port, ca), threading.Barrier(len(paths) + 1), list[int]()

    def work(number: int, path: str) -> None:
        with connect(number) as connection:
            together.wait(_PATIENCE)
            totals.append(_fetch(connection, path))

    threads = [threading.Thread(target=work, args=pair) for pair in enumerate(paths)]
    for one in threads:
        one.start()
    together.wait(_PATIENCE)
    begun, used = time.perf_counter(), time.process_time()
    for one in threads:
        one.join()
    seconds = time.perf_counter() - begun
    told = {"bytes": sum(totals), "s": seconds, "processor_s": time.process_time() - used}
    print(json.dumps(told))


if __name__ == "__main__":
    main(int(sys.argv[1]), *sys.argv[2:3])
