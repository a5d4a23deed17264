"""What a clerk does with letters: a batch is chosen, printed once, looked at in the tray, and posted."""

from lab.print_shop import SECURE
from lab.stage import AtKv
from lab.story import expect

_ON_TOP = "Nummer des Blattes, das jetzt oben liegt"


def enter_paper(at: AtKv) -> None:
    """A pack of a hundred numbered sheets comes onto the stack."""
    desk, first = at.clerk.computer.browser, at.system.print_shop.on_top
    desk.goto(f"{at.clerk.office}/post/papier/{SECURE}/einlegen/")
    desk.fill("Erste Nummer", str(first))
    desk.fill("Letzte Nummer", str(first + 99))
    desk.click("Weiter: ansehen, was geschieht")
    desk.press("Eintragen")
    desk.goto(f"{at.clerk.office}/post/")
    desk.see(f"oben liegt Blatt {first}")


def send(at: AtKv, *, is_secure: bool = False, manual: str = "") -> None:
    """Whatever is due on this paper; nothing is due on the other one, or what is waits for this."""
    desk, shop = at.clerk.computer.browser, at.system.print_shop
    before = len(shop.sheets())
    desk.goto(f"{at.clerk.office}/post/")
    desk.click("Druckauftrag anlegen")
    if is_secure:
        desk.fill("Nummer des Blattes, das im Fach oben liegt", str(shop.on_top))
    if manual:
        at.picture("office-8-batch", at.clerk.computer, manual=manual, part=("main h1", "main form"))
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


def password_sheet(at: AtKv, *words: str) -> list[str]:
    """The lines of the one sheet with a first password that says all of these; text may run over lines."""
    found = [
        lines
        for lines in at.system.print_shop.sheets()
        if first_password(at, lines) and all(word in " ".join(lines) for word in words)
    ]
    expect(f"sheets with a first password that say {' and '.join(words)}", len(found), 1)
    return found[0]


def first_password(at: AtKv, lines: list[str]) -> str:
    """As it stands on the sheet; empty on one without."""
    return _box(lines, f"Erstes {at.system.house.words.password} ")


def revocation_word(lines: list[str]) -> str:
    """The same for the word that locks."""
    return _box(lines, "Sperrkennwort ")


def _box(lines: list[str], label: str) -> str:
    """What stands beside a label; empty where there is none."""
    return next((line.removeprefix(label) for line in lines if line.startswith(label)), "")
