"""How far a connection has come, from what was heard."""

import pytest

from flexnet_client import progress
from flexnet_client.progress import Heard, Phase, Progress, Tunnel

TOLD = {"reason": "connect", "address": "10.66.0.5", "mtu": "1434", "dns": "fd00::53 10.20.0.53 10.20.0.54"}
BEGUN = Progress(since=100.0)
UP = progress.tunnel_up(BEGUN, Tunnel("10.66.0.5", 1434, "10.20.0.53"), 101.0)


def after(start: Progress, *heard: Heard, now: float = 200.0) -> Progress:
    for one in heard:
        start = progress.follow(start, one, now)
    return start


def test_the_tunnel_is_read_from_what_the_script_tells_the_first_ipv4_name_server_counts() -> None:
    assert progress.tunnel(TOLD) == Tunnel("10.66.0.5", 1434, "10.20.0.53")
    assert progress.tunnel(TOLD, dns="10.9.9.9").dns == "10.9.9.9"
    assert progress.tunnel(TOLD | {"dns": ""}).dns == ""


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"address": "10.66.0.5; reboot"}, "decimal digits"),
        ({"address": ""}, "empty"),
        ({"mtu": ""}, "literal"),
        ({"mtu": "99999"}, "MTU"),
        ({"dns": "drop}"}, "octets"),
    ],
)
def test_a_tunnel_that_is_no_tunnel_is_refused(wrong: dict[str, str], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        progress.tunnel(TOLD | wrong)


def test_a_connection_is_isolated_once_the_tunnel_has_its_address() -> None:
    assert BEGUN.phase is Phase.CONNECTING
    assert (UP.phase, UP.since) == (Phase.ISOLATED, 101.0)


def test_an_interruption_begins_once_and_ends_with_the_tunnel_resumed() -> None:
    cut = after(UP, Heard.INTERRUPTED, now=150)
    later = after(cut, Heard.INTERRUPTED, now=170)
    assert (later.phase, later.since, later.transport) == (Phase.RECONNECTING, 150, "TLS")
    again = after(later, Heard.RESUMED, Heard.DTLS, now=171)
    assert (again.phase, again.since, again.transport) == (Phase.ISOLATED, 171, "DTLS")


def test_an_interruption_while_signing_in_is_no_reconnection() -> None:
    assert after(BEGUN, Heard.INTERRUPTED).phase is Phase.CONNECTING


def test_the_note_of_the_lease_says_phase_and_transport() -> None:
    assert BEGUN.note == "connecting TLS"
    assert after(UP, Heard.DTLS).note == "isolated DTLS"
    assert after(UP, Heard.DTLS, Heard.NO_DTLS).note == "isolated TLS"


def test_the_person_is_told_with_dtls_or_after_three_seconds_without() -> None:
    configured = after(UP, Heard.CONFIGURED)
    assert not progress.may_announce(UP, 200)
    assert not progress.may_announce(configured, 103.9)
    assert progress.may_announce(configured, 104.0)
    assert progress.may_announce(after(configured, Heard.DTLS), 101.0)


@pytest.mark.parametrize(
    ("start", "overdue"), [(BEGUN, True), (UP, False), (after(UP, Heard.INTERRUPTED, now=100), True)]
)
def test_only_waiting_can_be_overdue_and_only_after_sixty_seconds(start: Progress, overdue: bool) -> None:
    assert not progress.is_overdue(start, 159.9)
    assert progress.is_overdue(start, 160.0) is overdue
