"""Members who open a page again and again: `python -m bench.clicking PORT PATH AT_ONCE SECONDS COOKIE`.

On stdin in JSON who they are: where each comes from, and the cookie. Each keeps a connection, as a browser
does, and asks for the next page when the last one has come. Says in JSON how long each page took, how long
all of it, and the processor time used up here.
"""

import http.client
import itertools
import json
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

_PATIENCE = 30.0


@dataclass
class Member:
    """Opens pages; raises OSError, ValueError for a page that is not the member's own."""

    connection: http.client.HTTPConnection
    cookie: str
    name: str

    def open(self, path: str) -> None:
        self.connection.request("GET", path, headers={"Cookie": self.cookie})
        answer = self.connection.getresponse()
        page = answer.read()
        if answer.status != 200 or f"<strong>{self.name}</strong>".encode() not in page:
            raise ValueError(f"{path} answered {answer.status} to {self.name}")


def _work(turns: Iterator[Member], path: str, until: float, times: list[float]) -> None:
    while (begun := time.perf_counter()) < until:
        next(turns).open(path)
        times.append((time.perf_counter() - begun) * 1000)


def click(people: Sequence[Member], path: str, at_once: int, seconds: float) -> list[float]:
    """ms for each page."""
    until, times = time.perf_counter() + seconds, list[float]()
    parts = [itertools.cycle(people[first::at_once]) for first in range(at_once)]
    threads = [threading.Thread(target=_work, args=(turns, path, until, times)) for turns in parts]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    return times


def main(port: int, path: str, at_once: int, seconds: float, cookie: str) -> None:
    people = [
        Member(
            http.client.HTTPConnection(
                "127.0.0.1", port, timeout=_PATIENCE, source_address=(one["source"], 0)
            ),
            f"{cookie}={one['cookie']}",
            one["name"],
        )
        for one in json.load(sys.stdin)
    ]
    for one in people[:at_once]:
        one.open(path)  # whatever a process does once, it has done now
    begun, used = time.perf_counter(), time.process_time()
    times = click(people, path, at_once, seconds)
    told = {"times": times, "s": time.perf_counter() - begun, "processor_s": time.process_time() - used}
    print(json.dumps(told))


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2], int(sys.argv[3]), float(sys.argv[4]), sys.argv[5])
