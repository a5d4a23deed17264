"""Commands that run the processes of the server."""

import importlib
import logging
import os
import signal
import subprocess
import sys
from enum import StrEnum
from typing import Annotated

import typer
from django.core import management

from flexnet import configuration, key_ring
from flexnet.accounts import actions as accounts
from flexnet.audit import person_keys
from flexnet.cli import demo_data
from flexnet.cli.output import say, told
from flexnet.gateway import actions as gateways
from flexnet.keys import actions as keys
from flexnet.lib.sealed import KeyRing

secrets = typer.Typer()


class Process(StrEnum):
    """The processes of one code base, each in its own network."""

    PORTAL = "portal"
    RADIUS = "radius"
    WORKER = "worker"


@told
def migrate() -> None:
    """Bring the database to the form that this version needs."""
    management.call_command("migrate", interactive=False, verbosity=0)
    say("The database is up to date.")


@told
def run(process: Process) -> None:
    """Run one process in the foreground until SIGTERM."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(levelname)s %(message)s")
    if process is Process.PORTAL:
        os.environ["FLEXNET_SITE"] = "portal"
    importlib.import_module(
        {
            Process.PORTAL: "flexnet.portal.server",
            Process.RADIUS: "flexnet.radius.main",
            Process.WORKER: "flexnet.worker.main",
        }[process]
    ).run()


@told
def serve(
    with_demo_data: Annotated[bool, typer.Option("--demo-data", help="Enter two practices to try.")] = False,
) -> None:
    """Run the whole server on this machine; without FLEXNET_CONFIG over SQLite in .state, on loopback."""
    migrate()
    if with_demo_data:
        demo_data.enter()
    command = [sys.executable, "-m", "flexnet.cli", "run"]
    children = [subprocess.Popen([*command, process]) for process in Process]  # noqa: S603 - our own program
    say(f"Portal: {configuration.current().portal.url}   (Ctrl-C ends everything)")
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        os.wait()
    except KeyboardInterrupt:
        say("Ending.")
    finally:
        for child in children:
            child.terminate()
        for child in children:
            child.wait()


@secrets.command("make")
def make() -> None:
    """Make whatever secret file is missing (done before Django starts)."""


@secrets.command("rotate")
@told
def rotate() -> None:
    """A new key for the ring; every seal is renewed under it. Restart the processes afterwards."""
    path = configuration.current().key_ring
    ring = KeyRing.add_key(path)
    key_ring.current.cache_clear()
    count = keys.reseal() + accounts.reseal_passwords() + gateways.reseal() + person_keys.reseal()
    say(f"Key {ring.current} is in use; {count} seals renewed. Restart portal, radius and worker now.")


def bench() -> None:
    """Measure: sign-in, replay, lock, radius-noise (from a checkout; done before Django starts)."""
