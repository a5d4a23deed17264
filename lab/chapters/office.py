"""Chapter 1: the first of the KV's staff sign in at the office, with a second factor."""

from lab import topology
from lab.chapters import passwords
from lab.stage import AtKv, Stage, chapter
from lab.story import expect

CHAPTER = chapter("The office opens")
_CHOSEN = "Graue-Gans-am-Elbufer-4"


@CHAPTER.step("the first of the staff is entered on the command line")
def _(stage: Stage) -> None:
    employ(stage)


@CHAPTER.step("she signs in: password, enrolment code, an app on her telephone; nothing opens with less")
def _(stage: Stage) -> None:
    sign_in(stage)


@CHAPTER.step("she notes her recovery codes and chooses a password of her own; the desk opens")
def _(stage: Stage) -> None:
    settle(stage)


@CHAPTER.step("from the Internet, the SNK and a practice's PC the office is not there")
def _(stage: Stage) -> None:
    door = f"tcp {topology.KV_ADDRESS} 443"
    for computer in (stage.pc, stage.visitor):
        expect(f"the office from {computer.namespace}", computer.reached(door)[door], None)


def employ(at: AtKv) -> None:
    """Enter the first clerk."""
    clerk = at.clerk
    words = ("--user-name", clerk.user_name, "--name", clerk.name, "--role", "clerk", "--role", "key_desk")
    issued = at.system.answer("staff", "add", *words)
    clerk.password, clerk.enrolment_code = issued["initial_password"], issued["enrolment_code"]


def sign_in(at: AtKv) -> None:
    """With what was issued, up to the codes of an app."""
    clerk, browser, words = at.clerk, at.clerk.computer.browser, at.system.house.words
    clerk.computer.open_browser(clerk.office)
    browser.fill(words.user_name, clerk.user_name)
    browser.fill(words.password, clerk.password)
    browser.click("Weiter")
    browser.goto(f"{clerk.office}/mein-konto/")
    expect("where the password alone leads", browser.read("h1"), "Anmelden")
    browser.goto(f"{clerk.office}/anmelden/einrichten/")
    browser.fill("Einrichtungscode", clerk.enrolment_code)
    browser.click("Weiter")
    browser.click("App auf dem Telefon")
    at.picture("office-1-app", clerk.computer)
    clerk.scan(browser.read("strong.figures"))
    browser.fill("Code aus der App", clerk.code())
    browser.click("App einrichten")


def settle(at: AtKv) -> None:
    """Codes on paper, a password of one's own, and the desk."""
    clerk, browser = at.clerk, at.clerk.computer.browser
    browser.click("Notfallcodes anzeigen")
    browser.click("Ich habe sie notiert")
    passwords.change(at, browser, clerk.password, _CHOSEN)
    clerk.password = _CHOSEN
    browser.goto(clerk.office)
    browser.see("Schreibtisch")
    at.picture("office-2-desk", clerk.computer)
