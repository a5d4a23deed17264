"""The radius process, from configuration to SIGTERM."""

import asyncio
import os
import signal

import django
from prometheus_client import start_http_server

from flexnet import configuration
from flexnet.configuration import Words, address
from flexnet.radius import counters


def run() -> None:
    """Serve until SIGTERM or SIGINT. Raises BadConfiguration, and OSError if a port is taken."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "flexnet.settings")
    django.setup()
    asyncio.run(_serve())


async def _serve() -> None:
    # imported here because they need the models, and these need Django set up
    from flexnet.radius.server import running
    from flexnet.radius.wiring import Wiring

    settings = configuration.current()
    ended = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, ended.set)
    async with running(settings.radius, Wiring(), neutral_sentence(settings.profile.words)) as bound:
        if settings.radius.metrics:
            host, port = address(settings.radius.metrics)
            start_http_server(port, host)
        counters.logger.info("radius: listening on %s", bound)
        await ended.wait()
        counters.logger.info("radius: ending")


def neutral_sentence(words: Words) -> str:
    """What everyone hears who is not let in, whatever the reason."""
    parts = f"{words.user_name}, {words.password} und Schlüssel"
    return f"Die Anmeldung war nicht möglich. Bitte prüfen Sie {parts}."
