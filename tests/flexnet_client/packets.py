"""Sends what no ordinary program sends: frames past the network stack, and hand-made IP packets."""

import contextlib
import socket
import struct
import sys

_PACKET_QDISC_BYPASS = 20  # linux/if_packet.h
_IPV4, _LOCAL_EXPERIMENT = 0x0800, 0x88B5  # IEEE 802, for experiments


def _ipv4(source: str, target: str) -> bytes:
    """A UDP datagram to port 9 inside IPv4, checksums left out but for the header's."""
    udp = struct.pack("!4H", 40000, 9, 8 + 6, 0) + b"outside"[:6]
    addresses = socket.inet_aton(source) + socket.inet_aton(target)
    header = struct.pack("!BBHHHBBH", 0x45, 0, 20 + len(udp), 1, 0, 64, 17, 0) + addresses
    total = sum(struct.unpack("!10H", header))
    total = (total & 0xFFFF) + (total >> 16)
    return header[:10] + struct.pack("!H", ~total & 0xFFFF) + header[12:] + udp


def send_frames(device: str, source: str, target: str, *, bypass: bool) -> None:
    """Through a packet socket: one frame of an unknown kind, one with IPv4 in it, both to everyone."""
    with socket.socket(socket.AF_PACKET, socket.SOCK_RAW) as sender:
        if bypass:
            sender.setsockopt(263, _PACKET_QDISC_BYPASS, 1)  # SOL_PACKET
        sender.bind((device, 0))
        head = b"\xff" * 6 + sender.getsockname()[4]
        for kind, body in ((_LOCAL_EXPERIMENT, bytes(50)), (_IPV4, _ipv4(source, target))):
            with contextlib.suppress(OSError):  # ENOBUFS: how a held-back frame is told to its sender
                sender.send(head + struct.pack("!H", kind) + body)


def send_raw(device: str, source: str, target: str) -> None:
    """Through a raw IP socket tied to one device."""
    with socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_RAW) as sender:
        sender.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, device.encode())
        with contextlib.suppress(PermissionError):  # the filter's answer to the sender
            sender.sendto(_ipv4(source, target), (target, 0))


def main() -> None:
    """Send all of them: DEVICE SOURCE TARGET."""
    device, source, target = sys.argv[1:]
    send_frames(device, source, target, bypass=False)
    send_frames(device, source, target, bypass=True)
    send_raw(device, source, target)


if __name__ == "__main__":
    main()
