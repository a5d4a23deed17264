"""`connect`: everything is checked first, then the connection is kept until it ends."""

import json
import os
import sys
import time
from argparse import Namespace
from collections.abc import Callable
from pathlib import Path

from flexnet_client import background, credentials, desktop, gateway, lock, machine, outcome, settings
from flexnet_client.commands import CommandFailed, Commands
from flexnet_client.credentials import Secret
from flexnet_client.failures import Exit, Failure
from flexnet_client.progress import Phase, Progress, may_announce
from flexnet_client.session import Plan, Session
from flexnet_client.settings import Settings


def connect(options: Namespace) -> int:
    """Sign in and keep the connection; with --background return once it is up. Raises Failure."""
    name = _user_name(options.user)
    chosen = settings.read(Path(options.config), gateway=options.gateway)
    machine.require()
    folder = lock.folder(options.run_dir)
    held = lock.Lock(folder)
    _refuse_second(held.holder())
    found = gateway.find(chosen)
    field = credentials.checked_field(credentials.ask_field(), digits=chosen.code_digits)

    def work(ready: Callable[[], None]) -> int:
        teller = _Teller(chosen, ready, as_json=options.json)
        plan = Plan(chosen, found, name, folder, teller)
        return _spoken(lambda: _keep(plan, held, field, options), teller)

    return background.detached(work) if options.background else work(lambda: None)


def _user_name(typed: str | None) -> str:
    given = input("Benutzername: ") if typed is None and sys.stdin.isatty() else typed or ""
    name = credentials.user_name(given)
    if name != given:
        print(f"Der Benutzername wird als „{name}“ verwendet.", file=sys.stderr)
    return name


def _refuse_second(holder: int | None) -> None:
    if holder is not None:
        raise Failure(
            "Auf diesem Computer besteht schon eine Verbindung. "
            "Trennen Sie sie zuerst mit „sudo flexnet-client disconnect“.",
            Exit.BUSY,
        )


def _keep(plan: Plan, held: lock.Lock, field: Secret, options: Namespace) -> str:
    if not held.take():
        _refuse_second(held.holder() or 0)
    progress, asked = Session(plan, Commands(options.verbose)).keep(field)
    return outcome.closing(progress, plan.settings, asked=asked)


def _spoken(work: Callable[[], str], teller: "_Teller") -> int:
    """Return the exit code, with the last words said where the person is."""
    code: int = Exit.DONE
    try:
        text = work()
    except Failure as failure:
        text, code = str(failure), failure.code
    except CommandFailed as failure:
        text, code = (
            f"Ein Befehl des Systems ist fehlgeschlagen: {failure}. {outcome.OPEN_AGAIN}",
            Exit.MACHINE,
        )
    teller.say(text, is_news=code is Exit.LOST)
    return code


class _Teller:
    """Tells the person each turn of a connection once."""

    def __init__(self, chosen: Settings, ready: Callable[[], None], *, as_json: bool) -> None:
        self._settings = chosen
        self._ready = ready
        self._as_json = as_json
        self._began = time.monotonic()
        self._phase: Phase | None = None

    def __call__(self, progress: Progress) -> None:
        """Look at the progress and say what is new in it."""
        if self._phase is None and may_announce(progress, time.monotonic()):
            self._phase = progress.phase
            self._announce(progress)
            self._ready()
        elif self._phase is not None and self._phase is not progress.phase:
            self._phase = progress.phase
            is_back = progress.phase is Phase.ISOLATED
            self.say(outcome.RESUMED if is_back else outcome.RECONNECTING, is_news=not is_back)

    def say(self, text: str, *, is_news: bool = False) -> None:
        """Print it, beside any JSON; news are also shown on the desktop, as nobody may watch a terminal."""
        print(text, file=sys.stderr if self._as_json else sys.stdout, flush=True)
        if is_news:
            desktop.notify(text, os.environ)

    def _announce(self, progress: Progress) -> None:
        if not progress.tunnel:
            return
        opened = desktop.open_portal(self._settings, os.environ)
        summary = outcome.Summary(
            self._settings.group,
            progress.tunnel.address,
            progress.transport,
            progress.expires_at,
            self._settings.portal_url,
            opened,
        )
        self.say(summary.text())
        if self._as_json:
            print(self._json(summary, progress), flush=True)

    def _json(self, summary: outcome.Summary, progress: Progress) -> str:
        expires_at = summary.expires_at and summary.expires_at.isoformat()
        values = {"state": progress.phase, "group": summary.group, "address": summary.address}
        values |= {"transport": summary.transport}
        up_ms = round((progress.since - self._began) * 1000)
        return json.dumps(values | {"expires_at": expires_at, "tunnel_up_ms": up_ms})
