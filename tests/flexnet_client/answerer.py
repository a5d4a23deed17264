"""A tiny host for the tests: says its name (port 80), counts an upload (81), answers DNS (53)."""

import argparse
import selectors
import socket
import struct

_TYPE_A = b"\x00\x01"


def _answer(query: bytes, address: str) -> bytes:
    """Answer a DNS query (RFC 1035, 4.1): one A record; no record for any other type."""
    end = query.index(b"\0", 12) + 5
    question = query[12:end]
    is_a = question[-4:-2] == _TYPE_A
    head = query[:2] + b"\x81\x80" + struct.pack("!4H", 1, int(is_a), 0, 0)
    record = b"\xc0\x0c" + _TYPE_A + b"\x00\x01" + struct.pack("!IH", 1, 4) + socket.inet_aton(address)
    return head + question + (record if is_a else b"")


def _datagram(server: socket.socket, address: str) -> None:
    query, peer = server.recvfrom(4096)
    server.sendto(_answer(query, address), peer)


def _stream(server: socket.socket, name: str) -> None:
    connection, peer = server.accept()
    with connection:
        connection.settimeout(2)
        connection.sendall(f"{name} {peer[0]}\n".encode())


def _upload(server: socket.socket, name: str) -> None:
    connection, _peer = server.accept()
    with connection, connection.makefile("rb") as stream:
        connection.settimeout(10)
        connection.sendall(f"{name} {len(stream.read())}\n".encode())


def main() -> None:
    """Serve until killed; prints one line once all ports are open."""
    parser = argparse.ArgumentParser()
    parser.add_argument("name")
    parser.add_argument(
        "--dns", nargs=2, metavar=("AT", "ANSWER"), help="also answer DNS, always with ANSWER"
    )
    options = parser.parse_args()
    poll = selectors.DefaultSelector()
    for port, answer in ((80, _stream), (81, _upload)):
        server = socket.create_server(("::", port), family=socket.AF_INET6, dualstack_ipv6=True)
        poll.register(server, selectors.EVENT_READ, answer)
    if options.dns:
        server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        server.bind((options.dns[0], 53))
        poll.register(server, selectors.EVENT_READ, _datagram)
    print("ready", flush=True)
    while True:
        for key, _events in poll.select():
            key.data(key.fileobj, options.dns[1] if key.data is _datagram else options.name)


if __name__ == "__main__":
    main()
