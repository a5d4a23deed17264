"""Tries several hosts at once, over and over, and tells each success with its time."""

import os
import socket
import sys
import threading
import time

_PATIENCE, _PAUSE = 0.2, 0.02


def _try_for_ever(target: str) -> None:
    while True:
        try:
            with socket.create_connection((target, 80), _PATIENCE) as connection:
                if connection.recv(64):
                    os.write(
                        1, f"{time.monotonic():.3f} {target}\n".encode()
                    )  # whole lines, from every thread
        except OSError:
            pass
        time.sleep(_PAUSE)


def main() -> None:
    """Probe the hosts named on the command line until killed."""
    print("ready", flush=True)
    for target in sys.argv[1:]:
        threading.Thread(target=_try_for_ever, args=(target,)).start()


if __name__ == "__main__":
    main()
