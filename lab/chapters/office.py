"""Chapter 1: the first of the KV's staff sign in at the office, with a second factor."""

from lab import topology
from lab.clerk import OFFICE
from lab.stage import Stage, chapter
from lab.story import expect

CHAPTER = chapter("The office opens")
_CHOSEN = "Graue-Gans-am-Elbufer-4"


@CHAPTER.step("the first of the staff is entered on the command line")
def _(stage: Stage) -> None:
    clerk = stage.clerk
    words = ("--user-name", clerk.user_name, "--name", clerk.name, "--role", "clerk", "--role", "key_desk")
    issued = stage.system.answer("staff", "add", *words)
    clerk.password, clerk.enrolment_code = issued["initial_password"], issued["enrolment_code"]


@CHAPTER.step("she signs in: password, enrolment code, an app on her telephone; nothing opens with less")
def _(stage: Stage) -> None:
    clerk, browser = stage.clerk, stage.clerk.computer.browser
    clerk.computer.open_browser(OFFICE)
    browser.fill("Benutzername", clerk.user_name)
    browser.fill("Kennwort", clerk.password)
    browser.click("Weiter")
    browser.goto(f"{OFFICE}/mein-konto/")
    expect("where the password alone leads", browser.read("h1"), "Anmelden")
    browser.goto(f"{OFFICE}/anmelden/einrichten/")
    browser.fill("Einrichtungscode", clerk.enrolment_code)
    browser.click("Weiter")
    browser.click("App auf dem Telefon")
    stage.picture("office-1-app", clerk.computer)
    clerk.scan(browser.read("strong.figures"))
    browser.fill("Code aus der App", clerk.code())
    browser.click("App einrichten")


@CHAPTER.step("she notes her recovery codes and chooses a password of her own; the desk opens")
def _(stage: Stage) -> None:
    clerk, browser = stage.clerk, stage.clerk.computer.browser
    browser.click("Notfallcodes anzeigen")
    browser.click("Ich habe sie notiert")
    browser.fill("Bisheriges Kennwort", clerk.password)
    browser.fill("Neues Kennwort", _CHOSEN)
    browser.fill("Neues Kennwort noch einmal", _CHOSEN)
    browser.click("Neues Kennwort speichern")
    clerk.password = _CHOSEN
    browser.goto(OFFICE)
    browser.see("Schreibtisch")
    stage.picture("office-2-desk", clerk.computer)


@CHAPTER.step("from the Internet, the SNK and a practice's PC the office is not there")
def _(stage: Stage) -> None:
    door = f"tcp {topology.KV_ADDRESS} 443"
    for computer in (stage.pc, stage.visitor):
        expect(f"the office from {computer.namespace}", computer.reached(door)[door], None)
