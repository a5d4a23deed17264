"""KV Sachsen: a member gives an access to somebody of the staff, who hands in, and takes it away again."""

from lab.chapters import billing, passwords
from lab.houses import KVS
from lab.stage import AtSaxony, Stage, chapter
from lab.story import expect_words

CHAPTER = chapter("KV Sachsen: a member and the staff")
_WHO, _OWN = "Hanna Hell", "Bunter-Herbst-am-Fichtelberg-3"


@CHAPTER.step(
    "a practice online since the last quarter: its owner opens an access, and prints its first password"
)
def _(stage: Stage) -> None:
    at, browser = stage.saxony, stage.saxony.pc.browser
    _as_owner(at)
    browser.goto(KVS.portal_url + "praxispersonal/neu/")
    browser.fill("Vor- und Nachname", _WHO)
    browser.tick("Darf Abrechnungen einreichen")
    at.picture("staff-1-new")
    browser.click("Zugang eröffnen")
    browser.see("Drucken Sie diese Seite jetzt")
    at.picture("staff-2-sheet")
    at.frank.initial[_user_name(at)] = browser.read(".handed-over dd >> nth=1")
    browser.click("Gedruckt, Blatt schließen")
    browser.see("Noch nicht benutzt")
    browser.click("Abmelden")


@CHAPTER.step("she signs in, chooses a password of her own, and hands in the billing; she never signs")
def _(stage: Stage) -> str:
    at, browser = stage.saxony, stage.saxony.pc.browser
    user_name = _user_name(at)
    first = at.frank.initial[user_name]
    passwords.sign_in(at, browser, user_name, first)
    passwords.change(at, browser, first, _OWN)
    browser.see("Ihr neues Passwort gilt ab sofort")
    billing.upload(at, billing.made(at, at.frank))
    browser.click("Abrechnung verbindlich einreichen")
    browser.see("Ihre Abrechnung ist eingereicht")
    at.picture("staff-3-receipt")
    number = stage.figures["receipt_of_staff"] = browser.read("#receipt-number")
    browser.click("Abmelden")
    return str(number)


@CHAPTER.step("the KV replies; the owner reads it, corrects the file, and gives the collective declaration")
def _(stage: Stage) -> str:
    at, browser = stage.saxony, stage.saxony.pc.browser
    billing.reply(at, str(stage.figures["receipt_of_staff"]))
    _as_owner(at)
    billing.read_reply(at)
    number = billing.correct(at, at.frank)
    browser.goto(KVS.portal_url)
    browser.click("Sammelerklärung abgeben")
    browser.tick("Ich habe den Text gelesen")
    at.picture("staff-4-declaration")
    browser.press("Sammelerklärung abgeben")
    browser.see("Die Sammelerklärung liegt vor")
    at.picture("staff-4-declared")
    browser.click("Abmelden")
    return number


@CHAPTER.step("the owner locks the access, opens it again, and ends it: its password opens nothing any more")
def _(stage: Stage) -> None:
    at, browser = stage.saxony, stage.saxony.pc.browser
    _as_owner(at)
    browser.goto(f"{KVS.portal_url}praxispersonal/{_user_name(at)}/")
    browser.click("Zugang sperren")
    browser.see(f"Der Zugang von {_WHO} ist gesperrt.")
    browser.click("Sperre aufheben")
    browser.see(f"Der Zugang von {_WHO} ist nicht mehr gesperrt.")
    browser.click("Zugang beenden")
    at.picture("staff-5-end")
    browser.click("Zugang endgültig beenden")
    browser.see(f"Der Zugang von {_WHO} ist beendet.")
    browser.click("Abmelden")
    passwords.sign_in(at, browser, _user_name(at), _OWN)
    expect_words("what she reads", browser.read("[role=alert]"), "beendet")
    at.picture("staff-6-ended")


def _as_owner(at: AtSaxony) -> None:
    name = at.frank.personal_name
    passwords.sign_in(at, at.pc.browser, name, at.frank.initial[name])
    at.pc.browser.see("Guten Tag")


def _user_name(at: AtSaxony) -> str:
    return at.frank.employee_name
