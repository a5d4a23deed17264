"""Chapter 9: a lock ends everything that it concerns at once, and nothing else."""

from datetime import datetime
from typing import Any

from lab import bare, captures, commands, inbox, network, processes, stream, topology
from lab.cast import Practice
from lab.chapters import before, connecting, passwords, portal
from lab.pc import Pc
from lab.stage import Stage, chapter
from lab.story import Unexpected, expect, expect_words

CHAPTER = chapter("A lock ends everything at once")
_LOCKED = "Ihr Zugang ist gesperrt."
_SHORT = 0.3  # s; in which the other practice's answers may pause while all of this runs on one machine
_BARE = "bare"


@CHAPTER.step("a second client of the practice vanishes without a word; its cookie opens the tunnel again")
def _(stage: Stage) -> None:
    answer = bare.sign_in(stage.system, topology.LAN, stage.ahrens.user_name, stage.ahrens.types())
    stage.cookie = answer.cookie or ""
    network.swallow_goodbyes(topology.LAN)
    for _ in range(2):
        process = bare.connect(stage.system, _BARE, topology.LAN, stage.cookie)
        up = processes.eventually(bare.is_up(topology.LAN), within=10)
        expect(f"a tunnel by the cookie alone:\n{process.tail()}", up is not None, True)
        process.popen.kill()
        process.popen.wait()
    expect("sessions of the practice at the gateway", _users(stage).count(stage.ahrens.user_name), 2)


@CHAPTER.step("the practice is signed in at the portal, through its tunnel")
def _(stage: Stage) -> None:
    stage.pc.browser.goto(portal.PORTAL)
    stage.pc.browser.see("Guten Tag")
    stage.web_cookie = "; ".join(f"{one['name']}={one['value']}" for one in stage.pc.browser.cookies())
    stage.address = connecting.session_of(stage, stage.ahrens)["IPv4"]
    expect("the cookie, from the tunnel's address", _portal_session(stage), "signed in")


@CHAPTER.step("the key is reported lost: what is the last packet through its tunnel?")
def _(stage: Stage) -> str:
    lost = ("key", "lost", "--serial", stage.ahrens.held.serial, "--reason", "im Zug liegen geblieben")
    took = stage.figures["lock_to_dead_ms"] = _cut(stage, stage.ahrens, stage.brandt, lost)
    return f"{took} ms after the report"


@CHAPTER.step("the second practice notices nothing")
def _(stage: Stage) -> str:
    return _undisturbed(stage, stage.pc2, stage.brandt)


@CHAPTER.step("a mail tells the practice of it, without user name, cause or serial number")
def _(stage: Stage) -> str:
    said = inbox.text_of(stage.system.inbox.wait_for(stage.ahrens.email, "eine Sperre eingetragen"))
    for secret in (stage.ahrens.user_name, stage.ahrens.held.serial, "im Zug", stage.ahrens.current):
        expect(f"the mail says {secret!r}", secret in said, False)
    return "Ihr Zugang ist gesperrt"


@CHAPTER.step("tunnel and key are dead; the PC says so and is open again")
def _(stage: Stage) -> None:
    _dead(stage, stage.pc, stage.ahrens, "key_locked")
    before.open_and_shut(topology.PC, opened=before.OUTSIDE, shut=before.INSIDE)


@CHAPTER.step("the cookie is dead too, also that of the client that vanished")
def _(stage: Stage) -> None:
    process = bare.connect(stage.system, _BARE, topology.LAN, stage.cookie)
    ended = processes.eventually(lambda: process.popen.poll() is not None, within=20)
    expect(f"openconnect gives up:\n{process.tail()}", ended is not None, True)
    expect("a tunnel by the cookie", bare.is_up(topology.LAN)(), False)
    network.let_goodbyes_through(topology.LAN)


@CHAPTER.step("the portal session that came through the tunnel is dead, even for whoever gets its address")
def _(stage: Stage) -> None:
    expect("the cookie, from the tunnel's address", _portal_session(stage), "signed out")


@CHAPTER.step("the password stays (§ 7(2)): by another way into the SNK the practice signs in at the portal")
def _(stage: Stage) -> None:
    stage.visitor.open_browser(portal.PORTAL)
    passwords.sign_in(stage, stage.visitor.browser, stage.ahrens.user_name, stage.ahrens.current)
    stage.visitor.browser.see("Guten Tag")
    stage.visitor.browser.click("Abmelden")


@CHAPTER.step("it was never away: two persons lift the lock, and the practice connects again")
def _(stage: Stage) -> str:
    lift = ("lock", "lift", str(stage.lock), "--reason", "Irrtum: Der Key lag im Kittel")
    stage.system.flexnet(*lift, "--approved-by", "rene")
    return f"{connecting.connect(stage.pc, stage.ahrens)} ms"


@CHAPTER.step("second run: the other practice is signed in by another way in, too")
def _(stage: Stage) -> None:
    passwords.sign_in(stage, stage.visitor.browser, stage.brandt.user_name, stage.brandt.current)
    stage.visitor.browser.see("Wählen Sie zuerst ein eigenes Kennwort")


@CHAPTER.step("everything of the other practice is locked")
def _(stage: Stage) -> str:
    locked = ("lock", "practice", "--bsnr", stage.brandt.bsnr, "--reason", "Verdacht auf Missbrauch")
    return f"last packet {_cut(stage, stage.brandt, stage.ahrens, locked)} ms after the report"


@CHAPTER.step("the first practice notices nothing")
def _(stage: Stage) -> str:
    return _undisturbed(stage, stage.pc, stage.ahrens)


