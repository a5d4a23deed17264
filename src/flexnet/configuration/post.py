"""How letters and mails leave."""

from datetime import timedelta
from pathlib import Path
from typing import Annotated, Literal, Self, get_args

from pydantic import Field, model_validator

from flexnet.configuration.parts import HostPort, MailAddress, Part, address


class PrintQueue(Part):
    """Where letters are printed: a folder of files that only a print shop opens (age), or a printer of CUPS.

    On security paper the sheets are numbered and counted; passwords go on nothing else.
    """

    name: str = Field(pattern=r"^[a-z0-9-]{1,40}$")
    title: str
    security_paper: bool = False
    folder: Path | None = None
    recipients: tuple[Annotated[str, Field(pattern=r"^age1[a-z0-9]{58}$")], ...] = ()
    printer: str = Field("", pattern=r"^[A-Za-z0-9_.-]*$")

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if bool(self.folder) == bool(self.printer):
            raise ValueError("give either a folder or a printer")
        if bool(self.folder) != bool(self.recipients):
            raise ValueError(
                "a folder needs recipients, who can open what lies in it (age1…); a printer none"
            )
        return self


class Post(Part):
    """How letters leave: passwords so long after the posting of the rest was confirmed (§ 3(2)).

    An access that ends by itself (§ 10(3), § 1(1)) is told so many days before.
    """

    password_delay_hours: int = Field(72, ge=0)
    end_days: int = Field(42, ge=0)
    most_letters: int = Field(100, ge=1, le=500)  # in a batch
    queues: tuple[PrintQueue, ...] = ()


Told = Literal[
    "reminders", "locks", "notices", "credentials", "messages", "documents", "mandates", "changes", "billing"
]
_OURS = ("127.0.0.1", "::1", "localhost")


class Mail(Part):
    """How mails leave: by the house's own server, over TLS. Without a server there are none, and letters go.

    `tells_of`: what a member hears of by mail where the KV knows an address. `bounces`: the mailbox for what
    comes back; each mail has an address of its own there, with `+` and a tag before the @.
    """

    server: HostPort | None = None
    security: Literal["starttls", "tls", "none"] = "starttls"
    ca: Path | None = None
    user: str = ""
    password_file: Path | None = None
    sender: MailAddress | None = None
    bounces: MailAddress | None = None
    helo: str = ""
    tells_of: tuple[Told, ...] = get_args(Told)
    texts_folder: Path | None = None
    give_up_hours: int = Field(96, ge=1)

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if bool(self.user) != bool(self.password_file):
            raise ValueError("user and password_file belong together: give both or neither")
        if self.security == "none" and self.user:
            raise ValueError("security 'none' would send the password in the clear: use starttls or tls")
        if self.security == "none" and self.server and address(self.server)[0] not in _OURS:
            raise ValueError(f"server {self.server!r} is not on loopback: use starttls or tls")
        return self

    @property
    def give_up_after(self) -> timedelta:
        return timedelta(hours=self.give_up_hours)
