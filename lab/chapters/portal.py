"""Chapter 6: the portal opens by itself; an initial password must be changed before all else."""

from lab import processes, services, topology
from lab.chapters import passwords, posting, writing
from lab.stage import Stage, chapter
from lab.story import expect, expect_words

CHAPTER = chapter("The portal")
PORTAL = f"https://{topology.PORTAL_NAME}/"
_HOSTILE = f"https://{topology.SERVICE_NAME}{services.HOSTILE}"
_GRANTED = f"tcp {topology.SERVICE_ADDRESS} 443"
_TOO_SHORT, _WITH_NAME, _GOOD = "Kurz-7", "praxis-ahrens-2026-XY", "Blaue-Stunde-am-Kanal-7"
_OWNERS, _EMPLOYEES, _EMPLOYEE = "Stiller-See-im-Harz-5", "Roter-Mohn-am-Feldweg-3", "Carla Conrad"


@CHAPTER.step("the browser has opened at the portal's start page by itself")
def _(stage: Stage) -> str:
    opened = processes.eventually(stage.pc.browser.is_open, within=20)
    expect("a browser is open", opened is not None, True)
    stage.pc.browser.see("Willkommen")
    stage.picture("1-start", manual="portal-anmelden")
    here = stage.pc.browser.here()
    expect("its address", here["url"], PORTAL)
    return str(here["title"])


@CHAPTER.step("sign-in without the key; the initial password must be changed first")
def _(stage: Stage) -> None:
    passwords.sign_in(stage, stage.pc.browser, stage.ahrens.user_name, stage.ahrens.current)
    stage.pc.browser.see("Wählen Sie zuerst ein eigenes Kennwort")
    stage.picture("2-first-password", manual="erstes-kennwort")
    stage.pc.browser.goto(PORTAL + "abrechnung/")
    stage.pc.browser.see("Wählen Sie zuerst ein eigenes Kennwort")


@CHAPTER.step("until then the tunnel is narrow: even a service that was granted is unreachable")
def _(stage: Stage) -> None:
    stage.system.flexnet("service", "grant", *_befunde(stage))
    expect("the service", stage.pc.reached(_GRANTED)[_GRANTED], None)


@CHAPTER.step("passwords against the policy are refused, with the reason")
def _(stage: Stage) -> None:
    passwords.change(stage, stage.pc.browser, stage.ahrens.current, _TOO_SHORT)
    expect_words("about a short one", stage.pc.browser.read("[role=alert]"), "mindestens 12 Zeichen")
    stage.picture("3-password-refused")
    passwords.change(stage, stage.pc.browser, stage.ahrens.current, _WITH_NAME)
    expect_words("about one with the name in it", stage.pc.browser.read("[role=alert]"), "BSNR oder LANR")


@CHAPTER.step("an own password is taken, and the running tunnel widens by itself")
def _(stage: Stage) -> str:
    passwords.change(stage, stage.pc.browser, stage.ahrens.current, _GOOD)
    stage.pc.browser.see("Ihr neues Kennwort gilt ab sofort")
    stage.ahrens.password = _GOOD
    stage.picture("4-signed-in", manual="portal-startseite")
    wide = processes.eventually(lambda: stage.pc.reached(_GRANTED)[_GRANTED] is not None, within=5)
    expect("the granted service answers", wide is not None, True)
    return "the granted service answers"


@CHAPTER.step("another service's page frames, posts to, fetches, opens and includes the portal: all in vain")
def _(stage: Stage) -> None:
    browser, look = stage.pc.browser, f"{PORTAL}static/web/"
    parts = f"{look}mark.svg", f"{look}session.js"
    expect("what the portal itself gets of them", [browser.goto(one) for one in parts], [200, 200])
    browser.endures(_HOSTILE, PORTAL, "Guten Tag", "Mein Zugang", *parts)
    stage.picture("4-hostile-page")
    browser.goto(PORTAL)
    browser.see("Guten Tag")


@CHAPTER.step("the practice writes to the KV, whose clerk answers under its own words")
def _(stage: Stage) -> None:
    writing.writes(stage)
    writing.is_answered(stage)


@CHAPTER.step("a document is put into the portal, and the office sees who fetched it first")
def _(stage: Stage) -> None:
    writing.fetches_a_document(stage)


@CHAPTER.step("it sees who is signed in with its accesses, and what is entered of it")
def _(stage: Stage) -> None:
    writing.sees_its_own_data(stage)


@CHAPTER.step("the owner, with the access of her own, opens one for her receptionist, who may hand in")
def _(stage: Stage) -> None:
    browser, practice = stage.pc.browser, stage.ahrens
    browser.click("Abmelden")
    _for_the_first_time(stage, practice.personal_name, _OWNERS)
    browser.goto(PORTAL + "praxispersonal/neu/")
    browser.fill("Vor- und Nachname", _EMPLOYEE)
    browser.tick("Darf Abrechnungen einreichen")
    browser.click("Zugang eröffnen")
    browser.see(f"Der Zugang für {_EMPLOYEE} ist eröffnet.")
    stage.picture("staff-1-opened", manual="personal-eroeffnet")
    browser.click("Abmelden")


@CHAPTER.step("a clerk prints its letter; the receptionist signs in, and sees what her access may")
def _(stage: Stage) -> None:
    browser, practice = stage.pc.browser, stage.ahrens
    user_name = practice.employee_name
    posting.send(stage)
    posting.send(stage, is_secure=True)
    sheet = posting.password_sheet(stage, practice.name, f"Mitarbeiterzugang von {_EMPLOYEE}")
    practice.initial[user_name] = posting.first_password(stage, sheet)
    _for_the_first_time(stage, user_name, _EMPLOYEES)
    browser.goto(PORTAL + "mein-zugang/")
    browser.see("Abrechnung einreichen")
    expect_words("her own page", browser.text(), "Mitarbeiterzugang", _EMPLOYEE)
    stage.picture("staff-2-own-access", manual="mein-zugang", part=("main h1", "main dl >> nth=1"))


def _for_the_first_time(stage: Stage, user_name: str, password: str) -> None:
    """With the password of the letter, and then with one's own."""
    browser, first = stage.pc.browser, stage.ahrens.initial[user_name]
    passwords.sign_in(stage, browser, user_name, first)
    passwords.change(stage, browser, first, password)
    browser.see("Ihr neues Kennwort gilt ab sofort")
    stage.ahrens.chosen[user_name] = password


def _befunde(stage: Stage) -> tuple[str, ...]:
    return ("--slug", "befunde", "--user-name", stage.ahrens.user_name)
