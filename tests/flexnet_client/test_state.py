"""Which state follows from what the kernel shows."""

import json

import pytest

from flexnet_client import state
from flexnet_client.progress import Phase
from flexnet_client.state import Seen, State

UP = Seen(lease="isolated DTLS", table=True, rule=True, tunnel=True, address="10.66.0.5", watcher=7)


@pytest.mark.parametrize(
    ("seen", "derived"),
    [
        (Seen(), State(Phase.OPEN)),
        (UP, State(Phase.ISOLATED, "DTLS", "10.66.0.5", 7)),
        (Seen("connecting TLS", table=True, rule=True, watcher=7), State(Phase.CONNECTING, process=7)),
        (Seen("isolated TLS", table=True, watcher=7), State(Phase.RECONNECTING, process=7)),
        (Seen("isolated TLS", table=True, tunnel=True, watcher=7), State(Phase.RECONNECTING, process=7)),
        (Seen("reconnecting TLS", True, True, True, "10.66.0.5", 7), State(Phase.RECONNECTING, process=7)),
        (Seen("", table=True, watcher=7), State(Phase.RECONNECTING, process=7)),
        (Seen(None, True, True, True, "10.66.0.5", 7), State(Phase.OPEN, process=7)),
        (Seen(None, True, True), State(Phase.OPEN, leftover=True)),
        (Seen(rule=True), State(Phase.OPEN, leftover=True)),
        (Seen("isolated DTLS", True, True), State(Phase.RECONNECTING, leftover=True)),
    ],
)
def test_the_lease_decides(seen: Seen, derived: State) -> None:
    assert state.derive(seen) == derived


def test_the_json_has_its_keys() -> None:
    assert json.loads(state.derive(UP).as_json()) == {
        "state": "isolated",
        "transport": "DTLS",
        "address": "10.66.0.5",
        "process": 7,
        "leftover": False,
    }


def _listing(*elements: object) -> str:
    filled = {"elem": list(elements)} if elements else {}
    return json.dumps(
        {"nftables": [{"metainfo": {}}, {"set": {"name": "lease", "flags": ["timeout"]} | filled}]}
    )


def test_the_lease_is_read_from_the_listing_of_nftables() -> None:
    alive = {"elem": {"val": 0, "timeout": 6, "expires": 5, "comment": "isolated DTLS"}}
    assert state.lease_note(_listing(alive)) == "isolated DTLS"
    assert state.lease_note(_listing({"elem": {"val": 0}})) == ""
    assert state.lease_note(_listing()) is None
    assert state.lease_note("") is None


def test_the_address_is_read_from_the_listing_of_iproute2() -> None:
    six, four = {"family": "inet6", "local": "fe80::1"}, {"family": "inet", "local": "10.66.0.5"}
    assert state.tunnel_address(json.dumps([{"addr_info": [six, four]}])) == "10.66.0.5"
    assert state.tunnel_address(json.dumps([{"addr_info": [six]}])) == ""
    assert state.tunnel_address("") == ""
