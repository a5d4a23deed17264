"""What configure writes, and that it may be run again."""

from __future__ import annotations

import stat
import subprocess
import sys
from pathlib import Path

import pytest

from flexnet_gateway import files, rendering
from flexnet_gateway.configuration import BadConfiguration
from tests.flexnet_gateway import rig
from tests.flexnet_gateway.certificates import Authority

SECRETS = {"servers", "secret", "gateway.toml"}


@pytest.fixture
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("r")  # a socket's path may be 107 bytes long, and tmp_path is longer
    authority = Authority(folder)
    for name in ("gw1", "flexnet.kvsa.de"):
        authority.issue(name)
    path = folder / "gateway.toml"
    path.write_text(rig.TOML.format(folder=folder, compare_every=3, orphan_after=14400))
    return path


def rendered(source: Path) -> dict[str, str]:
    folder = source.parent / "gw"
    rendering.configure(source, folder)
    return {path.name: path.read_text() for path in folder.iterdir() if path.is_file()}


def test_ocserv_asks_the_agent_and_obeys_the_hook(source: Path) -> None:
    lines = rendered(source)["ocserv.conf"].splitlines()
    folder = source.parent / "gw"
    assert f'auth = "radius[config={folder}/radius.conf,groupconfig=true,nas-identifier=gw1]"' in lines
    assert f"connect-script = {folder}/hook" in lines
    assert f"disconnect-script = {folder}/hook" in lines
    assert "persistent-cookies = false" in lines
    assert "select-group = Flexnet-Yubikey" in lines
    assert not [line for line in lines if line.startswith(("acct", "route", "no-route", "ipv6"))]


def test_the_loopback_secret_is_random_and_kept(source: Path) -> None:
    first = rendered(source)
    assert first["servers"] == f"127.0.0.1/127.0.0.1 {first['secret']}\n"
    assert len(first["secret"]) == 48
    assert rendered(source) == first
    (source.parent / "gw" / "secret").unlink()
    assert rendered(source)["secret"] != first["secret"]


def test_secrets_are_nobodys_to_read(source: Path) -> None:
    rendered(source)
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in (source.parent / "gw").iterdir()}
    assert {name for name, mode in modes.items() if mode == 0o600} == SECRETS
    assert modes["hook"] == 0o755


def test_a_folder_too_deep_for_a_socket_is_refused(source: Path) -> None:
    with pytest.raises(BadConfiguration, match="shorter path"):
        rendering.configure(source, source.parent / ("x" * 80) / ("y" * 80))


def test_the_command_says_what_it_wrote_and_what_is_wrong(source: Path) -> None:
    command = [sys.executable, "-m", "flexnet_gateway.main", "configure", f"--file={source}", "--into"]
    good = subprocess.run([*command, source.parent / "gw"], capture_output=True, text=True)
    assert (good.returncode, len(good.stdout.splitlines())) == (0, 7)
    source.write_text(source.read_text().replace("gw1", "g w", 1))
    bad = subprocess.run([*command, source.parent / "gw2"], capture_output=True, text=True)
    assert (bad.returncode, bad.stderr.split(":")[0]) == (2, "gateway.name = 'g w'")
    assert not (source.parent / "gw2").exists()


def test_a_file_is_the_old_or_the_new_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "state.json"
    files.write(path, "old")

    def full(*_: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr("os.replace", full)
    with pytest.raises(OSError, match="disk full"):
        files.write(path, "new")
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]
