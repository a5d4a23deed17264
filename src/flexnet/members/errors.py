"""What members cannot do."""

from collections.abc import Mapping
from dataclasses import dataclass

from flexnet.members.findings import Wrong


class AlreadyEntered(Exception):
    """A practice, person or fact of this kind is there already."""


class NotEntered(Exception):
    """There is no practice, person or fact of this kind."""


class BadPeriod(Exception):
    """A last day before the first, or a day that cannot be; the text says which."""


class BadEntry(Exception):
    """What was entered cannot be kept; the text says which field and why, `why` and `values` for programs."""

    def __init__(self, text: str, why: Wrong = Wrong.MISSING, **values: str) -> None:
        super().__init__(text)
        self.why, self.values = why, values


class ForeignSite(Exception):
    """The BSNR belongs to another KV."""


class NotAnMvz(Exception):
    """Only an MVZ has a medical director."""


class TakeoverRefused(Exception):
    """This is no takeover; the text says what it is."""


@dataclass(frozen=True)
class Difference:
    """One field: what the clerk saw, what stands there by now, what the clerk wanted."""

    field: str
    seen: str
    stored: str
    wanted: str


class ChangedMeanwhile(Exception):
    """Somebody else changed the record after the clerk saw it; nothing is written. Carries what differs."""

    def __init__(
        self, seen: Mapping[str, object], stored: Mapping[str, object], wanted: Mapping[str, object]
    ) -> None:
        self.differences = tuple(
            Difference(name, _shown(seen.get(name)), _shown(stored.get(name)), _shown(wanted[name]))
            for name in wanted
            if seen.get(name) != stored.get(name)
        )
        said = "; ".join(f"{one.field} is {one.stored!r} by now" for one in self.differences)
        super().__init__(f"Somebody changed it meanwhile: {said}. Look at it again.")


def _shown(value: object) -> str:
    return "" if value is None else str(value)


class AlreadyCorrected(Exception):
    """A later note corrects this one already."""
