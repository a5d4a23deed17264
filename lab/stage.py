"""Everything a step of the story may touch; `visitor` has another way into the SNK, `home` the Internet."""

from dataclasses import dataclass, field
from pathlib import Path

from lab import cast, topology
from lab.album import Album
from lab.cast import Practice
from lab.clerk import Clerk
from lab.houses import KVS
from lab.pc import Computer, Pc
from lab.story import Chapter
from lab.system import System

_WHOLE = ("main > :first-child", "main > :last-child")
_WIDE, _OFFICE_WIDE = 640, 900  # CSS pixels; the manual's pictures, to be read on paper too


@dataclass
class AtKv:
    """What is played with at either KV: its system, somebody who works there, a practice's PC."""

    system: System
    screenshots: Path | None = None
    album: Album = field(default_factory=Album)
    clerk: Clerk = field(init=False)
    pc: Computer = field(init=False)

    def __post_init__(self) -> None:
        house = self.system.house
        self.clerk = Clerk(Computer(self.system, house.lan), *cast.CLERKS[house.slug])

    def picture(
        self, name: str, pc: Computer | None = None, *, manual: str = "", part: tuple[str, str] = _WHOLE
    ) -> None:
        """Keep what a browser shows, in both widths, if screenshots are wanted.

        `manual` is how the manual calls its picture of this page, `part` from where to where it shows it.
        """
        computer = pc or self.pc
        browser = computer.browser
        if self.screenshots:
            browser.screenshot(str(self.screenshots / f"{self.system.house.prefix}{name}"))
        if manual:
            width = _OFFICE_WIDE if computer is self.clerk.computer else _WIDE
            self.album.look(browser, manual, part, width)


@dataclass
class AtSaxony(AtKv):
    """KV Sachsen: a practice that is new, one of long standing; the PC stands behind a provider's box."""

    ernst: Practice = field(default_factory=cast.ernst)
    frank: Practice = field(default_factory=cast.frank)

    def __post_init__(self) -> None:
        super().__post_init__()
        self.pc = Computer(self.system, topology.PC3)


@dataclass
class Stage(AtKv):
    """KV Sachsen-Anhalt, its practices, and what was measured so far; beside it the other KV."""

    ahrens: Practice = field(default_factory=cast.ahrens)
    brandt: Practice = field(default_factory=cast.brandt)
    figures: dict[str, int | str] = field(default_factory=dict)
    cookie: str = field(default="", repr=False)
    web_cookie: str = field(default="", repr=False)
    address: str = ""
    lock: int = 0
    silence: float = 0.0
    pc: Pc = field(init=False)
    pc2: Pc = field(init=False)
    visitor: Computer = field(init=False)
    home: Computer = field(init=False)
    saxony: AtSaxony = field(init=False)

    def __post_init__(self) -> None:
        super().__post_init__()
        self.pc, self.pc2 = Pc(self.system, topology.PC), Pc(self.system, topology.PC2)
        self.visitor = Computer(self.system, topology.SERVICE)
        self.home = Computer(self.system, topology.LAN)
        self.saxony = AtSaxony(self.system.beside(KVS), self.screenshots)


def chapter(title: str) -> Chapter[Stage]:
    """Begin a chapter that is played on this stage."""
    return Chapter(title)
