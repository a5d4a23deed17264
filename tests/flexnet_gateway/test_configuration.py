"""gateway.toml: every error names key, value and cure, all of them at once."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest

from flexnet_gateway import configuration
from flexnet_gateway.configuration import BadConfiguration
from tests.flexnet_gateway.made import settings, tree

WRONG: list[tuple[str, Any, str]] = [
    ("gateway.name", "gw 1", "letters, digits"),
    ("gateway.radius_port", 0, "from 1 to 65535"),
    ("public.device", "vpns0", "ip link"),
    ("public.device", 'pub0" accept', "ip link"),
    ("public.address", "fd00::1", "IPv4 address"),
    ("public.port", True, "from 1 to 65535"),
    ("public.certificate", "relative.pem", "whole path"),
    ("public.certificate", "/nowhere.pem", "whole path"),
    ("tunnel.pool", "10.66.0.1/16", "IPv4 network"),
    ("tunnel.pool", "0.0.0.0/0", "/8 to /29"),
    ("tunnel.dns", [], "list of IPv4"),
    ("tunnel.dns", ["dns.kvsa.de"], "IPv4 address"),
    ("tunnel.group", "a;b", "letters, digits"),
    ("tunnel.portal", "http://portal/", "https://"),
    ("tunnel.portal", 'https://portal/"\nroute = x', "https://"),
    ("server.address", "10.30.0.10", "host and port"),
    ("server.address", "10.30.0.10:99999", "from 1 to 65535"),
    ("server.tls_1_2", "yes", "true or false"),
    ("timeouts.answer", 60, "seconds from 0.5 to 5"),
    ("timeouts.compare_every", "3", "seconds from"),
    ("management.ports", "22", "list of ports"),
]


@pytest.fixture
def good(tmp_path: Path) -> dict[str, Any]:
    return tree(tmp_path)


@pytest.mark.parametrize(("key", "value", "cure"), WRONG)
def test_a_wrong_value_is_named_with_its_cure(good: dict[str, Any], key: str, value: Any, cure: str) -> None:
    table, name = key.split(".")
    good.setdefault(table, {"device": "kv0"} if table == "management" else {})[name] = value
    with pytest.raises(BadConfiguration) as raised:
        configuration.parse(good)
    (line,) = str(raised.value).split("\n")
    assert line.startswith(f"{key} = {value!r}: ")
    assert cure in line


def test_every_key_without_a_default_must_be_there(good: dict[str, Any]) -> None:
    for table in good:
        for name in good[table]:
            lacking = copy.deepcopy(good)
            del lacking[table][name]
            with pytest.raises(
                BadConfiguration, match=rf"^{table}\.{name} is missing: add it to \[{table}\]$"
            ):
                configuration.parse(lacking)


def test_all_errors_come_at_once_and_unknown_keys_are_errors(good: dict[str, Any]) -> None:
    good["gateway"] = {"nmae": "gw1"}
    good["extra"] = 1
    with pytest.raises(BadConfiguration) as raised:
        configuration.parse(good)
    assert str(raised.value).split("\n") == [
        "gateway.name is missing: add it to [gateway]",
        "gateway.nmae is no key of ours: remove it",
        "extra is no key of ours: remove it",
    ]


def test_a_key_that_others_can_read_is_refused(good: dict[str, Any]) -> None:
    Path(good["server"]["key"]).chmod(0o640)
    with pytest.raises(BadConfiguration, match="chmod 600"):
        configuration.parse(good)


def test_an_unreadable_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "gateway.toml").write_text("name = ")
    for path in (tmp_path / "gateway.toml", tmp_path / "none.toml"):
        with pytest.raises(BadConfiguration, match=str(path)):
            configuration.load(path)


def test_what_is_left_out_has_its_default(tmp_path: Path) -> None:
    made = settings(tmp_path)
    assert (made.public.port, made.radius_port, made.management) == (443, 1812, None)
    assert (made.timeouts.compare_every, made.timeouts.orphan_after) == (3, 14400)
    assert not made.server.tls_1_2
