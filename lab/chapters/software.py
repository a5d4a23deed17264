"""Between chapters 2 and 3: a practice asks for the software, gets a link by mail, and fetches it."""

import hashlib
import json
import os
import re
import sys
from pathlib import Path

from lab import commands, topology
from lab.processes import eventually
from lab.stage import Stage, chapter
from lab.story import Unexpected, expect, expect_words

CHAPTER = chapter("Software by an individual link")
_ROOT = Path(__file__).resolve().parent.parent.parent
_LINK = re.compile(r"https://\S+/software/link/\S+/")
_NAME = "anyconnect-linux64-4.10.04071-core-vpn-webdeploy-k9.sh"
_SIZE = 40_000_000
_A_TURN = 65  # s; the worker looks into the mailbox once a minute


@CHAPTER.step(
    "our client is packed, and published beside another maker's file; the downloads process answers"
)
def _(stage: Stage) -> str:
    folder = stage.system.folder / "releases"
    built = commands.run([str(_ROOT / "scripts" / "build-client"), str(folder)]).split()
    folder.joinpath(_NAME).write_bytes(os.urandom(_SIZE))
    for path in (folder / _NAME, *map(Path, built)):
        stage.system.flexnet("software", "add", str(path), "--minimum", "3.2")
    stage.system.start_downloads()
    return f"{_SIZE // 1_000_000} MB, {Path(built[0]).name}"


@CHAPTER.step("the worker has read the practice's mail over IMAP, and found number and system in it")
def _(stage: Stage) -> str:
    desk = stage.clerk.computer.browser

    def is_read() -> bool:
        desk.goto(f"{stage.clerk.office}/software/1/")
        return stage.ahrens.bsnr in desk.text()

    if eventually(is_read, within=_A_TURN, every=0.5) is None:
        raise Unexpected("the request", expected=stage.ahrens.bsnr, seen=desk.text())
    expect_words("the page of the request", desk.text(), "als E-Mail", "Linux")
    stage.picture("software-0-by-mail", stage.clerk.computer)
    return "request 1"


@CHAPTER.step("it asks again, on the public site; nobody learns there whether it is known")
def _(stage: Stage) -> None:
    stage.pc.open_browser(f"https://{topology.PUBLIC_NAME}/software/")
    answers = []
    for bsnr in ("889999900", stage.ahrens.bsnr):
        stage.pc.browser.goto(f"https://{topology.PUBLIC_NAME}/software/")
        stage.pc.browser.fill("Betriebsstättennummer (BSNR)", bsnr)
        stage.pc.browser.tick("Linux")
        stage.pc.browser.click("Link anfordern")
        answers.append(stage.pc.browser.text())
    expect_words("the answer", answers[0], "Ihre Bitte ist angekommen")
    expect("the answer to the known number", answers[1], answers[0])


@CHAPTER.step("a clerk sends the link, which goes to the registered address")
def _(stage: Stage) -> str:
    desk = stage.clerk.computer.browser
    desk.goto(f"{stage.clerk.office}/software/")
    desk.click("Anfrage 1")
    desk.click("Link senden")
    desk.click("Weiter: ansehen, was geschieht")
    desk.see(stage.ahrens.email)
    desk.press("Link senden")
    desk.see("Der Link ist unterwegs an")
    _link(stage)
    return stage.ahrens.email


@CHAPTER.step("the page of the link: check sum beside the button; a wrong link says what to do")
def _(stage: Stage) -> None:
    browser, link = stage.pc.browser, _link(stage)
    browser.goto(f"{link[:-4]}falsch/")
    browser.see("fordern Sie einfach einen neuen Link an")
    browser.goto(link)
    stage.picture("software-1-link", manual="software-link", part=("main h1", "main form"))
    browser.click("Download starten")
    browser.see("Ihr Download ist bereit")
    stage.picture("software-2-ready")
    content = stage.system.folder.joinpath("releases", _NAME).read_bytes()
    expect("the check sum on the page", browser.read("dd.code"), hashlib.sha256(content).hexdigest())


@CHAPTER.step("the download breaks off, is taken up again, and the file is as it was published")
def _(stage: Stage) -> str:
    browser = stage.pc.browser
    command = [sys.executable, "-m", "lab.interrupted", browser.address("Download")]
    command += [str(stage.system.authority.certificate)]
    told = json.loads(commands.run(commands.inside(stage.pc.namespace, command)))
    expect("the two answers", (told["first"], told["second"], told["size"]), (200, 206, _SIZE))
    expect("what was put together", told["sha256"], browser.read("dd.code"))
    return f"broke off at {told['broke_off_at'] // 1_000_000} of {_SIZE // 1_000_000} MB"


@CHAPTER.step("our own client comes by the same link, in the browser, and dpkg opens it")
def _(stage: Stage) -> str:
    browser, target = stage.pc.browser, stage.system.folder / "flexnet-client.deb"
    browser.goto(_link(stage))
    browser.click("Download starten FlexNet-Client für Debian und Ubuntu")
    browser.download("Download", str(target))
    return commands.run(["dpkg-deb", "--field", str(target), "Package", "Version"]).replace("\n", " ").strip()


@CHAPTER.step("the office sees what was sent, and that both files came whole")
def _(stage: Stage) -> None:
    desk = stage.clerk.computer.browser

    def is_seen() -> bool:
        desk.goto(f"{stage.clerk.office}/software/1/")
        return "2 von 3 Mal" in desk.text()

    if eventually(is_seen, within=10, every=0.5) is None:
        raise Unexpected("the page of the request", expected="2 von 3 Mal", seen=desk.text())
    desk.see("Heruntergeladen")
    stage.picture("software-3-office", stage.clerk.computer)


def _link(stage: Stage) -> str:
    """As it stands in the last mail."""
    mail = stage.system.inbox.wait_for(stage.ahrens.email, "/software/link/")
    found = _LINK.search(mail.get_content())
    if found is None:
        raise Unexpected("the mail", expected=_LINK.pattern, seen=mail.get_content())
    return found[0]
