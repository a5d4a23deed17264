"""Chapter 7: the practice hands in its billing and has it in writing."""

import hashlib
import re
from datetime import UTC, datetime, time
from pathlib import Path

import pypdf

from flexnet.lib import kvdt_sample
from flexnet.lib.identifiers import Bsnr, Lanr
from flexnet.lib.quarters import Quarter
from lab.chapters import portal
from lab.stage import Stage, chapter
from lab.story import expect, expect_words

CHAPTER = chapter("The billing is handed in")
_CASES = 120


@CHAPTER.step("a synthetic billing file (KVDT) of the last quarter is uploaded and checked")
def _(stage: Stage) -> str:
    path = _file(stage)
    path.write_bytes(_billing(stage))
    _choose(stage, path)
    stage.picture("5-chosen", manual="abrechnung-hochladen")
    stage.pc.browser.click("Hochladen und prüfen")
    stage.pc.browser.see("Prüfen und einreichen")
    stage.picture("5-checked", manual="abrechnung-geprueft")
    expect_words("what was read in it", stage.pc.browser.text(), stage.ahrens.bsnr, str(_CASES))
    return f"{path.name}, {path.stat().st_size} bytes"


@CHAPTER.step("handed in: a receipt with number, time and SHA-256")
def _(stage: Stage) -> str:
    stage.pc.browser.click("Abrechnung verbindlich einreichen")
    stage.pc.browser.see("Ihre Abrechnung ist eingereicht")
    stage.picture("6-receipt", manual="abrechnung-eingereicht")
    number = stage.figures["receipt"] = stage.pc.browser.read("#receipt-number")
    shown = stage.pc.browser.text()
    expect_words("the check sum", shown.replace(" ", ""), _sha256(stage))
    expect("a time of day", bool(re.search(r"\d\d:\d\d Uhr", shown)), True)
    return str(number)


@CHAPTER.step("the receipt is downloaded as PDF and says the same")
def _(stage: Stage) -> str:
    path = stage.system.folder / "receipt.pdf"
    stage.pc.browser.download("Eingangsbestätigung (PDF)", str(path))
    words = "".join(page.extract_text() for page in pypdf.PdfReader(path).pages)
    squeezed = "".join(words.split())
    expect_words("the PDF", squeezed, str(stage.figures["receipt"]), _sha256(stage), stage.ahrens.bsnr)
    return f"{path.stat().st_size} bytes"


@CHAPTER.step("uploading it twice is said to be a duplicate")
def _(stage: Stage) -> None:
    _upload(stage, _file(stage))
    stage.pc.browser.see("Diese Datei ist schon eingereicht.")
    stage.picture("7-duplicate")
    expect_words("the earlier number", stage.pc.browser.text(), str(stage.figures["receipt"]))


@CHAPTER.step("a file whose end is missing is refused, with what to do")
def _(stage: Stage) -> None:
    path = _file(stage).with_name(_file(stage).name.replace("_12.00", "_13.00"))
    path.write_bytes(_file(stage).read_bytes()[:5000])
    _upload(stage, path)
    stage.pc.browser.see("Die Datei ist unvollständig: Ihr Ende fehlt.")


def _upload(stage: Stage, path: Path) -> None:
    _choose(stage, path)
    stage.pc.browser.click("Hochladen und prüfen")


def _choose(stage: Stage, path: Path) -> None:
    browser, quarter = stage.pc.browser, _quarter()
    browser.goto(portal.PORTAL)
    browser.click("Abrechnung einreichen")
    browser.tick(f"{quarter.number}. Quartal {quarter.year}")
    browser.attach("Abrechnungsdatei", str(path))


def _quarter() -> Quarter:
    return Quarter.of(datetime.now(UTC).date()) - 1


def _billing(stage: Stage) -> bytes:
    bsnr, lanr = Bsnr.parse(stage.ahrens.bsnr), Lanr.parse(stage.ahrens.lanr)
    return kvdt_sample.make(bsnr=bsnr, lanr=lanr, quarter=_quarter(), cases=_CASES)


def _file(stage: Stage) -> Path:
    noon = datetime.combine(_quarter().last_day, time(12), UTC)
    name = kvdt_sample.file_name(bsnr=Bsnr.parse(stage.ahrens.bsnr), created_at=noon)
    return stage.system.folder / name


def _sha256(stage: Stage) -> str:
    return hashlib.sha256(_file(stage).read_bytes()).hexdigest()
