"""ocserv's connect and disconnect script: asks the agent; without its yes nobody connects."""

import json
import os
import socket
import sys

AGENT = "/run/flexnet-gateway/hook.socket"
SECONDS = 2.0
NAMES = ("REASON", "ID", "USERNAME", "DEVICE", "IP_REMOTE", "IP_REAL", "STATS_BYTES_IN", "STATS_BYTES_OUT")


def main() -> int:
    question = {name: os.environ.get(name, "") for name in NAMES} | {"PARENT": str(os.getppid())}
    try:
        with socket.socket(socket.AF_UNIX) as agent:
            agent.settimeout(SECONDS)
            agent.connect(AGENT)
            agent.sendall(json.dumps(question).encode() + b"\n")
            accepted = agent.recv(64) == b"yes\n"
    except OSError as error:
        print(f"flexnet-gateway: the agent does not answer: {error}", file=sys.stderr)
        accepted = False
    return 0 if accepted else 1


if __name__ == "__main__":
    sys.exit(main())
