"""KV Sachsen: from which addresses its portal answers; and that the other KV never heard of any of this."""

from lab import cast, topology
from lab.chapters import passwords
from lab.houses import KVS, KVSA
from lab.reach import reached
from lab.stage import Stage, chapter
from lab.story import expect, expect_words

CHAPTER = chapter("KV Sachsen: from which addresses its portal answers")
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


@CHAPTER.step("a provider must be stopped at once: who is concerned is shown; whoever is signed in is out")
def _(stage: Stage) -> str:
    at, provider = stage.saxony, cast.PROVIDERS[0].name
    name = at.frank.personal_name
    passwords.sign_in(at, at.pc.browser, name, at.frank.initial[name])
    at.pc.browser.see("Guten Tag")
    found = at.system.flexnet("provider", "affected", "--provider", provider)
    expect_words("who is concerned", found, name, at.ernst.user_name)
    words = ("--provider", provider, "--reason", "Sein Netz ist in fremder Hand")
    at.system.flexnet("provider", "stop", "at-once", *words)
    expect("its portal", at.pc.reached(_PORTAL)[_PORTAL], None)
    return f"{len(found.splitlines()) - 1} accesses"


@CHAPTER.step("the other KV's portal answers as ever, and knows none of its accesses")
def _(stage: Stage) -> None:
    portal = f"https {KVSA.portal_name}"
    expect("its portal", stage.visitor.reached(portal)[portal], "200")
    answer = stage.system.answer("explain", stage.saxony.frank.user_name)
    expect("the decision", (answer["granted"], answer["reason"]), (False, "unknown"))
