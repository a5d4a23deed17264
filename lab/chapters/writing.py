"""Within chapter 6: a practice writes to the KV, fetches a document, sees what is kept of it."""

from lab import topology
from lab.stage import Stage
from lab.story import expect_words

_PORTAL = f"https://{topology.PORTAL_NAME}/"
_SUBJECT, _QUESTION = "Zeugnis für die neue Kollegin", "Welche Unterlagen brauchen Sie von ihr?"
_ANSWER = "Die Approbation in Kopie genügt."
_PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n"
_FORM = ("main h1", "main form .buttons")


def writes(stage: Stage) -> None:
    """A message to the KV, which nobody reads in a mail."""
    browser = stage.pc.browser
    browser.goto(f"{_PORTAL}nachrichten/neu/")
    browser.fill("Betreff", _SUBJECT)
    browser.fill("Ihre Nachricht", _QUESTION)
    stage.picture("messages-1-write", manual="nachricht-schreiben", part=_FORM)
    browser.press("Nachricht senden")
    browser.see("Ihre Nachricht ist bei der")


def is_answered(stage: Stage) -> None:
    """A clerk finds it among what waits, and answers; the practice reads that under its own words."""
    desk = stage.clerk.computer.browser
    desk.goto(f"{stage.clerk.office}/nachrichten/")
    stage.picture("messages-2-office", stage.clerk.computer, manual="nachrichten-der-praxen")
    desk.click(_SUBJECT)
    desk.fill("Ihre Nachricht", _ANSWER)
    desk.press("Nachricht senden")
    desk.see(_ANSWER)
    browser = stage.pc.browser
    browser.goto(f"{_PORTAL}nachrichten/")
    browser.click(_SUBJECT)
    browser.see(_ANSWER)
    stage.picture("messages-3-answered", manual="nachricht-beantwortet", part=("main h1", "main h2"))


def fetches_a_document(stage: Stage) -> None:
    """A clerk puts it into the portal; who fetched it first is seen in the office."""
    file, desk = stage.system.folder / "dokument.pdf", stage.clerk.computer.browser
    file.write_bytes(_PDF)
    page = f"{stage.clerk.office}/praxen/{_number(stage.ahrens.page)}/dokumente/"
    desk.goto(f"{page}neu/")
    desk.fill("Quartal", "1/2026")
    desk.tick("Honorarbescheid")
    desk.attach("Datei", str(file))
    stage.picture("documents-1-put", stage.clerk.computer, manual="dokument-ablegen", part=_FORM)
    desk.press("Im Portal ablegen")
    browser = stage.pc.browser
    browser.goto(f"{_PORTAL}dokumente/")
    browser.see("Honorarbescheid")
    stage.picture("documents-2-portal", manual="dokumente")
    browser.download("Honorarbescheid", str(stage.pc.folder / "bescheid.pdf"))
    desk.goto(page)
    expect_words("the documents of the practice", desk.text(), stage.ahrens.user_name)


def sees_its_own_data(stage: Stage) -> None:
    """Who is signed in where, and what is entered."""
    browser = stage.pc.browser
    browser.goto(f"{_PORTAL}anmeldungen/")
    browser.see("Ihre Verbindung")
    stage.picture("own-1-sign-ins", manual="wer-angemeldet-ist", part=("main h1", "main form .buttons"))
    browser.goto(f"{_PORTAL}meine-daten/")
    browser.see("Ändern lassen")
    stage.picture("own-2-data", manual="meine-daten", part=("main h1", "main dl"))


def _number(page: str) -> str:
    """The practice's own, as the addresses of its pages have it."""
    return next(part for part in page.split("/") if part.isdigit())
