"""The nftables text, as it was read line by line once."""

from __future__ import annotations

import dataclasses
from pathlib import Path

from flexnet_gateway import ruleset
from flexnet_gateway.sessions import Filter
from tests.flexnet_gateway.made import PORTAL, settings

GOLDEN = Path(__file__).parent / "golden"
KEY = ("vpns0", "10.66.0.5")
RULES = (
    PORTAL,
    "permit in udp from assigned to 10.20.0.53",
    "permit in icmp from assigned to 10.20.0.10",
    "permit in ip from assigned to 10.20.9.0/24",
)
ONE = Filter(*KEY, 7, RULES)


def test_the_base_ruleset(tmp_path: Path) -> None:
    assert ruleset.base(settings(tmp_path)) == (GOLDEN / "ruleset.nft").read_text()


def test_management_opens_its_own_device_only(tmp_path: Path) -> None:
    open_ = ruleset.base(settings(tmp_path, management={"device": "kv0", "ports": [22, 9100]}))
    more = set(open_.splitlines()) - set(ruleset.base(settings(tmp_path)).splitlines())
    assert more == {'\t\tiifname "kv0" tcp dport { 22, 9100 } accept'}


def test_a_session_comes_in_one_transaction() -> None:
    assert ruleset.difference({}, {KEY: ONE}) == (GOLDEN / "session-added.nft").read_text()


def test_a_session_goes_in_one_transaction() -> None:
    assert ruleset.difference({KEY: ONE}, {}) == (GOLDEN / "session-removed.nft").read_text()


def test_other_rules_replace_the_old_ones_in_one_transaction() -> None:
    other = dataclasses.replace(ONE, rules=(PORTAL,))
    assert ruleset.difference({KEY: ONE}, {KEY: other}) == (GOLDEN / "session-replaced.nft").read_text()


def test_nothing_is_said_where_nothing_changes() -> None:
    assert ruleset.difference({KEY: ONE}, {KEY: ONE}) == ""
