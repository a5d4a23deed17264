"""What a clerk does with letters: a batch is chosen, printed once, looked at in the tray, and posted."""

from lab.clerk import OFFICE
from lab.print_shop import SECURE
from lab.stage import Stage

_ON_TOP = "Nummer des Blattes, das jetzt oben liegt"


def enter_paper(stage: Stage) -> None:
    """A pack of a hundred numbered sheets comes onto the stack."""
    desk, first = stage.clerk.computer.browser, stage.system.print_shop.on_top
    desk.goto(f"{OFFICE}/post/papier/{SECURE}/einlegen/")
    desk.fill("Erste Nummer", str(first))
    desk.fill("Letzte Nummer", str(first + 99))
    desk.click("Weiter: ansehen, was geschieht")
    desk.press("Eintragen")
    desk.goto(f"{OFFICE}/post/")
    desk.see(f"oben liegt Blatt {first}")


def send(stage: Stage, *, is_secure: bool = False) -> None:
    """Whatever is due on this paper; nothing is due on the other one, or what is waits for this."""
    desk, shop = stage.clerk.computer.browser, stage.system.print_shop
    before = len(shop.sheets())
    desk.goto(f"{OFFICE}/post/")
    desk.click("Druckauftrag anlegen")
    if is_secure:
        desk.fill("Nummer des Blattes, das im Fach oben liegt", str(shop.on_top))
    desk.click("Jetzt drucken")
    desk.see("Der Druckauftrag ist beim Drucker.")
    desk.click("Sagen, was herauskam")
    if is_secure:
        shop.on_top += len(shop.sheets()) - before
        desk.fill(_ON_TOP, str(shop.on_top))
    desk.click("Weiter: ansehen, was geschieht")
    desk.click("So eintragen")
    desk.click("Alle sind verschickt")
    desk.see("Eingetragen: verschickt.")


def sheet(stage: Stage, *words: str) -> list[str]:
    """The lines of the one sheet with a first password that says all of these."""
    found = [
        lines
        for lines in stage.system.print_shop.sheets()
        if "Erstes Kennwort" in lines and all(any(word in line for line in lines) for word in words)
    ]
    (one,) = found
    return one


def below(lines: list[str], heading: str) -> str:
    """What stands below it."""
    return lines[lines.index(heading) + 1]
