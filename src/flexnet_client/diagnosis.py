"""`check`: what a connection needs, looked at one by one, each with its cure."""

import json
from argparse import Namespace
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from flexnet_client import gateway, leftovers, links, lock, machine, ruleset, settings, state
from flexnet_client.commands import CommandFailed, Commands
from flexnet_client.failures import Exit, Failure
from flexnet_client.progress import Phase
from flexnet_client.settings import Settings


@dataclass(frozen=True)
class Finding:
    """One point of the list."""

    name: str
    ok: bool
    text: str


def check(options: Namespace) -> int:
    """Print every finding; FAILED if one of them stands in the way of a connection."""
    findings = list(_findings(options))
    if options.json:
        print(
            json.dumps({"ok": all(one.ok for one in findings), "findings": [asdict(one) for one in findings]})
        )
    else:
        for finding in findings:
            print(f"{'in Ordnung ' if finding.ok else 'FEHLT      '} {finding.name}: {finding.text}")
    return Exit.DONE if all(one.ok for one in findings) else Exit.FAILED


def _findings(options: Namespace) -> Iterator[Finding]:
    rights = _finding("Rechte", machine.no_root(), "Administratorrechte sind da")
    yield rights
    yield _finding("Tunnel", machine.no_tun(), "/dev/net/tun lässt sich öffnen")
    programs = _finding("Programme", machine.no_program(), ", ".join(machine.PROGRAMS))
    yield programs
    if not (rights.ok and programs.ok):
        return
    commands = Commands(options.verbose)
    yield _finding("Kernel", no_kernel_rules(commands), "alle nötigen Filterregeln sind möglich")
    now = state.derive(state.look(commands, lock.Lock(lock.folder(options.run_dir))))
    yield _state(now, commands)
    yield from _gateway(options, now)


def _finding(name: str, problem: str | None, good: str) -> Finding:
    return Finding(name, problem is None, problem or good)


def no_kernel_rules(commands: Commands) -> str | None:
    """Let the kernel look at the whole filter without putting it in force."""
    sample = ruleset.Isolation("192.0.2.1", 443, dns="192.0.2.53", mtu=1400)
    try:
        commands.run("nft", "--check", "-f", "-", stdin=ruleset.whole(sample, links.names(), "check"))
    except CommandFailed as failure:
        return f"Dem Kernel fehlt eine Filterfunktion (nötig ist Linux 5.16 oder neuer). {failure}"
    return None


def _state(now: state.State, commands: Commands) -> Finding:
    if now.leftover:
        leftovers.sweep(commands)
        return Finding("Zustand", True, "Reste einer abgebrochenen Verbindung waren da und sind entfernt")
    text = "nicht verbunden, keine Reste" if now.phase is Phase.OPEN else "eine Verbindung besteht"
    return Finding("Zustand", True, text)


def _gateway(options: Namespace, now: state.State) -> Iterator[Finding]:
    try:
        chosen = settings.read(Path(options.config), gateway=options.gateway)
    except Failure as failure:
        yield Finding("Einstellungen", False, str(failure))
        return
    yield Finding("Einstellungen", True, str(options.config))
    if now.phase is not Phase.OPEN:
        yield Finding("Gateway", True, "nicht geprüft, denn die Verbindung dorthin besteht")
        return
    yield _finding("Gateway", *_attempt(lambda: _found(chosen)))


def _found(chosen: Settings) -> str:
    found = gateway.find(chosen)
    return f"{found.name} antwortet unter {found.address}, das Zertifikat ist das richtige"


def _attempt(work: Callable[[], str]) -> tuple[str | None, str]:
    try:
        return None, work()
    except Failure as failure:
        return str(failure), ""
