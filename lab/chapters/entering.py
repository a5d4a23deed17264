"""Chapter 2: one practice is entered by a clerk, one applies online; without a declaration nothing opens."""

from lab import requests_box, topology
from lab.browser import Steering
from lab.cast import Practice
from lab.chapters import codes, posting
from lab.plugged import Yubikey
from lab.stage import Stage, chapter
from lab.story import expect, expect_words

CHAPTER = chapter("Two practices get their accesses and keys")
_PORTAL = f"permit in tcp from assigned to {topology.PORTAL_ADDRESS} 443"
_FORM = ("main h1", "main form")
_KEY_DESK = ("main h1", "main section >> nth=1")
_NAMES = f"permit in udp from assigned to {topology.SNK_DNS} 53"
_PUBLIC = f"https://{topology.PUBLIC_NAME}"
_SERVICE = f"permit in tcp from assigned to {topology.SERVICE_ADDRESS} 443"


@CHAPTER.step("the services of the SNK and the terms, version 1, are entered")
def _(stage: Stage) -> None:
    flexnet = stage.system.flexnet
    service = ("service", "add", "--slug")
    flexnet(*service, "portal", "--name", "KVSAonline", "--everyone", "--rule", _PORTAL)
    flexnet(*service, "names", "--name", "Namensauflösung", "--everyone", "--rule", _NAMES)
    flexnet(*service, "befunde", "--name", "Befunddienst", "--rule", _SERVICE)
    terms = stage.system.folder / "terms.txt"
    terms.write_text("Nutzungsbedingungen KV-FlexNet (Fassung zum Ausprobieren)\n")
    flexnet("terms", "add", "--version", "1", "--file", str(terms), "--effective-on", "2016-04-28")


@CHAPTER.step("a number that belongs to no KV is told at the field, and nothing typed is lost")
def _(stage: Stage) -> None:
    desk = _new_practice(stage, stage.ahrens)
    desk.fill("Betriebsstättennummer (BSNR)", "00" + stage.ahrens.bsnr[2:])
    desk.click("Praxis eintragen")
    desk.see("zu keiner Kassenärztlichen Vereinigung")
    stage.picture("office-3-wrong-number", stage.clerk.computer)
    desk.fill("Betriebsstättennummer (BSNR)", stage.ahrens.bsnr)
    desk.click("Praxis eintragen")
    desk.see("Als Nächstes fehlt: Inhaberin oder Inhaber.")


@CHAPTER.step("a practice (BSNR) and its owner (LANR) are entered, with a practice and a personal access")
def _(stage: Stage) -> str:
    _enter_owner(stage, stage.ahrens)
    for user_name in (stage.ahrens.user_name, stage.ahrens.personal_name):
        _open_access(stage, stage.ahrens, user_name)
    return f"{stage.ahrens.bsnr} of {stage.ahrens.lanr}"


@CHAPTER.step("its address for mails is registered; the mail server takes what the KV sends, over TLS")
def _(stage: Stage) -> str:
    stage.system.flexnet("site", "contact", "--bsnr", stage.ahrens.bsnr, "--email", stage.ahrens.email)
    return stage.system.flexnet("mail", "check").splitlines()[-1]


@CHAPTER.step("it asks for the client software by e-mail, which the KV's mail server takes from the Internet")
def _(stage: Stage) -> None:
    text = f"KV-FlexNet\nWir brauchen den Client für Linux, unsere BSNR ist {stage.ahrens.bsnr}.\n"
    requests_box.write(stage.pc.namespace, sender=stage.ahrens.email, text=text)


