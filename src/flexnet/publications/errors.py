"""What cannot be published or entered."""

from enum import StrEnum


class BadCertificate(Exception):
    """A provider's certificate cannot be entered or withdrawn like this; the text says why."""


class NoSuchCertificate(Exception):
    """There is no certificate with this number, or it is withdrawn."""


class BadMaintenance(Exception):
    """Maintenance cannot be announced like this; the text says why."""


class NoSuchMaintenance(Exception):
    """There is no maintenance with this number, or it is cancelled."""


class NoSuchProvider(Exception):
    """There is no provider of this name or number."""


class Wrong(StrEnum):
    """What is wrong with a range."""

    NO_NETWORK = "no_network"
    NOBODYS = "nobodys"
    TOO_WIDE = "too_wide"
    DAYS = "days"
    NOT_CERTIFIED = "not_certified"
    OVERLAPS = "overlaps"
    PAST = "past"
    NO_REASON = "no_reason"


class BadRange(Exception):
    """These addresses cannot be a provider's range, or not on these days; the text says why.

    `what` says it for pages; `with_it` names what is meant, or whose range is there.
    """

    def __init__(self, text: str, what: Wrong, with_it: str = "") -> None:
        super().__init__(text)
        self.what, self.with_it = what, with_it


class NoSuchRange(Exception):
    """There is no range with this number, or it ended."""


class BadStop(Exception):
    """A provider's ranges cannot stop like this; the text says why."""


class NoSuchStop(Exception):
    """There is no stop with this number, or it was cancelled."""
