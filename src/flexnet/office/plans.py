"""What an act that needs a second pair of eyes is made of."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from flexnet.accounts.models import Approval
from flexnet.accounts.staff import Credentials

Done = Credentials | None  # what has to be shown once to whoever granted it
DONE: Final = gettext_lazy("Freigegeben und ausgeführt.")
Deed = Callable[[str, datetime], Done]  # called with `by` and `now`


class Outdated(Exception):
    """The facts are others than when it was asked: it cannot be done as it was meant. Says so in German."""


@dataclass(frozen=True)
class Plan:
    """One act.

    `says` tells in sentences what would happen. `ready` is called outside of any transaction, so it may hash;
    what it answers is called inside the one that notes the decision. Both may raise Outdated; the deed looks
    at the facts once more, as they are by then. `told` is said once it is granted.
    """

    title: str | Promise
    says: Callable[[Approval], Sequence[str]]
    ready: Callable[[Approval], Deed]
    told: str | Promise = DONE
