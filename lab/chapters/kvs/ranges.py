"""KV Sachsen: from which addresses its portal answers; and that the other KV never heard of any of this."""

from datetime import UTC, datetime, timedelta

from lab import cast, topology
from lab.chapters import passwords, posting
from lab.houses import KVS, KVSA
from lab.reach import reached
from lab.stage import AtSaxony, Stage, chapter
from lab.story import expect, expect_words

CHAPTER = chapter("KV Sachsen: from which addresses its portal answers")
_NOTICE = timedelta(days=28)
_PORTAL = f"https {KVS.portal_name}"
_NETWORKS_OF_THE_KV = (f"tcp {KVS.portal_address} 443", f"tcp {KVS.lan_address} 443")


@CHAPTER.step("from the Internet neither portal nor office is there")
def _(stage: Stage) -> None:
    answers = stage.home.reached(*_NETWORKS_OF_THE_KV)
    expect("what answers", [one for one in answers if answers[one]], [])


@CHAPTER.step("to a provider's participant it answers; to a range that has stopped and to other hosts not")
def _(stage: Stage) -> None:
    at = stage.saxony
    trust = str(at.system.authority.certificate)
    seen = {
        source: reached(topology.BOX, [f"{_PORTAL} {source}"], trust=trust)[f"{_PORTAL} {source}"]
        for source in (topology.BOX_ADDRESS, topology.STOPPED_ADDRESS)
    }
    expect("its answers", seen, {topology.BOX_ADDRESS: "200", topology.STOPPED_ADDRESS: None})
    stranger = f"{_PORTAL} {topology.OTHER_SERVICE_ADDRESS}"
    expect("to another service", reached(topology.SERVICE, [stranger], trust=trust)[stranger], None)


@CHAPTER.step("the KV sets a day on which a provider stops, and writes to all it concerns, on paper too")
def _(stage: Stage) -> str:
    at, provider = stage.saxony, cast.PROVIDERS[0].name
    desk, name = at.clerk.computer.browser, at.frank.personal_name
    _at_provider(at, "Ende festlegen")
    day = (datetime.now(UTC) + _NOTICE).date().isoformat()
    _act(at, {"Erster Tag ohne diesen Anbieter": day, "Grund": "Er gibt den Dienst auf"}, "Festlegen")
    desk.see("Schreiben Sie jetzt die Betroffenen an.")
    _at_provider(at, "Im Portal schreiben")
    _act(at, {}, "Senden")
    desk.see("Gesendet:")
    _at_provider(at, "Briefe schreiben")
    _act(at, {}, "Briefe anlegen")
    desk.see("Briefe unter „Post“:")
    posting.send(at)
    printed = [" ".join(one) for one in at.system.print_shop.sheets()]
    expect("letters about it", any(f"Ihr Anschluss über {provider} endet" in one for one in printed), True)
    _at_provider(at, "Angeschrieben: eintragen")
    _act(at, {}, "Eintragen")
    desk.see("Eingetragen.")
    at.picture("office-4-provider", at.clerk.computer)
    passwords.sign_in(at, at.pc.browser, name, at.frank.initial[name])
    said = ("Der Zugang über", "Die KV Sachsen hat Ihnen geschrieben")
    expect_words("the start page", at.pc.browser.text(), provider, *said)
    at.picture("4-provider-ends")
    return day


@CHAPTER.step("it cannot wait after all: stopped at once in the office, whoever is signed in by it is out")
def _(stage: Stage) -> None:
    at = stage.saxony
    _at_provider(at, "Sofort sperren")
    _act(at, {"Grund": "Sein Netz ist in fremder Hand"}, "Sofort sperren")
    at.clerk.computer.browser.see("kommt niemand mehr ins Portal.")
    expect("its portal", at.pc.reached(_PORTAL)[_PORTAL], None)


@CHAPTER.step("the other KV's portal answers as ever, and knows none of its accesses")
def _(stage: Stage) -> None:
    portal = f"https {KVSA.portal_name}"
    expect("its portal", stage.visitor.reached(portal)[portal], "200")
    answer = stage.system.answer("explain", stage.saxony.frank.user_name)
    expect("the decision", (answer["granted"], answer["reason"]), (False, "unknown"))


def _at_provider(at: AtSaxony, act: str) -> None:
    """From the list to an act; whose second factor is too old shows it once more."""
    desk = at.clerk.computer.browser
    desk.goto(f"{at.clerk.office}/anbieter/")
    desk.click(cast.PROVIDERS[0].name)
    desk.click(act)
    if "Code aus der App" in desk.text():
        desk.fill("Code aus der App", at.clerk.code())
        desk.click("Bestätigen")


def _act(at: AtSaxony, typed: dict[str, str], button: str) -> None:
    """Fill in, read what will happen, confirm."""
    desk = at.clerk.computer.browser
    for label, text in typed.items():
        desk.fill(label, text)
    desk.click("Weiter")
    desk.press(button)
