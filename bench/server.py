"""The radius process under load: a throw-away installation, a crowd in it, and a load generator beside it."""

import contextlib
import json
import secrets
import socket
import subprocess
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

from bench import installation, packets
from bench.crowd import Crowd
from bench.installation import Failed, Installation
from bench.load import Hits, Volley
from lab import ports
from lab.processes import eventually

RADIUS = ("flexnet.cli", "run", "radius")


@dataclass(frozen=True)
class Server:
    """One radius process, and who fires at it."""

    installation: Installation
    crowd: Crowd
    secret: bytes
    tables: dict[str, dict[str, Any]]
    radius: subprocess.Popen[str]
    load: subprocess.Popen[str]

    @property
    def authentication(self) -> tuple[str, int]:
        return _address(self.tables["radius"]["udp_authentication"][0])

    @property
    def accounting(self) -> tuple[str, int]:
        return _address(self.tables["radius"]["udp_accounting"][0])

    def fire(self, volley: Volley) -> Hits:
        """Have the volley fired; raises Failed if the generator or radius does not live through it."""
        assert self.load.stdin  # noqa: S101 - for the type checker: it is a pipe
        assert self.load.stdout  # noqa: S101 - as above
        print(json.dumps(asdict(volley)), file=self.load.stdin, flush=True)
        answer = self.load.stdout.readline()
        if not answer:
            raise Failed(self.installation.said("load.log"))
        if self.radius.poll() is not None:
            raise Failed(self.installation.said("radius.log"))
        return Hits(**json.loads(answer))


@contextlib.contextmanager
def serving(database: str, accesses: int, radius: tuple[str, ...] = RADIUS) -> Iterator[Server]:
    """Everything up and answering; removed with the block. Raises Failed."""
    tables = {"radius": _radius()}
    with installation.prepared(database, tables) as made:
        crowd, secret = Crowd.drawn(accesses), secrets.token_hex(16).encode()
        crowd.write(made.folder / "crowd.json")
        made.folder.joinpath("secret").write_bytes(secret)
        made.run("bench.inside", "population", f"{made.folder}/crowd.json", f"{made.folder}/secret")
        host, port = _address(tables["radius"]["udp_authentication"][0])
        process = made.start(*radius, log="radius.log")
        load = made.start("bench.load", f"{made.folder}/crowd.json", host, str(port), log="load.log")
        print(secret.decode(), file=load.stdin, flush=True)
        server = Server(made, crowd, secret, tables, process, load)
        eventually(lambda: process.poll() is not None or is_answering(server), within=30)
        if process.poll() is not None or not is_answering(server):
            raise Failed(f"radius does not answer:\n{made.said('radius.log')}")
        yield server


def is_answering(server: Server) -> bool:
    """Whether a rightly signed packet gets its answer within a second."""
    request = packets.unusable(0, secret=server.secret)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
        asking.settimeout(1)
        asking.connect(server.authentication)
        try:
            asking.send(request)
            return packets.is_answer(asking.recv(4096), request, server.secret)
        except OSError:
            return False


def _radius() -> dict[str, Any]:
    return {
        "udp_authentication": [f"127.0.0.1:{ports.claim(socket.SOCK_DGRAM)}"],
        "udp_accounting": [f"127.0.0.1:{ports.claim(socket.SOCK_DGRAM)}"],
        "nudge": f"127.0.0.1:{ports.claim(socket.SOCK_DGRAM)}",
        "metrics": f"127.0.0.1:{ports.claim()}",
    }


def _address(text: str) -> tuple[str, int]:
    host, _, port = text.rpartition(":")
    return host, int(port)
