"""What the key desk asks of a YubiKey that is plugged in; `yubikeys` is the real one."""

from collections.abc import Sequence
from typing import Protocol

from flexnet.keys.programming import Wanted


class PluggedIn(Protocol):
    """One key with an open connection; each of its members may raise NoKeyPluggedIn."""

    @property
    def serial(self) -> str: ...

    @property
    def firmware(self) -> str: ...

    @property
    def model(self) -> str: ...

    def is_programmed(self, slot: int) -> bool:
        """Whether something is in this slot that would be lost."""

    def write(self, wanted: Wanted, *, known_codes: Sequence[bytes]) -> None:
        """Write the slot; one of these codes, or none, protects it now. Raises KeyRefused."""
