"""Show me: keys by their serial number, where they are and were."""

from collections.abc import Iterable

from django.db.models import F, Q, QuerySet

from flexnet.keys import whereabouts
from flexnet.keys.errors import NoSuchKey
from flexnet.keys.models import Device, Key, Movement, Place
from flexnet.single import single


def key(serial: str) -> Key:
    """Raises NoSuchKey."""
    row = single(Key.objects.filter(serial=serial))
    if row is None:
        raise NoSuchKey(f"There is no key with the serial number {serial}.")
    return row


def whereabouts_of(key: Key) -> tuple[Place, Movement]:
    """Where it is now, and the movement that brought it there or on its way. One query."""
    row = Movement.objects.select_related("key").get(key=key.pk, until_at=None)
    return place_of(row), row


def place_of(row: Movement) -> Place:
    """Where a key is whose last movement this is; the row comes with its key."""
    return whereabouts.present(Place(row.place), counter_then=row.counter, counter_now=row.key.counter)


def places(key_ids: Iterable[int]) -> dict[int, Place]:
    """Where these keys are. One query."""
    return {number: place_of(row) for number, row in standing(key_ids).items()}


def standing(key_ids: Iterable[int]) -> dict[int, Movement]:
    """The movements that brought these keys to where they are, or on their way. One query."""
    wanted = list(key_ids)
    if not wanted:
        return {}
    rows = Movement.objects.filter(key__in=wanted, until_at=None).select_related("key")
    return {row.key_id: row for row in rows}


def movements(key: Key) -> QuerySet[Movement]:
    """Every place it was, the newest first."""
    return Movement.objects.filter(key=key).order_by("-pk")


def at(place: Place) -> QuerySet[Movement]:
    """The movements that brought keys to where they still are, or on the way on which they came into use."""
    standing = Movement.objects.filter(until_at=None)
    used = Q(key__counter__gt=F("counter"))
    on_its_way = Q(place__in=sorted(whereabouts.ON_ITS_WAY))
    if place is Place.IN_USE:
        return standing.filter(Q(place=place) | on_its_way & used)
    return (
        standing.filter(~used, place=place)
        if place in whereabouts.ON_ITS_WAY
        else standing.filter(place=place)
    )


def device_of(key: Key) -> Device | None:
    """What it is made of, as far as anybody wrote it down."""
    return Device.objects.filter(key=key).first()
