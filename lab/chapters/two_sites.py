"""Chapter 7b: a practice of two sites hands in all of its billing, one file of it encrypted."""

import io
from pathlib import Path

import pypdf

from lab import cast, xkm_command
from lab.browser import Steering
from lab.cast import Practice
from lab.chapters import billing, passwords
from lab.processes import eventually
from lab.stage import AtKv, Stage, chapter
from lab.story import expect, expect_words

CHAPTER = chapter("The whole practice hands in")
_PART = "Ein Teil: Sie kommt zu anderen Dateien dazu"
_CHECKED_WITHIN = 30.0  # s; the worker looks every few seconds
_CASES, _FURTHER_CASES = 60, 15
_SEALED_AT, _FURTHER_AT = 15, 16


@CHAPTER.step("a clerk enters the practice's second site; the portal says at once whose file is missing")
def _(stage: Stage) -> str:
    enter_second_site(stage, stage.ahrens, stage.ahrens.page)
    is_missing(stage, stage.ahrens, str(stage.figures["receipt"]))
    stage.picture("8-site-missing")
    return stage.ahrens.second_bsnr


@CHAPTER.step("from there an encrypted file is handed in, of which the portal reads the header alone")
def _(stage: Stage) -> str:
    number = stage.figures["receipt_sealed"] = hand_in_sealed(stage, stage.ahrens)
    return number


@CHAPTER.step("the KV's program decrypts it: every line is checked, and the practice reads what was found")
def _(stage: Stage) -> None:
    is_checked(stage, str(stage.figures["receipt_sealed"]))


@CHAPTER.step("a third file, a part of the same billing, stands beside it")
def _(stage: Stage) -> str:
    return hand_in_part(stage, stage.ahrens, str(stage.figures["receipt_sealed"]))


@CHAPTER.step("a reply that the KV's billing program puts into a folder finds the practice by its name")
def _(stage: Stage) -> None:
    drop_reply(stage, str(stage.figures["receipt_sealed"]))


@CHAPTER.step("the owner declares for both sites with the access of her own: the billing is complete")
def _(stage: Stage) -> None:
    browser, practice = stage.pc.browser, stage.ahrens
    browser.click("Abmelden")
    declare(stage, practice, str(stage.figures["receipt_sealed"]))
    passwords.sign_in(stage, browser, practice.employee_name, practice.chosen[practice.employee_name])
    browser.see("Guten Tag")


def enter_second_site(at: AtKv, practice: Practice, page: str) -> None:
    """By a clerk, from the practice's page in the office on."""
    desk = at.clerk.computer.browser
    desk.goto(page)
    desk.click("Weitere Betriebsstätte eintragen")
    desk.fill("Betriebsstättennummer (BSNR)", practice.second_bsnr)
    desk.fill("Dort wird gearbeitet seit", "1.1.2020")
    for label, text in cast.SECOND_ADDRESS.items():
        desk.fill(label, text)
    desk.press("Betriebsstätte eintragen")
    desk.see("Die Betriebsstätte ist eingetragen.")
    at.picture("office-second-site", at.clerk.computer)


def is_missing(at: AtKv, practice: Practice, number: str) -> None:
    """On the page of what the first site handed in."""
    _open(at, number)
    said = f"Es fehlen noch die Dateien für BSNR {practice.second_bsnr}"
    expect_words("what is still missing", at.pc.browser.text(), said)


def hand_in_sealed(at: AtKv, practice: Practice) -> str:
    """A container as a practice program makes it; answers its number."""
    browser, second = at.pc.browser, practice.at_second_site
    plain = billing.made(at, second, cases=_CASES, hour=_SEALED_AT)
    path = plain.with_name(f"{plain.name}.XKM")
    created_at = billing.created_at(_SEALED_AT).replace(tzinfo=None)
    path.write_bytes(
        xkm_command.container(plain.read_bytes(), bsnr=practice.second_bsnr, created_at=created_at)
    )
    number = _hand_in(at, path)
    expect_words("of what was handed in", browser.text(), practice.second_bsnr, "verschlüsselt")
    expect("cases known before it is decrypted", "Behandlungsfälle" in browser.text(), False)
    return number


