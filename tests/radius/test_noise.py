"""Ten thousand packets of noise on both ports: no answer, no effect, no crash, and no flood in the log."""

import itertools
import logging
import random
import select
import socket
import threading

import pytest

from bench import noise
from flexnet.radius.server import Bound
from tests.radius import make_packets, speaking
from tests.radius.small_domain import UDP_SECRET, SmallDomain

BURST = 50  # packets between two that are answered, so that none is lost in a full buffer


def test_noise_is_neither_answered_nor_acted_upon(
    bound: Bound, domain: SmallDomain, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    threads = threading.active_count()
    chance = random.Random(1)  # noqa: S311 - noise, not a secret
    ports = ((noise.AUTHENTICATION, bound.authentication[0]), (noise.ACCOUNTING, bound.accounting[0]))
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as source:
        for number, (code, port) in zip(range(10_000), itertools.cycle(ports), strict=False):
            source.sendto(noise.make(code, chance, UDP_SECRET), port)
            if number % BURST == 0:
                assert is_alive(bound.authentication[0])
        assert select.select([source], [], [], 0)[0] == []
    assert domain.calls == []
    assert len(caplog.messages) < 100
    assert threading.active_count() == threads


def is_alive(port: tuple[str, int]) -> bool:
    """Whether a signed request without a password is still rejected."""
    request = speaking.sign_in()
    del request.attributes["User-Password"]
    return speaking.over_udp(port, speaking.raw(request))[0] == make_packets.ACCESS_REJECT
