"""The settings file: what it gives, and what is said of a wrong one."""

from pathlib import Path

import pytest

from flexnet_client import settings
from flexnet_client.failures import Exit, Failure

EXAMPLE = Path(__file__).resolve().parents[2] / "deploy" / "flexnet-client.toml"
LEAST = 'gateway = "flexnet.kv.example"\ngroup = "Flexnet-Yubikey"\n'


def written(folder: Path, text: str) -> Path:
    path = folder / "client.toml"
    path.write_text(text, encoding="utf-8")
    return path


def refused(path: Path, gateway: str | None = None) -> str:
    with pytest.raises(Failure) as caught:
        settings.read(path, gateway=gateway)
    assert caught.value.code is Exit.SETTINGS
    assert str(path) in str(caught.value)
    return str(caught.value)


def test_gateway_and_group_are_enough(tmp_path: Path) -> None:
    read = settings.read(written(tmp_path, LEAST))
    assert (read.gateway, read.port, read.group) == ("flexnet.kv.example", 443, "Flexnet-Yubikey")
    assert (read.ca_file, read.dns, read.browser, read.code_digits) == (None, "", (), 6)


def test_the_example_is_complete_once_its_issuer_lies_there(tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_text("")
    text = EXAMPLE.read_text(encoding="utf-8").replace("/etc/flexnet-client-ca.pem", str(tmp_path / "ca.pem"))
    read = settings.read(written(tmp_path, text))
    assert read.gateway == "flexnet.kvsa.de"
    assert read.portal_url == "https://kvsaonline.kvsa.kv-safenet.de/"


@pytest.mark.parametrize(
    ("named", "gateway", "port"),
    [("other.example", "other.example", 443), ("OTHER.example:4443", "other.example", 4443)],
)
def test_a_gateway_of_the_command_line_wins(tmp_path: Path, named: str, gateway: str, port: int) -> None:
    read = settings.read(written(tmp_path, LEAST), gateway=named)
    assert (read.gateway, read.port) == (gateway, port)


@pytest.mark.parametrize(
    "named", ["other.example:", "other.example:x", "other.example:0", "-evil", "a b", ""]
)
def test_a_gateway_that_is_no_host_name_is_refused(tmp_path: Path, named: str) -> None:
    assert "„port“" in (said := refused(written(tmp_path, LEAST), named)) or "„gateway“" in said


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("port = 70000", "„port“ muss eine Zahl von 1 bis 65535 sein"),
        ("port = true", "„port“ muss eine Zahl"),
        ("code_digits = 7", "„code_digits“ muss 6 oder 8 sein"),
        ('ca_file = "/does/not/exist.pem"', "diese Datei gibt es nicht"),
        ('ca_file = "ca.pem"', "voller Pfad"),
        ('portal_url = "http://portal.example/"', "muss mit https:// beginnen"),
        ('portal_url = "--profile"', "muss mit https:// beginnen"),
        ('dns = "fd00::53"', "muss eine IPv4-Adresse sein"),
        ("dns = 10", "muss eine IPv4-Adresse sein"),
        ('browser = "firefox"', "muss eine Liste von Wörtern sein"),
        ("browser = []", "muss eine Liste von Wörtern sein"),
        ("hotline = 1", "muss ein Text"),
        ('passwort = "geheim"', "„passwort“ ist unbekannt"),
        ("this is not TOML", "kein gültiges TOML"),
    ],
)
def test_a_wrong_line_is_named_with_its_cure(tmp_path: Path, line: str, said: str) -> None:
    assert said in refused(written(tmp_path, LEAST + line))


def test_every_problem_is_named_at_once(tmp_path: Path) -> None:
    said = refused(written(tmp_path, 'group = "-x"\nport = 0\n'))
    assert "„gateway“ fehlt" in said
    assert "„group“ darf nicht mit einem Strich beginnen" in said
    assert "„port“" in said


def test_a_value_that_should_not_be_there_is_not_repeated(tmp_path: Path) -> None:
    assert "geheim" not in refused(written(tmp_path, LEAST + 'passwort = "geheim"'))


def test_a_missing_file_and_a_folder_are_refused(tmp_path: Path) -> None:
    assert "gibt es nicht" in refused(tmp_path / "none.toml")
    assert "lässt sich nicht lesen" in refused(tmp_path)
