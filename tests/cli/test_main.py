"""`flexnet` as it is started: a wrong installation is one message, and the processes end together."""

import os
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from flexnet import configuration, installation
from flexnet.cli import development
from flexnet.web import sites
from lab import ports
from tests import children
from tests.children import Child
from tests.test_configuration import GOOD

pytestmark = pytest.mark.long

COMMAND = [sys.executable, "-m", "flexnet.cli"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A whole installation, without a database."""
    path = tmp_path / "flexnet.toml"
    path.write_text(GOOD)
    installation.make_secrets(configuration.load(path))
    return tmp_path


def environment() -> dict[str, str]:
    """As somebody has it who never heard of us."""
    ours = ("FLEXNET_", "DJANGO_")
    return {key: value for key, value in os.environ.items() if not key.startswith(ours)}


def flexnet(folder: Path, *words: str, file: str | None = "flexnet.toml") -> subprocess.CompletedProcess[str]:
    told = environment()
    if file:
        told[configuration.VARIABLE] = str(folder / file)
    return subprocess.run(
        [*COMMAND, *words], cwd=folder, env=told, capture_output=True, text=True, check=False, timeout=60
    )


def refused(folder: Path, *words: str, file: str | None = "flexnet.toml") -> str:
    """One message on stderr, status 1, no trace."""
    ended = flexnet(folder, *words, file=file)
    assert ended.returncode == 1, ended.stderr
    assert "Traceback" not in ended.stderr
    assert ended.stdout == ""
    return ended.stderr


@pytest.mark.parametrize("words", [[], ["--help"], ["key", "lost", "--help"]])
def test_help_needs_no_configuration_and_leaves_nothing_behind(tmp_path: Path, words: list[str]) -> None:
    ended = flexnet(tmp_path, *words, file=None)
    assert "Usage: " in ended.stdout
    assert ended.stderr == ""
    assert list(tmp_path.iterdir()) == []


def test_without_a_configuration_it_says_how_to_get_one(folder: Path) -> None:
    said = refused(folder, "explain", "alice", file=None)
    assert "FLEXNET_CONFIG names no file" in said
    assert "flexnet serve" in said
    assert "There is no file" in refused(folder, "explain", "alice", file="other.toml")


def test_a_wrong_configuration_names_key_and_cure(folder: Path) -> None:
    (folder / "wrong.toml").write_text(GOOD.replace("[hotp]", "[hotp]\nwindow = 0\nspeed = 1"))
    said = refused(folder, "secrets", "make", file="wrong.toml")
    assert "hotp.window = 0: " in said
    assert "hotp.speed: unknown key; take it out or mend its spelling" in said


@pytest.mark.parametrize("name", ["django", "key-ring.json", "audit.pem"])
def test_a_secret_file_missing_or_open_to_others(folder: Path, name: str) -> None:
    path = folder / "secrets" / name
    path.chmod(0o640)
    assert f"run: chmod 0600 {path}" in refused(folder, "run", "worker")
    path.unlink()
    said = refused(folder, "run", "worker")
    assert str(path) in said
    assert "flexnet secrets make" in said


def test_a_database_that_is_away_or_empty(folder: Path) -> None:
    assert "was `flexnet migrate` run?" in refused(folder, "explain", "alice")
    away = GOOD.replace("sqlite:///flexnet.sqlite3", f"postgresql:///flexnet?host={folder}")
    (folder / "away.toml").write_text(away)
    said = refused(folder, "explain", "alice", file="away.toml")
    assert said.startswith("The database does not answer: ")


def test_secrets_are_made_before_anything_else_works(tmp_path: Path) -> None:
    (tmp_path / "flexnet.toml").write_text(GOOD)
    made = flexnet(tmp_path, "secrets", "make")
    assert (made.returncode, made.stdout.count("made ")) == (0, 5)
    assert flexnet(tmp_path, "secrets", "make").stdout == ""
    assert flexnet(tmp_path, "migrate").stdout == "The database is up to date.\n"
    rotated = flexnet(tmp_path, "secrets", "rotate")
    assert rotated.stdout == "Key 2 is in use; 0 seals are renewed.\n"
    narrowed = flexnet(tmp_path, "secrets", "narrow", "public", "--into", "public.json")
    assert narrowed.stdout.startswith("public.json holds what public opens.")
    assert flexnet(tmp_path, "secrets", "narrow", "public", "--into", "public.json").returncode == 0
    refused = flexnet(tmp_path, "secrets", "narrow", "radius", "--into", "radius.json")
    assert (refused.returncode, refused.stderr.splitlines()[0]) == (
        1,
        "radius needs the whole key ring. Narrow ones are for: public, portal, station.",
    )


class TestServe:
    """All of the server in one folder, on loopback, without root."""

    @pytest.fixture
    def claimed(self, tmp_path: Path) -> dict[str, int]:
        """A folder as `serve` makes it, on ports that nobody has."""
        (tmp_path / ".state").mkdir(mode=0o700)
        claimed = {name: ports.claim(socket.SOCK_DGRAM) for name in ("authentication", "accounting", "nudge")}
        claimed |= {name: ports.claim() for name in (*sites.NAMES, "downloads")}
        radius = (
            f'udp_authentication = ["127.0.0.1:{claimed["authentication"]}"]\n'
            f'udp_accounting = ["127.0.0.1:{claimed["accounting"]}"]\n'
            f'nudge = "127.0.0.1:{claimed["nudge"]}"\n'
        )
        served = (
            f'[{name}]\nlisten = "127.0.0.1:{claimed[name]}"\nurl = "http://127.0.0.1:{claimed[name]}/"\n'
            for name in (*sites.NAMES, "downloads")
        )
        text = f"{development.TEMPLATE}\n[radius]\n{radius}{''.join(served)}"
        (tmp_path / ".state" / "flexnet.toml").write_text(text)
        return claimed

    @pytest.fixture
    def server(self, tmp_path: Path, claimed: dict[str, int]) -> Iterator[Child]:
        with children.started([*COMMAND, "serve", "--demo-data"], tmp_path, environment()) as child:
            serving = (claimed["portal"], claimed["public"])
            child.wait_until(lambda: all(map(answers, serving)) and len(its_children(child)) == 6)
            yield child

    def test_it_serves_until_it_is_told_to_end(self, server: Child, claimed: dict[str, int]) -> None:
        began = its_children(server)
        server.popen.send_signal(signal.SIGTERM)
        assert server.wait() == 0
        assert (server.said.count("initial password"), server.said.count("enrolment code")) == (7, 3)
        for name in sites.NAMES:
            assert f"http://127.0.0.1:{claimed[name]}/" in server.said
        assert not [pid for pid in began if is_alive(pid)]

    def test_when_one_process_dies_the_others_end_too(self, server: Child) -> None:
        began = its_children(server)
        (worker,) = [pid for pid in began if b"worker" in Path(f"/proc/{pid}/cmdline").read_bytes()]
        os.kill(worker, signal.SIGKILL)
        assert server.wait() == 1
        assert "worker ended with status -9; the others are ended too" in server.said
        assert not [pid for pid in began if is_alive(pid)]


def answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=5):
            return True
    except OSError:
        return False


def its_children(child: Child) -> list[int]:
    pid = child.popen.pid
    return [int(found) for found in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().split()[2] != "Z"
    except OSError:
        return False
