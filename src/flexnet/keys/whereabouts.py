"""Where is a key, and where may it go from there? Pure."""

from collections.abc import Mapping
from typing import Final

from flexnet.keys.models import Place

_AWAY = frozenset({Place.LOST, Place.DEFECTIVE})

# What was once out of the house comes back only as `returned`, and into the stock only with a new seed.
NEXT: Final[Mapping[Place, frozenset[Place]]] = {
    Place.IN_STOCK: frozenset({Place.ASSIGNED, Place.DISPOSED_OF}) | _AWAY,
    Place.ASSIGNED: frozenset({Place.IN_STOCK, Place.PACKED, Place.IN_USE, Place.TO_BE_RETURNED}) | _AWAY,
    Place.PACKED: frozenset({Place.IN_STOCK, Place.ASSIGNED, Place.POSTED, Place.IN_USE}) | _AWAY,
    Place.POSTED: frozenset({Place.IN_USE, Place.TO_BE_RETURNED, Place.RETURNED}) | _AWAY,
    Place.IN_USE: frozenset({Place.TO_BE_RETURNED, Place.RETURNED}) | _AWAY,
    Place.TO_BE_RETURNED: frozenset({Place.IN_USE, Place.RETURNED}) | _AWAY,
    Place.LOST: frozenset({Place.RETURNED, Place.DISPOSED_OF}),
    Place.DEFECTIVE: frozenset({Place.TO_BE_RETURNED, Place.RETURNED, Place.LOST, Place.DISPOSED_OF}),
    Place.RETURNED: frozenset({Place.IN_STOCK, Place.DISPOSED_OF}) | _AWAY,
    Place.DISPOSED_OF: frozenset(),
}

# On the way to somebody: whoever types a code with it has it.
ON_ITS_WAY: Final = frozenset({Place.ASSIGNED, Place.PACKED, Place.POSTED})

# In the hands of whom it was given to, or soon.
WITH_SOMEBODY: Final = ON_ITS_WAY | {Place.IN_USE, Place.TO_BE_RETURNED, Place.DEFECTIVE}

# Not out of the house: these go back into the stock as they are.
NEVER_LEFT: Final = frozenset({Place.ASSIGNED, Place.PACKED})

# Of no more use to whoever has it: another one may be given in its stead.
REPLACEABLE: Final = frozenset({Place.LOST, Place.DEFECTIVE})


def present(written: Place, *, counter_then: int, counter_now: int) -> Place:
    """Where it is: in use, if it was on its way and has typed codes that were taken in since."""
    is_used = written in ON_ITS_WAY and counter_now > counter_then
    return Place.IN_USE if is_used else written


def may_go(here: Place, there: Place) -> bool:
    return there in NEXT[here]


def back_from(here: Place) -> Place:
    """Where a key goes that somebody gives back."""
    return Place.IN_STOCK if here in NEVER_LEFT else Place.RETURNED
