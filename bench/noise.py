"""Packets that nobody should answer: random bytes, random attributes, good packets damaged on the way.

`python -m bench.noise PORT KIND COUNT SEED`, the secret on stdin; says in JSON what came back.
"""

import hmac
import json
import random
import socket
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass

from bench import packets

_BURST = 16  # packets between two that must be answered, so that none is lost in a full socket buffer
_PATIENCE = 5.0  # seconds
_SILENCE = 2.0  # seconds
_LARGEST = 4200  # a little more than a packet may have
AUTHENTICATION, ACCOUNTING = 1, 4


@dataclass
class Echo:
    """`answered`: what came back for noise; `rejected`: what a signed packet may get."""

    sent: int = 0
    answered: int = 0
    accepted: int = 0
    rejected: int = 0
    silent: int = 0  # good packets without an answer

    def count(self, answer: bytes) -> None:
        self.answered += 1
        self.accepted += answer[:1] == bytes((packets.ACCEPT,))
        self.rejected += answer[:1] == bytes((packets.REJECT,))


def make(code: int, chance: random.Random, secret: bytes) -> bytes:
    """A packet that is not rightly signed, whatever else is right about it."""
    good = _good(code, chance, secret)
    while True:
        packet = chance.choice(_KINDS)(code, chance, good)
        if packet[: len(good)] != good:  # what lies behind a packet's end is padding, and no damage
            return packet


def make_signed(chance: random.Random, secret: bytes) -> bytes:
    """An Access-Request as a broken gateway might send it: damaged, then rightly signed."""
    good = _good(AUTHENTICATION, chance, secret)
    body = bytearray(good[20:-18])
    for _ in range(chance.randint(1, 4)):
        body[chance.randrange(len(body))] = chance.randrange(256)
    body += bytes((80, 18)) + bytes(16)
    packet = good[:2] + (20 + len(body)).to_bytes(2, "big") + good[4:20] + body
    return packet[:-16] + hmac.digest(secret, packet, "md5")


def _good(code: int, chance: random.Random, secret: bytes) -> bytes:
    identifier = chance.randrange(256)
    if code == ACCOUNTING:
        return packets.accounting(identifier, session=f"s{chance.random()}", secret=secret)
    typed, source = chance.randbytes(chance.randint(7, 60)), f"192.0.2.{identifier}"
    name = f"praxis{chance.randrange(9):06d}"
    return packets.sign_in(identifier, user_name=name, field=typed, source=source, secret=secret)


def _bytes(code: int, chance: random.Random, good: bytes) -> bytes:
    return chance.randbytes(int(chance.triangular(0, _LARGEST, 40)))


def _head(code: int, chance: random.Random, good: bytes) -> bytes:
    body = chance.randbytes(int(chance.triangular(0, _LARGEST, 40)))
    return bytes((code, chance.randrange(256))) + (20 + len(body)).to_bytes(2, "big") + good[4:20] + body


def _attributes(code: int, chance: random.Random, good: bytes) -> bytes:
    body = b""
    for _ in range(chance.randint(0, 12)):
        value = chance.randbytes(int(chance.triangular(0, 253, 8)))
        body += bytes((chance.choice((1, 2, 6, 24, 31, 40, 44, 80, chance.randrange(256))), len(value) + 2))
        body += value
    return bytes((code, chance.randrange(256))) + (20 + len(body)).to_bytes(2, "big") + good[4:20] + body


def _flipped(code: int, chance: random.Random, good: bytes) -> bytes:
    damaged = bytearray(good)
    for _ in range(chance.randint(1, 3)):
        damaged[chance.randrange(len(damaged))] ^= 1 << chance.randrange(8)
    return bytes(damaged)


def _cut(code: int, chance: random.Random, good: bytes) -> bytes:
    left = good[: chance.randrange(len(good))]
    is_consistent = len(left) >= 4 and chance.random() < 0.5
    return left[:2] + len(left).to_bytes(2, "big") + left[4:] if is_consistent else left


def _grown(code: int, chance: random.Random, good: bytes) -> bytes:
    more = good + chance.randbytes(chance.randint(1, 300))
    return more[:2] + len(more).to_bytes(2, "big") + more[4:]


_KINDS: tuple[Callable[[int, random.Random, bytes], bytes], ...] = (
    _bytes,
    _head,
    _attributes,
    _flipped,
    _cut,
    _grown,
)


def send(port: int, noise: Iterator[bytes], secret: bytes, good: Callable[[int], bytes]) -> Echo:
    """Send it all, in bursts, each followed by a good packet whose answer is waited for."""
    echo = Echo()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as speaking:
        speaking.settimeout(_PATIENCE)
        speaking.connect(("127.0.0.1", port))
        for number, packet in enumerate(noise):
            speaking.send(packet)
            echo.sent += 1
            if number % _BURST == _BURST - 1:
                _meet(speaking, good(number // _BURST % 256), secret, echo)
        _meet(speaking, good(255), secret, echo)
        _listen(speaking, echo)
    return echo


def _listen(speaking: socket.socket, echo: Echo) -> None:
    """What comes late, until nothing comes any more."""
    speaking.settimeout(_SILENCE)
    while True:
        try:
            echo.count(speaking.recv(8192))
        except TimeoutError:
            return


def _meet(speaking: socket.socket, request: bytes, secret: bytes, echo: Echo) -> None:
    """Whatever comes before this answer was an answer to noise."""
    speaking.send(request)
    while True:
        try:
            answer = speaking.recv(8192)
        except TimeoutError:
            echo.silent += 1
            return
        if packets.is_answer(answer, request, secret):
            return
        echo.count(answer)


def main(port: int, kind: str, count: int, seed: str) -> None:
    """`kind` is authentication, accounting, or signed."""
    secret = sys.stdin.readline().strip().encode()
    chance = random.Random(seed)
    code = ACCOUNTING if kind == "accounting" else AUTHENTICATION
    if kind == "signed":
        noise = (make_signed(chance, secret) for _ in range(count))
    else:
        noise = (make(code, chance, secret) for _ in range(count))

    def good(identifier: int) -> bytes:
        if code == ACCOUNTING:
            return packets.accounting(identifier, session=f"meet{chance.random()}", secret=secret)
        return packets.unusable(identifier, secret=secret)

    print(json.dumps(asdict(send(port, noise, secret, good))), flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2], int(sys.argv[3]), sys.argv[4])
