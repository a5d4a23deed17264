"""A download that says when its last byte came."""

from __future__ import annotations

import socket
import sys
import time

SILENCE = 1.5  # seconds after which it is over


def main() -> None:
    """Arguments: the tunnel device and the server's address."""
    device, address = sys.argv[1:]
    with socket.socket() as connection:
        connection.settimeout(SILENCE)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, device.encode())
        connection.connect((address, 443))
        last, received = 0.0, 0
        try:
            while data := connection.recv(65536):
                if not received:
                    print("running", flush=True)
                received, last = received + len(data), time.monotonic()
        except OSError:
            print(last, flush=True)


if __name__ == "__main__":
    main()
