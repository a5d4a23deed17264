"""What is entered already of all that an application touches."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Known:
    """What is entered already about site, person, third party and accesses; empty where there is nothing."""

    practice: str = ""
    owners: tuple[str, ...] = ()
    address: str = ""
    person: str = ""
    owns: bool = False
    works: bool = False
    is_active: bool = False
    third_party: int | None = None
    has_declared: bool = False
    has_promised: bool = False  # any version
    practice_access: str = ""
    personal_access: str = ""
    third_party_access: str = ""
    terms_in_force: int | None = None
    taken_names: frozenset[str] = frozenset()
