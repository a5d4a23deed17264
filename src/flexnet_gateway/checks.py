"""What an operator wants to know before a practice calls: is everything in its place?"""

from __future__ import annotations

import asyncio
import ssl
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

from flexnet_gateway import commands, configuration, radsec, ruleset
from flexnet_gateway.configuration import Configuration
from flexnet_gateway.errors import OcservAway
from flexnet_gateway.layout import Layout
from flexnet_gateway.ocserv import Ocserv

WARN_BEFORE = 30  # days
RADCLI_DICTIONARY = Path("/etc/radcli/dictionary")


@dataclass(frozen=True)
class Finding:
    """One thing looked at; `cure` is empty where nothing has to be done."""

    name: str
    cure: str = ""

    @property
    def is_good(self) -> bool:
        return not self.cure


Check = Callable[[Layout, Configuration], Awaitable[str]]


async def findings(place: Layout) -> list[Finding]:
    """Every check in its order; raises BadConfiguration."""
    settings = configuration.load(place.configuration)
    return [Finding(name, await check(place, settings)) for name, check in CHECKS.items()]


async def _ruleset(place: Layout, _settings: Configuration) -> str:
    try:
        await commands.run("nft", "list", "table", *ruleset.TABLE.split())
    except commands.Failed as failure:
        return f"{failure}: run `nft -f {place.folder}/ruleset.nft`, or start the agent, which does it"
    return ""


async def _ocserv(place: Layout, _settings: Configuration) -> str:
    try:
        await Ocserv(place.control).started()
    except OcservAway as error:
        return f"{error}: start ocserv with -c {place.folder}/ocserv.conf"
    return ""


async def _agent(place: Layout, _settings: Configuration) -> str:
    try:
        _, writer = await asyncio.open_unix_connection(place.hook)
    except OSError as error:
        return f"{error}: start `flexnet-gateway run --dir {place.folder}`"
    writer.close()
    return ""


async def _forwarding(place: Layout, _settings: Configuration) -> str:
    cure = f"run `sysctl -p {place.folder}/sysctl.conf`"
    if Path("/proc/sys/net/ipv4/ip_forward").read_text().strip() != "1":
        return f"the kernel forwards nothing: {cure}"
    if Path("/proc/sys/net/ipv4/conf/all/rp_filter").read_text().strip() == "1":
        return f"strict rp_filter on the tunnels would break roaming: {cure}"
    return ""


async def _certificates(_place: Layout, settings: Configuration) -> str:
    soon = time.time() + WARN_BEFORE * 86400
    for path in (settings.public.certificate, settings.server.certificate, settings.server.ca):
        try:
            enddate = await commands.run("openssl", "x509", "-noout", "-enddate", "-in", str(path))
        except commands.Failed as failure:
            return f"{failure}: give a PEM certificate in {path}"
        until = enddate.strip().partition("=")[2]
        if ssl.cert_time_to_seconds(until) < soon:
            return f"{path} is valid until {until} only: renew it"
    return ""


async def _server(_place: Layout, settings: Configuration) -> str:
    host, port = settings.server.address
    try:
        async with asyncio.timeout(3):
            _, writer = await asyncio.open_connection(
                host, port, ssl=radsec.tls(settings.server), server_hostname=settings.server.name
            )
    except TimeoutError:
        return f"{host}:{port} does not answer: look at the way there and at the server"
    except OSError as error:  # ssl.SSLError is one
        return f"{host}:{port}: {error}: look at server.address, server.name, server.ca and the certificates"
    writer.transport.abort()
    return ""


async def _radcli(_place: Layout, _settings: Configuration) -> str:
    there = RADCLI_DICTIONARY.is_file()
    return "" if there else f"{RADCLI_DICTIONARY} is missing: install the Debian package libradcli4"


CHECKS: dict[str, Check] = {
    "packet filter": _ruleset,
    "forwarding": _forwarding,
    "radcli dictionary": _radcli,
    "certificates": _certificates,
    "ocserv": _ocserv,
    "agent": _agent,
    "server": _server,
}
