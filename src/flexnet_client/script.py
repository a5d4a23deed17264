"""What openconnect runs at each turn of the tunnel: tells the client and waits until the client has acted.

Stands alone (no import of its package), so that it starts quickly: `python -I -S script.py SOCKET`.
"""

import json
import os
import socket
import sys

_PATIENCE = 10  # seconds


def main() -> int:
    """Return 0 once the client has acted; 1 if it could not or is gone, and then the lease decides."""
    names = {"reason": "reason", "device": "TUNDEV", "address": "INTERNAL_IP4_ADDRESS"}
    names |= {"mtu": "INTERNAL_IP4_MTU", "dns": "INTERNAL_IP4_DNS"}
    told = {key: os.environ.get(variable, "") for key, variable in names.items()}
    if told["reason"] == "disconnect":
        return 0  # the client began this end itself, or sees it in openconnect's: it answers no more
    with socket.socket(socket.AF_UNIX) as client:
        client.settimeout(_PATIENCE)
        try:
            client.connect(sys.argv[1])
            client.sendall(json.dumps(told).encode() + b"\n")
            return 0 if client.recv(16) == b"done\n" else 1
        except OSError:
            return 1


if __name__ == "__main__":
    sys.exit(main())
