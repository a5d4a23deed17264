"""Which systems there are, and what a browser lets on about the one it runs on (terms, § 4(2)). Pure."""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class System(StrEnum):
    """Operating systems that client software is made for."""

    WINDOWS = "windows"
    MACOS = "macos"
    LINUX = "linux"


class Support(StrEnum):
    """Whether the visitor's computer is one for this software."""

    SUPPORTED = "supported"
    TOO_OLD = "too_old"
    NOT_64_BIT = "not_64_bit"
    OTHER_SYSTEM = "other_system"
    NO_COMPUTER = "no_computer"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Seen:
    """What a User-Agent says. `at_least`: newer ones say the same, so nothing is known beyond it."""

    system: System | None
    version: tuple[int, ...] = ()
    at_least: bool = False
    is_64_bit: bool = True
    is_mobile: bool = False


_MOBILE: Final = re.compile(r"Android|iPhone|iPad|CrOS|Mobile")
# What Windows calls itself, and what people call it; 11 says the same as 10.
_WINDOWS: Final = {"6.1": (7,), "6.2": (8,), "6.3": (8, 1), "10.0": (10,)}
_FROZEN_MACOS: Final = (10, 15)  # browsers say this of all later ones


def seen(user_agent: str) -> Seen:
    """Only a hint: browsers are free to say what they like."""
    if _MOBILE.search(user_agent):
        return Seen(None, is_mobile=True)
    if found := re.search(r"Windows NT (\d+\.\d+)", user_agent):
        version = _WINDOWS.get(found[1], (0,))
        return Seen(System.WINDOWS, version, at_least=version == (10,))
    if found := re.search(r"Mac OS X (\d+)[._](\d+)", user_agent):
        version = (int(found[1]), int(found[2]))
        return Seen(System.MACOS, version, at_least=version >= _FROZEN_MACOS)
    if "Linux" in user_agent:
        return Seen(System.LINUX, is_64_bit=bool(re.search(r"x86_64|aarch64|amd64", user_agent)))
    return Seen(None)


def numbers(version: str) -> tuple[int, ...]:
    """`4.10.04071` as numbers, to be compared."""
    return tuple(int(one) for one in re.findall(r"\d{1,9}", version))


def support(user_agent: str, *, system: System, minimum: str) -> Support:
    """Whether it is supported, as far as that can be told."""
    found = seen(user_agent)
    if found.is_mobile:
        return Support.NO_COMPUTER
    if found.system is None:
        return Support.UNKNOWN
    if found.system is not system:
        return Support.OTHER_SYSTEM
    if not found.is_64_bit:
        return Support.NOT_64_BIT
    return _old_enough(found, numbers(minimum))


def _old_enough(found: Seen, minimum: tuple[int, ...]) -> Support:
    if not found.version or (found.at_least and found.version < minimum):
        return Support.UNKNOWN
    return Support.SUPPORTED if found.version >= minimum else Support.TOO_OLD
