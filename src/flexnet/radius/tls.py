"""TLS as RadSec wants it (RFC 6614, 2.3): who shows which certificate, and peers that vanished."""

import asyncio
import socket
import ssl
from typing import Final

from flexnet.configuration import Radius
from flexnet.radius.codec import Malformed

MOST_NAMES: Final = 4


def context(settings: Radius) -> ssl.SSLContext:
    """TLS that demands a certificate of the KV's own CA, and nobody else's. Raises OSError."""
    assert settings.certificate  # noqa: S101 - the configuration is checked: radsec_listen comes with all three
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    made.minimum_version = ssl.TLSVersion.TLSv1_2 if settings.tls_1_2 else ssl.TLSVersion.TLSv1_3
    try:
        made.load_cert_chain(settings.certificate, settings.key)
        made.load_verify_locations(settings.ca)
    except OSError as error:
        files = f"certificate {settings.certificate}, key {settings.key}, ca {settings.ca}"
        raise OSError(f"[radius] cannot use its {files}: {error}. Mend the file or its name.") from error
    made.verify_mode = ssl.CERT_REQUIRED
    made.num_tickets = 0  # every connection shows its certificate anew
    return made


def dns_names(writer: asyncio.StreamWriter) -> list[str]:
    """The certificate's DNS names, a few; the common name counts for nothing (RFC 6125, 6.4.4).

    Raises Malformed.
    """
    certificate = writer.get_extra_info("peercert") or {}
    names = [value for kind, value in certificate.get("subjectAltName", ()) if kind == "DNS"]
    if len(names) > MOST_NAMES:
        raise Malformed("unknown_certificate")
    return names


def notice_the_dead(accepted: socket.socket) -> None:
    """A peer that vanished is found within a minute, so that its connection does not take our changes."""
    accepted.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    accepted.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    accepted.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE, 20)
    accepted.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPINTVL, 5)
    accepted.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPCNT, 3)
    accepted.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, 20_000)  # milliseconds
