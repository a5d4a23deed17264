"""The PC's network devices: which there are, which way leads to the gateway, and word of every change."""

import contextlib
import socket

_RTMGRP_LINK, _RTMGRP_IPV4_IFADDR, _RTMGRP_IPV4_ROUTE = 0x1, 0x10, 0x40  # linux/rtnetlink.h
_RTMGRP_IPV6_IFADDR, _RTMGRP_IPV6_ROUTE = 0x100, 0x400


def names() -> tuple[str, ...]:
    """Return the names of all devices of this network namespace, in a fixed order."""
    return tuple(sorted(name for _index, name in socket.if_nameindex()))


def source_towards(address: str, port: int) -> str | None:
    """Return the address from which the PC would reach the gateway now, or None where no way leads there."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.socket(family, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect((address, port))  # asks the routing table; nothing is sent
        except OSError:
            return None
        return str(probe.getsockname()[0])


class Changes:
    """A netlink socket that becomes readable when a device, an address or a route changes."""

    def __init__(self) -> None:
        self._socket = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, socket.NETLINK_ROUTE)
        self._socket.setblocking(False)
        ours = _RTMGRP_LINK | _RTMGRP_IPV4_IFADDR | _RTMGRP_IPV4_ROUTE
        self._socket.bind((0, ours | _RTMGRP_IPV6_IFADDR | _RTMGRP_IPV6_ROUTE))

    def fileno(self) -> int:
        """Return the descriptor to wait on."""
        return self._socket.fileno()

    def drain(self) -> None:
        """Forget what was told: whoever is woken looks for himself."""
        with contextlib.suppress(BlockingIOError, OSError):  # ENOBUFS: some were lost, which is as good
            while self._socket.recv(65536):
                pass

    def close(self) -> None:
        """Give the socket back."""
        self._socket.close()
