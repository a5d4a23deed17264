"""The outside: a YubiKey that is plugged in, through Yubico's own library (yubikey-manager, decision 15).

Only the key desk imports this: a server has no YubiKeys, and need not have the library.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from ykman.hid import list_otp_devices
from yubikit.core import BadResponseError, CommandError, NotSupportedError
from yubikit.core.otp import CommandRejectedError, OtpConnection
from yubikit.yubiotp import SLOT, HotpSlotConfiguration, YubiOtpSession

from flexnet.keys.errors import KeyRefused, NoKeyPluggedIn
from flexnet.keys.programming import Wanted
from flexnet.lib import modhex

for _name in ("yubikit", "ykman"):
    # At its most talkative the library logs every frame, and with it the seed.
    logging.getLogger(_name).setLevel(logging.WARNING)
_WITHOUT_CODE: Final = b""
_MODELS: Final = {2: "YubiKey 2", 3: "YubiKey NEO", 4: "YubiKey 4", 5: "YubiKey 5"}
_NO_ACCESS: Final = (
    "The YubiKey cannot be reached. Take it out, plug it in again, and look whether you may read and write "
    "/dev/hidraw* (on Debian: the package libfido2-1 or libyubikey-udev lets whoever sits at the PC)."
)


@dataclass(frozen=True)
class PluggedIn:
    """One YubiKey with an open session."""

    session: YubiOtpSession

    @property
    def serial(self) -> str:
        """As it is printed on its back. Raises NoKeyPluggedIn."""
        try:
            return str(self.session.get_serial())
        except (CommandError, OSError):
            raise NoKeyPluggedIn(
                "The YubiKey does not tell its serial number. Plug it in again; if it stays silent, it is "
                "set up to hide it, or defective: take another one."
            ) from None

    @property
    def firmware(self) -> str:
        return str(self.session.version)

    @property
    def model(self) -> str:
        """As far as its firmware tells."""
        return _MODELS.get(self.session.version[0], "YubiKey")

    def is_programmed(self, slot: int) -> bool:
        """Whether something is in this slot that would be lost."""
        return bool(self.session.get_config_state().is_configured(SLOT(slot)))

    def write(self, wanted: Wanted, *, known_codes: Sequence[bytes]) -> None:
        """Write the slot, protected by the new access code; raises KeyRefused, NoKeyPluggedIn.

        Codes that it may be protected by are tried in their order, the last being none: which one it is
        nobody knows if an earlier programming broke off.
        """
        for code in (*dict.fromkeys(known_codes), _WITHOUT_CODE):
            try:
                return self._write(wanted, code)
            except CommandRejectedError:
                continue
            except NotSupportedError:
                raise KeyRefused(
                    f"This YubiKey (firmware {self.firmware}) is too old for one-time codes: take another."
                ) from None
            except (CommandError, OSError):
                raise NoKeyPluggedIn(_NO_ACCESS) from None
        raise KeyRefused(
            f"Slot {wanted.slot} of this YubiKey is protected by an access code that we do not have: "
            "take another YubiKey, or the other slot."
        )

    def _write(self, wanted: Wanted, code: bytes) -> None:
        configuration = HotpSlotConfiguration(wanted.seed)
        configuration.imf(wanted.counter).digits8(wanted.digits == 8)
        if wanted.identifier:
            configuration.token_id(*_token_id(wanted.identifier))
        self.session.put_configuration(
            SLOT(wanted.slot), configuration, acc_code=wanted.access_code, cur_acc_code=code or None
        )


def only_one() -> PluggedIn:
    """The one that is plugged in. Raises NoKeyPluggedIn."""
    found = list_otp_devices()
    if not found:
        raise NoKeyPluggedIn(f"No YubiKey is plugged in, or its one-time codes are off. {_NO_ACCESS}")
    if len(found) > 1:
        raise NoKeyPluggedIn(f"{len(found)} YubiKeys are plugged in: leave only the one to be programmed.")
    try:
        return reached(found[0].open_connection(OtpConnection))  # type: ignore[no-untyped-call]  # theirs
    except OSError:
        raise NoKeyPluggedIn(_NO_ACCESS) from None


def reached(connection: OtpConnection) -> PluggedIn:
    """Over this connection. Raises NoKeyPluggedIn."""
    try:
        return PluggedIn(YubiOtpSession(connection))
    except (CommandError, BadResponseError, OSError):
        raise NoKeyPluggedIn(_NO_ACCESS) from None


def _token_id(identifier: str) -> tuple[bytes, bool, bool]:
    """Its bytes, and which part is typed as letters: `ubhe` and eight digits (DOMAIN.md, 7.2)."""
    letters, digits = identifier[:4], identifier[4:]
    return bytes.fromhex(modhex.to_hex(letters) + digits), False, True
