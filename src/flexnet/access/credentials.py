"""Make it happen: credentials anew (§ 7(3)), by letter to the registered address only, whoever asks."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from flexnet import transactions
from flexnet.access import locking, queries, requests, silence, telling
from flexnet.access.actions import facts_changed
from flexnet.access.errors import BadRequest, NoSuchRequest
from flexnet.access.models import Access, AddressTold, CredentialRequest, Lock
from flexnet.accounts import actions as accounts
from flexnet.accounts import rules as account_rules
from flexnet.accounts import throttle
from flexnet.accounts.models import Account
from flexnet.audit import actions as audit
from flexnet.members.models import Address


def request(
    *,
    access: Access,
    way: CredentialRequest.Way,
    by: str,
    reason: str,
    now: datetime,
    lock_replaced: bool = False,
) -> CredentialRequest:
    """Somebody asks for new credentials, with or without a loss; whoever asks again has asked already.

    What they replace may be locked at once, but not on the word of a stranger: raises BadRequest.
    """
    if lock_replaced and way == CredentialRequest.Way.PUBLIC:
        raise BadRequest("Whoever asks on the public site is not known: lock by the revocation word instead.")
    with transactions.writing():
        transactions.hold(Access, [access.pk])
        row = CredentialRequest.objects.filter(requests.FOR_CREDENTIALS, access=access).first()
        if row is None:
            row = CredentialRequest.objects.create(
                access=access, way=way, reason=reason, requested_at=now, requested_by=by
            )
            _record("credentials.requested", row, {"way": way, "reason": reason}, by=by)
            telling.credentials_asked(row)
        if lock_replaced:
            lock_what_is_replaced(access=access, by=by, reason=reason, now=now)
    return row


def order_word(
    *, access: Access, way: CredentialRequest.Way, by: str, reason: str, now: datetime
) -> CredentialRequest:
    """A revocation word alone is ordered; the one before is void once the letter with it is printed.

    Whoever asks again, or has asked for new credentials, which bring one along, finds that request.
    Raises BadRequest: nobody orders without an account in use, or on the public site.
    """
    if way == CredentialRequest.Way.PUBLIC:
        raise BadRequest("A revocation word is ordered by somebody who is signed in, or by telephone.")
    with transactions.writing():
        transactions.hold(Access, [access.pk])
        if Account.objects.filter(pk=access.account_id, password_is_initial=True).exists():
            raise BadRequest("Its first password is not in use yet: order new credentials instead.")
        row = requests.word_on_its_way(access)
        if row is None:
            row = CredentialRequest.objects.create(
                access=access,
                what=requests.What.WORD,
                way=way,
                reason=reason,
                requested_at=now,
                requested_by=by,
            )
            _record("credentials.requested", row, {"way": way, "reason": reason}, by=by)
            telling.credentials_asked(row)
    return row


def store_word(issued: accounts.IssuedWord, *, access: Access, by: str, now: datetime) -> None:
    """Inside a transaction: the word in a letter holds from now on, and whoever ordered one has it."""
    accounts.replace_word(issued, by=by)
    _answer_word(access, by=by, now=now)


def request_publicly(*, user_name: str, source: str, now: datetime) -> None:
    """A stranger asks by a user name; nothing tells whether there is one, also not the time it takes."""
    with silence.alike():
        place, name = account_rules.place(source), accounts.normal_user_name(user_name)
        tries = throttle.look_at_requests(place=place, now=now)
        if not tries.are_left:
            return
        found = queries.at_the_door(name) if accounts.is_user_name(name) else None
        transactions.write_together([throttle.charging(tries.keys, now=now)])
        if found:
            request(access=found[0], way=CredentialRequest.Way.PUBLIC, by="public", reason="", now=now)


def lock_what_is_replaced(*, access: Access, by: str, reason: str, now: datetime) -> None:
    """What will be replaced opens nothing any more; locking it again changes nothing."""
    with transactions.writing():
        transactions.hold(Access, [access.pk])
        if not requests.are_locked(access):
            locking.lock_password(access=access, cause=Lock.Cause.LOSS, by=by, reason=reason, now=now)


def confirm(
    *, number: int, spoken_to: str, by: str, note: str, now: datetime, lock_replaced: bool = False
) -> CredentialRequest:
    """Somebody called back at the registered number, and it was they who asked; the old ones may be locked.

    Raises NoSuchRequest, BadRequest without the name of whoever was spoken to.
    """
    if not spoken_to.strip():
        raise BadRequest("Say with whom you spoke when you called back.")
    with transactions.writing():
        row = _held(number)
        row.confirmed_at, row.confirmed_by, row.spoken_to = now, by, spoken_to
        row.save(update_fields=["confirmed_at", "confirmed_by", "spoken_to"])
        _record("credentials.confirmed", row, {"note": note}, by=by, personal={"spoken_to": spoken_to})
        if lock_replaced:
            lock_what_is_replaced(access=row.access, by=by, reason=note, now=now)
    return row


def refuse(*, number: int, by: str, reason: str, now: datetime) -> None:
    """No letter is written. Raises NoSuchRequest, BadRequest without a reason."""
    if not reason.strip():
        raise BadRequest("A request is refused for a reason: give it.")
    with transactions.writing():
        row = _held(number)
        row.refused_at, row.refused_by = now, by
        row.save(update_fields=["refused_at", "refused_by"])
        _record("credentials.refused", row, {"reason": reason}, by=by)


def carry_out(*, number: int, by: str, now: datetime) -> accounts.Issued:
    """The letter is written: its password and its word hold from now on, what they replace opens nothing.

    Raises NoSuchRequest, and BadRequest while the request has to wait or where the access is over. Hashes.
    """
    issued = accounts.new_credentials(_open(number).access.account)
    with transactions.writing():
        store(issued, number=number, by=by, now=now)
    return issued


def store(issued: accounts.Issued, *, number: int, by: str, now: datetime) -> None:
    """Inside a transaction: what was made by `accounts.new_credentials` answers the request, as `carry_out`.

    Raises NoSuchRequest, BadRequest.
    """
    transactions.take_turn_at_facts()
    row = _held(number)
    _check(row, now)
    accounts.reissue(issued, at=max(now, after_locks([row.access])[row.access]), by=by)
    _answer(row, by=by, now=now)
    _answer_word(row.access, by=by, now=now)
    facts_changed([row.access_id], by=by, reason="credentials_reissued", now=now)


def hand_over(issued: accounts.Issued, *, access: Access, by: str, now: datetime) -> None:
    """What was made by `accounts.new_credentials` holds without any letter; who asked for one needs none."""
    with transactions.writing():
        transactions.take_turn_at_facts()
        accounts.reissue(issued, at=max(now, after_locks([access])[access]), by=by)
        for row in CredentialRequest.objects.filter(requests.FOR_CREDENTIALS, access=access):
            refuse(number=row.pk, by=by, reason="handed over on a sheet", now=now)
        facts_changed([access.pk], by=by, reason="credentials_reissued", now=now)


def tell_old_address(*, address: Address, by: str, now: datetime) -> None:
    """The address that letters went to before was told of the new one; telling it twice changes nothing."""
    with transactions.writing():
        _row, is_new = AddressTold.objects.get_or_create(
            address=address, defaults={"told_at": now, "told_by": by}
        )
        if is_new:
            audit.record("address.old_one_told", by=by, subject=requests.subject_of(address))


def _answer(row: CredentialRequest, *, by: str, now: datetime) -> None:
    row.carried_out_at, row.carried_out_by = now, by
    row.save(update_fields=["carried_out_at", "carried_out_by"])
    _record("credentials.letter_written", row, {}, by=by)


def _answer_word(access: Access, *, by: str, now: datetime) -> None:
    for row in CredentialRequest.objects.filter(requests.FOR_A_WORD, access=access):
        _answer(row, by=by, now=now)


def _check(row: CredentialRequest, now: datetime) -> None:
    if row.what == requests.What.WORD:
        raise BadRequest("Only a revocation word was ordered: its letter is printed with the others.")
    over = requests.why_over(row.access, now)
    if over:
        raise BadRequest(f"The access is over ({over.reason}, {over.rule}): it gets no credentials.")
    waits = requests.waiting(row, now)
    if waits:
        raise BadRequest(_SAID[waits.why].format(until=waits.until_on))


_SAID = {
    requests.Wait.CALL_BACK: "Call back at the registered number first, and confirm the request.",
    requests.Wait.NO_ADDRESS: "No address is registered to which the letter could go.",
    requests.Wait.NEW_ADDRESS: "The address is new. No secret travels there before {until}.",
}


def after_locks(accesses: Sequence[Access]) -> dict[Access, datetime]:
    """A lock on a password is none on the next one: that is set later, whatever the clocks say."""
    last = {access.pk: access.account.password_set_at for access in accesses}
    locks = Lock.objects.filter(scope=Lock.Scope.PASSWORD, access__in=list(last), lifted_at=None)
    last |= dict(locks.order_by("imposed_at").values_list("access", "imposed_at"))
    return {access: last[access.pk] + timedelta(microseconds=1) for access in accesses}


def _open(number: int) -> CredentialRequest:
    rows = CredentialRequest.objects.select_related("access__account")
    row = rows.filter(requests.OPEN, pk=number).first()
    if row is None:
        raise NoSuchRequest(f"There is no open request {number}.")
    return row


def _held(number: int) -> CredentialRequest:
    """Inside a transaction: nobody else answers it."""
    transactions.hold(CredentialRequest, [number])
    return _open(number)


# A word alone is told of in other words.
_OF_A_WORD: Final = {
    "credentials.requested": "revocation_word.ordered",
    "credentials.confirmed": "revocation_word.order_confirmed",
    "credentials.refused": "revocation_word.order_refused",
    "credentials.letter_written": "revocation_word.letter_written",
}


def _record(
    event: str,
    row: CredentialRequest,
    data: dict[str, object],
    *,
    by: str,
    personal: dict[str, object] | None = None,
) -> None:
    subject = f"access:{row.access}"
    person = subject if personal else None
    if row.what == requests.What.WORD:
        event = _OF_A_WORD[event]
    audit.record(
        event, by=by, subject=subject, data={"request": row.pk, **data}, person=person, personal=personal
    )
