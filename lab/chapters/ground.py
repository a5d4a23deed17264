"""Chapter 0: the processes of the system are started, each in its place."""

from lab import configurations
from lab.stage import Stage, chapter

CHAPTER = chapter("The system is started, every process in its place")


@CHAPTER.step("the Internet, two routers, a LAN neighbour and another service of the SNK answer")
def _(stage: Stage) -> None:
    stage.system.start_world()


@CHAPTER.step("the database is made, and the secrets of the installation")
def _(stage: Stage) -> str:
    stage.system.start_database()
    return stage.system.database


@CHAPTER.step("the KV's LAN: radius, mail server, IMAP server and worker run, the office answers")
def _(stage: Stage) -> None:
    stage.system.start_radius()
    stage.system.start_mail_server()
    stage.system.start_mailbox()
    stage.system.start_worker()
    stage.system.start_office()


@CHAPTER.step("the SNK: the portal answers")
def _(stage: Stage) -> None:
    stage.system.start_portal()


@CHAPTER.step("the Internet: the public site answers")
def _(stage: Stage) -> None:
    stage.system.start_public()


@CHAPTER.step("the DMZ: the gateway is made known, its agent and ocserv run")
def _(stage: Stage) -> None:
    name = configurations.GATEWAY
    stage.system.flexnet("gateway", "add", "--name", name, "--certificate-name", f"{name}.kvsa.test")
    stage.system.start_gateway()
