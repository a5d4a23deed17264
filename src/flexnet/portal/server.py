"""Serves the portal: granian; TLS 1.3 (1.2 where configured), or plain HTTP on loopback."""

import logging
from datetime import UTC, datetime

from granian.constants import HTTPModes, Interfaces, SSLProtocols
from granian.http import HTTP1Settings
from granian.log import LogLevels
from granian.server.mp import MPServer

from flexnet import configuration
from flexnet.billing import actions as billing
from flexnet.configuration import Portal

logger = logging.getLogger(__name__)

_WORKERS, _THREADS = 2, 8
_HEADERS_READ_WITHIN = 10_000  # ms
_ENDED_WITHIN = 8  # s, for pages that are being made


def run() -> None:
    """Until SIGTERM."""
    billing.clear_interrupted(now=datetime.now(UTC))
    portal = configuration.current().portal
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
