"""Chapter 11: parts of the system fail, and come back."""

import signal

from lab import processes, stream, topology
from lab.chapters import connecting, isolation
from lab.stage import Stage, chapter
from lab.story import expect, expect_words

CHAPTER = chapter("Parts fail and come back")


@CHAPTER.step("the server is stopped: a new sign-in fails closed, and the person reads why")
def _(stage: Stage) -> str:
    expect("disconnected", stage.pc2.disconnect().status, 0)
    stage.system.processes["radius"].end()
    said = stage.pc2.connect(stage.brandt.user_name, stage.brandt.types())
    expect("connected", said.status == 0, False)
    expect("the PC's state", stage.pc2.status()["state"], "open")
    expect_words("what the person reads", said.text, "zurzeit nicht erreichbar", "0391 627 7000")
    return said.text.splitlines()[-1][:60] + " …"


@CHAPTER.step("the running session stays")
def _(stage: Stage) -> None:
    with stream.streaming(stage.system.processes, topology.PC):
        isolation.holds(stage)


@CHAPTER.step("the server is back: the very next sign-in works")
def _(stage: Stage) -> None:
    stage.system.start_radius()
    connecting.connect(stage.pc2, stage.brandt)


@CHAPTER.step("the gateway's agent is killed and restarted: both sessions are there, and their filters")
def _(stage: Stage) -> None:
    run = stage.system.processes
    sessions = _sessions(stage)
    with stream.streaming(run, topology.PC), stream.streaming(run, topology.PC2) as second:
        run["agent"].end(signal.SIGKILL)
        stage.system.start_agent()
        expect("sessions", _sessions(stage), sessions)
        isolation.holds(stage)
        expect("the second practice is answered", second.flows(), True)


@CHAPTER.step("a lock that fell while the agent was dead holds as soon as it is back")
def _(stage: Stage) -> str:
    run = stage.system.processes
    with stream.streaming(run, topology.PC2) as cut:
        run["agent"].end(signal.SIGKILL)
        stage.system.flexnet("lock", "access", "--user-name", stage.brandt.user_name, "--reason", "Verdacht")
        stage.system.start_agent()
        silent = processes.eventually(lambda: not cut.flows(), within=10)
    expect("the locked practice hears nothing more", silent is not None, True)
    return f"{silent:.1f} s after its start"


def _sessions(stage: Stage) -> set[str]:
    return {one["Full session"] for one in stage.system.occtl("show", "users")}
