"""What can be reached from inside a namespace: asked there with real sockets, all at once.

A target is written `ping ADDRESS`, `tcp ADDRESS PORT`, `http ADDRESS`, `dns SERVER NAME` or `https NAME`, to
which an address of one's own may be added;
`session NAME SOURCE` tells whether the cookie in LAB_COOKIE is signed in there, coming from that address.
"""

import http.client
import json
import os
import socket
import ssl
import subprocess
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

from lab import commands, dns

PATIENCE = 1.0  # s; everything in the lab answers within milliseconds


def reached(
    namespace: str, targets: Sequence[str], *, trust: str | None = None, cookie: str = ""
) -> dict[str, str | None]:
    """Return for each target what it answered, or None for one that did not answer within a second."""
    program = [sys.executable, "-m", "lab.reach", *targets]
    told = {"LAB_COOKIE": cookie} | ({"SSL_CERT_FILE": trust} if trust else {})
    done = subprocess.run(
        commands.inside(namespace, program),
        env=commands.surroundings() | told,
        capture_output=True,
        text=True,
        check=True,
    )
    answers: dict[str, str | None] = json.loads(done.stdout)
    return answers


def _ping(address: str) -> str:
    subprocess.run(
        ["ping", "-n", "-c1", f"-W{PATIENCE:.0f}", address],
        check=True,
        capture_output=True,
        timeout=PATIENCE + 1,
    )
    return "an echo"


def _tcp(address: str, port: str) -> str:
    with socket.create_connection((address, int(port)), PATIENCE):
        return "a connection"


def _http(address: str) -> str:
    connection = http.client.HTTPConnection(address, 80, timeout=PATIENCE)
    connection.request("GET", "/")
    return connection.getresponse().read().decode().strip()


def _https(name: str, source: str = "") -> str:
    context = ssl.create_default_context()
    own = (source, 0) if source else None
    connection = http.client.HTTPSConnection(name, timeout=PATIENCE, context=context, source_address=own)
    connection.request("GET", "/")
    return str(connection.getresponse().status)


def _session(name: str, source: str) -> str:
    context = ssl.create_default_context()
    connection = http.client.HTTPSConnection(
        name, timeout=PATIENCE, context=context, source_address=(source, 0)
    )
    connection.request("GET", "/", headers={"Cookie": os.environ["LAB_COOKIE"]})
    return "signed in" if "Abmelden" in connection.getresponse().read().decode() else "signed out"


def _dns(server: str, name: str) -> str:
    family = socket.AF_INET6 if ":" in server else socket.AF_INET
    with socket.socket(family, socket.SOCK_DGRAM) as asking:
        asking.settimeout(PATIENCE)
        asking.connect((server, 53))
        asking.send(dns.question(name))
        return dns.address(asking.recv(512)) or "no such name"


_WAYS: dict[str, Callable[..., str]] = {
    "ping": _ping,
    "tcp": _tcp,
    "http": _http,
    "https": _https,
    "dns": _dns,
    "session": _session,
}


def _try(target: str) -> str | None:
    way, *rest = target.split()
    try:
        return _WAYS[way](*rest)
    except (OSError, subprocess.SubprocessError, http.client.HTTPException):
        return None


if __name__ == "__main__":
    with ThreadPoolExecutor(max_workers=32) as pool:
        print(json.dumps(dict(zip(sys.argv[1:], pool.map(_try, sys.argv[1:]), strict=True))))
