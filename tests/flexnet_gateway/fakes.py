"""Stand-ins for the kernel, for ocserv and for the TLS connection; the rig shows the real ones."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from flexnet_gateway import codec
from flexnet_gateway.accounting import Record
from flexnet_gateway.authorization import Authorizer
from flexnet_gateway.codec import Attribute, Code, Packet
from flexnet_gateway.configuration import Server
from flexnet_gateway.connecting import Connecting
from flexnet_gateway.errors import KernelRefused, OcservAway, ServerAway
from flexnet_gateway.kernel import Kernel
from flexnet_gateway.ledger import Ledger
from flexnet_gateway.ocserv import Ocserv, Online
from flexnet_gateway.radsec import RadSec
from flexnet_gateway.ruleset import Key
from flexnet_gateway.sessions import Filter
from flexnet_gateway.spool import Spool
from tests.flexnet_gateway.fake_server import SECRET, FakeServer


class FakeKernel(Kernel):
    """Holds what it was told, or refuses."""

    def __init__(self) -> None:
        super().__init__("")
        self.filters: dict[Key, Filter] = {}
        self.is_refusing = False
        self.was_flushed = False

    async def enforce(self, wanted: Mapping[Key, Filter]) -> None:
        if self.is_refusing:
            raise KernelRefused("no such chain")
        self.filters = dict(wanted)

    async def rebuild(self, wanted: Mapping[Key, Filter]) -> None:
        await self.enforce(wanted)
        self.was_flushed = False

    async def is_as_installed(self) -> bool:
        return not self.was_flushed


class FakeOcserv(Ocserv):
    """Knows the workers it was told of."""

    def __init__(self) -> None:
        super().__init__(Path("/nonexistent"))
        self.workers: dict[int, Online] = {}
        self.cookies: set[str] = set()
        self.start = "100 1700000000"
        self.is_away = False
        self.has_died = False
        self.cut: list[int] = []

    def has(self, worker_id: int, session_id: str, *, is_connected: bool = True) -> None:
        self.cookies.add(session_id)
        self.workers[worker_id] = Online(worker_id, session_id, is_connected, 10, 20)

    async def started(self) -> str:
        if self.is_away:
            raise OcservAway("no control socket")
        return self.start

    def is_dead(self, started: str) -> bool:
        return self.has_died and bool(started)

    async def online(self) -> list[Online]:
        return list(self.workers.values())

    async def session_id(self, worker_id: int) -> str:
        if worker_id not in self.workers:
            raise OcservAway("no such worker")
        return self.workers[worker_id].session_id

    async def resumable(self) -> set[str]:
        return self.cookies

    async def disconnect(self, worker_id: int) -> None:
        self.cut.append(worker_id)
        self.workers.pop(worker_id, None)


class Direct(RadSec):
    """Asks the fake server without a network between."""

    def __init__(self, fake: FakeServer) -> None:
        nowhere = Path("/nonexistent")
        super().__init__(Server(("127.0.0.1", 0), "radius.kvsa.de", nowhere, nowhere, nowhere, False))
        self.fake = fake
        self.is_reachable = True

    @property
    def is_up(self) -> bool:
        return self.is_reachable

    async def ask(
        self, code: Code, attributes: Iterable[Attribute], within: float, password: bytes | None = None
    ) -> Packet:
        if not self.is_reachable:
            raise ServerAway("no connection")
        authenticator = b"fedcba9876543210"
        hidden: list[Attribute] = []
        if password is not None:
            hidden.append(("User-Password", codec.hide(password, authenticator, SECRET)))
        given = authenticator if code == Code.ACCESS_REQUEST else None
        raw = codec.request(code, 1, SECRET, [*attributes, *hidden], authenticator=given)
        return codec.decode(self.fake.answer(codec.decode(raw)))


class Gateway:
    """An agent's inner parts on stand-ins."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.fake = FakeServer()
        self.server = Direct(self.fake)
        self.kernel = FakeKernel()
        self.ocserv = FakeOcserv()
        self.spool = Spool(folder / "accounting.db")
        self.ledger = Ledger(folder / "state.json", self.kernel, self.spool)
        self.connecting = Connecting(Authorizer(self.server, "gw1"), self.ledger, self.ocserv)

    def records(self) -> list[Record]:
        """What accounting holds, taken out."""
        taken: list[Record] = []
        while (first := self.spool.first()) is not None:
            taken.append(first[1])
            self.spool.delivered(first[0])
        return taken
