"""Is it this key? One touch shows it; and of a key that was found, whose it may be. Changes nothing."""

from collections.abc import Iterable

from flexnet import configuration
from flexnet.keys import actions, queries
from flexnet.keys.models import Key, Place
from flexnet.lib import hotp, typed_codes

_AHEAD = 100  # presses that a key in a drawer may be ahead of what we know of it
_NOWHERE = (Place.IN_STOCK, Place.DISPOSED_OF)


def counter(key: Key, typed: str) -> int | None:
    """What a touch has reached, if this very key typed it within its window."""
    return _found(key, typed, window=configuration.current().hotp.window)


def owners(typed: str, then: str = "") -> list[Key]:
    """Keys outside our stock that may have typed this, and `then` as the very next code.

    One code of six digits fits many keys by chance among thousands, two in a row fit one.
    """
    return [key for key in _outside() if _fits(key, typed, then)]


def _outside() -> Iterable[Key]:
    inside = [queries.at(place).values("key") for place in _NOWHERE]
    rows = Key.objects.all()
    for one in inside:
        rows = rows.exclude(pk__in=one)
    return rows.order_by("serial").iterator()


def _fits(key: Key, typed: str, then: str) -> bool:
    first = _found(key, typed, window=_AHEAD)
    if first is None or not then:
        return first is not None
    seed = actions.opened_seed(key.serial, bytes(key.sealed_seed))
    codes = [typed_codes.last(text, digits=key.digits, identifier=key.identifier) for text in (typed, then)]
    found = hotp.resync(seed, *codes, counter=key.counter, window=_AHEAD, digits=key.digits)
    return found is not None


def _found(key: Key, typed: str, *, window: int) -> int | None:
    code = typed_codes.last(typed, digits=key.digits, identifier=key.identifier)
    if not code:
        return None
    seed = actions.opened_seed(key.serial, bytes(key.sealed_seed))
    return hotp.find(seed, code, counter=key.counter, window=window, digits=key.digits)
