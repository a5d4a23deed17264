"""Make it happen: a batch is printed, once; passwords are born here and live on in the sheets alone (§ 3(2)).

The order is what keeps it whole when anything breaks off: first it is noted that printing began, so that
it never begins again; then the new passwords hold; then the printer gets the sheets. Whatever comes out of
it opens, and of what does not come out nothing is known to anybody. Which it was is asked (`settling`).
"""

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, TypeAlias

from flexnet import transactions
from flexnet.access import credentials, first_password, requests
from flexnet.access.errors import AddressRests, BadRequest, NoSuchRequest, OwnPassword
from flexnet.access.models import Access
from flexnet.accounts import actions as accounts
from flexnet.accounts import passwords
from flexnet.accounts.actions import Issued, IssuedWord
from flexnet.accounts.models import Account
from flexnet.audit import actions as audit
from flexnet.post import due, letters, printers, queries, waits, wanted
from flexnet.post.errors import (
    AddressDoesNotFit,
    DoesNotBalance,
    LetterDoesNotFit,
    NoSuchBatch,
    PrinterGone,
    QueueBusy,
)
from flexnet.post.models import Batch, Item
from flexnet.post.rules import ON_SECURITY_PAPER, Kind, Waits, Why
from flexnet.post.wording import Secrets

_PORTION: Final = 8  # letters in a transaction: for so long others wait
New: TypeAlias = Issued | IssuedWord


@dataclass(frozen=True)
class Sheets:
    """What is to be drawn: letters whose passwords hold already, and these passwords."""

    items: Sequence[Item]
    secrets: Mapping[int, Secrets] = field(repr=False)
    replaces: Mapping[int, bool]


def run(*, number: int, top_sheet: int | None, by: str, now: datetime) -> Batch:
    """Print it. `top_sheet` is the number on the uppermost sheet of security paper, as somebody reads it.

    What may no longer be printed is left out and noted. Whether all came out is not known afterwards, also
    not where nothing is raised: `Batch.trouble` says what the printer said. Hashes.
    Raises NoSuchBatch where it was begun before, QueueBusy, DoesNotBalance.
    """
    _begin(number, top_sheet, by=by, now=now)
    items = queries.items_of(queries.batch(number))
    reasons = {
        item.pk: one.waits
        for item, one in zip(items, due.judged(list(map(wanted.of, items)), now=now), strict=True)
    }
    issued = _issued([item for item in items if reasons[item.pk] is None])
    sheets = _hold(items, reasons, issued, by=by, now=now)
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
    items: Sequence[Item],
    reasons: Mapping[int, Waits | None],
    issued: Mapping[int, New],
    *,
    by: str,
    now: datetime,
) -> Sheets:
    """The passwords hold from now on, a few by each transaction: nobody waits for a whole batch."""
    kept, replaces = list[Item](), dict[int, bool]()
    for some in _portions(items):
        with transactions.writing():
            transactions.take_turn_at_facts()
            again = _again(some, now)
            for item in some:
                why = reasons[item.pk] or again[item.pk]
                if why is None and item.pk in issued:
                    replaces[item.pk] = letters.replaces_another(item)
                    why = _store(item, issued[item.pk], by=by, now=now)
                if why:
                    _let_go(item, why.why, by=by, now=now)
                else:
                    kept.append(item)
    secrets = {item.pk: Secrets.of(issued[item.pk]) for item in kept if item.pk in issued}
    return Sheets(kept, secrets, replaces)


def _portions(items: Sequence[Item]) -> Iterator[Sequence[Item]]:
    """A few letters each, no two of them for the same access: what one does may decide about the other."""
    some = list[Item]()
    for item in items:
        if len(some) == _PORTION or item.access_id in {one.access_id for one in some}:
            yield some
            some = []
        some.append(item)
    yield some


def _again(items: Sequence[Item], now: datetime) -> dict[int, Waits | None]:
    """Since they were looked at, and hashed, something may have changed."""
    about = waits.facts_about([item.access for item in items if item.access], now)
    return {item.pk: waits.why_not(wanted.of(item), about, now) for item in items}


def _store(item: Item, issued: New, *, by: str, now: datetime) -> Waits | None:
    access = item.access
    assert access is not None  # noqa: S101 - only such letters carry a secret
    if isinstance(issued, IssuedWord):
        credentials.store_word(issued, access=access, by=by, now=now)
        Item.objects.filter(pk=item.pk).update(issued_at=now)
        return None
    try:
        _put(access, issued, by=by, now=now)
    except OwnPassword:
        return Waits(Why.OWN_PASSWORD)
    except (AddressRests, BadRequest, NoSuchRequest):
        return Waits(Why.NOT_WANTED)
    Item.objects.filter(pk=item.pk).update(issued_at=issued.account.password_set_at)
    return None


def _put(access: Access, issued: Issued, *, by: str, now: datetime) -> None:
    asked = requests.open_of(access)
    if asked and not requests.is_for_first_letters(asked):
        credentials.store(issued, number=asked.pk, by=by, now=now)
    else:
        first_password.store(issued, access=access, by=by, now=now)


def _let_go(item: Item, why: Why, *, by: str, now: datetime) -> None:
    Item.objects.filter(pk=item.pk).update(
        void_at=now, void_by=by, void_why=Item.Void.WITHDRAWN, void_reason=why.value
    )
    data = queries.named(item) | {"reason": why.value}
    audit.record("letter.left_out", by=by, subject=queries.subject_of(item), data=data)


def _hand_over(row: Batch, sheets: Sheets, *, now: datetime) -> str:
    """Answers what went wrong; nothing is known then of what came out."""
    try:
        document = letters.drawn(sheets.items, sheets.secrets, now=now, replaces=sheets.replaces)
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
