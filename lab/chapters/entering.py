"""Chapter 1: practices, people, accesses and keys are entered; without a declaration nothing opens."""

from lab import topology
from lab.cast import Practice
from lab.chapters import codes
from lab.key import SoftwareKey
from lab.stage import Stage, chapter
from lab.story import expect

CHAPTER = chapter("A practice is entered, and its key")
_PORTAL = f"permit in tcp from assigned to {topology.PORTAL_ADDRESS} 443"
_NAMES = f"permit in udp from assigned to {topology.SNK_DNS} 53"
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


@CHAPTER.step("two practices (BSNR) and their owners (LANR) are entered")
def _(stage: Stage) -> str:
    for practice in (stage.ahrens, stage.brandt):
        _enter(stage, practice)
    return f"{stage.ahrens.bsnr} of {stage.ahrens.lanr}"


@CHAPTER.step("each gets a practice access and a personal access, with an initial password")
def _(stage: Stage) -> None:
    for practice in (stage.ahrens, stage.brandt):
        site, person = ("practice", "--bsnr", practice.bsnr), ("personal", "--lanr", practice.lanr)
        for user_name, bound in ((practice.user_name, site), (practice.personal_name, person)):
            issued = stage.system.answer("access", "add", *bound, "--user-name", user_name)
            practice.initial[user_name] = issued["initial_password"]


@CHAPTER.step("each practice's key is entered by its seed and assigned")
def _(stage: Stage) -> None:
    for practice, serial in ((stage.ahrens, "20000001"), (stage.brandt, "20000002")):
        give_key(stage, practice, serial)


@CHAPTER.step("before the declaration the sign-in is refused: declaration_missing")
def _(stage: Stage) -> str:
    answer = stage.system.answer("explain", stage.ahrens.user_name)
    expect("the decision", (answer["granted"], answer["reason"]), (False, "declaration_missing"))
    codes.refused(stage, stage.ahrens.types(), "declaration_missing")
    return str(answer["rule"])


@CHAPTER.step("the signed declarations arrive, and the accesses open")
def _(stage: Stage) -> None:
    for practice in (stage.ahrens, stage.brandt):
        words = ("--lanr", practice.lanr, "--terms", "1", "--signed-on", "2026-01-05")
        stage.system.flexnet("declaration", "add", *words)
        expect("granted", stage.system.answer("explain", practice.user_name)["granted"], True)


def give_key(stage: Stage, practice: Practice, serial: str) -> None:
    """Bring a new key into stock, over stdin, and assign it."""
    practice.key = SoftwareKey.made(stage.system.folder, serial)
    seed = practice.key.seed() + "\n"
    stage.system.flexnet("key", "add", "--serial", serial, "--seed-stdin", "--digits", "6", stdin=seed)
    stage.system.flexnet("key", "assign", "--serial", serial, "--user-name", practice.user_name)


def _enter(stage: Stage, practice: Practice) -> None:
    flexnet = stage.system.flexnet
    flexnet("practice", "add", "--bsnr", practice.bsnr, "--name", practice.name)
    flexnet("person", "add", "--lanr", practice.lanr, "--name", practice.owner)
    flexnet("owner", "add", "--bsnr", practice.bsnr, "--lanr", practice.lanr, "--from", "2020-01-01")
    flexnet("activity", "add", "--lanr", practice.lanr, "--from", "2020-01-01")
