"""`flexnet bench lock`: from the report of a lost key to the last packet through its tunnel."""

import argparse
import random
import time
from dataclasses import dataclass, field

from bench import processes, scene
from bench.crowd import Crowd
from bench.installation import Failed
from bench.results import Figures, percentile
from bench.scene import Scene
from bench.tunnels import Tunnel, Tunnels
from lab import commands, ground
from lab.processes import Crashed, eventually
from lab.system import System

_BETWEEN = 0.2  # seconds between two locks, on average
_SETTLED = 3.0  # seconds after the last lock; whatever still comes through then has come back
_COMPARED = 10.0  # the same where only the comparison ends tunnels
_TRYING = 8.0  # seconds that clients try to come back by their cookies
_STALE = 0.2  # seconds
_CONNECTING = 60.0  # seconds that all tunnels together may take to open


@dataclass
class Round:
    """What was seen of one set of tunnels; times in ms."""

    took: list[float] = field(default_factory=list)
    longest_gap: float = 0.0
    reopened: int = 0
    held: int = 0
    came_back: int = 0


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--tunnels", type=int, default=50, help="at the same time (default: %(default)s)")
    parser.add_argument(
        "--rounds", type=int, default=2, help="of locks that are timed (default: %(default)s)"
    )
    parser.add_argument("--every", type=int, default=10, metavar="MS", help="a packet (default: %(default)s)")
    parser.add_argument(
        "--lose-disconnects", action="store_true", help="lose every Disconnect-Request on purpose"
    )


def run(arguments: argparse.Namespace) -> Figures:
    """Raises Failed, also when the lab cannot be had now."""
    try:
        with ground.prepared() as folder:
            system = System(folder, arguments.database)
            try:
                return _measured(system, arguments)
            finally:
                system.processes.end_all()
    except (ground.Occupied, commands.CommandFailed, Crashed) as error:
        raise Failed(str(error)) from error


def _measured(system: System, wish: argparse.Namespace) -> Figures:
    crowd = Crowd.drawn(wish.tunnels * (wish.rounds + 1))
    scene.start(system, crowd, loses_disconnects=wish.lose_disconnects)
    settled = _COMPARED if wish.lose_disconnects else _SETTLED
    sets = [_clients(system, crowd, wish.tunnels, number) for number in range(wish.rounds + 1)]
    devices = [f"{tunnel.number}:{device}" for tunnel in sets[0].all for device in tunnel.devices]
    with scene.playing(system, devices, wish.every) as playing:
        timed = [_timed(clients, playing, settled) for clients in sets[:-1]]
        memory = processes.memory_mb(system.processes["agent"].pid)
        vanished = _vanished(sets[-1], playing, settled)
    took = [one for each in timed for one in each.took]
    return {
        "database": wish.database,
        "lose_disconnects": wish.lose_disconnects,
        "tunnels": wish.tunnels,
        "locks": len(took),
        "p50_ms": percentile(took, 0.50),
        "p99_ms": percentile(took, 0.99),
        "max_ms": max(took),
        "packet_every_ms": wish.every,
        "longest_gap_of_others_ms": max(each.longest_gap for each in timed),
        "came_back": sum(each.came_back for each in (*timed, vanished)),
        "back_before_lock": vanished.reopened,
        "back_and_held": vanished.held,
        "agent_memory_mb": round(memory, 1),
        "agent_peak_memory_mb": round(processes.peak_memory_mb(system.processes["agent"].pid), 1),
        "radius_memory_mb": round(processes.memory_mb(system.processes["radius"].pid), 1),
    }


def _clients(system: System, crowd: Crowd, size: int, number: int) -> Tunnels:
    """People whom no other round has."""
    folder = system.folder / f"round{number}"
    folder.mkdir()
    return Tunnels(system, crowd, folder, [Tunnel(at, number * size + at) for at in range(size)])


def _timed(clients: Tunnels, playing: Scene, settled: float) -> Round:
    """All tunnels flow; one key after the other is reported lost, in any order."""
    clients.sign_in()
    clients.connect()
    _flowing(clients, playing)
    playing.arrivals(forget=True)
    locked_at = _lock(clients, playing, settled)
    seen = playing.arrivals()
    took = [_took(seen[one].last - at) for one, at in locked_at.items()]
    gap = round(max(one.longest_gap for one in seen.values()) * 1000, 1)
    clients.vanish()
    back = _back(clients, playing)
    clients.log_out()
    return Round(took, gap, came_back=back)


def _vanished(clients: Tunnels, playing: Scene, settled: float) -> Round:
    """Nobody logs out: before the lock their cookies open the tunnels again, and after it they do not."""
    clients.sign_in()
    clients.connect()
    _flowing(clients, playing)
    clients.freeze()
    reopened = _back(clients, playing)
    held = sum(time.time() - one.last < _STALE for one in playing.arrivals().values())
    clients.vanish()
    _lock(clients, playing, settled)
    back = _back(clients, playing)
    clients.log_out()
    return Round(reopened=reopened, held=held, came_back=back)


def _took(seconds: float) -> float:
    """In ms; raises Failed if the packets had stopped long before the lock."""
    if seconds < -_STALE:
        raise Failed(f"a stream had stopped {-seconds:.2f} s before the lock, by itself")
    return round(max(0.0, seconds) * 1000, 1)


def _flowing(clients: Tunnels, playing: Scene) -> None:
    """Wait until packets arrive through every tunnel; raises Failed."""
    playing.arrivals(forget=True)
    size = len(clients.all)
    if eventually(lambda: len(playing.arrivals()) == size, within=_CONNECTING, every=0.5) is None:
        raise Failed(f"of {size} tunnels flow {len(playing.arrivals())} after {_CONNECTING:.0f} s")


def _lock(clients: Tunnels, playing: Scene, settled: float) -> dict[int, float]:
    """When (Unix time, s) the key of each tunnel's owner was reported lost."""
    locked_at = {}
    for tunnel in random.sample(clients.all, len(clients.all)):
        time.sleep(random.expovariate(1 / _BETWEEN))
        locked_at[tunnel.number] = playing.lock(clients.crowd.serial(tunnel.person))
    time.sleep(settled)
    return locked_at


def _back(clients: Tunnels, playing: Scene) -> int:
    """How many get packets through again, by themselves or started anew with their cookie.

    Once every client has given up there is nothing more to wait for.
    """
    playing.arrivals(forget=True)
    clients.connect()
    eventually(clients.gave_up, within=_TRYING)
    return len(playing.arrivals())