@CHAPTER.step("its tunnel is dead, and its sign-in")
def _(stage: Stage) -> None:
    _dead(stage, stage.pc2, stage.brandt, "locked")


@CHAPTER.step("by the other way in its session is dead too, and its passwords open nothing")
def _(stage: Stage) -> None:
    browser = stage.visitor.browser
    browser.goto(portal.PORTAL)
    browser.see("Willkommen")
    for user_name in (stage.brandt.user_name, stage.brandt.personal_name):
        passwords.sign_in(stage, browser, user_name, stage.brandt.initial[user_name])
        browser.see(_LOCKED)
    stage.picture("8-locked", stage.visitor)


@CHAPTER.step("two persons lift the lock for misuse, and the practice is connected again")
def _(stage: Stage) -> None:
    lift = ("lock", "lift", str(stage.lock), "--reason", "Verdacht ausgeräumt")
    expect("one alone may lift it", _may(stage, *lift), False)
    stage.system.flexnet(*lift, "--approved-by", "rene")
    connecting.connect(stage.pc2, stage.brandt)


@CHAPTER.step("at night, from home: by the revocation word of its letter the other practice locks itself")
def _(stage: Stage) -> None:
    stage.home.open_browser(f"https://{topology.PUBLIC_NAME}/notsperre/")
    browser, practice = stage.home.browser, stage.brandt
    stage.picture("public-4-emergency-form", stage.home, manual="notsperre", part=("main h1", "main form"))
    browser.fill("Benutzername", practice.user_name)
    browser.fill("Sperrkennwort", practice.revocation[practice.user_name].upper().replace("-", " "))
    browser.click("Zugang jetzt sperren")
    stage.picture("public-3-emergency", stage.home)
    _dead(stage, stage.pc2, practice, "locked")


@CHAPTER.step("in the morning the clerk finds it on her desk, rings back, and lifts it")
def _(stage: Stage) -> None:
    desk, practice = stage.clerk.computer.browser, stage.brandt
    desk.goto(f"{stage.clerk.office}/")
    expect_words("the desk", desk.read(".tasks"), "Notsperre", practice.user_name)
    stage.picture("office-6-desk", stage.clerk.computer, manual="schreibtisch")
    desk.goto(f"{stage.clerk.office}/zugang/{practice.user_name}/")
    desk.click("Aufheben")
    desk.fill("Grund", "Rückruf: Key im Kittel gefunden")
    desk.click("Weiter")
    stage.picture("office-7-lift", stage.clerk.computer, manual="sperre-aufheben")
    desk.click("Sperre jetzt aufheben")
    desk.see("Die Sperre ist aufgehoben.")
    connecting.connect(stage.pc2, practice)


def _portal_session(stage: Stage) -> str | None:
    target = f"session {topology.PORTAL_NAME} {stage.address}"
    with network.borrowed_address(stage.address):
        return stage.visitor.reached(target, cookie=stage.web_cookie)[target]


def _cut(stage: Stage, locked: Practice, other: Practice, command: tuple[str, ...]) -> int:
    """Lock one practice while both ask all the time; return when (ms) its last packet left the gateway."""
    namespace = {stage.ahrens.user_name: topology.PC, stage.brandt.user_name: topology.PC2}
    address = connecting.session_of(stage, locked)["IPv4"]
    run = stage.system.processes
    with (
        captures.capturing(run, topology.GATEWAY, "snk0") as wire,
        stream.streaming(run, namespace[locked.user_name]) as cut,
        stream.streaming(run, namespace[other.user_name]) as flowing,
    ):
        told = stage.system.answer(*command)
        silent = processes.eventually(lambda: not cut.flows(), within=10)
        expect("the locked practice hears nothing more", silent is not None, True)
        expect("the other one is answered", flowing.flows(), True)
    stage.lock, stage.silence = told["lock"], flowing.longest_silence()
    return _last_packet(wire, address, told)


def _last_packet(wire: captures.Capture, address: str, told: dict[str, Any]) -> int:
    last = wire.last(f"src host {address}")
    if last is None:
        raise Unexpected("packets of the locked practice", expected="some, before the lock", seen="none")
    return round((last - datetime.fromisoformat(told["imposed_at"]).timestamp()) * 1000)


def _undisturbed(stage: Stage, pc: Pc, practice: Practice) -> str:
    if stage.silence > _SHORT:
        raise Unexpected("the longest silence", expected=f"at most {_SHORT} s", seen=stage.silence)
    connecting.session_of(stage, practice)
    expect("the PC's state", pc.status()["state"], "isolated")
    return f"longest silence {stage.silence * 1000:.0f} ms"


def _may(stage: Stage, *words: str) -> bool:
    try:
        stage.system.flexnet(*words)
    except commands.CommandFailed:
        return False
    return True


def _users(stage: Stage) -> list[str]:
    return [one["Username"] for one in stage.system.occtl("show", "users")]


def _dead(stage: Stage, pc: Pc, practice: Practice, reason: str) -> None:
    gone = processes.eventually(lambda: practice.user_name not in _users(stage), within=5)
    expect("no session at the gateway any more", gone is not None, True)
    expect("the decision", stage.system.answer("explain", practice.user_name)["reason"], reason)
    answer = bare.sign_in(stage.system, topology.LAN, practice.user_name, practice.types())
    expect("a new sign-in", answer.cookie, None)
    opened = processes.eventually(pc.is_in_state("open"), within=10)
    expect("the PC is open again", opened is not None, True)
