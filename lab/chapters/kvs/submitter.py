"""KV Sachsen: a practice lets a collective submitter hand in for it."""

from lab import cast
from lab.chapters import billing, passwords
from lab.houses import KVS
from lab.stage import Stage, chapter
from lab.story import expect_words

CHAPTER = chapter("KV Sachsen: a collective submitter")
_CASES = 80


@CHAPTER.step("a practice lets a collective submitter hand in for its site")
def _(stage: Stage) -> None:
    at, browser = stage.saxony, stage.saxony.pc.browser
    name = at.frank.personal_name
    passwords.sign_in(at, browser, name, at.frank.initial[name])
    browser.see("Guten Tag")
    browser.goto(KVS.portal_url + "vollmachten/neu/")
    browser.tick(cast.SUBMITTER)
    at.picture("mandate-1-give")
    browser.click("Vollmacht verbindlich erteilen")
    browser.see(f"{cast.SUBMITTER} kann ab dem")
    browser.click("Abmelden")


@CHAPTER.step("the submitter sees for whom, and hands in the practice's billing")
def _(stage: Stage) -> str:
    at, browser = stage.saxony, stage.saxony.pc.browser
    name = cast.SUBMITTERS_NAME
    passwords.sign_in(at, browser, name, at.frank.initial[name])
    browser.see("Guten Tag")
    browser.goto(KVS.portal_url + "vollmachten/")
    expect_words("for whom", browser.text(), at.frank.bsnr, at.frank.name)
    billing.upload(at, billing.made(at, at.frank, cases=_CASES))
    browser.click("Abrechnung verbindlich einreichen")
    browser.see("Ihre Abrechnung ist eingereicht")
    at.picture("mandate-2-receipt")
    number = browser.read("#receipt-number")
    browser.click("Abmelden")
    return str(number)
