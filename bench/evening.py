"""The last evening: every practice signs in, checks its file, sends it, submits it, takes its receipt."""

import argparse
import http.client
import json
import random
import threading
import time
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from bench import handing_in, installation, processes, results
from bench.crowd import Crowd
from bench.handing_in import Practice
from bench.installation import Failed, Installation, Tables
from bench.results import Figures
from flexnet.lib.quarters import Quarter
from lab import ports

_BERLIN: Final = ZoneInfo("Europe/Berlin")
_MADE_AFTER: Final = timedelta(days=5)  # the quarter's end
_PIECE: Final = 8 * 1024 * 1024  # the page's own script sends whole files as long as the line holds
_STEPS: Final = ("page", "sign-in", "submit", "receipt")


class Evening:
    """Practices that come at random times, as many at once as that makes."""

    def __init__(self, crowd: Crowd, port: int, content: bytes) -> None:
        self._crowd, self._port, self._content = crowd, port, content
        self.quarter, self._made_on = quarter_to_hand_in()
        self.practices = [
            Practice(port, handing_in.address(one), crowd.user_name(one)) for one in range(crowd.size)
        ]
        self.told: dict[str, str] = {}
        self.failed: list[str] = []
        self.most_at_once = 0
        self._here = 0
        self._lock = threading.Lock()

    def pass_by(self, seconds: float, chance: random.Random) -> float:
        """Everybody begins within these seconds; answers when the last one had ended."""
        begun = time.perf_counter()
        threads = []
        for at, number in sorted((chance.uniform(0, seconds), one) for one in range(self._crowd.size)):
            time.sleep(max(0.0, begun + at - time.perf_counter()))
            threads.append(threading.Thread(target=self._come, args=(number,)))
            threads[-1].start()
        for one in threads:
            one.join()
        return time.perf_counter() - begun

    def _come(self, number: int) -> None:
        with self._lock:
            self._here += 1
            self.most_at_once = max(self.most_at_once, self._here)
        try:
            number_given, sha256 = self._hand_in(number)
            self.told[number_given] = sha256
        except (OSError, http.client.HTTPException, handing_in.Refused) as error:
            practice = self.practices[number]
            self.failed.append(f"{practice.user_name}, {practice.doing}: {error!r}")
        finally:
            self.practices[number].close()
            with self._lock:
                self._here -= 1

    def _hand_in(self, number: int) -> tuple[str, str]:
        practice = self.practices[number]
        file = handing_in.of_site(self._crowd.bsnr(number), self._made_on, self._content)
        practice.sign_in(self._crowd.password)
        practice.open("/")
        practice.check_beforehand(file)
        upload = practice.begin(file, self.quarter)
        stands = 0
        while stands < len(file.content):
            stands = practice.send(upload, file, stands, _PIECE)
        delivery = practice.check(upload)
        if delivery is None:
            raise handing_in.Refused(f"{upload} is gone")
        practice.open(delivery)
        practice.submit(delivery)
        return practice.receipt(delivery), file.sha256


def quarter_to_hand_in() -> tuple[Quarter, date]:
    """The one before today's, and when its files were made."""
    quarter = Quarter.of(datetime.now(_BERLIN).date()) - 1
    return quarter, quarter.last_day + _MADE_AFTER


def run(arguments: argparse.Namespace) -> Figures:
    """Raises Failed if anybody could not hand in."""
    port = ports.claim()
    tables: Tables = {
        "portal": {"listen": f"127.0.0.1:{port}", "url": f"http://127.0.0.1:{port}/"},
        "ways": {"others": []},
    }
    figures: Figures = {"database": arguments.database, "practices": arguments.practices}
    figures |= {"seconds": arguments.seconds, "megabytes": arguments.megabytes, "seed": arguments.seed}
    with installation.prepared(arguments.database, tables) as made:
        crowd = Crowd.drawn(arguments.practices)
        crowd.write(made.folder / "crowd.json")
        made.run("bench.inside", "delivered", "make", str(made.folder / "crowd.json"))
        quarter, made_on = quarter_to_hand_in()
        content = handing_in.pattern(quarter, made_on, int(arguments.megabytes * 1e6))
        with installation.serving(made, "portal", port) as portal:
            evening = Evening(crowd, port, content)
            busy, used = processes.machine_busy_seconds(), time.process_time()
            took = evening.pass_by(arguments.seconds, random.Random(arguments.seed))
            busy, used = processes.machine_busy_seconds() - busy, time.process_time() - used
            portal_s = sum(map(processes.cpu_seconds, processes.family(portal)))
        if evening.failed:
            answered = ", ".join(f"{name} {value}" for name, value in _times(evening.practices))
            missed = f"{len(evening.failed)} of {arguments.practices} could not hand in; answered: {answered}"
            raise Failed("\n".join([missed, *evening.failed[:5], made.said("portal.log")]))
        counted = count(made, evening.told, quarter)
    shares: Figures = {
        "all_s": round(took, 1),
        "at_once_most": evening.most_at_once,
        "portal_cpu_ms_each": round(portal_s * 1000 / arguments.practices, 1),
        "busy_cores": round(busy / took, 2),
        "load_cpu_share": round(used / took, 3),
    }
    return figures | shares | counted | dict(_times(evening.practices))


def count(made: Installation, told: dict[str, str], quarter: Quarter) -> Figures:
    """What the server has of what practices were told."""
    file = made.folder / "told.json"
    file.write_text(json.dumps(told))
    figures: Figures = json.loads(made.run("bench.inside", "delivered", "count", str(file), str(quarter)))
    return figures


def _times(practices: list[Practice]) -> Iterator[tuple[str, float]]:
    """ms: of all pages together, and of each step; a file's time is that of its way there and its check."""
    by_step: dict[str, list[float]] = {}
    for practice in practices:
        for step, times in practice.times.items():
            by_step.setdefault(step, []).extend(times)
    pages = [one for step in _STEPS for one in by_step.get(step, [])]
    yield "page_p50_ms", round(results.percentile(pages, 0.5) or 0, 1)
    yield "page_p95_ms", round(results.percentile(pages, 0.95) or 0, 1)
    for step, times in by_step.items():
        name = step.replace("-", "_")
        yield (
            f"{name}_p95_ms" if step != "page" else "plain_page_p95_ms",
            round(results.percentile(times, 0.95) or 0, 1),
        )
