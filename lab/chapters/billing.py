"""Chapter 7: the practice hands in its billing and has it in writing."""

import hashlib
import re
from datetime import UTC, datetime, time
from pathlib import Path

import pypdf

from flexnet.lib.identifiers import Bsnr, Lanr
from flexnet.lib.kvdt import sample as kvdt_sample
from flexnet.lib.quarters import Quarter
from lab.cast import Practice
from lab.stage import AtKv, Stage, chapter
from lab.story import expect, expect_words

CHAPTER = chapter("The billing is handed in")
_CASES = 120
_REPLY = "Es fehlen die Fälle der Vertretung. Bitte reichen Sie die Datei noch einmal ein."


@CHAPTER.step("a synthetic billing file (KVDT) of the last quarter is uploaded and checked")
def _(stage: Stage) -> str:
    path = made(stage, stage.ahrens)
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


@CHAPTER.step("its seal holds without the KV, by its certificate alone; an altered receipt is told")
def _(stage: Stage) -> str:
    path, browser = stage.system.folder / "receipt.pdf", stage.pc.browser
    said = stage.system.flexnet("receipt", "verify", str(path), "--json")
    expect_words("what the seal says", said, '"verdict": "genuine"')
    altered = path.with_name("altered.pdf")
    altered.write_bytes(path.read_bytes() + b"\n")
    browser.click("Bestätigung prüfen")
    for file, told in ((path, "Diese Bestätigung ist echt"), (altered, "Diese Datei ist verändert")):
        browser.attach("Bestätigung (PDF oder JSON)", str(file))
        browser.press("Prüfen")
        browser.see(told)
    stage.picture("6-verified")
    return said.splitlines()[-1]


@CHAPTER.step("uploading it twice is said to be a duplicate")
def _(stage: Stage) -> None:
    upload(stage, _file(stage, stage.ahrens))
    stage.pc.browser.see("Diese Datei ist schon eingereicht.")
    stage.picture("7-duplicate")
    expect_words("the earlier number", stage.pc.browser.text(), str(stage.figures["receipt"]))


@CHAPTER.step("a file whose end is missing is refused, with what to do")
def _(stage: Stage) -> None:
    whole = _file(stage, stage.ahrens)
    path = whole.with_name(whole.name.replace("_12.00", "_13.00"))
    path.write_bytes(whole.read_bytes()[:5000])
    upload(stage, path)
    stage.pc.browser.see("Die Datei ist unvollständig: Ihr Ende fehlt.")


@CHAPTER.step("the KV replies and releases a correction; the practice reads the one and hands in the other")
def _(stage: Stage) -> str:
    first, browser = str(stage.figures["receipt"]), stage.pc.browser
    reply(stage, first)
    stage.picture("8-reply-given", stage.clerk.computer)
    read_reply(stage)
    stage.picture("8-reply-read")
    second = correct(stage, stage.ahrens)
    stage.picture("8-corrected")
    browser.goto(stage.system.house.portal_url)
    browser.click(first)
    expect_words("the first file", browser.text(), "Ersetzt", second)
    stage.picture("8-replaced")
    return f"{first} is replaced by {second}"


@CHAPTER.step("the office sees who read the reply, and which file counts now")
def _(stage: Stage) -> None:
    desk = stage.clerk.computer.browser
    desk.goto(_delivery(stage, str(stage.figures["receipt"])))
    expect_words("the delivery in the office", desk.text(), "Gelesen", "mit dem Zugang", "Zur Korrektur")
    stage.picture("8-office-replaced", stage.clerk.computer)


def reply(at: AtKv, number: str) -> None:
    """The KV writes to the practice about what it handed in, and lets it hand in another file instead."""
    desk, delivery = at.clerk.computer.browser, _delivery(at, number)
    desk.goto(f"{delivery}rueckmeldung/")
    desk.fill("Text", _REPLY)
    desk.press("Ins Portal stellen")
    desk.see("Die Rückmeldung liegt im Portal.")
    desk.goto(f"{delivery}korrektur-freigeben/")
    desk.fill("Was soll berichtigt werden?", _REPLY)
    desk.press("Weiter: ansehen, was geschieht")
    desk.press("Korrektur freigeben")
    desk.see("Verlauf")


def read_reply(at: AtKv) -> None:
    """Whoever is signed in at the portal finds it on the start page."""
    browser = at.pc.browser
    browser.goto(at.system.house.portal_url)
    browser.see("hat auf Ihre Abrechnung geantwortet")
    browser.click("Rückmeldung lesen")
    browser.goto(browser.address("Rückmeldung"))
    browser.see(_REPLY)


def correct(at: AtKv, practice: Practice) -> str:
    """Another file takes the place of the one that was released; answers its number."""
    browser = at.pc.browser
    upload(at, made(at, practice, cases=_CASES + 40, hour=14))
    browser.tick("Sie ersetzt die frühere Abrechnung (Korrektur, von der KV freigegeben)")
    browser.click("Abrechnung verbindlich einreichen")
    browser.see("Ihre Abrechnung ist eingereicht")
    return str(browser.read("#receipt-number"))


def _delivery(at: AtKv, number: str) -> str:
    return f"{at.clerk.office}/abrechnungen/{number}/"


def made(at: AtKv, practice: Practice, *, cases: int = _CASES, hour: int = 12) -> Path:
    """The practice's file for the last quarter, as if made at that hour."""
    bsnr, lanr = Bsnr.parse(practice.bsnr), Lanr.parse(practice.lanr)
    path = _file(at, practice, hour)
    path.write_bytes(kvdt_sample.make(bsnr=bsnr, lanr=lanr, quarter=_quarter(), cases=cases))
    return path


def upload(at: AtKv, path: Path) -> None:
    """From the start page on, up to the answer."""
    _choose(at, path)
    at.pc.browser.click("Hochladen und prüfen")


def _choose(at: AtKv, path: Path) -> None:
    browser, quarter = at.pc.browser, _quarter()
    browser.goto(at.system.house.portal_url)
    browser.click("Abrechnung einreichen")
    browser.tick(f"{quarter.number}. Quartal {quarter.year}")
    browser.attach("Abrechnungsdatei", str(path))


def _quarter() -> Quarter:
    return Quarter.of(datetime.now(UTC).date()) - 1


def created_at(hour: int) -> datetime:
    """When a file of the last quarter was made."""
    return datetime.combine(_quarter().last_day, time(hour), UTC)


def _file(at: AtKv, practice: Practice, hour: int = 12) -> Path:
    name = kvdt_sample.file_name(bsnr=Bsnr.parse(practice.bsnr), created_at=created_at(hour))
    return at.system.folder / name


def _sha256(stage: Stage) -> str:
    return hashlib.sha256(_file(stage, stage.ahrens).read_bytes()).hexdigest()
