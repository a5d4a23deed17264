"""Serves the portal: gunicorn with threads; TLS 1.3 (1.2 where configured), or plain HTTP on loopback."""

import ssl
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from gunicorn.app.base import BaseApplication

from flexnet import configuration
from flexnet.billing import actions as billing


class Server(BaseApplication):  # type: ignore[misc]  # gunicorn comes without types
    """gunicorn, set up by our configuration alone."""

    def load_config(self) -> None:
        portal = configuration.current().portal
        settings: dict[str, Any] = {
            "bind": portal.listen,
            "worker_class": "gthread",
            "workers": 2,
            "threads": 8,
            "timeout": 600,
            "graceful_timeout": 10,
            "control_socket_disable": True,
            "limit_request_line": 2048,
            "limit_request_fields": 40,
            "worker_tmp_dir": "/dev/shm",  # noqa: S108 - gunicorn's heartbeat file, unlinked when made
            "accesslog": None,
            "preload_app": False,
        }
        if portal.is_tls:
            settings |= {"certfile": str(portal.certificate), "keyfile": str(portal.key), "ssl_context": _tls}
        for name, value in settings.items():
            self.cfg.set(name, value)

    def load(self) -> Callable[..., Any]:
        from flexnet.portal.wsgi import application

        return application


def run() -> None:
    """Until SIGTERM."""
    billing.clear_interrupted(now=datetime.now(UTC))
    Server().run()


def _tls(_config: Any, default: Callable[[], ssl.SSLContext]) -> ssl.SSLContext:
    context = default()
    tls_1_2 = configuration.current().portal.tls_1_2
    context.minimum_version = ssl.TLSVersion.TLSv1_2 if tls_1_2 else ssl.TLSVersion.TLSv1_3
    return context
