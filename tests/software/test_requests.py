"""Software is asked for: by strangers who learn nothing, by mail, through clerks."""

from datetime import timedelta
from pathlib import Path

import pytest

from flexnet.access import silence
from flexnet.audit.models import Event
from flexnet.members.models import Site
from flexnet.software import mail_reading, queries, reading, requests
from flexnet.software.errors import BadRequest, NoSuchRequest
from flexnet.software.models import SoftwareRequest
from flexnet.software.rules import State
from flexnet.software.systems import System
from tests import configured, make
from tests.software import giving_out
from tests.software.test_mail_reading import mail

pytestmark = pytest.mark.django_db
NOW = make.NOW
BSNR = "889999900"


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(silence, "ANSWERS_AFTER", timedelta())


@pytest.fixture
def site() -> Site:
    return giving_out.practice()


def ask(bsnr: str = BSNR, *, source: str = "203.0.113.9", later: timedelta = timedelta()) -> None:
    requests.request_publicly(bsnr=bsnr, system=System.WINDOWS, source=source, now=NOW + later)


def test_whoever_asks_twice_has_asked_once_and_who_is_unknown_leaves_nothing(site: Site) -> None:
    for number in (BSNR, "88 99999 00", "859999900", "x", "\x00"):
        ask(number)
    [row] = SoftwareRequest.objects.all()
    assert (row.site, row.system, row.way) == (site, "windows", "public")
    [entry] = Event.objects.filter(kind="software.requested")
    assert entry.subject == f"site:{BSNR}"


def test_a_place_asks_so_often_and_then_waits(site: Site) -> None:
    for _try in range(5):
        ask("859999900")
    ask()
    assert not SoftwareRequest.objects.exists()
    ask(source="198.51.100.7")
    assert SoftwareRequest.objects.count() == 1


def test_nobody_fills_a_practices_mailbox(site: Site, tmp_path: Path) -> None:
    giving_out.release(tmp_path)
    giving_out.linked(site)
    ask(later=timedelta(hours=23))
    assert not SoftwareRequest.objects.filter(queries.OPEN).exists()
    ask(later=timedelta(hours=24))
    assert SoftwareRequest.objects.filter(queries.OPEN).count() == 1


def test_a_request_is_refused_once_and_for_a_reason(site: Site) -> None:
    number = giving_out.asked(site).pk
    with pytest.raises(BadRequest):
        requests.refuse(number=number, by=make.BY, reason=" ", now=NOW)
    requests.refuse(number=number, by=make.BY, reason="Anruf: ein Irrtum", now=NOW)
    with pytest.raises(NoSuchRequest):
        requests.refuse(number=number, by=make.BY, reason="noch einmal", now=NOW)


def come(content: bytes) -> None:
    """A mail that was in the mailbox."""
    reading.receive(mail_reading.read(content), NOW)


@pytest.mark.parametrize(
    ("text", "bsnr", "system"),
    [
        ("Bitte Software für den Mac", None, "macos"),
        (f"Bitte Software für {BSNR}", BSNR, ""),
        ("859999900 und Windows", None, "windows"),  # no practice of ours
        ("Hallo?", None, ""),
    ],
)
def test_what_is_not_clear_is_a_task_for_a_clerk(
    site: Site, text: str, bsnr: str | None, system: str
) -> None:
    come(mail(text))
    row = SoftwareRequest.objects.get()
    assert (row.site.bsnr if row.site else None, row.system) == (bsnr, system)
    assert (row.subject, row.text, row.sender) == ("Bitte um Software", text, "Praxis <praxis@example.org>")
    assert queries.state_of(row, NOW) is State.UNCLEAR
    done = requests.clarify(number=row.pk, site=site, system=System.WINDOWS, by=make.BY, now=NOW)
    assert queries.state_of(done, NOW) is State.WAITING


def test_what_is_asked_for_already_is_not_made_of_an_unclear_mail_too(site: Site) -> None:
    giving_out.asked(site)
    come(mail("Bitte Software"))
    row = SoftwareRequest.objects.latest("pk")
    with pytest.raises(BadRequest):
        requests.clarify(number=row.pk, site=site, system=System.WINDOWS, by=make.BY, now=NOW)


def test_a_mail_that_comes_again_asks_once(site: Site) -> None:
    for _turn in range(2):
        come(mail("Hallo?"))
        come(mail(f"{BSNR} Windows", Reply_To="x@y").replace(b"<1@x>", b"<2@x>"))
    assert SoftwareRequest.objects.count() == 2


def test_where_no_software_is_given_out_no_mail_asks_for_any(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    configured.change(monkeypatch, profile={"software": "none"})
    come(mail(f"{BSNR} Windows"))
    assert not SoftwareRequest.objects.exists()
