"""The server is killed again and again while practices hand in and the KV fetches: nothing is lost."""

import argparse
import contextlib
import http.client
import itertools
import os
import random
import signal
import subprocess
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Final, TypeVar

from bench import evening, handing_in, installation, processes
from bench.crowd import Crowd
from bench.handing_in import File, Practice
from bench.installation import Failed, Installation, Tables
from bench.results import Figures
from lab import ports
from lab.processes import eventually

T = TypeVar("T")
_BROKEN: Final = (OSError, http.client.HTTPException)
_STEPS: Final = ("upload", "check", "submit", "receipt", "page", "sign-in")
_PIECES: Final = 4
_PATIENCE: Final = 120.0


@dataclass
class Server:
    """Where it is now; practices wait here while it is not."""

    port: int = 0
    is_ending: bool = False
    changed: threading.Condition = field(default_factory=threading.Condition)

    def is_at(self, port: int) -> None:
        with self.changed:
            self.port = port
            self.changed.notify_all()

    def after(self, port: int) -> int:
        """Where it is once it is no longer there. Raises Failed."""
        with self.changed:
            if not self.changed.wait_for(lambda: self.port != port, _PATIENCE):
                raise Failed(f"no server after the one on port {port}")
            return self.port


class Sender:
    """A practice that hands in one file after the other, each a part, and goes on wherever it was cut off."""

    def __init__(self, crowd: Crowd, number: int, server: Server, patterns: list[bytes]) -> None:
        self._practice = Practice(server.port, handing_in.address(number), crowd.user_name(number))
        self._bsnr, self._password = crowd.bsnr(number), crowd.password
        self._server, self._patterns = server, patterns
        self._quarter, self._made_on = evening.quarter_to_hand_in()
        self.told: dict[str, str] = {}
        self.cut_off: Counter[str] = Counter()
        self.failed: BaseException | None = None
        self.thread = threading.Thread(target=self._work)

    def _work(self) -> None:
        try:
            self._over_and_over(lambda: self._practice.sign_in(self._password))
            for turn in itertools.count(1):
                pattern = self._patterns[turn % len(self._patterns)]
                self._hand_in(handing_in.of_site(self._bsnr, self._made_on, pattern, turn))
                if self._server.is_ending:
                    break
        except (handing_in.Refused, Failed) as error:
            self.failed = error
        finally:
            self._practice.close()

    def _hand_in(self, file: File) -> None:
        delivery = self._over_and_over(lambda: self._bring(file))
        self._over_and_over(lambda: self._practice.submit(delivery, extent="part"))
        number = self._over_and_over(lambda: self._practice.receipt(delivery))
        if number in self.told:
            raise handing_in.Refused(f"receipt {number} was given for two files")
        self.told[number] = file.sha256

    def _bring(self, file: File) -> str:
        """Until it is a delivery: what is half there is taken on; what is not there, begun anew."""
        practice, size, delivery = self._practice, len(file.content), None
        while delivery is None:
            upload = practice.begin(file, self._quarter)
            stands = practice.stands_at(upload)
            while stands is not None and stands < size:
                stands = practice.send(upload, file, stands, max(1, size // _PIECES))
            delivery = None if stands is None else practice.check(upload)
        return delivery

    def _over_and_over(self, step: Callable[[], T]) -> T:
        """Until it is not cut off."""
        while True:
            port = self._practice.port
            try:
                return step()
            except _BROKEN:
                self.cut_off[self._practice.doing] += 1
                self._practice.at(self._server.after(port))


def run(arguments: argparse.Namespace) -> Figures:
    """Raises Failed if a practice or the department could not go on."""
    figures: Figures = {
        name: getattr(arguments, name)
        for name in ("database", "kills", "practices", "life", "kilobytes", "seed")
    }
    begun, chance = time.perf_counter(), random.Random(arguments.seed)
    tables: Tables = {"ways": {"others": []}, "billing": {"store": "deliveries", "drop": "drop"}}
    with installation.prepared(arguments.database, tables) as made:
        crowd = Crowd.drawn(arguments.practices)
        crowd.write(made.folder / "crowd.json")
        made.folder.joinpath("drop").mkdir()
        made.run("bench.inside", "delivered", "make", str(made.folder / "crowd.json"))
        senders = _killed(made, crowd, arguments, chance)
        told = {number: sha256 for one in senders for number, sha256 in one.told.items()}
        counted = evening.count(made, told, evening.quarter_to_hand_in()[0])
    cut_off = sum((one.cut_off for one in senders), Counter[str]())
    figures |= {f"cut_off_in_{step.replace('-', '_')}": cut_off[step] for step in _STEPS}
    return figures | counted | {"all_s": round(time.perf_counter() - begun, 1)}


def _killed(
    made: Installation, crowd: Crowd, arguments: argparse.Namespace, chance: random.Random
) -> list[Sender]:
    """As often as wanted; the last server stays until everybody has ended what they were at."""
    quarter, made_on = evening.quarter_to_hand_in()
    size = int(arguments.kilobytes * 1000)
    patterns = [handing_in.pattern(quarter, made_on, size * part // 4, part) for part in (1, 4, 7)]
    server, lives = Server(), _Lives(made)
    senders: list[Sender] = []
    try:
        for turn in range(arguments.kills + 1):
            server.is_at(lives.next())
            if not senders:
                senders += [Sender(crowd, one, server, patterns) for one in range(crowd.size)]
                for one in senders:
                    one.thread.start()
            if turn < arguments.kills:
                lives.prepare()
                time.sleep(chance.uniform(0, arguments.life))
            _look(senders, made)
    finally:
        server.is_ending = True
        for one in senders:
            one.thread.join(_PATIENCE)
        lives.end()
    _look(senders, made)
    return senders


def _look(senders: list[Sender], made: Installation) -> None:
    for one in senders:
        if one.failed:
            raise Failed(f"{one.failed}\n{made.said('portal.log')}\n{made.said('fetch.log')}")


class _Lives:
    """Servers one after the other: while one is there the next one starts on another port."""

    def __init__(self, made: Installation) -> None:
        self._made = made
        self._now: list[subprocess.Popen[str]] = []
        self._coming: tuple[subprocess.Popen[str], int] | None = None

    def prepare(self) -> None:
        port = ports.claim()
        lines = ["[portal]", f'listen = "127.0.0.1:{port}"', f'url = "http://127.0.0.1:{port}/"']
        file = self._made.folder / f"portal-{port}.toml"
        file.write_text(self._made.file.read_text() + "\n".join(lines) + "\n")
        child = replace(self._made, file=file).start("flexnet.cli", "run", "portal", log="portal.log")
        self._coming = (child, port)

    def next(self) -> int:
        """As soon as it answers the one before is killed: its port. A department fetches, too."""
        if self._coming is None:
            self.prepare()
        assert self._coming is not None  # noqa: S101 - prepared above
        child, port = self._coming
        if eventually(lambda: _answers(port), within=_PATIENCE) is None:
            raise Failed(self._made.said("portal.log"))
        self.kill()
        fetch = self._made.start("bench.inside", "delivered", "fetch", log="fetch.log")
        self._coming, self._now = None, [child, fetch]
        return port

    def kill(self) -> None:
        """All its processes, at once and without a word."""
        for child in self._now:
            self._made.children.remove(child)
            for pid in processes.family(child.pid):
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            child.communicate()
        self._now = []

    def end(self) -> None:
        if self._coming:
            self._now.append(self._coming[0])
        self.kill()


def _answers(port: int) -> bool:
    """Somebody with a tunnel gets a page."""
    practice = Practice(port, handing_in.address(0), "")
    try:
        practice.reach()
    except _BROKEN:
        return False
    finally:
        practice.close()
    return True
