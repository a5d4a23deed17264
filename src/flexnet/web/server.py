"""Serves a web site: granian; TLS 1.3 (1.2 where configured), or plain HTTP on loopback."""

import logging
import socket
import ssl
from pathlib import Path

from granian.constants import HTTPModes, Interfaces, SSLProtocols
from granian.http import HTTP1Settings
from granian.log import LogLevels
from granian.server.mp import MPServer

from flexnet import configuration
from flexnet.configuration import BadConfiguration, Site

logger = logging.getLogger(__name__)

_WORKERS = 2
_THREADS = {"portal": 24}  # of a worker: whoever sends a file waits in one, most of the time for the line
_FEW_THREADS = 8
_HEADERS_READ_WITHIN = 10_000  # ms
_ENDED_WITHIN = 8  # s, for pages that are being made


def serve(name: str) -> None:
    """The site of this name, until SIGTERM. Raises BadConfiguration, OSError."""
    site: Site = getattr(configuration.current(), name)
    if site.certificate and site.key:
        _check_files(name, site.certificate, site.key)
    _check_nobody_listens(name, site)
    logger.info("serving %s on %s", site.url, site.listen)
    _server(name, site).serve()


def _server(name: str, site: Site) -> MPServer:
    host, port = configuration.address(site.listen)
    return MPServer(
        "flexnet.web.wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=_WORKERS,
        blocking_threads=_THREADS.get(name, _FEW_THREADS),
        http=HTTPModes.http1,
        http1_settings=HTTP1Settings(header_read_timeout=_HEADERS_READ_WITHIN),
        log_level=LogLevels.error,
        ssl_cert=site.certificate,
        ssl_key=site.key,
        ssl_protocol_min=SSLProtocols.tls12 if site.tls_1_2 else SSLProtocols.tls13,
        respawn_failed_workers=True,
        workers_kill_timeout=_ENDED_WITHIN,
    )


def _check_files(name: str, certificate: Path, key: Path) -> None:
    """granian alone would say of a bad file no more than that a worker ended."""
    try:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key, password=lambda: "")
    except OSError as error:
        files = f"certificate {certificate}, key {key}"
        raise BadConfiguration(
            f"[{name}] cannot use its {files}: {error}. Mend the file or its name."
        ) from error
    if b"-----BEGIN PRIVATE KEY-----" not in key.read_bytes():
        raise BadConfiguration(
            f"[{name}] key {key} is not in the form PKCS#8. Convert it: openssl pkey -in OLD -out NEW"
        )


def _check_nobody_listens(name: str, site: Site) -> None:
    """granian would share the port with another process, which then serves every other page."""
    try:
        socket.create_server(configuration.address(site.listen)).close()
    except OSError as error:
        raise OSError(
            f"[{name}] cannot listen on {site.listen}: {error.strerror}. Is another {name} running?"
        ) from error
