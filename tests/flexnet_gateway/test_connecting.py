"""What the hook is told: yes only where server, book and kernel all said so."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest

from flexnet_gateway.ledger import Ledger
from flexnet_gateway.loopback import Asked
from flexnet_gateway.signing_in import AWAY, SigningIn
from tests.flexnet_gateway.fake_server import PASSWORD, REJECTED, RULES
from tests.flexnet_gateway.fakes import Gateway
from tests.flexnet_gateway.made import worker

OCSERV = 100


def sign_in(
    gateway: Gateway, user_name: str = "anna", password: bytes = PASSWORD
) -> tuple[bool, dict[str, object]]:
    door = SigningIn(gateway.server, gateway.ledger, "gw1", 3)
    told = asyncio.run(door(Asked(user_name, password, "198.51.100.10", "openconnect")))
    return told.is_accepted, dict(told.attributes)


def connect(
    gateway: Gateway, number: int = 1, key: str = "S1", device: str = "vpns0", user_name: str = "anna"
) -> str:
    gateway.ocserv.has(number, key)
    return asyncio.run(gateway.connecting.connect(user_name, worker(number, device), OCSERV))


def devices(gateway: Gateway) -> set[str]:
    return {key[0] for key in gateway.kernel.filters}


def test_ocserv_hears_group_and_timeout_and_never_the_state(gateway: Gateway) -> None:
    accepted, attributes = sign_in(gateway)
    assert accepted
    assert attributes == {"Class": b"OU=Flexnet-Yubikey", "Session-Timeout": 3600}


def test_the_servers_no_reaches_the_person_in_its_own_words(gateway: Gateway) -> None:
    assert sign_in(gateway, password=b"wrong") == (False, {"Reply-Message": REJECTED})


def test_without_the_server_the_person_hears_why(gateway: Gateway) -> None:
    gateway.server.is_reachable = False
    assert sign_in(gateway) == (False, {"Reply-Message": AWAY})
    texts = json.loads(Path("contracts/texts.json").read_text(encoding="utf-8"))
    assert texts["sign_in_service_away"] == AWAY


def test_a_connect_sets_the_filter_and_tells_accounting(gateway: Gateway) -> None:
    sign_in(gateway)
    assert connect(gateway) == ""
    assert [one.rules for one in gateway.kernel.filters.values()] == [RULES]
    assert [one.status for one in gateway.records()] == ["Accounting-On", "Start"]


def test_without_a_sign_in_nobody_connects(gateway: Gateway) -> None:
    assert "no sign-in" in connect(gateway)
    assert devices(gateway) == set()


def test_the_servers_no_at_a_reconnect_ends_the_session_for_good(gateway: Gateway) -> None:
    sign_in(gateway)
    connect(gateway)
    gateway.fake.locked.add("anna")
    assert "server says" in connect(gateway, 2, device="vpns1")
    assert devices(gateway) == set()
    assert gateway.ocserv.cut == [1], "the way it came before"
    gateway.fake.locked.clear()
    sign_in(gateway)
    assert "ended" in connect(gateway, 3)


def test_without_the_server_nobody_connects_but_may_later(gateway: Gateway) -> None:
    sign_in(gateway)
    gateway.server.is_reachable = False
    assert connect(gateway) == "no connection"
    gateway.server.is_reachable = True
    assert connect(gateway) == ""


def test_rules_that_cannot_be_followed_let_nobody_in(gateway: Gateway) -> None:
    sign_in(gateway)
    gateway.fake.rules = ("permit out ip from any to any",)
    assert "cannot be followed" in connect(gateway)
    assert devices(gateway) == set()


def test_what_the_kernel_refuses_does_not_connect(gateway: Gateway) -> None:
    sign_in(gateway)
    gateway.kernel.is_refusing = True
    assert "could not be set" in connect(gateway)
    assert not gateway.ledger.book.sessions["S1"].is_live


def test_a_worker_that_ocserv_does_not_know_is_refused(gateway: Gateway) -> None:
    sign_in(gateway)
    assert asyncio.run(gateway.connecting.connect("anna", worker(1, "vpns0"), OCSERV)) == "no such worker"


def test_a_session_that_is_ended_while_it_connects_stays_out(
    gateway: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    sign_in(gateway)
    ask = gateway.server.ask

    async def locked_meanwhile(*arguments: object, **named: object) -> object:
        answer = await ask(*arguments, **named)  # type: ignore[arg-type]  # passed on as they came
        assert gateway.connecting.under_way == {"S1": "anna"}
        await gateway.connecting.end(["S1"], cause="Admin-Reset")
        return answer

    monkeypatch.setattr(gateway.server, "ask", locked_meanwhile)
    assert "ended while" in connect(gateway)
    assert devices(gateway) == set()
    assert gateway.connecting.under_way == {}


def test_roaming_is_one_session_for_accounting(gateway: Gateway) -> None:
    sign_in(gateway)
    connect(gateway)
    connect(gateway, 2, device="vpns1")
    asyncio.run(gateway.connecting.disconnect(1, 1000, 2000))
    assert devices(gateway) == {"vpns1"}
    asyncio.run(gateway.connecting.disconnect(2, 1, 2))
    connect(gateway, 3, device="vpns0")
    asyncio.run(gateway.connecting.disconnect(3, 0, 0))
    asyncio.run(gateway.connecting.end(["S1"], cause="User-Request"))
    records = gateway.records()
    assert [one.status for one in records] == ["Accounting-On", "Start", "Stop"]
    assert (records[-1].octets_in, records[-1].octets_out, records[-1].cause) == (1001, 2002, "User-Request")


def test_the_first_hook_of_another_ocserv_clears_what_the_old_one_had(gateway: Gateway) -> None:
    sign_in(gateway)
    connect(gateway)
    gateway.ocserv.start = "200 1700000100"
    sign_in(gateway)
    gateway.ocserv.has(9, "S9")
    assert asyncio.run(gateway.connecting.connect("anna", worker(9, "vpns3"), 200)) == ""
    assert devices(gateway) == {"vpns3"}
    assert [one.status for one in gateway.records()][-2:] == ["Accounting-On", "Start"]


def test_a_restarted_agent_knows_its_sessions(gateway: Gateway) -> None:
    sign_in(gateway)
    connect(gateway)
    before, gateway.kernel.filters = gateway.kernel.filters, {}
    again = Ledger(gateway.folder / "state.json", gateway.kernel, gateway.spool)
    asyncio.run(again.rebuild())
    assert gateway.kernel.filters == before
    assert again.book == gateway.ledger.book


def test_the_first_authorization_binds_the_state_to_the_session(gateway: Gateway) -> None:
    sign_in(gateway)
    connect(gateway)
    assert list(gateway.fake.bound.values()) == ["S1"]
