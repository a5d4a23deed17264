"""Keeps one connection: isolates the PC, runs openconnect, renews the lease, undoes all of it at the end."""

import contextlib
import json
import os
import selectors
import signal
import socket
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from types import FrameType

from flexnet_client import leftovers, links, openconnect, progress, ruleset
from flexnet_client.commands import CommandFailed, Commands
from flexnet_client.credentials import Secret
from flexnet_client.gateway import Gateway
from flexnet_client.progress import Heard, Progress, Tunnel
from flexnet_client.settings import Settings

_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_LINK_TRIES = 5  # a device may vanish between looking and writing


@dataclass(frozen=True)
class Plan:
    """Who connects where, and what to call with every new progress."""

    settings: Settings
    gateway: Gateway
    user_name: str
    folder: Path
    told: Callable[[Progress], None]


class Session:
    """One connection from the first rule to the last; `keep` returns when it is over and undone."""

    def __init__(self, plan: Plan, commands: Commands) -> None:
        self._plan = plan
        self._commands = commands
        self._isolation = ruleset.Isolation(plan.gateway.address, plan.gateway.port)
        self._progress = Progress(since=time.monotonic())
        self._links: tuple[str, ...] = ()
        self._renewal_due = 0.0
        self._source: str | None = None
        self._unread = b""
        self._ended = False
        self._asked = False

    def keep(self, field: Secret) -> tuple[Progress, bool]:
        """Connect and stay until asked to end, cut off, or overdue; return how far it came, and if asked.

        Raises CommandFailed, with everything undone, if the system refuses one of the steps.
        """
        with contextlib.ExitStack() as undo:
            wake = undo.enter_context(_signals_as_bytes())
            undo.callback(self._forget_names)
            undo.callback(leftovers.sweep, self._commands)
            leftovers.sweep(self._commands)
            self._isolate()
            self._add_rule()
            poll = undo.enter_context(selectors.DefaultSelector())
            poll.register(wake, selectors.EVENT_READ, self._asked_to_end)
            self._watch_links(undo, poll)
            self._listen(undo, poll)
            self._start(undo, poll, field)
            while not self._ended and not progress.is_overdue(self._progress, time.monotonic()):
                self._turn(poll)
        return self._progress, self._asked

    def _isolate(self) -> None:
        for attempt in range(_LINK_TRIES):
            self._links = links.names()
            text = ruleset.whole(self._isolation, self._links, self._progress.note)
            try:
                self._commands.run("nft", "-f", "-", stdin=text)
            except CommandFailed:
                if attempt == _LINK_TRIES - 1:
                    raise
            else:
                self._renewal_due = time.monotonic() + ruleset.RENEWAL_SECONDS
                return

    def _add_rule(self) -> None:
        where = ("fwmark", ruleset.MARK, "lookup", ruleset.LOOKUP, "priority", ruleset.LOOKUP)
        self._commands.run("ip", "-4", "rule", "add", *where)

    def _watch_links(self, undo: contextlib.ExitStack, poll: selectors.BaseSelector) -> None:
        changes = links.Changes()
        undo.callback(changes.close)
        self._source = links.source_towards(self._plan.gateway.address, self._plan.gateway.port)
        poll.register(changes, selectors.EVENT_READ, lambda: self._links_changed(changes))

    def _listen(self, undo: contextlib.ExitStack, poll: selectors.BaseSelector) -> None:
        path = self._plan.folder / "script"
        path.unlink(missing_ok=True)
        listener = undo.enter_context(socket.socket(socket.AF_UNIX))
        undo.callback(path.unlink, missing_ok=True)
        listener.bind(str(path))
        listener.listen()
        poll.register(listener, selectors.EVENT_READ, lambda: self._script_calls(listener))

    def _start(self, undo: contextlib.ExitStack, poll: selectors.BaseSelector, field: Secret) -> None:
        plan = self._plan
        command = openconnect.arguments(plan.settings, plan.gateway, plan.user_name, plan.folder / "script")
        child = openconnect.start(command, field)
        undo.callback(openconnect.end, child)
        self._child = child
        if child.stdout:
            poll.register(child.stdout, selectors.EVENT_READ, self._child_speaks)

    def _turn(self, poll: selectors.BaseSelector) -> None:
        for key, _events in poll.select(max(0.0, min(1.0, self._renewal_due - time.monotonic()))):
            key.data()
        if time.monotonic() >= self._renewal_due and not self._ended:
            self._renew()
        self._plan.told(self._progress)

    def _renew(self) -> None:
        """Renew the lease; whatever does not fit any more, or was taken away by others, is written anew."""
        if links.names() != self._links:
            self._isolate()
            return
        try:
            self._commands.run("nft", "-f", "-", stdin=ruleset.renewal(self._progress.note))
        except CommandFailed:
            self._isolate()
        self._renewal_due = time.monotonic() + ruleset.RENEWAL_SECONDS

    def _asked_to_end(self) -> None:
        self._ended = self._asked = True

    def _links_changed(self, changes: links.Changes) -> None:
        changes.drain()
        if links.names() != self._links:
            self._isolate()
        source = links.source_towards(self._plan.gateway.address, self._plan.gateway.port)
        if source and source != self._source and self._progress.tunnel:
            self._child.send_signal(signal.SIGUSR2)  # openconnect: reconnect at once
        self._source = source

    def _child_speaks(self) -> None:
        chunk = os.read(self._child.stdout.fileno(), 65536) if self._child.stdout else b""
        self._ended = not chunk
        *lines, self._unread = (self._unread + (chunk or b"\n")).split(b"\n")
        for line in lines:
            self._hear(line.decode(errors="replace"))

    def _hear(self, line: str) -> None:
        if self._commands.verbose:
            print(f"openconnect: {line}", file=sys.stderr, flush=True)
        if expires_at := openconnect.expiry(line):
            self._progress = replace(self._progress, expires_at=expires_at)
        if heard := openconnect.meaning(line):
            self._progress = progress.follow(self._progress, heard, time.monotonic())
            self._ended |= heard is Heard.NO_SUCH_GROUP  # openconnect would go on with another group

    def _script_calls(self, listener: socket.socket) -> None:
        caller, _address = listener.accept()
        with caller, contextlib.suppress(OSError):
            caller.settimeout(2)
            self._act(json.loads(caller.makefile("rb").readline()))
            caller.sendall(b"done\n")

    def _act(self, told: dict[str, str]) -> None:
        if told["reason"] == "connect":
            self._bring_up(told)
        elif told["reason"] == "attempt-reconnect":
            self._progress = progress.follow(self._progress, Heard.INTERRUPTED, time.monotonic())
        elif told["reason"] == "reconnect":
            self._progress = progress.follow(self._progress, Heard.RESUMED, time.monotonic())
            self._source = links.source_towards(self._plan.gateway.address, self._plan.gateway.port)
        self._renewal_due = 0.0

    def _bring_up(self, told: dict[str, str]) -> None:
        try:
            tunnel = progress.tunnel(told, dns=self._plan.settings.dns)
            self._configure(tunnel)
            self._isolate()
        except (CommandFailed, OSError, ValueError):
            self._progress = progress.follow(self._progress, Heard.UNUSABLE, time.monotonic())
            self._ended = True
            return
        self._progress = progress.tunnel_up(self._progress, tunnel, time.monotonic())
        self._forget_names()

    def _forget_names(self) -> None:
        """Names learned on the other side would hide those of this one; where systemd keeps them."""
        self._commands.try_run("resolvectl", "flush-caches", patience=1)

    def _configure(self, tunnel: Tunnel) -> None:
        """Give the device its address and our own routing table its one route; the main table stays."""
        device = ruleset.TUNNEL
        Path(f"/proc/sys/net/ipv6/conf/{device}/disable_ipv6").write_text("1")
        Path(f"/proc/sys/net/ipv4/conf/{device}/rp_filter").write_text("2")  # answers match no main route
        self._commands.run("ip", "link", "set", "dev", device, "up", "mtu", str(tunnel.mtu))
        self._commands.run("ip", "address", "replace", f"{tunnel.address}/32", "dev", device)
        self._commands.run("ip", "route", "replace", "default", "dev", device, "table", ruleset.LOOKUP)
        self._isolation = replace(self._isolation, dns=tunnel.dns, mtu=tunnel.mtu)


@contextlib.contextmanager
def _signals_as_bytes() -> Iterator[socket.socket]:
    """Turn the signals that mean "end" into bytes on a socket, so that no step is interrupted halfway."""
    reader, writer = socket.socketpair()
    writer.setblocking(False)
    before = {number: signal.signal(number, _ignore) for number in _SIGNALS}
    former = signal.set_wakeup_fd(writer.fileno())
    try:
        yield reader
    finally:
        signal.set_wakeup_fd(former)
        for number, action in before.items():
            signal.signal(number, action)
        reader.close()
        writer.close()


def _ignore(_number: int, _frame: FrameType | None) -> None:
    """Only wake the loop."""
