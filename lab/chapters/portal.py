"""Chapter 6: the portal opens by itself; an initial password must be changed before all else."""

from lab import processes, topology
from lab.browser import Steering
from lab.stage import Stage, chapter
from lab.story import expect, expect_words

CHAPTER = chapter("The portal")
PORTAL = f"https://{topology.PORTAL_NAME}/"
_GRANTED = f"tcp {topology.SERVICE_ADDRESS} 443"
_TOO_SHORT, _WITH_NAME, _GOOD = "Kurz-7", "praxis-ahrens-2026-XY", "Blaue-Stunde-am-Kanal-7"


@CHAPTER.step("the browser has opened at the portal's start page by itself")
def _(stage: Stage) -> str:
    opened = processes.eventually(stage.pc.browser.is_open, within=20)
    expect("a browser is open", opened is not None, True)
    stage.pc.browser.see("Willkommen bei KVSAonline")
    stage.picture("1-start")
    here = stage.pc.browser.here()
    expect("its address", here["url"], PORTAL)
    return str(here["title"])


@CHAPTER.step("sign-in without the key; the initial password must be changed first")
def _(stage: Stage) -> None:
    sign_in(stage.pc.browser, stage.ahrens.user_name, stage.ahrens.current)
    stage.pc.browser.see("Wählen Sie zuerst ein eigenes Kennwort")
    stage.picture("2-first-password")
    stage.pc.browser.goto(PORTAL + "abrechnung/")
    stage.pc.browser.see("Wählen Sie zuerst ein eigenes Kennwort")


@CHAPTER.step("until then the tunnel is narrow: even a service that was granted is unreachable")
def _(stage: Stage) -> None:
    stage.system.flexnet("service", "grant", *_befunde(stage))
    expect("the service", stage.pc.reached(_GRANTED)[_GRANTED], None)


@CHAPTER.step("passwords against the policy are refused, with the reason")
def _(stage: Stage) -> None:
    _change(stage, _TOO_SHORT)
    expect_words("about a short one", stage.pc.browser.read("[role=alert]"), "mindestens 12 Zeichen")
    stage.picture("3-password-refused")
    _change(stage, _WITH_NAME)
    expect_words("about one with the name in it", stage.pc.browser.read("[role=alert]"), "BSNR oder LANR")


@CHAPTER.step("an own password is taken, and the running tunnel widens by itself")
def _(stage: Stage) -> str:
    _change(stage, _GOOD)
    stage.pc.browser.see("Ihr neues Kennwort gilt ab sofort")
    stage.ahrens.password = _GOOD
    stage.picture("4-signed-in")
    wide = processes.eventually(lambda: stage.pc.reached(_GRANTED)[_GRANTED] is not None, within=5)
    expect("the granted service answers", wide is not None, True)
    return "the granted service answers"


def sign_in(browser: Steering, user_name: str, password: str) -> None:
    """Fill in the form on the start page and send it."""
    browser.goto(PORTAL)
    browser.fill("Benutzername", user_name)
    browser.fill("Kennwort", password)
    browser.click("Anmelden")


def _change(stage: Stage, password: str) -> None:
    browser = stage.pc.browser
    browser.fill("Bisheriges Kennwort", stage.ahrens.current)
    browser.fill("Neues Kennwort", password)
    browser.fill("Neues Kennwort noch einmal", password)
    browser.click("Neues Kennwort speichern")


def _befunde(stage: Stage) -> tuple[str, ...]:
    return ("--slug", "befunde", "--user-name", stage.ahrens.user_name)
