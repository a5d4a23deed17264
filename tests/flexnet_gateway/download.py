"""A stream of datagrams that says when its last one came."""

from __future__ import annotations

import socket
import sys
import time

SILENCE = 1.5  # seconds after which it is over


def main() -> None:
    """Arguments: the tunnel device and the server's address."""
    device, address = sys.argv[1:]
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as connection:
        connection.settimeout(SILENCE)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, device.encode())
        connection.sendto(b"go", (address, 443))
        connection.recv(2000)
        print("running", flush=True)
        last = 0.0
        try:
            while connection.recv(2000):
                last = time.monotonic()
        except OSError:
            print(last, flush=True)


if __name__ == "__main__":
    main()
