"""The command line: what it takes, what it refuses first, and that its help tells every exit code."""

import json
from pathlib import Path

import pytest

from flexnet_client import machine, main
from flexnet_client.failures import MEANINGS, Exit, Failure

LEAST = 'gateway = "flexnet.kv.example"\ngroup = "Flexnet-Yubikey"\n'


def test_the_help_tells_every_exit_code(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main.main(["--help"])
    text = capsys.readouterr().out
    assert set(MEANINGS) == set(Exit)
    for code, meaning in MEANINGS.items():
        assert f"{code.value:>3}  {meaning}" in text


def test_there_is_no_place_for_a_password_on_the_command_line() -> None:
    with pytest.raises(SystemExit) as caught:
        main.main(["connect", "--user", "p-1", "--password", "geheim"])
    assert caught.value.code == Exit.USAGE


def test_a_user_name_with_a_blank_is_refused_first_of_all(capsys: pytest.CaptureFixture[str]) -> None:
    assert main.main(["connect", "--user", "dr. muster", "--config", "/does/not/exist"]) == Exit.INPUT
    assert "Leerzeichen" in capsys.readouterr().err


def test_missing_settings_are_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert main.main(["connect", "--user", "P-1", "--config", "/does/not/exist"]) == Exit.SETTINGS
    told = capsys.readouterr().err
    assert "Der Benutzername wird als „p-1“ verwendet." in told
    assert "gibt es nicht" in told


@pytest.mark.parametrize("command", ["connect --user p-1 --config {}", "disconnect", "status"])
def test_without_rights_every_command_says_what_to_do(
    command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    config = tmp_path / "client.toml"
    config.write_text(LEAST)
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    assert main.main(command.format(config).split()) == Exit.MACHINE
    assert "„sudo“" in capsys.readouterr().err


def test_check_without_rights_says_so_and_stops_there(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    assert main.main(["check", "--json"]) == Exit.FAILED
    told = json.loads(capsys.readouterr().out)
    assert told["ok"] is False
    assert [one["name"] for one in told["findings"]] == ["Rechte", "Tunnel", "Programme"]


def test_a_missing_tunnel_device_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(machine, "TUN", tmp_path / "tun")
    assert "modprobe tun" in (machine.no_tun() or "")


def test_missing_programs_are_told_by_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "PROGRAMS", {"does-not-exist": "some-package"})
    with pytest.raises(Failure, match="sudo apt install some-package"):
        machine.require(checks=(machine.no_program,))
