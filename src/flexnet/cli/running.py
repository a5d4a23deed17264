"""Commands that run the processes of the server."""

import importlib
import logging
import os
import signal
import subprocess
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from django.core import management

from flexnet import configuration, key_ring, transactions
from flexnet.access import scans
from flexnet.accounts import actions as accounts
from flexnet.accounts import factors
from flexnet.audit import actions as audit
from flexnet.audit import keys as audit_keys
from flexnet.audit import person_keys
from flexnet.billing import replies
from flexnet.billing import sealing as billing
from flexnet.cli import demo_data
from flexnet.cli.options import acting
from flexnet.cli.output import say, told
from flexnet.correspondence import sealing as correspondence
from flexnet.documents import actions as documents
from flexnet.gateway import actions as gateways
from flexnet.keys import actions as keys
from flexnet.lib.sealed import KeyRing
from flexnet.mail import actions as mails

secrets = typer.Typer()
_PATIENCE = 10.0  # seconds for a child to end by itself


class Process(StrEnum):
    """The processes of one code base, each in its own network."""

    PORTAL = "portal"
    OFFICE = "office"
    PUBLIC = "public"
    DOWNLOADS = "downloads"
    RADIUS = "radius"
    WORKER = "worker"


_MAIN = {
    Process.PORTAL: "flexnet.portal.server",
    Process.OFFICE: "flexnet.office.server",
    Process.PUBLIC: "flexnet.public.server",
    Process.DOWNLOADS: "flexnet.downloads.server",
    Process.RADIUS: "flexnet.radius.main",
    Process.WORKER: "flexnet.worker.main",
}

_SEALS = Process.WORKER  # receipts
_SIGNS = (Process.WORKER, Process.OFFICE)  # heads of the trail, lock receipts


@told
def migrate() -> None:
    """Bring the database to the form that this version needs."""
    management.call_command("migrate", interactive=False, verbosity=0)
    say("The database is up to date.")


@told
def run(process: Process) -> None:
    """Run one process in the foreground until SIGTERM."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(levelname)s %(message)s")
    key_ring.current()
    if process in _SIGNS:
        audit_keys.current()
    if process is _SEALS:
        importlib.import_module("flexnet.billing.electronic_seal").current()
    importlib.import_module(_MAIN[process]).run()


@told
def serve(
    with_demo_data: Annotated[bool, typer.Option("--demo-data", help="Enter two practices to try.")] = False,
) -> None:
    """Run the whole server on this machine; without FLEXNET_CONFIG over SQLite in .state, on loopback."""
    migrate()
    if with_demo_data:
        demo_data.enter()
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    children: dict[Process, subprocess.Popen[bytes]] = {}
    try:
        for process in Process:
            command = [sys.executable, "-m", "flexnet.cli", "run", process]
            children[process] = subprocess.Popen(command)  # noqa: S603 - our own program
        c = configuration.current()
        say(f"Portal: {c.portal.url}   Office: {c.office.url}   Public site: {c.public.url}")
        say("Ctrl-C ends everything.")
        os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOWAIT)
        sys.exit(_what_ended(children))
    except KeyboardInterrupt:
        say("Ending.")
    finally:
        _end(children)


@secrets.command("make")
def make() -> None:
    """Make whatever secret file is missing (done before Django starts)."""


@secrets.command("rotate")
@told
def rotate() -> None:
    """A new key for the ring; every seal is renewed under it. Running processes take it up by themselves."""
    ring = KeyRing.add_key(configuration.current().key_ring)
    count = keys.reseal() + accounts.reseal_passwords() + factors.reseal()
    count += gateways.reseal() + person_keys.reseal() + scans.reseal() + mails.reseal()
    count += correspondence.reseal() + documents.reseal() + billing.reseal() + replies.reseal()
    with transactions.writing():
        data = {"key": ring.current, "renewed": count}
        audit.record("key_ring.rotated", by=acting(), subject="key_ring", data=data)
    say(f"Key {ring.current} is in use; {count} seals are renewed.")


@secrets.command("narrow")
@told
def narrow(
    process: Annotated[str, typer.Argument(help=f"One of {', '.join(key_ring.NARROW)}.")],
    into: Annotated[Path, typer.Option("--into")],
) -> None:
    """A key ring for a process outside the KV's LAN, or the key desk's PC: it opens what is needed there."""
    if process not in key_ring.NARROW:
        sys.exit(f"{process} needs the whole key ring. Narrow ones are for: {', '.join(key_ring.NARROW)}.")
    key_ring.current().narrow(key_ring.NARROW[process]).write(into)
    say(f"{into} holds what {process} opens. Name it as key_ring in the configuration of that process.")


def bench() -> None:
    """Measure: sign-in, lock, office, portal and more (from a checkout; done before Django starts)."""


def _what_ended(children: dict[Process, subprocess.Popen[bytes]]) -> str:
    ended = [
        f"{process} ended with status {child.returncode}"
        for process, child in children.items()
        if child.poll() is not None
    ]
    return f"{', '.join(ended)}; the others are ended too. What it said stands above."


def _end(children: dict[Process, subprocess.Popen[bytes]]) -> None:
    for child in children.values():
        child.terminate()
    for child in children.values():
        try:
            child.wait(_PATIENCE)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
