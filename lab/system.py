"""A KV's system in the lab: every process in its place, and the command line that the KV's staff use."""

import json
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from lab import commands, configurations, postgres, reach, topology
from lab.houses import KVSA, House
from lab.inbox import Inbox
from lab.pki import Authority
from lab.plugged import Yubikey
from lab.print_shop import PrintShop
from lab.processes import Processes
from lab.requests_box import RequestsBox

_PROGRAMS = Path(sys.executable).parent
_PLACES = {
    "internet": topology.INTERNET,
    "router": topology.NAT,
    "router2": topology.NAT2,
    "neighbour": topology.LAN,
    "snk": topology.SERVICE,
}


@dataclass
class System:
    """One KV's installation, in a folder of its own."""

    folder: Path
    database: str
    house: House = KVSA
    processes: Processes = field(init=False)
    authority: Authority = field(init=False)
    print_shop: PrintShop = field(init=False)
    inbox: Inbox = field(init=False)
    requests_box: RequestsBox = field(init=False)

    def __post_init__(self) -> None:
        for name in ("logs", "pki"):
            self.folder.joinpath(name).mkdir(parents=True)
        self.processes = Processes(self.folder / "logs")
        self.authority = Authority(self.folder / "pki")
        self.print_shop = PrintShop(self.folder / "print-shop")
        self.inbox = Inbox(self.folder / "mails")
        self.requests_box = RequestsBox(self.folder / "imap")

    def beside(self, house: House) -> "System":
        """Another KV's, with nothing in common but who watches its processes and keeps their logs."""
        other = System(self.folder / house.slug, self.database, house)
        other.processes = self.processes
        return other

    @property
    def configuration(self) -> Path:
        """The server's file."""
        return self.folder / "server" / "flexnet.toml"

    @property
    def replies(self) -> Path:
        """The folder into which the KV's billing program puts what it replies to practices."""
        return self.folder / "replies"

    @property
    def gateway(self) -> Path:
        """The folder that the gateway's files were rendered into."""
        return self.folder / "gw"

    def flexnet(self, *words: str, stdin: str = "") -> str:
        """Run a command of the server as the KV's staff do; raises CommandFailed."""
        command = ["env", f"FLEXNET_CONFIG={self.configuration}", str(_PROGRAMS / "flexnet"), *words]
        return commands.run(commands.inside(self.house.lan, command), stdin=stdin)

    def at_key_desk(self, key: Yubikey, user_name: str = "", seal: str = "") -> str:
        """Program a key at the key desk's PC, with the narrow ring of such a PC; for an access, or stock."""
        own = configurations.narrow(self.configuration, "station")
        self.flexnet("secrets", "narrow", "station", "--into", str(configurations.ring(own)))
        words = ["-m", "lab.station", str(key.path), user_name, seal]
        command = ["env", f"FLEXNET_CONFIG={own}", sys.executable, *words]
        return commands.run(commands.inside(self.house.lan, command))

    def answer(self, *words: str, stdin: str = "") -> dict[str, Any]:
        """The JSON that such a command ends with."""
        last = self.flexnet(*words, "--json", stdin=stdin).splitlines()[-1]
        answer: dict[str, Any] = json.loads(last)
        return answer

    def occtl(self, *words: str) -> Any:
        """What ocserv says of itself."""
        socket = self.gateway / "run" / "occtl.socket"
        command = ["occtl", "--json", "-s", str(socket), *words]
        return json.loads(commands.run(commands.inside(topology.GATEWAY, command)) or "[]")

    def start_world(self) -> None:
        """The Internet, the routers, the neighbour in the LAN, the rest of the SNK."""
        certificate = self.authority.certify(topology.SERVICE_NAME).certificate
        for place, namespace in _PLACES.items():
            command = [sys.executable, "-m", "lab.services", place]
            command += [str(certificate)] if place == "snk" else []
            self.processes.start(place, namespace, command, ready=partial(self._says_ready, place))

    def start_database(self) -> None:
        """The database, its tables, and the secrets of the installation."""
        if self.database == "postgresql":
            url = self._start_postgres()
        else:
            url = f"sqlite:///{self.folder}/server/flexnet.sqlite3"
        configurations.server(self.configuration, self.house, self.authority, url)
        configurations.add(self.configuration, self.print_shop.queues())
        self.replies.mkdir()
        configurations.add(self.configuration, configurations.billing(self.replies))
        if self.house is KVSA:  # the other one sends no mails: letters go
            configurations.add(self.configuration, self.inbox.configure(self.configuration, self.authority))
            configurations.add(self.configuration, self.requests_box.configure(self.configuration))
        self.flexnet("secrets", "make")
        self.flexnet("migrate")

    def start_radius(self) -> None:
        """RADIUS; ready when it takes a connection."""
        lan, address = self.house.lan, f"tcp {self.house.lan_address} 2083"
        self._run("radius", lan, lambda: _answers(lan, address))

    def start_mail_server(self) -> None:
        """The KV's mail server, which keeps what practices get."""
        command = self.inbox.command(self.authority)
        self.processes.start("mail", topology.KV, command, ready=partial(self._says_ready, "mail"))

    def start_mailbox(self) -> None:
        """The mailbox for requests: its IMAP server, then what takes mails for it from the Internet."""
        imap = self.requests_box.imap(self.configuration, self.authority)
        self.processes.start("imap", topology.KV, imap, ready=partial(self._says_ready, "imap"))
        mx = self.requests_box.mx()
        self.processes.start("mx", topology.PUBLIC, mx, ready=partial(self._says_ready, "mx"))

    def start_worker(self) -> None:
        """What works in the background."""
        self._run("worker", self.house.lan, lambda: True)

    def start_portal(self) -> None:
        """The portal, in the SNK, with a key ring that is no more than it needs."""
        self._run_site("portal", self.house.portal, self.house.portal_address)

    def start_office(self) -> None:
        """The office, in the KV's own LAN."""
        self._run_site("office", self.house.lan, self.house.lan_address)

    def start_public(self) -> None:
        """The public site, which the Internet reaches, with the narrowest key ring."""
        self._run_site("public", self.house.public, self.house.public_address)

    def start_sites(self) -> None:
        """Worker, office, portal and public site, all at once."""
        starting = (self.start_worker, self.start_office, self.start_portal, self.start_public)
        with ThreadPoolExecutor() as pool:
            for started in [pool.submit(start) for start in starting]:
                started.result()

    def start_downloads(self) -> None:
        """Where client software is fetched: beside the public site, on a port of its own."""
        port = topology.DOWNLOADS_PORT
        own = configurations.narrow(self.configuration, "public")
        address = f"tcp {topology.PUBLIC_ADDRESS} {port}"
        self._run("downloads", topology.PUBLIC, lambda: _answers(topology.PUBLIC, address), own)

    def start_gateway(self) -> None:
        """The gateway's files, its agent, then ocserv."""
        source = configurations.gateway(self.folder / "pki", self.authority)
        self._gateway("configure", "--file", str(source), "--into", str(self.gateway))
        kernel = ["sysctl", "-q", "-p", str(self.gateway / "sysctl.conf")]
        commands.run(commands.inside(topology.GATEWAY, kernel))
        self.start_agent()
        command = ["ocserv", "--foreground", "--config", str(self.gateway / "ocserv.conf")]
        self.processes.start("ocserv", topology.GATEWAY, command, ready=self._ocserv_answers)

    def start_agent(self) -> None:
        """The gateway's agent; ready when the hook can ask it."""
        command = [str(_PROGRAMS / "flexnet-gateway"), "run", "--dir", str(self.gateway)]
        hook = self.gateway / "run" / "hook.socket"
        self.processes.start("agent", topology.GATEWAY, command, ready=hook.exists)

    def _gateway(self, *words: str) -> None:
        command = [str(_PROGRAMS / "flexnet-gateway"), *words]
        commands.run(commands.inside(topology.GATEWAY, command))

    def _run_site(self, name: str, namespace: str, address: str) -> None:
        """Ready when it takes a connection."""
        own = self.configuration
        if name in configurations.NARROW:
            own = configurations.narrow(own, name)
            self.flexnet("secrets", "narrow", name, "--into", str(configurations.ring(own)))
        self._run(name, namespace, lambda: _answers(namespace, f"tcp {address} 443"), own)

    def _run(self, name: str, namespace: str, ready: Any, configuration: Path | None = None) -> None:
        command = [str(_PROGRAMS / "flexnet"), "run", name]
        told = {"FLEXNET_CONFIG": str(configuration or self.configuration)}
        self.processes.start(f"{self.house.prefix}{name}", namespace, command, environment=told, ready=ready)

    def _start_postgres(self) -> str:
        folder = self.folder / "postgresql"
        folder.mkdir(mode=0o700)
        postgres.make(folder)
        command = postgres.serving(folder)
        name = f"{self.house.prefix}postgresql"
        self.processes.start(name, self.house.lan, command, ready=lambda: postgres.ready(folder))
        postgres.create(folder)
        return postgres.url(folder)

    def _ocserv_answers(self) -> bool:
        try:
            return bool(self.occtl("show", "status"))
        except commands.CommandFailed:
            return False

    def _says_ready(self, name: str) -> bool:
        return "ready" in self.processes.logs.joinpath(f"{name}.log").read_text()


def _answers(namespace: str, target: str) -> bool:
    return reach.reached(namespace, [target])[target] is not None
