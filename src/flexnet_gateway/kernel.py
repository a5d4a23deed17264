"""The filters in the kernel: one nftables transaction at a time, always towards the wanted ones."""

from __future__ import annotations

import asyncio
import json
import logging
import re
import socket
import struct
from collections.abc import Mapping

from flexnet_gateway import commands, ruleset
from flexnet_gateway.errors import KernelRefused
from flexnet_gateway.ruleset import Key
from flexnet_gateway.sessions import Filter

log = logging.getLogger(__name__)

NETLINK_NETFILTER = 12
CONNTRACK_DELETE = 1 << 8 | 2  # NFNL_SUBSYS_CTNETLINK, IPCTNL_MSG_CT_DELETE
REQUEST_AND_ACKNOWLEDGE = 1 | 4
CTA_MARK, CTA_MARK_MASK = 8, 21


class Kernel:
    """What this program put into nftables, and how it gets there."""

    def __init__(self, base: str) -> None:
        self._base = base
        self._installed: dict[Key, Filter] = {}
        self._turn = asyncio.Lock()

    async def enforce(self, wanted: Mapping[Key, Filter]) -> None:
        """Make the wanted filters hold; those that go take their flows along. Raises KernelRefused."""
        async with self._turn:
            change = ruleset.difference(self._installed, wanted)
            if not change:
                return
            try:
                await self._apply(change)
            except KernelRefused as refusal:
                log.warning("the ruleset was changed by another hand, it is made anew: %s", refusal)
                await self._apply(self._base + ruleset.difference({}, wanted))
            self._remember(wanted)

    async def rebuild(self, wanted: Mapping[Key, Filter]) -> None:
        """Base ruleset and all filters in one transaction, whatever is there now. Raises KernelRefused."""
        async with self._turn:
            await self._apply(self._base + ruleset.difference({}, wanted))
            self._remember(wanted)

    async def is_as_installed(self) -> bool:
        """Whether the kernel still holds exactly the filters that were put there."""
        async with self._turn:
            try:
                listed = await commands.run("nft", "-j", "list", "table", *ruleset.TABLE.split())
                return _keys(listed) == self._installed.keys()
            except (commands.Failed, ValueError, KeyError):
                return False

    def _remember(self, wanted: Mapping[Key, Filter]) -> None:
        marks = {one.mark for one in self._installed.values()} - {one.mark for one in wanted.values()}
        self._installed = dict(wanted)
        for mark in marks:
            _forget_flows(mark)

    async def _apply(self, text: str) -> None:
        try:
            await commands.run("nft", "-f", "-", given=text)
        except commands.Failed as failure:
            raise KernelRefused(str(failure)) from failure


def _keys(listed: str) -> set[Key] | None:
    """The sessions that are whole in the listing; None if one of them is only half there."""
    entries = json.loads(listed)["nftables"]
    halves = [
        {(element[0]["concat"][0], element[0]["concat"][1]) for element in entry["map"].get("elem", [])}
        for entry in entries
        if "map" in entry
    ]
    chains = {entry["chain"]["name"] for entry in entries if "chain" in entry}
    named = {
        f"{way}-{device}-{address}" for keys in halves for device, address in keys for way in ("from", "to")
    }
    sessions = {name for name in chains if re.match("from-|to-", name)}
    whole = len(halves) == 2 and halves[0] == halves[1] and sessions == named
    return halves[0] if whole else None


def _forget_flows(mark: int) -> None:
    """Delete all conntrack entries of one mark; if they stayed, the mark would still keep them dropped."""
    attributes = struct.pack("=HH4sHH4s", 8, CTA_MARK, mark.to_bytes(4), 8, CTA_MARK_MASK, b"\xff" * 4)
    length = 16 + 4 + len(attributes)
    header = struct.pack("=IHHII", length, CONNTRACK_DELETE, REQUEST_AND_ACKNOWLEDGE, 1, 0)
    family = struct.pack("=BBH", socket.AF_UNSPEC, 0, 0)
    try:
        with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, NETLINK_NETFILTER) as netlink:
            netlink.settimeout(1)
            netlink.sendto(header + family + attributes, (0, 0))
            error = -int.from_bytes(netlink.recv(4096)[16:20], "little", signed=True)
    except OSError as failure:
        log.warning("flows of a session that ended stay in conntrack: %s", failure)
        return
    if error:
        log.warning("flows of a session that ended stay in conntrack: error %d", error)
