"""Serves the portal: granian; TLS 1.3 (1.2 where configured), or plain HTTP on loopback."""

import logging
import socket
import ssl
from datetime import UTC, datetime
from pathlib import Path

from granian.constants import HTTPModes, Interfaces, SSLProtocols
from granian.http import HTTP1Settings
from granian.log import LogLevels
from granian.server.mp import MPServer

from flexnet import configuration
from flexnet.billing import actions as billing
from flexnet.configuration import BadConfiguration, Portal

logger = logging.getLogger(__name__)

_WORKERS, _THREADS = 2, 8
_HEADERS_READ_WITHIN = 10_000  # ms
_ENDED_WITHIN = 8  # s, for pages that are being made


def run() -> None:
    """Until SIGTERM. Raises BadConfiguration, OSError."""
    billing.clear_interrupted(now=datetime.now(UTC))
    portal = configuration.current().portal
    if portal.certificate and portal.key:
        _check_files(portal.certificate, portal.key)
    _check_nobody_listens(portal)
    logger.info("serving %s on %s", portal.url, portal.listen)
    _server(portal).serve()


def _server(portal: Portal) -> MPServer:
    host, port = configuration.address(portal.listen)
    return MPServer(
        "flexnet.portal.wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=_WORKERS,
        blocking_threads=_THREADS,
        http=HTTPModes.http1,
        http1_settings=HTTP1Settings(header_read_timeout=_HEADERS_READ_WITHIN),
        log_level=LogLevels.error,
        ssl_cert=portal.certificate,
        ssl_key=portal.key,
        ssl_protocol_min=SSLProtocols.tls12 if portal.tls_1_2 else SSLProtocols.tls13,
        respawn_failed_workers=True,
        workers_kill_timeout=_ENDED_WITHIN,
    )


def _check_files(certificate: Path, key: Path) -> None:
    """granian alone would say of a bad file no more than that a worker ended."""
    try:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key, password=lambda: "")
    except OSError as error:
        files = f"certificate {certificate}, key {key}"
        raise BadConfiguration(
            f"[portal] cannot use its {files}: {error}. Mend the file or its name."
        ) from error
    if b"-----BEGIN PRIVATE KEY-----" not in key.read_bytes():
        raise BadConfiguration(
            f"[portal] key {key} is not in the form PKCS#8. Convert it: openssl pkey -in OLD -out NEW"
        )


def _check_nobody_listens(portal: Portal) -> None:
    """granian would share the port with another portal, which then serves every other page."""
    try:
        socket.create_server(configuration.address(portal.listen)).close()
    except OSError as error:
        raise OSError(
            f"[portal] cannot listen on {portal.listen}: {error.strerror}. Is another portal running?"
        ) from error