def is_checked(at: AtKv, number: str) -> None:
    """Until the reply is there, which the worker writes."""
    browser = at.pc.browser
    _reply(at, number, "Ergebnis der Prüfung: nichts gefunden")
    browser.see("Die Datei hält alle Regeln ein, die wir prüfen.")
    expect_words("the check of every line", browser.text(), str(_CASES))
    at.picture("8-checked-in-full")


def hand_in_part(at: AtKv, practice: Practice, sealed: str) -> str:
    """Another file of the second site; answers its number."""
    path = billing.made(at, practice.at_second_site, cases=_FURTHER_CASES, hour=_FURTHER_AT)
    number = _hand_in(at, path)
    for one in (sealed, number):
        _open(at, one)
        expect_words("how it stands", at.pc.browser.text(), "Eingereicht")
        expect("one of them is replaced", "Ersetzt" in at.pc.browser.text(), False)
    text = at.pc.browser.text()
    expect_words("what is still missing", text, "Es fehlt noch die Sammelerklärung")
    at.picture("8-parts")
    return number


def drop_reply(at: AtKv, number: str) -> None:
    """As the KV's billing program does it: a PDF, named by the receipt."""
    paper, browser = _paper(), at.pc.browser
    at.system.replies.joinpath(f"{number}_Pruefprotokoll.pdf").write_bytes(paper)
    _reply(at, number, "Rückmeldung als PDF")
    saved = at.system.folder / "reply.pdf"
    browser.download("Pruefprotokoll.pdf", str(saved))
    expect("the bytes", saved.read_bytes(), paper)
    at.picture("8-reply-as-pdf")


def declare(at: AtKv, practice: Practice, number: str) -> None:
    """By the owner, for all sites; then nothing is missing any more."""
    browser, name = at.pc.browser, practice.personal_name
    passwords.sign_in(at, browser, name, practice.chosen[name])
    browser.see("Guten Tag")
    _open(at, number)
    browser.click("Sammelerklärung abgeben")
    expect_words("for which sites", browser.text(), practice.bsnr, practice.second_bsnr)
    browser.tick("Ich habe den Text gelesen")
    browser.press("Sammelerklärung abgeben")
    browser.see("Die Sammelerklärung liegt vor")
    at.picture("8-declared")
    _open(at, number)
    expect("something is missing", "Es fehl" in browser.text(), False)
    browser.click("Abmelden")


def _hand_in(at: AtKv, path: Path) -> str:
    browser = at.pc.browser
    billing.upload(at, path)
    browser.see("Prüfen und einreichen")
    browser.tick(_PART)
    browser.click("Abrechnung verbindlich einreichen")
    browser.see("Ihre Abrechnung ist eingereicht")
    return str(browser.read("#receipt-number"))


def _open(at: AtKv, number: str) -> Steering:
    """The page of what was handed in under this number."""
    browser: Steering = at.pc.browser
    browser.goto(f"{at.system.house.portal_url}abrechnung/")
    browser.click(number)
    browser.see("Eingangsnummer")
    return browser


def _reply(at: AtKv, number: str, title: str) -> None:
    """Open the reply once it is there."""
    there = eventually(lambda: title in _open(at, number).text(), within=_CHECKED_WITHIN, every=1)
    expect(f"a reply „{title}“ to {number}", there is not None, True)
    at.pc.browser.click(title)
    at.pc.browser.see("Zur Abrechnung")


def _paper() -> bytes:
    made = pypdf.PdfWriter()
    made.add_blank_page(width=595, height=842)
    content = io.BytesIO()
    made.write(content)
    return content.getvalue()
