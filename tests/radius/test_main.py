"""The radius process as a whole: begins, counts in public, and ends when it is told to."""

import os
import signal
import socket
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from flexnet import configuration
from flexnet.radius import main
from lab import ports
from tests import children
from tests.children import Child
from tests.radius import speaking

pytestmark = pytest.mark.long

PROGRAM = "import logging; logging.basicConfig(level=20); from flexnet.radius import main; main.run()"


@pytest.fixture
def radius() -> dict[str, str]:
    return {
        "udp_authentication": f'["127.0.0.1:{ports.claim(socket.SOCK_DGRAM)}"]',
        "udp_accounting": f'["127.0.0.1:{ports.claim(socket.SOCK_DGRAM)}"]',
        "nudge": f'"127.0.0.1:{ports.claim(socket.SOCK_DGRAM)}"',
        "metrics": f'"127.0.0.1:{ports.claim()}"',
    }


@pytest.fixture
def process(radius: dict[str, str], tmp_path: Path) -> Iterator[Child]:
    """The process once it listens; its database is an empty file."""
    tested = Path(os.environ[configuration.VARIABLE])
    before, _, after = tested.read_text(encoding="utf-8").partition("[radius]")
    section = "\n".join(f"{key} = {value}" for key, value in radius.items())
    own = tmp_path / "flexnet.toml"
    own.write_text(f"{before}[radius]\n{section}\n[portal]{after.partition('[portal]')[2]}", encoding="utf-8")
    (tmp_path / "secrets").symlink_to(tested.parent / "secrets")
    environment = os.environ | {
        configuration.VARIABLE: str(own),
        "DJANGO_SETTINGS_MODULE": "flexnet.settings",
    }
    with children.started([sys.executable, "-c", PROGRAM], tmp_path, environment) as child:
        child.wait_until(lambda: "listening" in child.said)
        yield child


def test_it_counts_what_it_drops_where_anyone_on_the_machine_can_read(
    process: Child, radius: dict[str, str]
) -> None:
    host, port = configuration.address(radius["udp_authentication"].strip('[]"'))
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stranger:
        stranger.sendto(b"noise", (host, port))
    speaking.wait_until(lambda: 'dropped_total{transport="udp",why="length"} 1.0' in metrics(radius))


def test_it_ends_in_peace(process: Child) -> None:
    process.popen.send_signal(signal.SIGTERM)
    assert process.popen.wait(speaking.PATIENCE) == 0


def metrics(radius: dict[str, str]) -> str:
    with urllib.request.urlopen(f"http://{radius['metrics'].strip(chr(34))}/metrics") as page:
        return str(page.read(), "utf-8")


def test_the_neutral_sentence_uses_the_words_of_the_kv() -> None:
    words = configuration.Words(password="Passwort", user_name="Zugangsname")
    assert main.neutral_sentence(words) == (
        "Die Anmeldung war nicht möglich. Bitte prüfen Sie Zugangsname, Passwort und Schlüssel."
    )
