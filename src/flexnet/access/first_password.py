"""Make it happen: a first password is born with its letter (§ 3(2)); only its hash stays."""

from datetime import datetime

from flexnet import transactions
from flexnet.access import actions, credentials, requests
from flexnet.access.errors import AddressRests, OwnPassword
from flexnet.access.models import Access, CredentialRequest
from flexnet.accounts import actions as accounts
from flexnet.accounts.models import Account
from flexnet.audit import actions as audit


def issue(*, access: Access, by: str, now: datetime) -> accounts.Issued:
    """A fresh first password in place of the one before, whose letter is void; its time begins anew.

    Whoever asked for credentials, and is known, has them by it. Raises OwnPassword once the person has chosen
    one: then new ones are ordered (§ 7(3)); AddressRests.
    """
    _check_address(access, now)
    issued = accounts.new_credentials(access.account)  # hashes, so outside
    with transactions.writing():
        store(issued, access=access, by=by, now=now)
    return issued


def store(issued: accounts.Issued, *, access: Access, by: str, now: datetime) -> None:
    """Inside a transaction: what was made by `accounts.new_credentials` holds from now on, as in `issue`.

    Raises OwnPassword, AddressRests.
    """
    transactions.take_turn_at_facts()
    _check_address(access, now)
    if not Account.objects.filter(pk=access.account_id, password_is_initial=True).exists():
        raise OwnPassword(f"{access} has a password of its owner's choice already.")
    accounts.reissue(issued, at=max(now, credentials.after_locks(access)), by=by)
    audit.record("letter.drawn", by=by, subject=f"access:{access}", data={"holds": "first_password"})
    asked = CredentialRequest.objects.filter(requests.OPEN & requests.KNOWN, access=access)
    asked.update(carried_out_at=now, carried_out_by=by)
    actions.facts_changed([access.pk], by=by, reason="first_password", now=now)


def _check_address(access: Access, now: datetime) -> None:
    waits = requests.address_waits(access, now)
    if waits and waits.why == requests.Wait.NEW_ADDRESS:
        raise AddressRests(f"The address is new. No secret travels there before {waits.until_on}.")
