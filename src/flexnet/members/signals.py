"""What others may listen to."""

from collections.abc import Collection
from dataclasses import dataclass

from django.dispatch import Signal

# Sent inside the transaction that changed a fact, with `touched`, `by`, `reason` and `now`.
facts_changed = Signal()


@dataclass(frozen=True)
class Touched:
    """Of whom a fact changed: the ids of people, practices and third parties."""

    people: Collection[int] = ()
    practices: Collection[int] = ()
    third_parties: Collection[int] = ()
