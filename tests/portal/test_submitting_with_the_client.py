"""`flexnet-client submit` against the portal: broken lines, retries, receipts on disk, plain words."""

import functools
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from flexnet.billing import electronic_seal
from flexnet.billing.models import Delivery, Receipt
from flexnet.lib import electronic_seals
from flexnet_client import main, portal, sending, submit
from flexnet_client.failures import Exit
from flexnet_client.portal import Answer, LineBroken
from tests import configured, make
from tests.billing import files
from tests.portal import programs
from tests.portal.programs import CONTENT

Breaks = Callable[[str, int], str]  # what happens to a request: "" nothing, "lost" before, "late" after it


class InProcess(portal.Portal):
    """The portal without a socket; a line that breaks where a test says."""

    breaks: Breaks = staticmethod(lambda _method, _number: "")
    asked: list[str]

    def ask(self, method: str, path: str, body: bytes | None = None, **headers: str) -> Answer:
        InProcess.asked.append(method)
        what = InProcess.breaks(method, len(InProcess.asked))
        if what == "lost":
            raise LineBroken("weg")
        caller = programs.Caller(self.secret.reveal().decode())
        kind = headers.pop("Content_Type", "text/plain")
        found = caller.asks(method, path, body or b"", kind, **headers)
        if what == "late":
            raise LineBroken("weg")
        return Answer(found.status_code, dict(found.headers), found.content)


