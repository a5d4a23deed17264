"""Who plays: two practices of each KV, as synthetic as everything here, and who works there."""

from dataclasses import dataclass, field, replace

from lab import topology
from lab.key import SoftwareKey

# By KV: user name and name of the first clerk.
CLERKS = {"kvsa": ("clara", "Clara Cramer (erfunden)"), "kvs": ("doris", "Doris Damm (erfunden)")}


@dataclass(frozen=True)
class Provider:
    """Of KV-SafeNet; its participants come from this network."""

    name: str
    url: str
    network: str
    has_stopped: bool


PROVIDERS = (
    Provider(
        "Anschluss Muster GmbH (erfunden)", "https://anschluss.example/", topology.PROVIDER_RANGE, False
    ),
    Provider("Netz Beispiel AG (erfunden)", "https://netz.example/", topology.STOPPED_RANGE, True),
)


# A collective submitter of KV Sachsen: what it is called, its access, and who uses it.
SUBMITTER, SUBMITTERS_NAME, SUBMITTERS_HOLDER = "Sammelstelle Muster (erfunden)", "sammelstelle", "Sina Sand"
# Where a practice's second site is, by the labels of the office's form.
SECOND_ADDRESS = {"Straße und Hausnummer": "Am Markt 7", "Postleitzahl": "39326", "Ort": "Wolmirstedt"}


@dataclass
class Practice:
    """What a practice knows of itself, what came to it by post, and its page in the office."""

    bsnr: str
    name: str
    lanr: str
    owner: str
    user_name: str
    personal_name: str
    second_bsnr: str = ""
    initial: dict[str, str] = field(default_factory=dict, repr=False)
    revocation: dict[str, str] = field(default_factory=dict, repr=False)
    chosen: dict[str, str] = field(default_factory=dict, repr=False)
    password: str = field(default="", repr=False)
    key: SoftwareKey | None = field(default=None, repr=False)
    page: str = ""
    application: str = ""

    @property
    def current(self) -> str:
        """The password that opens the practice access now."""
        return self.password or self.initial[self.user_name]

    @property
    def employee_name(self) -> str:
        """Of the first access that its owner opens for somebody of the staff."""
        return f"m{self.lanr}-1"

    @property
    def at_second_site(self) -> "Practice":
        """As its files name it that are made there."""
        return replace(self, bsnr=self.second_bsnr)

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
        second_bsnr="889900500",
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


def ernst() -> Practice:
    """Of KV Sachsen, and new: its number says no district office, and its user names come by post."""
    return Practice(
        bsnr="989900300",
        name="Praxis Dr. Ernst (erfunden)",
        lanr="246802201",
        owner="Dr. Eva Ernst",
        user_name="p989900300",
        personal_name="a246802201",
    )


def frank() -> Practice:
    """Of KV Sachsen, and online since the last quarter."""
    return Practice(
        bsnr="959900400",
        name="Praxis Dr. Frank (erfunden)",
        lanr="135791101",
        owner="Dr. Felix Frank",
        user_name="p959900400",
        personal_name="a135791101",
        second_bsnr="959900600",
    )
