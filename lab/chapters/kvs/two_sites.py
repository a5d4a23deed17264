"""KV Sachsen: the practice's second site hands in too, and a declaration that left it out counts no more."""

from lab.chapters import passwords, two_sites
from lab.stage import AtSaxony, Stage, chapter

CHAPTER = chapter("KV Sachsen: the whole practice hands in")


@CHAPTER.step("a second site is entered: its files are missing, and a declaration without it counts no more")
def _(stage: Stage) -> None:
    at, browser = stage.saxony, stage.saxony.pc.browser
    two_sites.enter_second_site(at, at.frank, _page(at))
    name = at.frank.personal_name
    at.frank.chosen[name] = at.frank.initial[name]
    passwords.sign_in(at, browser, name, at.frank.chosen[name])
    browser.see("Guten Tag")
    two_sites.is_missing(at, at.frank, str(stage.figures["receipt_of_staff"]))


@CHAPTER.step("it hands in an encrypted file, which the KV's program opens, and a part beside it")
def _(stage: Stage) -> str:
    at = stage.saxony
    sealed = two_sites.hand_in_sealed(at, at.frank)
    stage.figures["sealed_in_saxony"] = sealed
    two_sites.is_checked(at, sealed)
    return two_sites.hand_in_part(at, at.frank, sealed)


@CHAPTER.step("the KV's reply comes by its folder; the owner declares anew, and nothing is missing")
def _(stage: Stage) -> None:
    at, sealed = stage.saxony, str(stage.figures["sealed_in_saxony"])
    two_sites.drop_reply(at, sealed)
    at.pc.browser.click("Abmelden")
    two_sites.declare(at, at.frank, sealed)


def _page(at: AtSaxony) -> str:
    """Where the office enters what is new of the practice; its number leads there."""
    desk = at.clerk.computer.browser
    desk.goto(f"{at.clerk.office}/suche/?q={at.frank.bsnr}")
    desk.click("Eintragen und Briefe")
    return str(desk.here()["url"])
