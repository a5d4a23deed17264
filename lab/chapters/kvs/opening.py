"""KV Sachsen: its processes, its clerk, what it knows already."""

import sys

from lab import cast, commands
from lab.chapters import office
from lab.houses import KVSA
from lab.stage import AtSaxony, Stage, chapter
from lab.story import expect

CHAPTER = chapter("KV Sachsen, beside it: the same programs, another profile")
_OWN = {"frank": "Nebel-ueber-der-Elbe-9", "felix": "Alte-Linde-am-Markt-2", "sina": "Heller-Kies-am-Ufer-5"}


@CHAPTER.step("its own database, worker, office, portal and public site run; so does the other KV's portal")
def _(stage: Stage) -> None:
    system = stage.saxony.system
    system.start_database()
    system.start_sites()
    other = f"https {KVSA.portal_name}"
    expect("the other KV's portal", stage.visitor.reached(other)[other], "200")


@CHAPTER.step("its first clerk signs in at its office, with a second factor as everywhere")
def _(stage: Stage) -> None:
    office.employ(stage.saxony)
    office.sign_in(stage.saxony)
    office.settle(stage.saxony)


@CHAPTER.step("its terms are published; it knows providers by their ranges; a practice is online for long")
def _(stage: Stage) -> str:
    at = stage.saxony
    terms = at.system.folder / "terms.txt"
    terms.write_text("Nutzungsbedingungen Mitgliederportal (Fassung zum Ausprobieren)\n")
    at.system.flexnet("terms", "add", "--version", "1", "--file", str(terms), "--effective-on", "2016-04-28")
    _enter_earlier(at)
    return at.frank.name


def _enter_earlier(at: AtSaxony) -> None:
    practice = at.frank
    words = ("-m", "lab.earlier", practice.bsnr, practice.lanr, practice.name, practice.owner)
    command = ["env", f"FLEXNET_CONFIG={at.system.configuration}", sys.executable, *words]
    chosen = {practice.user_name: _OWN["frank"], practice.personal_name: _OWN["felix"]}
    chosen[cast.SUBMITTERS_NAME] = _OWN["sina"]
    commands.run(commands.inside(at.system.house.lan, command), stdin="\n".join(chosen.values()))
    practice.initial.update(chosen)
