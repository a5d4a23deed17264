"""Who plays: two practices, as synthetic as everything here, and the keys they were given."""

from dataclasses import dataclass, field

from lab.key import SoftwareKey


@dataclass
class Practice:
    """What a practice knows of itself, what came to it by post, and its page in the office."""

    bsnr: str
    name: str
    lanr: str
    owner: str
    user_name: str
    personal_name: str
    initial: dict[str, str] = field(default_factory=dict, repr=False)
    revocation: dict[str, str] = field(default_factory=dict, repr=False)
    password: str = field(default="", repr=False)
    key: SoftwareKey | None = field(default=None, repr=False)
    page: str = ""
    application: str = ""

    @property
    def current(self) -> str:
        """The password that opens the practice access now."""
        return self.password or self.initial[self.user_name]

    @property
    def email(self) -> str:
        """Where mails for it go."""
        return f"praxis-{self.bsnr}@example.org"

    @property
    def held(self) -> SoftwareKey:
        """The key in the practice's hands; raises LookupError before it has one."""
        if self.key is None:
            raise LookupError(f"{self.name} has no key yet")
        return self.key

    def types(self, *, after: int = 1) -> str:
        """What the practice puts into the one field: its password and what its key adds."""
        return self.held.types(self.current, after=after)


def ahrens() -> Practice:
    """The practice that the story is about."""
    return Practice(
        bsnr="889900100",
        name="Praxis Dr. Ahrens (erfunden)",
        lanr="123456601",
        owner="Dr. Anna Ahrens",
        user_name="praxis-ahrens",
        personal_name="anna-ahrens",
    )


def brandt() -> Practice:
    """The practice beside it, which shall notice nothing."""
    return Practice(
        bsnr="889900200",
        name="Praxis Dr. Brandt (erfunden)",
        lanr="765432201",
        owner="Dr. Bernd Brandt",
        user_name="praxis-brandt",
        personal_name="bernd-brandt",
    )
