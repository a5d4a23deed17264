"""From an item to the letter that is printed for it."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from flexnet import configuration
from flexnet.access import ends, requests
from flexnet.access import queries as accesses
from flexnet.access.campaign import ReminderDue
from flexnet.access.models import Access, KeyAssignment, Lock, Notice
from flexnet.access.rules import Reason, day_of
from flexnet.post import drawing, due, messages, waits, wanted, wording
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
    return Letter(item.number, to.lines, _text(item, to.about, secrets, replaces, now), to.name)


def _text(item: Item, about: str, secrets: Secrets, replaces: bool, now: datetime) -> Text:
    return (
        _about_a_thing(item, about)
        or _about_an_end(item, about, now)
        or _about_an_access(item, about, secrets, replaces, now)
    )


def _about_a_thing(item: Item, about: str) -> Text | None:
    """What an address, a key, a lock, costs or changed terms are told with."""
    if item.address:
        return messages.new_address(item.address.from_on)
    if item.key and item.kind == Kind.RETURN:
        return messages.key_back(item.key.serial, about, cents=configuration.current().keys.lost_cents)
    if item.key:
        return wording.key_parcel(item.key.serial, about)
    if item.lock:
        cause = messages.CAUSES[Lock.Cause(item.lock.cause)]
        return messages.lock_notice(item.lock.imposed_at, cause, _locked(item.lock, about))
    if item.writing:
        return messages.written(item.writing.subject, item.writing.text)
    if item.charge:
        is_member = item.charge.access.third_party_id is None
        amount = messages.amount(item.charge.cents)
        return messages.charge(str(item.charge.lock.key), amount, about, is_member=is_member)
    reminded = wanted.of(item).about
    return messages.reminder(reminded.until_on, about) if isinstance(reminded, ReminderDue) else None


def _locked(lock: Lock, about: str) -> str:
    if lock.practice:
        return "alle Zugänge Ihrer Praxis"
    return f"YubiKey {lock.key} ({about})" if lock.key else about


def _about_an_end(item: Item, about: str, now: datetime) -> Text | None:
    access, last_on = item.access, item.notice.ends_on if item.notice else item.due_on
    if item.kind != Kind.END or access is None or last_on is None:
        return None
    has_derived = Access.objects.filter(origin=access, withdrawn_at=None).exists()
    end = messages.End(last_on, about, has_key=_has_key(access), has_derived=has_derived)
    today = day_of(now)
    if item.notice is None:
        is_interest = ends.why(access.pk, last_on) is Reason.INTEREST_OVER
        say = messages.interest_over if is_interest else messages.activity_over
        return say(end, today=today)
    if item.notice.kind == Notice.Kind.MEMBER:
        return messages.notice_received(end, item.notice.received_on, today=today)
    if item.notice.kind == Notice.Kind.KV:
        return messages.notice_of_kv(end, today=today)
    return messages.notice_for_cause(end, today=today)


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
