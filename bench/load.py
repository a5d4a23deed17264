"""The load generator, a process of its own: takes volleys as lines of JSON, answers with what came of them.

It builds all packets of a volley before the clock starts, so that its own work hardly counts.
"""

import itertools
import json
import resource
import selectors
import socket
import sys
import time
from collections import Counter
from dataclasses import asdict, dataclass, field
from pathlib import Path

from bench import packets
from bench.crowd import Crowd

PATIENCE = 5.0  # seconds; then an answer counts as lost
Address = tuple[str, int]


@dataclass(frozen=True)
class Volley:
    """At most `requests`, for at most `seconds`, `at_once` on their way.

    `kind`: `right` (each person's next press), `wrong` (a wrong code, each from another strange address),
    `again` (the same, each person's always from the same one), or `mixed` (one right, nine wrong).
    People take turns: numbers 0, `step`, 2 `step` …, `people` of them.
    """

    kind: str
    requests: int
    seconds: float
    at_once: int = 8
    people: int = 1
    step: int = 1

    def person(self, number: int) -> int:
        """Whose turn the request is."""
        return number % self.people * self.step

    def is_right(self, number: int) -> bool:
        return self.kind == "right" or (self.kind == "mixed" and number % 10 == 0)


@dataclass
class Hits:
    """What came of a volley; `latencies` in ms, `cpu` and `elapsed` in seconds."""

    accepted: int = 0
    rejected: int = 0
    lost: int = 0
    elapsed: float = 0.0
    cpu: float = 0.0
    latencies: list[float] = field(default_factory=list)

    @property
    def per_second(self) -> float:
        return (self.accepted + self.rejected) / self.elapsed

    def count(self, answer: bytes, milliseconds: float) -> None:
        self.accepted += answer[0] == packets.ACCEPT
        self.rejected += answer[0] == packets.REJECT
        self.latencies.append(round(milliseconds, 3))


class Typing:
    """What the people of a crowd type, volley after volley; remembers how often each key was pressed."""

    def __init__(self, crowd: Crowd, secret: bytes) -> None:
        self._crowd, self._secret = crowd, secret
        self._presses: Counter[int] = Counter()
        self._strangers = crowd.size  # the addresses below are each somebody's own stranger's

    def fire(self, volley: Volley, server: Address) -> Hits:
        """Only what was sent counts as pressed: the volley may end before its last request."""
        before = Counter(self._presses)
        requests = [self._packet(volley, number) for number in range(volley.requests)]
        hits = fire(requests, volley, server, self._secret)
        sent = range(hits.accepted + hits.rejected + hits.lost)
        self._presses = before + Counter(volley.person(one) for one in sent if volley.is_right(one))
        return hits

    def _packet(self, volley: Volley, number: int) -> bytes:
        person = volley.person(number)
        typed, source = self._right(person) if volley.is_right(number) else self._wrong(person)
        source = self._crowd.stranger(person) if volley.kind == "again" else source
        name = self._crowd.user_name(person)
        return packets.sign_in(number % 256, user_name=name, field=typed, source=source, secret=self._secret)

    def _right(self, person: int) -> tuple[bytes, str]:
        self._presses[person] += 1
        return self._crowd.field(person, self._presses[person] - 1), self._crowd.source(person)

    def _wrong(self, person: int) -> tuple[bytes, str]:
        self._strangers += 1
        typed = self._crowd.wrong_field(person, self._presses[person])
        return typed, self._crowd.stranger(self._strangers)


class _Lane:
    """One socket with one request on its way."""

    def __init__(self, server: Address, secret: bytes) -> None:
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.connect(server)
        self._secret, self._request, self._sent_at = secret, b"", 0.0

    def send(self, request: bytes) -> None:
        self._request, self._sent_at = request, time.perf_counter()
        self.socket.send(request)

    def receive(self, hits: Hits) -> bool:
        """Count the answer; False if it was none to this request."""
        answer = self.socket.recv(4096)
        if not packets.is_answer(answer, self._request, self._secret):
            return False
        hits.count(answer, (time.perf_counter() - self._sent_at) * 1000)
        return True

    @property
    def is_lost(self) -> bool:
        return time.perf_counter() - self._sent_at > PATIENCE


def fire(requests: list[bytes], volley: Volley, server: Address, secret: bytes) -> Hits:
    """Send them, the next one as soon as one is answered or lost, and wait for those on their way."""
    waiting, hits = iter(requests), Hits()
    begun, cpu = time.perf_counter(), _cpu()
    until = begun + volley.seconds
    with selectors.DefaultSelector() as selector:
        for request in itertools.islice(waiting, volley.at_once):
            lane = _Lane(server, secret)
            lane.send(request)
            selector.register(lane.socket, selectors.EVENT_READ, lane)
        while lanes := list(selector.get_map().values()):
            free = [key.data for key, _ in selector.select(0.05) if key.data.receive(hits)]
            lost = [key.data for key in lanes if key.data not in free and key.data.is_lost]
            hits.lost += len(lost)
            for lane in free + lost:
                _go_on(selector, lane, next(waiting, None) if time.perf_counter() < until else None)
    hits.elapsed, hits.cpu = time.perf_counter() - begun, _cpu() - cpu
    return hits


def _go_on(selector: selectors.BaseSelector, lane: _Lane, request: bytes | None) -> None:
    if request is not None:
        lane.send(request)
        return
    selector.unregister(lane.socket)
    lane.socket.close()


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def main(crowd: Path, host: str, port: int) -> None:
    """`python -m bench.load CROWD HOST PORT`, the secret on the first line."""
    secret = sys.stdin.readline().strip().encode()
    typing = Typing(Crowd.read(crowd), secret)
    for line in sys.stdin:
        volley = Volley(**json.loads(line))
        print(json.dumps(asdict(typing.fire(volley, (host, port)))), flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]))
