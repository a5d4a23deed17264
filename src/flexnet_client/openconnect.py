"""openconnect as a child: how it is called, what its lines mean, how it is ended."""

import contextlib
import re
import shlex
import signal
import subprocess
import sys
from datetime import datetime
from pathlib import Path

from flexnet_client import __version__, commands, ruleset
from flexnet_client.credentials import Secret
from flexnet_client.gateway import Gateway
from flexnet_client.progress import PATIENCE_SECONDS, Heard
from flexnet_client.settings import Settings

_DPD_SECONDS = "10"
_PARTING_SECONDS = 3  # to log off at the gateway, so that the session and its cookie are dead there too
_MEANINGS = (
    (r"Der Anmeldedienst ist nicht erreichbar", Heard.SERVICE_AWAY),  # contracts/texts.json
    (r"Login failed\.|User input required in non-interactive mode|Unexpected 401 result", Heard.REFUSED),
    (r"Unexpected \d+ result from server", Heard.UNAVAILABLE),
    (r"Auth choice .* not available", Heard.NO_SUCH_GROUP),
    (r"failed verification|Server certificate verify failed", Heard.BAD_CERTIFICATE),
    (r"Got inappropriate HTTP CONNECT response", Heard.NOT_ADMITTED),
    (r"Cookie was rejected|Cookie is no longer valid", Heard.COOKIE_REJECTED),
    (r"Received server disconnect|Session terminated by server", Heard.ENDED_BY_GATEWAY),
    (r"Failed to open tun device|Failed to bind local tun|TUNSETIFF failed", Heard.NO_DEVICE),
    (r"Established DTLS connection", Heard.DTLS),
    (
        r"DTLS Dead Peer Detection|Write error on DTLS|DTLS handshake failed|DTLS handshake timed out",
        Heard.NO_DTLS,
    ),
    (r"Configured as ", Heard.CONFIGURED),
    (r"CSTP Dead Peer Detection|Failed to reconnect|User requested reconnect", Heard.INTERRUPTED),
    (r"Failed to connect to |Failed to open HTTPS connection", Heard.UNREACHABLE),
)
_EXPIRES = re.compile(r"Session authentication will expire at (.+)")


def arguments(settings: Settings, gateway: Gateway, user_name: str, script_socket: Path) -> list[str]:
    """Return the command line; no secret is in it. The kernel ends the child when this process dies."""
    script = [sys.executable, "-I", "-S", str(Path(__file__).with_name("script.py")), str(script_socket)]
    trust = ["--no-system-trust", f"--cafile={settings.ca_file}"] if settings.ca_file else []
    return [
        *("setpriv", "--pdeathsig", "TERM", "openconnect", "--protocol=anyconnect", "--non-inter"),
        *("--passwd-on-stdin", f"--user={user_name}", f"--authgroup={settings.group}", *trust),
        f"--resolve={gateway.name}:{gateway.address}",
        *("--no-proxy", "--disable-ipv6", f"--interface={ruleset.TUNNEL}", f"--script={shlex.join(script)}"),
        *(f"--reconnect-timeout={PATIENCE_SECONDS}", f"--force-dpd={_DPD_SECONDS}"),
        *(f"--useragent=FlexNet-Client/{__version__}", gateway.authority),
    ]


def start(command: list[str], field: Secret) -> subprocess.Popen[bytes]:
    """Start it and hand over password and code through its standard input."""
    child = subprocess.Popen(  # noqa: S603 - our own argument list, no shell
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env=commands.ENVIRONMENT,
        start_new_session=True,  # Ctrl-C is for us; we end it in our order
    )
    assert child.stdin  # noqa: S101 - tells the type checker what PIPE means
    with contextlib.suppress(BrokenPipeError):  # ended at once; its lines say why
        child.stdin.write(field.reveal() + b"\n")
        child.stdin.close()
    return child


def end(child: subprocess.Popen[bytes]) -> None:
    """Let it log off at the gateway, and insist after a few seconds."""
    child.send_signal(signal.SIGTERM)
    try:
        child.wait(_PARTING_SECONDS)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()
    if child.stdout:
        child.stdout.close()


def meaning(line: str) -> Heard | None:
    """Return what one line of its output says, if it says anything to us."""
    for pattern, heard in _MEANINGS:
        if re.search(pattern, line):
            return heard
    return None


def expiry(line: str) -> datetime | None:
    """Return the end of the session in local time, if this line names it (ctime(3), C locale)."""
    if not (match := _EXPIRES.search(line)):
        return None
    with contextlib.suppress(ValueError):
        return datetime.strptime(match[1].strip(), "%a %b %d %H:%M:%S %Y").astimezone()
    return None
