"""Make it happen: somebody says which letters came out of the printer; sheets and letters must add up."""

from collections.abc import Collection, Sequence
from datetime import datetime

from flexnet import transactions
from flexnet.access import credentials
from flexnet.accounts import actions as accounts
from flexnet.audit import actions as audit
from flexnet.keys import movements
from flexnet.keys.models import Place
from flexnet.post import noting, printers, queries, rules
from flexnet.post.errors import BadSheets, DoesNotBalance, NoSuchBatch, NoSuchItem
from flexnet.post.models import Batch, Item

Void = Item.Void
_EVENTS = {
    Void.SPOILED: "letter.spoiled",
    Void.MISSING: "letter.missing",
    Void.WITHDRAWN: "letter.withdrawn",
}


def settle(
    *,
    number: int,
    spoiled: Collection[str],
    missing: Collection[str],
    next_sheet: int | None,
    spoiled_sheets: int,
    note: str,
    by: str,
    now: datetime,
) -> Batch:
    """All letters came out well but those `spoiled` (came out, no good) and `missing` (never came out).

    What did not come out well is due again, with a new number and a new password; what such a letter carries
    opens nothing from now on. On security paper `next_sheet` is the number that lies on top now, and
    `spoiled_sheets` went through without a letter, for a reason (`note`).
    Raises NoSuchBatch, NoSuchItem for a number that is not in the batch, DoesNotBalance, BadSheets.
    """
    with transactions.writing():
        row = _held(number)
        items = queries.for_acts(Item.objects.filter(batch=row, void_at=None).order_by("pk"))
        _check_numbers(items, {*spoiled, *missing})
        no_good = {**dict.fromkeys(missing, Void.MISSING), **dict.fromkeys(spoiled, Void.SPOILED)}
        _came_out([item for item in items if item.number not in no_good], by=by, now=now)
        for item in items:
            if item.number in no_good:
                make_void(item, no_good[item.number], by=by, reason=note, now=now)
        _account_for_sheets(row, next_sheet, spoiled_sheets, note)
        row.settled_at, row.settled_by, row.note = now, by, note
        row.save(update_fields=["settled_at", "settled_by", "note", "next_sheet", "spoiled_sheets"])
        data = {"letters": len(items), "spoiled": sorted(spoiled), "missing": sorted(missing)}
        sheets = {"next_sheet": next_sheet, "spoiled_sheets": spoiled_sheets, "note": note}
        audit.record("batch.settled", by=by, subject=f"batch:{number}", data=data | sheets)
    return row


def make_void(item: Item, why: Item.Void, *, by: str, reason: str, now: datetime) -> None:
    """Inside a transaction: it will not be posted, and a password in it opens nothing."""
    item.void_at, item.void_by, item.void_why, item.void_reason = now, by, why, reason
    item.save(update_fields=["void_at", "void_by", "void_why", "void_reason"])
    data = queries.named(item) | {"reason": reason}
    audit.record(_EVENTS[why], by=by, subject=queries.subject_of(item), data=data)
    shut(item, by=by, reason=f"{item}: {why.value}", now=now)
    if item.key and item.kind == Item.Kind.KEY:
        movements.unpack(item.key, by=by, reason=f"{item}: {why.value}", now=now)


def shut(item: Item, *, by: str, reason: str, now: datetime) -> None:
    """Inside a transaction: what this letter carries opens nothing from now on, if it still does.

    A password is locked until the next one; a revocation word is forgotten until the next letter.
    """
    access = item.access
    if access is None or item.issued_at is None:
        return
    if item.kind == Item.Kind.WORD:
        newer = Item.objects.filter(access=access, issued_at__gt=item.issued_at)
        if not newer.exists():
            accounts.forget_word(access.account, by=by)
    elif access.account.password_set_at == item.issued_at:
        credentials.lock_what_is_replaced(access=access, by=by, reason=reason, now=now)


def _held(number: int) -> Batch:
    transactions.hold(Batch, [number])
    row = Batch.objects.filter(pk=number, settled_at=None).exclude(begun_at=None).first()
    if row is None:
        raise NoSuchBatch(f"There is no batch {number} that waits to be settled.")
    return row


def _check_numbers(items: Collection[Item], named: Collection[str]) -> None:
    unknown = set(named) - {item.number for item in items}
    if unknown:
        raise NoSuchItem(f"Not in this batch: {', '.join(sorted(unknown))}.")


def _came_out(items: Sequence[Item], *, by: str, now: datetime) -> None:
    noting.note(items, "letter.printed", by=by, printed_at=now, printed_by=by)
    movements.travel(noting.parcels(items), to=Place.PACKED, by=by, now=now)


def _account_for_sheets(row: Batch, next_sheet: int | None, spoiled_sheets: int, note: str) -> None:
    """What was on the stack is on letters, is spoiled, or still lies there."""
    if not printers.queue(row.queue).security_paper:
        return
    if spoiled_sheets and not note.strip():
        raise BadSheets("Say what became of the sheets that bore no letter.")
    row.next_sheet, row.spoiled_sheets = next_sheet, spoiled_sheets
    before = queries.balance(row.queue)  # this batch's letters count already, its other sheets do not yet
    gone = before.on_letters + before.spoiled + spoiled_sheets
    expected = rules.sheet_at(queries.packs_of(row.queue), gone)
    if gone > before.received or next_sheet != expected:
        raise DoesNotBalance(expected)
