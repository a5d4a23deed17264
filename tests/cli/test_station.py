"""`flexnet keys station`: from the USB port to the bound key, with Yubico's own library in between."""

from dataclasses import dataclass, field
from pathlib import Path

import pytest
from yubikit.core.otp import OtpConnection

from flexnet.access.key_desk import For
from flexnet.cli import station
from flexnet.cli.station import Job
from flexnet.keys import queries, yubikeys
from flexnet.keys.errors import KeyRefused, NoKeyPluggedIn, NoSuchKey
from flexnet.keys.models import Place, Programming
from flexnet.keys.plugged_in import PluggedIn
from lab.plugged import Port, Yubikey, crc
from tests import make

pytestmark = pytest.mark.django_db
OtpConnection.register(Port)
SERIAL = "20000001"


@dataclass
class Desk:
    """Somebody who touches when asked, and says yes."""

    key: Yubikey
    answers: list[str] = field(default_factory=list)
    touches: int = 1
    breaks_after: int | None = None
    asked_for: list[str] = field(default_factory=list)

    def plugged_in(self) -> PluggedIn:
        return yubikeys.reached(Port(self.key, breaks_after=self.breaks_after))  # type: ignore[arg-type]  # registered above

    def touched(self, prompt: str) -> str:
        self.asked_for.append(prompt)
        return "".join(self.key.press() for _ in range(self.touches)) if self.touches else "cccccc"

    def asked(self, prompt: str) -> str:
        self.asked_for.append(prompt)
        return self.answers.pop(0) if self.answers else "y"


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(Yubikey.blank(tmp_path, SERIAL))


@pytest.mark.parametrize("job", [Job(), Job(digits=8, counter=64, types_serial=True)])
def test_a_key_is_programmed_touched_and_in_stock(desk: Desk, job: Job) -> None:
    assert station.program(desk, job) == {"serial": SERIAL, "access": "", "parcel": ""}
    key = queries.key(SERIAL)
    assert (key.digits, key.counter) == (job.digits, job.counter + 1)
    assert queries.whereabouts_of(key)[0] is Place.IN_STOCK
    assert station.prove(desk_saying(desk, SERIAL), Job(to_alice())) | {"access": ""} == {
        "serial": SERIAL,
        "access": "",
        "parcel": "",
    }


def to_alice() -> For:
    return For(make.member().personal_access, "Heimarbeit", "B-1")


def desk_saying(desk: Desk, *answers: str) -> Desk:
    return Desk(desk.key, list(answers))


def test_a_double_touch_does_no_harm(desk: Desk) -> None:
    desk.touches = 2
    station.program(desk, Job())
    assert queries.key(SERIAL).counter == 2


def test_a_key_that_fails_the_touch_is_told_what_to_do_and_nothing_is_bound(
    desk: Desk, capsys: pytest.CaptureFixture[str]
) -> None:
    desk.touches = 0
    with pytest.raises(SystemExit, match="in no stock, and opens nothing"):
        station.program(desk, Job(to_alice()))
    assert capsys.readouterr().out.count("That is not its code.") == station.TOUCHES
    with pytest.raises(NoSuchKey):
        queries.key(SERIAL)
    assert Programming.objects.get().given_up_at
    desk.touches = 1
    station.program(desk, Job())
    assert queries.key(SERIAL)


def test_who_does_not_want_to_overwrite_writes_nothing(desk: Desk) -> None:
    desk.answers = ["n"]
    before = desk.key.path.read_text()
    with pytest.raises(SystemExit, match="Nothing is written"):
        station.program(desk, Job())
    assert desk.key.path.read_text() == before
    assert not Programming.objects.exists()


def test_one_that_is_taken_out_while_it_is_written_is_begun_anew(desk: Desk) -> None:
    desk.breaks_after = 4
    with pytest.raises(NoKeyPluggedIn):
        station.program(desk, Job())
    desk.breaks_after = None
    station.program(desk, Job())
    assert [row.given_up_why for row in Programming.objects.order_by("pk")] == ["begun anew", ""]


def test_a_power_cut_right_after_writing_leaves_a_key_that_can_be_written_again(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It holds a seed and an access code that only the interrupted programming knows."""

    def cut(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("flexnet.keys.programming.note_written", cut)
        with pytest.raises(KeyboardInterrupt):
            station.program(desk, Job())
    with pytest.raises(NoSuchKey):
        queries.key(SERIAL)
    station.program(desk, Job())
    assert queries.key(SERIAL).counter == 1


def test_a_slot_with_a_strange_access_code_is_left_alone(desk: Desk) -> None:
    held = bytearray(52)
    held[38:44] = b"theirs"
    held[50:52] = (0xFFFF & ~crc(bytes(held[:50]))).to_bytes(2, "little")
    assert desk.key.configure("1", bytes(held), bytes(6))
    with pytest.raises(KeyRefused, match="take another YubiKey"):
        station.program(desk, Job())
    assert Programming.objects.get().given_up_why == "the key refused it"
