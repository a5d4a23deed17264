"""KV Sachsen: a practice applies, and gets its access by one letter; it bills from the next quarter on."""

from datetime import UTC, datetime

from flexnet.lib.quarters import Quarter
from lab.chapters import passwords, posting
from lab.houses import KVS
from lab.stage import AtSaxony, Stage, chapter
from lab.story import expect, expect_words

CHAPTER = chapter("KV Sachsen: a practice gets its access, without a key")
_MONTHS = {1: "Januar", 4: "April", 7: "Juli", 10: "Oktober"}
_OWN = "Weiter-Blick-vom-Lilienstein-6"


@CHAPTER.step("it applies on the public site; its number names no district office, so it chooses its own")
def _(stage: Stage) -> str:
    at = stage.saxony
    at.pc.open_browser(KVS.public_url)
    at.picture("public-1-start")
    browser, practice = at.pc.browser, at.ernst
    browser.click("Zugang beantragen")
    _fill(at, {"Betriebsstättennummer (BSNR)": practice.bsnr, "Name der Praxis": practice.name})
    _fill(at, {"Straße und Hausnummer": "Hauptstraße 1", "Postleitzahl": "04109", "Ort": "Leipzig"})
    browser.click("Weiter")
    at.picture("public-2-office")
    browser.tick("Bezirksgeschäftsstelle Leipzig")
    browser.click("Weiter")
    who = {"Vor- und Nachname, mit Titel": practice.owner, "Lebenslange Arztnummer (LANR)": practice.lanr}
    _fill(at, who | {"Telefon": "0341 123456"})
    browser.tick("Inhaberin oder Inhaber")
    browser.click("Weiter")
    browser.tick("Praxiszugang")
    browser.tick("persönlicher Zugang")
    browser.click("Weiter")
    at.picture("public-3-check")
    browser.click("Antrag absenden")
    practice.application = browser.read("#application-number")
    expect_words("where it goes", browser.text(), "Bezirksgeschäftsstelle Leipzig")
    at.picture("public-4-received")
    return practice.application


@CHAPTER.step("it comes back signed to that office; a clerk reads what approving will do, and approves")
def _(stage: Stage) -> None:
    at = stage.saxony
    desk = at.clerk.computer.browser
    desk.goto(f"{at.clerk.office}/antrag/{at.ernst.application}/")
    expect_words("the page of the application", desk.text(), "Was noch fehlt", "Leipzig")
    desk.click("Antrag ergänzen")
    desk.fill("Unterschrieben am", "5.1.2026")
    desk.click("Ergänzung speichern")
    at.picture("office-3-application", at.clerk.computer)
    desk.click("Antrag genehmigen")
    desk.see("Der Antrag ist genehmigt.")


@CHAPTER.step("one letter for each access, on security paper: user name and first password together")
def _(stage: Stage) -> str:
    at, practice = stage.saxony, stage.saxony.ernst
    posting.enter_paper(at)
    posting.send(at, is_secure=True)
    for user_name, kind in ((practice.user_name, "Praxiszugang"), (practice.personal_name, "persönlich")):
        sheet = posting.password_sheet(at, practice.name, kind)
        expect_words("the letter", " ".join(sheet), user_name)
        expect("a word of a key", "YubiKey" in " ".join(sheet), False)
        practice.initial[user_name] = posting.first_password(at, sheet)
    return f"{len(at.system.print_shop.sheets())} letters"


@CHAPTER.step("the first sign-in: no key, no second factor; but a password of one's own before all else")
def _(stage: Stage) -> None:
    at, browser, practice = stage.saxony, stage.saxony.pc.browser, stage.saxony.ernst
    browser.goto(KVS.portal_url)
    at.picture("1-sign-in")
    passwords.sign_in(at, browser, practice.user_name, practice.initial[practice.user_name])
    browser.see("Wählen Sie zuerst ein eigenes Passwort")
    at.picture("2-first-password")
    passwords.change(at, browser, practice.initial[practice.user_name], _OWN)
    browser.see("Ihr neues Passwort gilt ab sofort")
    practice.password = _OWN


@CHAPTER.step("it reads from when on it may hand in: from the first day of the next quarter")
def _(stage: Stage) -> str:
    at = stage.saxony
    at.picture("3-start")
    opens = (Quarter.of(datetime.now(UTC).date()) + 1).first_day
    day = f"1. {_MONTHS[opens.month]} {opens.year}"
    expect_words("the start page", at.pc.browser.text(), f"Online abrechnen können Sie ab dem {day}")
    at.pc.browser.click("Abmelden")
    return day


def _fill(at: AtSaxony, typed: dict[str, str]) -> None:
    for label, text in typed.items():
        at.pc.browser.fill(label, text)
