"""Chapter 4: the practice connects with user name, password and code."""

from lab import topology
from lab.cast import Practice
from lab.pc import Pc
from lab.stage import Stage, chapter
from lab.story import expect, expect_words

CHAPTER = chapter("The practice connects")
GROUP = "Flexnet-Yubikey"


@CHAPTER.step("flexnet-client connect: the tunnel is up, over DTLS, in the group Flexnet-Yubikey")
def _(stage: Stage) -> str:
    took = connect(stage.pc, stage.ahrens)
    stage.figures["tunnel_up_ms"] = took
    session = session_of(stage, stage.ahrens)
    expect("the group", session["Groupname"], GROUP)
    expect_words("the cipher", session["DTLS cipher"], "DTLS1.2")
    return f"tunnel up after {took} ms"


@CHAPTER.step("the client says: isolated, and reminds to unplug the key")
def _(stage: Stage) -> str:
    state = stage.pc.status()
    expect("the state", (state["state"], state["transport"]), ("isolated", "DTLS"))
    return str(state["address"])


@CHAPTER.step("a second practice is connected beside it")
def _(stage: Stage) -> str:
    connect(stage.pc2, stage.brandt)
    expect("sessions at the gateway", len(stage.system.occtl("show", "users")), 2)
    return f"{topology.PC2}, {stage.brandt.name}"


def connect(pc: Pc, practice: Practice, *, after: int = 1) -> int:
    """Connect and expect that it works; return how long it took (ms)."""
    said = pc.connect(practice.user_name, practice.types(after=after))
    expect(f"connect ends well, but it said: {said.text}", said.status, 0)
    expect_words("what the person reads", said.text, GROUP, "YubiKey jetzt abziehen")
    return said.took_ms


def session_of(stage: Stage, practice: Practice) -> dict[str, str]:
    """The one session of the practice's client, as ocserv shows it."""
    users = stage.system.occtl("show", "users")
    ours = [one for one in users if one["User-Agent"].startswith("FlexNet-Client")]
    sessions = [one for one in ours if one["Username"] == practice.user_name]
    expect(f"sessions of {practice.user_name}", len(sessions), 1)
    return dict(sessions[0])