@CHAPTER.step("another practice applies on the public site, step by step, and prints its declaration")
def _(stage: Stage) -> str:
    stage.pc2.open_browser(f"{_PUBLIC}/antrag/")
    browser, practice = stage.pc2.browser, stage.brandt
    browser.click("Eine Praxis")
    _fill(browser, _place(practice) | {"Name der Praxis": practice.name})
    browser.click("Weiter")
    who = {"Vor- und Nachname, mit Titel": practice.owner, "Lebenslange Arztnummer (LANR)": practice.lanr}
    _fill(browser, who | {"Telefon": "0391 123456"})
    browser.tick("Inhaberin oder Inhaber")
    browser.click("Weiter")
    browser.tick("Praxiszugang")
    browser.tick("persönlicher Zugang")
    browser.fill("Beginn der Tätigkeit in dieser Praxis", "1.1.2020")
    browser.click("Weiter")
    stage.picture(
        "public-1-check", stage.pc2, manual="antrag-pruefen", part=("main h1", "section.answers >> nth=1")
    )
    browser.click("Antrag absenden")
    practice.application = browser.read("#application-number")
    stage.picture("public-2-received", stage.pc2, manual="antrag-angekommen")
    return practice.application


@CHAPTER.step("where one asks for the client software, nobody learns which practices there are")
def _(stage: Stage) -> None:
    stage.pc2.browser.goto(f"{_PUBLIC}/software/")
    stage.pc2.browser.see("Link anfordern")
    stage.picture("public-3-software", stage.pc2, manual="software-anfordern", part=_FORM)


@CHAPTER.step("it arrives signed; a clerk reads what approving will do, and approves")
def _(stage: Stage) -> None:
    desk, practice = _at_desk(stage), stage.brandt
    desk.goto(f"{stage.clerk.office}/antrag/{practice.application}/")
    expect_words("the page of the application", desk.text(), "Was noch fehlt")
    desk.click("Antrag ergänzen")
    desk.tick("Fassung 1")
    desk.fill("Unterschrieben am", "5.1.2026")
    desk.click("Ergänzung speichern")
    stage.picture(
        "office-4-application",
        stage.clerk.computer,
        manual="antrag-genehmigen",
        part=("main h2 >> nth=1", ".buttons"),
    )
    desk.click("Antrag genehmigen")
    desk.see("Der Antrag ist genehmigt.")
    practice.user_name, practice.personal_name = f"p{practice.bsnr}", f"a{practice.lanr}"


@CHAPTER.step("the key desk programs a key, it proves itself by a touch, and is bound with its bag's seal")
def _(stage: Stage) -> None:
    stage.ahrens.key = Yubikey.blank(stage.system.folder, "20000001")
    said = stage.system.at_key_desk(stage.ahrens.key, stage.ahrens.user_name, "B-4711")
    expect_words("the key desk", said, f"belongs to {stage.ahrens.user_name}")
    desk = _at_desk(stage)
    desk.goto(f"{stage.clerk.office}/yubikey/20000001/")
    desk.see("B-4711")


@CHAPTER.step("another one from the stock is scanned in the office, and assigned when it is touched")
def _(stage: Stage) -> None:
    stage.brandt.key = Yubikey.blank(stage.system.folder, "20000002")
    stage.system.at_key_desk(stage.brandt.key)
    desk = _at_desk(stage)
    desk.goto(f"{stage.clerk.office}/schluesselplatz/")
    desk.see("Frei im Lager")
    stage.picture("office-8-key-desk", stage.clerk.computer, manual="schluesselplatz", part=_KEY_DESK)
    desk.goto(f"{stage.clerk.office}/zugang/{stage.brandt.user_name}/schluessel/")
    desk.fill("Seriennummer des YubiKeys", "20000002")
    desk.click("YubiKey zuordnen")
    desk.see("drücken Sie jetzt einmal darauf")
    stage.picture("office-9-key", stage.clerk.computer, manual="yubikey-zuordnen", part=_FORM)
    desk.fill("Einmalcode", stage.brandt.key.press())
    desk.click("YubiKey zuordnen")
    desk.see("Der YubiKey ist geprüft und zugeordnet")
    desk.goto(stage.ahrens.page)
    desk.see("Seriennummer 20000001")
    stage.picture("office-5-practice", stage.clerk.computer, manual="praxis")


