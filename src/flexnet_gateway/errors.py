"""What can go wrong outside of this program."""

from __future__ import annotations


class ServerAway(Exception):
    """The KV's server did not answer; the message says how it was tried."""


class KernelRefused(Exception):
    """nftables did not take a transaction; the message is its own."""


class OcservAway(Exception):
    """occtl got no sensible answer."""
