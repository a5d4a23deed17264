"""Make it happen: a batch is printed, once; passwords are born here and live on in the sheets alone (§ 3(2)).

The order is what keeps it whole when anything breaks off: first it is noted that printing began, so that
it never begins again; then the new passwords hold; then the printer gets the sheets. Whatever comes out of
it opens, and of what does not come out nothing is known to anybody. Which it was is asked (`settling`).
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, TypeAlias

from flexnet import transactions
from flexnet.access import credentials, first_password, requests
from flexnet.access.errors import AddressRests, BadRequest, NoSuchRequest, OwnPassword
from flexnet.access.models import Access, CredentialRequest
from flexnet.accounts import actions as accounts
from flexnet.accounts import passwords
from flexnet.accounts.actions import Issued, IssuedWord
from flexnet.accounts.models import Account
from flexnet.audit import actions as audit
from flexnet.post import due, letters, printers, queries, waits, wanted
from flexnet.post.due import Due
from flexnet.post.errors import (
    AddressDoesNotFit,
    DoesNotBalance,
    LetterDoesNotFit,
    NoSuchBatch,
    PrinterGone,
    QueueBusy,
)
from flexnet.post.models import Batch, Item
from flexnet.post.recipients import Recipient
from flexnet.post.rules import ON_SECURITY_PAPER, Kind, Waits, Why
from flexnet.post.waits import About
from flexnet.post.wording import Secrets

_PORTION: Final = 25  # letters in a transaction: for so long others wait
New: TypeAlias = Issued | IssuedWord


@dataclass(frozen=True)
class Sheets:
    """What is to be drawn: letters whose passwords hold already, to whom they go, and these passwords."""

    items: list[Item] = field(default_factory=list)
    to: dict[int, Recipient] = field(default_factory=dict)
    secrets: dict[int, Secrets] = field(default_factory=dict, repr=False)
    replacing: set[int] = field(default_factory=set)


def run(*, number: int, top_sheet: int | None, by: str, now: datetime) -> Batch:
    """Print it. `top_sheet` is the number on the uppermost sheet of security paper, as somebody reads it.

    What may no longer be printed is left out and noted. Whether all came out is not known afterwards, also
    not where nothing is raised: `Batch.trouble` says what the printer said. Hashes.
    Raises NoSuchBatch where it was begun before, QueueBusy, DoesNotBalance.
    """
    _begin(number, top_sheet, by=by, now=now)
    items = queries.items_of(queries.batch(number))
    judged = due.judged(list(map(wanted.of, items)), now=now)
    found = dict(zip([item.pk for item in items], judged, strict=True))
    issued = _issued([item for item in items if found[item.pk].waits is None])
    sheets = _hold(items, found, issued, by=by, now=now)
    trouble = _hand_over(queries.batch(number), sheets, now=now) if sheets.items else ""
    return _note(number, trouble, is_empty=not sheets.items, by=by, now=now)


def _begin(number: int, top_sheet: int | None, *, by: str, now: datetime) -> None:
    """From here on it can never be begun again."""
    with transactions.writing():
        transactions.hold(Batch, [number])
        row = Batch.objects.filter(pk=number, begun_at=None, dissolved_at=None).first()
        if row is None:
            raise NoSuchBatch(f"There is no batch {number} that waits to be printed.")
        if printers.queue(row.queue).security_paper:
            _check_sheets(row, top_sheet)
        row.begun_at, row.begun_by, row.first_sheet = now, by, top_sheet
        with transactions.refused_as(QueueBusy(f"The batch before it on {row.queue} is not settled yet.")):
            row.save(update_fields=["begun_at", "begun_by", "first_sheet"])
        audit.record("batch.begun", by=by, subject=f"batch:{number}", data={"first_sheet": top_sheet})


def _check_sheets(row: Batch, top_sheet: int | None) -> None:
    balance = queries.balance(row.queue)
    if balance.on_top is None or balance.left < row.items.filter(void_at=None).count():
        raise DoesNotBalance(None)
    if top_sheet != balance.on_top:
        raise DoesNotBalance(balance.on_top)


def _issued(items: Sequence[Item]) -> dict[int, New]:
    """Passwords and words are made and hashed, on all cores; nothing of them holds yet."""
    holders = {one.pk: one.access.account_id for one in items if one.kind in ON_SECURITY_PAPER and one.access}
    rows = Account.objects.in_bulk(list(holders.values()))
    make = {
        one.pk: accounts.with_new_word if one.kind == Kind.WORD else accounts.with_new_secrets
        for one in items
    }
    with ThreadPoolExecutor(passwords.AT_ONCE) as threads:
        made = threads.map(lambda pk: make[pk](rows[holders[pk]]), holders)
        return dict(zip(holders, made, strict=True))


def _hold(
    items: Sequence[Item], found: Mapping[int, Due], issued: Mapping[int, New], *, by: str, now: datetime
) -> Sheets:
    """The passwords hold from now on, some by each transaction: nobody waits for a whole batch."""
    sheets = Sheets()
    for some in _portions(items):
        with transactions.writing():
            transactions.take_turn_at_facts()
            about = waits.facts_about([item.access for item in some if item.access], now)
            again = {item.pk: found[item.pk].waits or _waits(item, about, now) for item in some}
            secret = [item for item in some if again[item.pk] is None and item.pk in issued]
            sheets.replacing.update(letters.replacing(secret))
            again |= _store(secret, issued, about, by=by, now=now)
            _let_go([item for item in some if again[item.pk]], again, by=by, now=now)
        for item in some:
            if again[item.pk] is None:
                _add(sheets, item, about.to.get(item.access) if item.access else found[item.pk].to, issued)
    return sheets


def _waits(item: Item, about: About, now: datetime) -> Waits | None:
    """Since it was looked at, and hashed, something may have changed."""
    return waits.why_not(wanted.of(item), about, now)


def _add(sheets: Sheets, item: Item, to: Recipient | None, issued: Mapping[int, New]) -> None:
    assert to is not None  # noqa: S101 - whatever has no address waits
    sheets.items.append(item)
    sheets.to[item.pk] = to
    if item.pk in issued:
        sheets.secrets[item.pk] = Secrets.of(issued[item.pk])


def _portions(items: Sequence[Item]) -> Iterator[Sequence[Item]]:
    """A few letters each, no two of them for the same access: what one does may decide about the other."""
    some = list[Item]()
    for item in items:
        if len(some) == _PORTION or item.access_id in {one.access_id for one in some}:
            yield some
            some = []
        some.append(item)
    yield some


def _store(
    items: Sequence[Item], issued: Mapping[int, New], about: About, *, by: str, now: datetime
) -> dict[int, Waits | None]:
    """What is in these letters opens from now on; answers of which it does not, and why."""
    refused, first = dict[int, Waits | None](), dict[Access, Issued]()
    for item in items:
        new, access = issued[item.pk], item.access
        assert access is not None  # noqa: S101 - only such letters carry a secret
        asked = about.asked.get(access.pk)
        if isinstance(new, IssuedWord):
            credentials.store_word(new, access=access, by=by, now=now)
        elif asked is None or requests.is_for_first_letters(asked):
            first[access] = new
        elif not _answers(asked, new, by=by, now=now):
            refused[item.pk] = Waits(Why.NOT_WANTED)
    old = first_password.store(first, by=by, now=now) if first else {}
    refused |= {item.pk: Waits(_WHY[type(old[item.access])]) for item in items if item.access in old}
    _note_issued([item for item in items if item.pk not in refused], issued, now=now)
    return refused


_WHY: Final[dict[type[Exception], Why]] = {OwnPassword: Why.OWN_PASSWORD, AddressRests: Why.NOT_WANTED}


def _answers(asked: CredentialRequest, new: Issued, *, by: str, now: datetime) -> bool:
    try:
        credentials.store(new, number=asked.pk, by=by, now=now)
    except (BadRequest, NoSuchRequest):
        return False
    return True


def _note_issued(items: Sequence[Item], issued: Mapping[int, New], *, now: datetime) -> None:
    """By when its password was set a letter knows whether it still opens something."""
    by_instant = defaultdict[datetime, list[int]](list)
    for item in items:
        new = issued[item.pk]
        by_instant[now if isinstance(new, IssuedWord) else new.account.password_set_at].append(item.pk)
    for at, numbers in by_instant.items():
        Item.objects.filter(pk__in=numbers).update(issued_at=at)


def _let_go(items: Sequence[Item], why: Mapping[int, Waits | None], *, by: str, now: datetime) -> None:
    for item in items:
        waits = why[item.pk]
        reason = waits.why.value if waits else ""
        Item.objects.filter(pk=item.pk).update(
            void_at=now, void_by=by, void_why=Item.Void.WITHDRAWN, void_reason=reason
        )
        data = queries.named(item) | {"reason": reason}
        audit.record("letter.left_out", by=by, subject=queries.subject_of(item), data=data)


def _hand_over(row: Batch, sheets: Sheets, *, now: datetime) -> str:
    """Answers what went wrong; nothing is known then of what came out."""
    try:
        document = letters.drawn(
            sheets.items, sheets.secrets, to=sheets.to, replacing=sheets.replacing, now=now
        )
        printers.send(printers.queue(row.queue), name=f"batch-{row.pk:06d}", document=document)
    except (PrinterGone, AddressDoesNotFit, LetterDoesNotFit) as error:
        return str(error)
    return ""


def _note(number: int, trouble: str, *, is_empty: bool, by: str, now: datetime) -> Batch:
    """A batch of which nothing was left is settled with that."""
    with transactions.writing():
        row = queries.batch(number)
        row.trouble = trouble
        if is_empty:
            row.settled_at, row.settled_by, row.next_sheet = now, by, row.first_sheet
        elif not trouble:
            row.handed_over_at = now
        row.save(update_fields=["trouble", "handed_over_at", "settled_at", "settled_by", "next_sheet"])
        audit.record("batch.handed_over", by=by, subject=f"batch:{number}", data={"trouble": trouble})
    return row
