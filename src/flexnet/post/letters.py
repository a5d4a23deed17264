"""From an item to the letter that is printed for it."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from flexnet.access import queries as accesses
from flexnet.access import requests
from flexnet.access.models import Access
from flexnet.post import drawing, due, wording
from flexnet.post.drawing import Letter
from flexnet.post.due import Due, Wanted
from flexnet.post.models import Item
from flexnet.post.rules import Kind
from flexnet.post.wording import Secrets, Text


def wanted(item: Item) -> Wanted:
    """What it was made for."""
    return Wanted(Kind(item.kind), item.access, item.key, item.address)


def drawn(
    items: Sequence[Item], secrets: Mapping[int, Secrets], *, now: datetime, replaces: Mapping[int, bool]
) -> bytes:
    """The sheets as they are printed, once; `replaces`: the password takes the place of another one.

    Raises AddressDoesNotFit, LetterDoesNotFit.
    """
    found = zip(items, due.judged([wanted(one) for one in items], now=now), strict=True)
    letters = [
        _letter(item, known, secrets.get(item.pk, wording.SAMPLE), replaces.get(item.pk, False), now)
        for item, known in found
        if known.to
    ]
    return drawing.drawn(letters, now=now)


def drawn_as_samples(items: Sequence[Item], *, now: datetime) -> bytes:
    """The same with dummies for secrets, and a word across each sheet that says so."""
    found = zip(items, due.judged([wanted(one) for one in items], now=now), strict=True)
    letters = [
        _letter(item, known, wording.SAMPLE, replaces_another(item), now) for item, known in found if known.to
    ]
    return drawing.drawn(letters, now=now, is_sample=True)


def replaces_another(item: Item) -> bool:
    """Whether a password letter says that earlier credentials are void."""
    if item.kind != Kind.PASSWORD or item.access is None:
        return False
    asked = requests.open_of(item.access)
    return requests.has_replaced(item.access) or bool(asked and not requests.is_for_first_letters(asked))


def _letter(item: Item, known: Due, secrets: Secrets, replaces: bool, now: datetime) -> Letter:
    assert known.to is not None  # noqa: S101 - its callers looked
    return Letter(item.number, known.to.lines, _text(item, known.to.about, secrets, replaces, now))


def _text(item: Item, about: str, secrets: Secrets, replaces: bool, now: datetime) -> Text:
    if item.address:
        return wording.new_address(item.address.from_on)
    if item.key:
        return wording.key_parcel(item.key.serial, about)
    access = item.access
    assert access is not None  # noqa: S101 - the database holds it
    if item.kind == Kind.WELCOME:
        return wording.welcome(str(access), about, has_key=access.kind != Access.Kind.EMPLOYEE)
    say = wording.new_password if replaces else wording.first_password
    user_name = None if due.is_separate() else str(access)
    return say(secrets, about, user_name=user_name, names=accesses.names_inside(access), now=now)