@pytest.fixture
def at_work(alice: make.Member, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> "AtWork":
    configured.change(monkeypatch, programs={"allowed": True, "hands_in": "program"})
    monkeypatch.setattr(submit, "Portal", InProcess)
    monkeypatch.setattr(sending, "PIECE", 1000)
    # Whoever waits gives the worker time to seal.
    waiting = functools.partial(sending.Line, wait=lambda _seconds: electronic_seal.seal_waiting(make.NOW))
    monkeypatch.setattr(submit, "Line", waiting)
    monkeypatch.setattr(InProcess, "asked", [], raising=False)
    return AtWork(tmp_path, programs.of(alice.practice_access).secret)


class AtWork:
    """A PC of the practice, with a billing file, settings and the secret."""

    def __init__(self, folder: Path, secret: str) -> None:
        self.file = folder / files.NAME
        self.file.write_bytes(CONTENT)
        self.secret, self.settings = folder / "geheimnis", folder / "client.toml"
        self.secret.write_text(f"{secret}\n")
        self.secret.chmod(0o600)
        lines = ('gateway = "vpn.example"', 'group = "Flexnet"', 'portal_url = "https://portal.example/"')
        self.settings.write_text("\n".join(lines))

    def run(self, *more: str) -> int:
        known = ("--config", str(self.settings), "--secret-file", str(self.secret), "--quarter", "1/2026")
        return main.main(["submit", *known, *more])

    @property
    def receipts(self) -> list[Path]:
        return sorted(self.file.parent.glob("Eingangsbestaetigung_*"))


def test_a_file_is_handed_in_and_its_receipt_lies_beside_it(
    at_work: AtWork, capsys: pytest.CaptureFixture[str]
) -> None:
    assert at_work.run(str(at_work.file)) == Exit.DONE
    number = Receipt.objects.get().number
    assert f"eingereicht, Nummer {number}" in capsys.readouterr().out
    as_json, signature, pdf = at_work.receipts
    trusted = electronic_seal.trusted()
    of_json = electronic_seals.verify_detached(
        as_json.read_bytes(), signature.read_bytes(), trusted, at=make.NOW
    )
    found = (electronic_seals.verify_pdf(pdf.read_bytes(), trusted), of_json)
    assert [one.verdict for one in found] == [electronic_seals.Verdict.GENUINE] * 2
    assert json.loads(as_json.read_text())["number"] == number


def test_twice_is_once(at_work: AtWork) -> None:
    assert [at_work.run(str(at_work.file)) for _try in range(2)] == [Exit.DONE, Exit.DONE]
    assert (Delivery.objects.count(), Receipt.objects.count(), len(at_work.receipts)) == (1, 1, 3)


@pytest.mark.parametrize("what", ["lost", "late"])
def test_a_line_that_breaks_at_every_third_request_loses_and_doubles_nothing(
    at_work: AtWork, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    monkeypatch.setattr(InProcess, "breaks", staticmethod(lambda _m, number: "" if number % 3 else what))
    assert at_work.run(str(at_work.file)) == Exit.DONE
    assert (Delivery.objects.count(), Receipt.objects.count()) == (1, 1)
    assert Delivery.objects.get().size == len(CONTENT)


def test_what_broke_off_goes_on_with_the_next_call(
    at_work: AtWork, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(InProcess, "breaks", staticmethod(lambda _m, number: "lost" if number > 3 else ""))
    assert at_work.run(str(at_work.file)) == Exit.GATEWAY
    assert "macht dort weiter, wo er war" in capsys.readouterr().err
    monkeypatch.setattr(InProcess, "breaks", staticmethod(lambda _m, _number: ""))
    InProcess.asked.clear()
    assert at_work.run(str(at_work.file)) == Exit.DONE
    assert InProcess.asked.count("PATCH") == -(-len(CONTENT) // 1000) - 2


def test_where_a_person_hands_in_it_says_so_and_fetches_the_receipt_later(
    at_work: AtWork, browser: Client, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    configured.change(monkeypatch, programs={"hands_in": "person"})
    assert at_work.run(str(at_work.file)) == Exit.PERSON
    assert "Reichen Sie sie im Portal ein" in capsys.readouterr().out
    assert at_work.run("--status", str(at_work.file)) == Exit.PERSON
    browser.post(f"/abrechnung/{Delivery.objects.get().pk}/einreichen/")
    assert at_work.run("--status", str(at_work.file)) == Exit.DONE
    assert len(at_work.receipts) == 3
    assert at_work.run("--status") == Exit.DONE
    assert "eingereicht" in capsys.readouterr().out


def test_only_checked_it_is_nowhere(at_work: AtWork, capsys: pytest.CaptureFixture[str]) -> None:
    assert at_work.run("--check", str(at_work.file)) == Exit.DONE
    at_work.file.write_bytes(CONTENT[:-20])
    assert at_work.run("--check", str(at_work.file)) == Exit.FAILED
    assert "nicht lesbar" in capsys.readouterr().out
    assert not Delivery.objects.exists()


def test_what_is_wrong_with_a_file_is_told_with_its_cure(
    at_work: AtWork, capsys: pytest.CaptureFixture[str]
) -> None:
    at_work.file.write_bytes(CONTENT[:-20])
    assert at_work.run(str(at_work.file)) == Exit.REFUSED
    assert "Die Datei ist unvollständig: Ihr Ende fehlt. Wahrscheinlich" in capsys.readouterr().err


def test_a_wrong_secret_is_told_and_never_shown(at_work: AtWork, capsys: pytest.CaptureFixture[str]) -> None:
    at_work.secret.write_text("fxp_falsch")
    assert at_work.run(str(at_work.file)) == Exit.REFUSED
    told = capsys.readouterr()
    assert "Programme der Praxis" in told.err
    assert "fxp_falsch" not in told.err + told.out


def test_a_secret_that_others_can_read_is_not_used(
    at_work: AtWork, capsys: pytest.CaptureFixture[str]
) -> None:
    at_work.secret.chmod(0o640)
    assert at_work.run(str(at_work.file)) == Exit.SETTINGS
    assert "chmod 600" in capsys.readouterr().err
    assert not InProcess.asked


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("gibt-es-nicht.con",), Exit.INPUT),
        ((), Exit.USAGE),
        (("--quarter", "5/2026", "x.con"), Exit.INPUT),
    ],
)
def test_what_cannot_be_is_refused_before_anything_is_sent(
    at_work: AtWork, arguments: tuple[str, ...], code: Exit
) -> None:
    assert at_work.run(*arguments) == code
    assert not InProcess.asked


def test_for_machines_each_file_is_a_line(at_work: AtWork, capsys: pytest.CaptureFixture[str]) -> None:
    at_work.run("--json", str(at_work.file))
    told: dict[str, Any] = json.loads(capsys.readouterr().out)
    assert told["stand"] == "eingereicht"
    assert [Path(one).exists() for one in told["gespeichert"]] == [True] * 3
