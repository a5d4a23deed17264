"""A practice that hands in over HTTP at a portal of its own, a whole process, while something goes wrong."""

import contextlib
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from unittest import mock

from bench import evening, handing_in, installation
from bench.crowd import Crowd
from bench.handing_in import File, Practice
from bench.installation import Installation, Tables
from bench.results import Figures
from flexnet.lib.quarters import Quarter
from lab import ports


@dataclass(frozen=True)
class Place:
    """The portal's number among processes, and who comes to it."""

    made: Installation
    portal: int
    crowd: Crowd
    practice: Practice
    quarter: Quarter
    made_on: date

    def sign_in(self) -> None:
        self.practice.sign_in(self.crowd.password)

    def file(self, size: int) -> File:
        """A sound one of about that many bytes."""
        content = handing_in.pattern(self.quarter, self.made_on, size)
        return handing_in.of_site(self.crowd.bsnr(0), self.made_on, content)

    def handed_in(self, upload: str, file: File) -> Figures:
        """What has come is checked and submitted; what the server then has of it."""
        delivery = self.practice.check(upload)
        assert delivery
        self.practice.submit(delivery)
        return evening.count(self.made, {self.practice.receipt(delivery): file.sha256}, self.quarter)


@contextlib.contextmanager
def serving(
    database: str = "sqlite",
    *,
    billing: Mapping[str, object] | None = None,
    environment: Mapping[str, str] | None = None,
) -> Iterator[Place]:
    """Its portal runs with this environment, and billing is configured like that beside the usual."""
    port, crowd = ports.claim(), Crowd.drawn(1)
    tables: Tables = {
        "portal": {"listen": f"127.0.0.1:{port}", "url": f"http://127.0.0.1:{port}/"},
        "ways": {"others": []},
        "billing": {"store": "deliveries", **(billing or {})},
    }
    practice = Practice(port, handing_in.address(0), crowd.user_name(0))
    with contextlib.closing(practice), installation.prepared(database, tables) as made:
        crowd.write(made.folder / "crowd.json")
        made.run("bench.inside", "delivered", "make", str(made.folder / "crowd.json"))
        with contextlib.ExitStack() as undo:
            with mock.patch.dict(os.environ, environment or {}):
                portal = undo.enter_context(installation.serving(made, "portal", port))
            yield Place(made, portal, crowd, practice, *evening.quarter_to_hand_in())


def all_is_there(figures: Figures) -> bool:
    """The one receipt that was given has its bytes, and nothing is doubled or left over."""
    wanted = {"receipts_verified": 1, "lost": 0, "doubled": 0, "uploads_left": 0}
    return {name: figures[name] for name in wanted} == wanted
