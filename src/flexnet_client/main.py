"""The command `flexnet-client`: reads the command line and calls what it names."""

import argparse
import os
import signal
import sys
import time
from argparse import Namespace
from contextlib import suppress

from flexnet_client import __version__, diagnosis, leftovers, lock, machine, outcome, state, submit
from flexnet_client.commands import CommandFailed, Commands
from flexnet_client.connect import connect
from flexnet_client.failures import MEANINGS, Exit, Failure
from flexnet_client.progress import Phase
from flexnet_client.settings import DEFAULT_FILE

_PARTING_SECONDS = 10
_PHASES = {
    Phase.OPEN: ("Nicht verbunden. LAN und Internet sind offen.", Exit.OPEN),
    Phase.CONNECTING: ("Die Verbindung wird aufgebaut. Der Computer ist abgeschottet.", Exit.UNDERWAY),
    Phase.ISOLATED: ("Verbunden und abgeschottet ({address}, {transport}).", Exit.DONE),
    Phase.RECONNECTING: (
        "Die Verbindung wird wiederaufgebaut. Der Computer ist abgeschottet.",
        Exit.UNDERWAY,
    ),
}


def main(arguments: list[str] | None = None) -> int:
    """Run one command and return its exit code; every failure is one German sentence on standard error."""
    options = _parser().parse_args(arguments)
    try:
        return int(options.run(options))
    except Failure as failure:
        print(failure, file=sys.stderr)
        return failure.code
    except CommandFailed as failure:
        print(f"Ein Befehl des Systems ist fehlgeschlagen: {failure}", file=sys.stderr)
        return Exit.MACHINE
    except (KeyboardInterrupt, EOFError):
        print("\nAbgebrochen.", file=sys.stderr)
        return Exit.INTERRUPTED


def disconnect(options: Namespace) -> int:
    """End the connection, or clear what a killed one left; done when LAN and Internet are back."""
    machine.require()
    commands, held = Commands(options.verbose), lock.Lock(lock.folder(options.run_dir))
    before = state.derive(state.look(commands, held))
    if before.process is not None:
        _end(before.process, held)
    if not held.take():
        raise Failure("Die Verbindung ließ sich nicht trennen. Starten Sie den Computer neu.", Exit.FAILED)
    leftovers.sweep(commands)
    was_there = before.process is not None or before.leftover
    print(f"Getrennt. {outcome.OPEN_AGAIN}" if was_there else "Es bestand keine Verbindung.")
    return Exit.DONE


def _end(process: int, held: lock.Lock) -> None:
    with suppress(ProcessLookupError):
        os.kill(process, signal.SIGTERM)
        for _attempt in range(_PARTING_SECONDS * 20):
            if held.holder() is None:
                return
            time.sleep(0.05)
        os.kill(process, signal.SIGKILL)
        time.sleep(0.1)


def status(options: Namespace) -> int:
    """Say which state the kernel holds; the exit code says it too."""
    machine.require()
    now = state.derive(state.look(Commands(options.verbose), lock.Lock(lock.folder(options.run_dir))))
    text, code = _PHASES[now.phase]
    if options.json:
        print(now.as_json())
        return code
    print(text.format(address=now.address, transport=now.transport))
    if now.leftover:
        print("Reste einer abgebrochenen Verbindung sind noch da: „flexnet-client disconnect“ entfernt sie.")
    return code


def _parser() -> argparse.ArgumentParser:
    codes = "\n".join(f"  {code.value:>3}  {text}" for code, text in MEANINGS.items())
    parser = argparse.ArgumentParser(
        prog="flexnet-client",
        description="Verbindet diesen Computer mit dem geschlossenen Netz Ihrer KV.",
        epilog=f"Rückgabewerte:\n{codes}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"FlexNet-Client {__version__}")
    commands = parser.add_subparsers(required=True, metavar="BEFEHL")
    _add_connect(_add(commands, "connect", connect, "anmelden und verbinden"))
    _add(commands, "disconnect", disconnect, "trennen; LAN und Internet sind danach wieder da", json=False)
    _add(commands, "status", status, "zeigen, in welchem Zustand dieser Computer ist")
    _add_gateway(_add(commands, "check", diagnosis.check, "prüfen, ob alles für eine Verbindung da ist"))
    text = "Abrechnungsdateien einreichen, vorab prüfen oder nachsehen, wie es um sie steht"
    submitting = commands.add_parser("submit", help=text, description=text)
    submitting.set_defaults(run=submit.submit)
    submit.add(submitting)
    return parser


def _add_connect(parser: argparse.ArgumentParser) -> None:
    _add_gateway(parser)
    parser.add_argument("--user", metavar="NAME", help="Ihr Benutzername; Kennwort und Code werden abgefragt")
    parser.add_argument(
        "--background", action="store_true", help="im Hintergrund bleiben, sobald der Tunnel steht"
    )


def _add_gateway(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "gateway", nargs="?", metavar="GATEWAY", help="statt des eingestellten, auch NAME:PORT"
    )
    parser.add_argument("--config", default=str(DEFAULT_FILE), metavar="DATEI", help=f"statt {DEFAULT_FILE}")


def _add(
    commands: "argparse._SubParsersAction[argparse.ArgumentParser]",
    name: str,
    run: object,
    text: str,
    *,
    json: bool = True,
) -> argparse.ArgumentParser:
    parser = commands.add_parser(name, help=text, description=text)
    parser.set_defaults(run=run)
    parser.add_argument(
        "--verbose", action="store_true", help="jeden Befehl des Systems zeigen, bevor er läuft"
    )
    parser.add_argument(
        "--run-dir", metavar="ORDNER", help=f"statt /run/flexnet-client/…, auch {lock.VARIABLE}"
    )
    if json:
        parser.add_argument("--json", action="store_true", help="als eine Zeile JSON")
    return parser


if __name__ == "__main__":
    sys.exit(main())
