"""From an item to the letter that is printed for it."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from flexnet import configuration
from flexnet.access import queries as accesses
from flexnet.access import requests
from flexnet.access.campaign import ReminderDue
from flexnet.access.models import Access, KeyAssignment, Lock
from flexnet.post import drawing, due, waits, wanted, wording
from flexnet.post.drawing import Letter
from flexnet.post.models import Item
from flexnet.post.recipients import Recipient
from flexnet.post.rules import Kind
from flexnet.post.wording import Secrets, Text


def drawn(
    items: Sequence[Item],
    secrets: Mapping[int, Secrets],
    *,
    to: Mapping[int, Recipient],
    replacing: Collection[int],
    now: datetime,
) -> bytes:
    """The sheets as they are printed, once; a password that is `replacing` takes the place of another one.

    Raises AddressDoesNotFit, LetterDoesNotFit.
    """
    letters = [
        _letter(item, to[item.pk], secrets.get(item.pk, wording.SAMPLE), item.pk in replacing, now)
        for item in items
    ]
    return drawing.drawn(letters, now=now)


def drawn_as_samples(items: Sequence[Item], *, now: datetime) -> bytes:
    """The same with dummies for secrets, and a word across each sheet that says so."""
    found = zip(items, due.judged([wanted.of(one) for one in items], now=now), strict=True)
    others = replacing(items)
    letters = [
        _letter(item, known.to, wording.SAMPLE, item.pk in others, now) for item, known in found if known.to
    ]
    return drawing.drawn(letters, now=now, is_sample=True)


def replacing(items: Sequence[Item]) -> frozenset[int]:
    """The password letters that say that earlier credentials are void. One query."""
    mine = {item.pk: item.access for item in items if item.kind == Kind.PASSWORD and item.access}
    others = requests.replaced(list(mine.values())) if mine else frozenset[int]()
    return frozenset(number for number, access in mine.items() if access.pk in others)


def _letter(item: Item, to: Recipient, secrets: Secrets, replaces: bool, now: datetime) -> Letter:
    return Letter(item.number, to.lines, _text(item, to.about, secrets, replaces, now))


def _text(item: Item, about: str, secrets: Secrets, replaces: bool, now: datetime) -> Text:
    return _about_a_thing(item, about) or _about_an_access(item, about, secrets, replaces, now)


def _about_a_thing(item: Item, about: str) -> Text | None:
    """What an address, a key, a lock, a notice, costs or changed terms are told with."""
    if item.address:
        return wording.new_address(item.address.from_on)
    if item.key and item.kind == Kind.RETURN:
        return wording.key_back(item.key.serial, about, cents=configuration.current().keys.lost_cents)
    if item.key:
        return wording.key_parcel(item.key.serial, about)
    if item.lock:
        cause = wording.CAUSES[Lock.Cause(item.lock.cause)]
        return wording.lock_notice(item.lock.imposed_at, cause, _locked(item.lock, about))
    if item.notice:
        return wording.end_notice(item.notice.ends_on, about, has_key=_has_key(item.access))
    if item.charge:
        return wording.charge(str(item.charge.lock.key), wording.amount(item.charge.cents), about)
    reminded = wanted.of(item).about
    return wording.reminder(reminded.until_on, about) if isinstance(reminded, ReminderDue) else None


def _locked(lock: Lock, about: str) -> str:
    if lock.practice:
        return "alle Zugänge Ihrer Praxis"
    return f"YubiKey {lock.key} für: {about}" if lock.key else about


def _has_key(access: Access | None) -> bool:
    return KeyAssignment.objects.filter(access=access, until_at=None).exists()


def _about_an_access(item: Item, about: str, secrets: Secrets, replaces: bool, now: datetime) -> Text:
    access = item.access
    assert access is not None  # noqa: S101 - the database holds it
    if item.kind == Kind.WELCOME:
        return wording.welcome(str(access), about, has_key=access.kind != Access.Kind.EMPLOYEE)
    if item.kind == Kind.WORD:
        return wording.revocation_word(secrets.revocation_word, about)
    say = wording.new_password if replaces else wording.first_password
    user_name = None if waits.is_separate() else str(access)
    return say(secrets, about, user_name=user_name, names=accesses.names_inside(access), now=now)
