"""The texts for nftables: as they were read and tried, whole; and what changes them."""

from pathlib import Path

import pytest

from flexnet_client import ruleset
from flexnet_client.ruleset import Isolation

GOLDEN = Path(__file__).with_name("isolation.nft")
KNOWN = Isolation("198.51.100.1", 443, dns="10.20.0.53", mtu=1434)
LINKS = ("flexnet0", "lan0", "lan1", "lo")


def chain(text: str, name: str, table: str = "inet") -> list[str]:
    """Return the lines of one chain."""
    inside = text.partition(f"table {table} flexnet {{\n")[2].partition("\n}\n")[0]
    body = inside.partition(f"\tchain {name} {{\n")[2].partition("\n\t}")[0]
    return [line.strip() for line in body.splitlines()]


def test_the_whole_filter_is_as_it_was_read() -> None:
    assert ruleset.whole(KNOWN, LINKS, "isolated DTLS") == GOLDEN.read_text()


@pytest.mark.parametrize("name", ["arriving_isolated", "leaving_isolated"])
def test_what_no_rule_lets_pass_is_dropped(name: str) -> None:
    assert chain(ruleset.whole(KNOWN, LINKS, ""), name)[-1] == "drop"
    assert chain(ruleset.whole(KNOWN, LINKS, ""), "hold", "netdev")[-1] == "drop"


@pytest.mark.parametrize("name", ["arriving", "leaving"])
def test_without_a_lease_only_the_tunnel_is_dropped(name: str) -> None:
    lines = chain(ruleset.whole(KNOWN, LINKS, ""), name)
    assert "policy accept" in lines[0]
    assert lines[-1].endswith('name "flexnet0" drop')
    assert sum(line.endswith("drop") for line in lines) == 1


def test_every_device_but_loopback_is_held_and_the_tunnel_the_other_way_round() -> None:
    text = ruleset.devices(KNOWN, LINKS, "")
    assert text.count("jump hold") == 2
    assert 'device "lo"' not in text
    assert "@lease drop" in " ".join(chain(text, "tunnel", "netdev"))
    assert "chain tunnel" not in ruleset.devices(KNOWN, ("lan0", "lo"), "")


def test_a_device_whose_name_could_break_out_of_its_quotes_is_not_written() -> None:
    with pytest.raises(ValueError, match="quotation mark"):
        ruleset.devices(KNOWN, ('a"b',), "")


def test_before_the_tunnel_is_known_names_and_segments_are_left_alone() -> None:
    text = ruleset.whole(Isolation("198.51.100.1", 443), LINKS, "connecting TLS")
    assert "dnat" not in text
    assert "maxseg" not in text


def test_a_gateway_under_ipv6_is_let_through_as_such() -> None:
    text = ruleset.whole(Isolation("2001:db8::1", 443), LINKS, "")
    assert "ip6 daddr 2001:db8::1 meta l4proto { tcp, udp } th dport 443 accept" in text
    assert "ip daddr" not in text


def test_a_renewal_renews_both_leases_whether_or_not_they_are_alive() -> None:
    lines = ruleset.renewal("isolated DTLS").splitlines()
    for table, three in (("inet", lines[:3]), ("netdev", lines[3:])):
        assert [line.split()[0] for line in three] == ["add", "delete", "add"]
        assert all(f" element {table} flexnet lease " in line for line in three)
        assert 'timeout 6s comment "isolated DTLS"' in three[2]


def test_two_renewals_may_fail_before_the_lease_runs_out() -> None:
    assert ruleset.LEASE_SECONDS >= 3 * ruleset.RENEWAL_SECONDS
    assert ruleset.LEASE_SECONDS < 10


def test_removal_takes_both_tables_away_there_or_not() -> None:
    assert ruleset.removal().split("\n") == [
        "add table inet flexnet",
        "delete table inet flexnet",
        "add table netdev flexnet",
        "delete table netdev flexnet",
        "",
    ]
