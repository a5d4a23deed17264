"""What state the PC is in, derived from what the kernel holds; never from a file."""

import json
from dataclasses import asdict, dataclass

from flexnet_client import ruleset
from flexnet_client.commands import Commands
from flexnet_client.lock import Lock
from flexnet_client.progress import Phase


@dataclass(frozen=True)
class Seen:
    """What the kernel showed: the lease's note while it is alive, the tunnel, the watcher, and our traces."""

    lease: str | None = None
    table: bool = False
    rule: bool = False
    tunnel: bool = False
    address: str = ""
    watcher: int | None = None


@dataclass(frozen=True)
class State:
    """What the person is told; `leftover` means: traces of a connection that nobody keeps any more."""

    phase: Phase
    transport: str = ""
    address: str = ""
    process: int | None = None
    leftover: bool = False

    def as_json(self) -> str:
        """One line of JSON with the keys state, transport, address, process, leftover."""
        values = asdict(self)
        return json.dumps({"state": values.pop("phase")} | values)


def derive(seen: Seen) -> State:
    """The lease decides: without it the PC is open, whatever else is still there."""
    leftover = seen.watcher is None and (seen.table or seen.rule or seen.tunnel)
    if seen.lease is None:
        return State(Phase.OPEN, process=seen.watcher, leftover=leftover)
    word, _space, transport = seen.lease.partition(" ")
    phase = Phase(word) if word in list(Phase) else Phase.RECONNECTING
    if phase is Phase.ISOLATED and not (seen.tunnel and seen.address):
        phase = Phase.RECONNECTING
    up = phase is Phase.ISOLATED
    return State(phase, transport if up else "", seen.address if up else "", seen.watcher, leftover)


def look(commands: Commands, lock: Lock) -> Seen:
    """Ask the kernel."""
    table = commands.try_run("nft", "-j", "list", "table", "inet", "flexnet")
    links = commands.try_run("ip", "-j", "address", "show", "dev", ruleset.TUNNEL)
    rules = commands.try_run("ip", "-j", "rule", "show", "table", ruleset.LOOKUP)
    return Seen(
        lease=lease_note(table),
        table=bool(table),
        rule=bool(rules and json.loads(rules)),
        tunnel=bool(links),
        address=tunnel_address(links),
        watcher=lock.holder(),
    )


def lease_note(listing: str) -> str | None:
    """Return what the living lease says, from `nft -j list`; None once it has run out."""
    for entry in json.loads(listing or "{}").get("nftables", []):
        if "set" in entry and entry["set"]["name"] == "lease":
            for element in entry["set"].get("elem", []):
                return str(element.get("elem", {}).get("comment", ""))
    return None


def tunnel_address(listing: str) -> str:
    """Return the tunnel's IPv4 address, from `ip -j address show`."""
    for link in json.loads(listing or "[]"):
        for address in link.get("addr_info", []):
            if address["family"] == "inet":
                return str(address["local"])
    return ""