@CHAPTER.step("user names and keys go by post first; the passwords wait until that is confirmed")
def _(stage: Stage) -> str:
    desk = _at_desk(stage)
    desk.goto(f"{stage.clerk.office}/post/")
    desk.see("Erst die anderen Sendungen verschicken.")
    stage.picture(
        "office-6-post", stage.clerk.computer, manual="post", part=("main h2", "main form .buttons")
    )
    posting.send(stage)
    return f"{len(stage.system.print_shop.sheets())} letters"


@CHAPTER.step("the passwords are born on numbered sheets, which the print shop alone can read")
def _(stage: Stage) -> None:
    posting.enter_paper(stage)
    posting.send(stage, is_secure=True, manual="druckauftrag")
    for practice in (stage.ahrens, stage.brandt):
        whose = {practice.user_name: "Praxiszugang", practice.personal_name: "persönlicher Zugang"}
        for user_name, kind in whose.items():
            sheet = posting.password_sheet(stage, practice.name, kind)
            practice.initial[user_name] = posting.first_password(stage, sheet)
            practice.revocation[user_name] = posting.revocation_word(sheet)


@CHAPTER.step("before the declaration the sign-in is refused: declaration_missing")
def _(stage: Stage) -> str:
    answer = stage.system.answer("explain", stage.ahrens.user_name)
    expect("the decision", (answer["granted"], answer["reason"]), (False, "declaration_missing"))
    codes.refused(stage, stage.ahrens.types(), "declaration_missing")
    return str(answer["rule"])


@CHAPTER.step("the signed declaration arrives, and the access opens; the other's stood on the application")
def _(stage: Stage) -> None:
    desk = _at_desk(stage)
    desk.goto(stage.ahrens.page)
    desk.click("Erklärung eintragen")
    desk.tick("Fassung 1")
    desk.fill("Datum der Unterschrift", "5.1.2026")
    desk.click("Erklärung eintragen")
    desk.see("Es ist alles da")
    for practice in (stage.ahrens, stage.brandt):
        expect("granted", stage.system.answer("explain", practice.user_name)["granted"], True)


def _at_desk(stage: Stage) -> Steering:
    return stage.clerk.computer.browser


def _new_practice(stage: Stage, practice: Practice) -> Steering:
    desk = _at_desk(stage)
    desk.goto(f"{stage.clerk.office}/eintragen/praxis/")
    _fill(desk, _place(practice) | {"Name der Praxis": practice.name})
    return desk


def _place(practice: Practice) -> dict[str, str]:
    address = {"Straße und Hausnummer": "Hauptstraße 1", "Postleitzahl": "39104", "Ort": "Magdeburg"}
    return {"Betriebsstättennummer (BSNR)": practice.bsnr, **address}


def _fill(browser: Steering, typed: dict[str, str]) -> None:
    for label, text in typed.items():
        browser.fill(label, text)


def _enter_owner(stage: Stage, practice: Practice) -> None:
    desk = _at_desk(stage)
    practice.page = desk.here()["url"]
    desk.click("Person eintragen")
    desk.fill("Lebenslange Arztnummer (LANR)", practice.lanr)
    desk.fill("Titel, Vor- und Nachname", practice.owner)
    desk.tick("Inhaberin oder Inhaber")
    desk.fill("In dieser Praxis seit", "1.1.2020")
    desk.fill("Vertragsärztlich tätig seit", "1.1.2020")
    desk.click("Person eintragen")
    desk.see("Als Nächstes fehlt: Teilnahmeerklärung")


def _open_access(stage: Stage, practice: Practice, user_name: str) -> None:
    """The first button is the practice's; once that is done it is the owner's."""
    desk = _at_desk(stage)
    desk.goto(practice.page)
    desk.click("Zugang eröffnen")
    desk.fill("Benutzername", user_name)
    desk.click("Zugang eröffnen")
    desk.see(f"Zugang „{user_name}“: Briefe")
