"""Openconnect alone, without our client: what a stranger, or a stolen cookie, can do."""

import re
import subprocess
from collections.abc import Callable
from dataclasses import dataclass

from lab import commands, topology
from lab.processes import Process
from lab.system import System

_GROUP = "Flexnet-Yubikey"
_SCRIPT = """[ "$reason" = connect ] || exit 0
ip address add "$INTERNAL_IP4_ADDRESS" dev "$TUNDEV" && ip link set "$TUNDEV" up mtu 1300 &&
ip route add 10.0.0.0/8 dev "$TUNDEV"
"""


@dataclass(frozen=True)
class Answer:
    """What the gateway said to a sign-in: a cookie, or what openconnect printed instead."""

    cookie: str | None
    said: str


def sign_in(system: System, namespace: str, user_name: str, field: str) -> Answer:
    """Sign in without connecting."""
    done = subprocess.run(
        commands.inside(namespace, [*_openconnect(system), "--authenticate", *_as(user_name)]),
        input=field,
        env=commands.surroundings(),
        capture_output=True,
        text=True,
        check=False,
        timeout=30,
    )
    cookie = re.search(r"^COOKIE='(.*)'$", done.stdout, re.MULTILINE)
    return Answer(cookie.group(1) if cookie else None, done.stderr)


def connect(system: System, name: str, namespace: str, cookie: str) -> Process:
    """Open a tunnel with a cookie; the process ends by itself when the gateway does not want it."""
    script = system.folder / "bare-script"
    script.write_text(f"#!/bin/sh\n{_SCRIPT}")
    script.chmod(0o755)
    secret = system.folder / f"{name}.cookie"
    secret.touch(mode=0o600)
    secret.write_text(cookie + "\n")
    words = [*_openconnect(system), "--cookie-on-stdin", "-i", "bare0", "-s", str(script), _host()]
    command = ["sh", "-c", f'exec "$@" <{secret}', "sh", *words]
    process = system.processes.start(name, namespace, command)
    process.ended = True  # it may end at any time; nobody need be told
    return process


def is_up(namespace: str) -> Callable[[], bool]:
    """Whether the bare tunnel has its address."""

    def look() -> bool:
        try:
            return "inet " in commands.run(["ip", "-n", namespace, "address", "show", "dev", "bare0"])
        except commands.CommandFailed:
            return False

    return look


def _openconnect(system: System) -> list[str]:
    return [
        "openconnect",
        "--protocol=anyconnect",
        "--cafile",
        str(system.authority.certificate),
        "--non-inter",
    ]


def _as(user_name: str) -> list[str]:
    return ["--passwd-on-stdin", "--user", user_name, "--authgroup", _GROUP, _host()]


def _host() -> str:
    return topology.GATEWAY_NAME
