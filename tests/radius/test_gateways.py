"""Who is speaking: remembered for a moment, and through an outage of the database."""

import asyncio
from collections.abc import Iterator

import pytest

from flexnet.gateway.models import Gateway
from flexnet.radius import gateways
from flexnet.radius.gateways import Gateways, Peer
from flexnet.radius.lanes import Lane
from tests.radius.small_domain import UDP_SECRET, SmallDomain


class CountingDomain(SmallDomain):
    asked = 0
    is_gone = False

    def gateway_by_address(self, address: str) -> Gateway | None:
        self.asked += 1
        if self.is_gone:
            raise RuntimeError("the database is gone")
        return super().gateway_by_address(address)


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def domain() -> CountingDomain:
    return CountingDomain()


@pytest.fixture
def lane() -> Iterator[Lane]:
    made = Lane("look-up", threads=1, waiting=4, at_end=lambda: None)
    yield made
    made.close(5.0)


def test_a_gateway_is_looked_up_once_for_many_who_ask_at_once(domain: CountingDomain, lane: Lane) -> None:
    async def many() -> list[Peer | None]:
        known = Gateways(domain, lane)
        return await asyncio.gather(*(known.by_address("127.0.0.1") for _ in range(100)))

    found = asyncio.run(many())
    assert {peer.secret for peer in found if peer} == {UDP_SECRET}
    assert (len(found), domain.asked) == (100, 1)


def test_it_is_looked_up_again_after_a_moment(domain: CountingDomain, lane: Lane) -> None:
    clock = Clock()
    known = Gateways(domain, lane, clock)
    assert asyncio.run(known.by_address("127.0.0.1"))
    domain.gateways = ()
    clock.now = gateways.FRESH - 0.1
    assert asyncio.run(known.by_address("127.0.0.1"))
    clock.now = gateways.FRESH
    assert asyncio.run(known.by_address("127.0.0.1")) is None


def test_while_the_database_is_gone_the_known_stay_known_and_nobody_becomes_known(
    domain: CountingDomain, lane: Lane
) -> None:
    clock = Clock()
    known = Gateways(domain, lane, clock)
    asyncio.run(known.by_address("127.0.0.1"))
    domain.is_gone = True
    clock.now = 1000.0
    assert asyncio.run(known.by_address("127.0.0.1"))
    assert asyncio.run(known.by_address("127.0.0.2")) is None


def test_memory_is_bounded(domain: CountingDomain, lane: Lane, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gateways, "MOST", 3)
    known = Gateways(domain, lane)
    for number in range(10):
        asyncio.run(known.by_address(f"127.0.1.{number}"))
    assert domain.asked == 10
    asyncio.run(known.by_address("127.0.1.9"))
    assert domain.asked == 10
    asyncio.run(known.by_address("127.0.1.0"))
    assert domain.asked == 11


def test_a_peer_does_not_show_its_secret() -> None:
    assert UDP_SECRET.decode() not in repr(Peer(Gateway(id=1, name="gw1"), UDP_SECRET))
