"""Make it happen: a first password is born with its letter (§ 3(2)); only its hash stays."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from flexnet import transactions
from flexnet.access import actions, credentials, requests
from flexnet.access.errors import AddressRests, OwnPassword
from flexnet.access.models import Access, CredentialRequest
from flexnet.accounts import actions as accounts
from flexnet.accounts.models import Account
from flexnet.audit import actions as audit
from flexnet.audit.actions import Act


def issue(*, access: Access, by: str, now: datetime) -> accounts.Issued:
    """A fresh first password in place of the one before, whose letter is void; its time begins anew.

    Whoever asked for credentials, and is known, has them by it. Raises OwnPassword once the person has chosen
    one: then new ones are ordered (§ 7(3)); AddressRests.
    """
    for why in _refused([access], now).values():
        raise why
    issued = accounts.new_credentials(access.account)  # hashes, so outside
    with transactions.writing():
        for why in store({access: issued}, by=by, now=now).values():
            raise why
    return issued


def store(
    issued: Mapping[Access, accounts.Issued], *, by: str, now: datetime
) -> dict[Access, AddressRests | OwnPassword]:
    """Inside a transaction: what was made by `accounts.with_new_secrets` holds from now on, as in `issue`.

    Answers for which of them it does not, and why.
    """
    transactions.take_turn_at_facts()
    refused = _refused(list(issued), now)
    good = [access for access in issued if access not in refused]
    if not good:
        return refused
    after = credentials.after_locks(good)
    accounts.reissue_all([(issued[access], max(now, after[access])) for access in good], by=by)
    drawn = [Act("letter.drawn", f"access:{access}", {"holds": "first_password"}) for access in good]
    audit.record_all(drawn, by=by)
    asked = CredentialRequest.objects.filter(requests.OPEN & requests.KNOWN, access__in=good)
    asked.update(carried_out_at=now, carried_out_by=by)
    actions.facts_changed([access.pk for access in good], by=by, reason="first_password", now=now)
    return refused


def _refused(accesses: Sequence[Access], now: datetime) -> dict[Access, AddressRests | OwnPassword]:
    first = Account.objects.filter(pk__in=[one.account_id for one in accesses], password_is_initial=True)
    of_ours = set(first.values_list("pk", flat=True))
    refused = dict[Access, AddressRests | OwnPassword]()
    for access, waits in requests.addresses_wait(accesses, now).items():
        if waits and waits.why == requests.Wait.NEW_ADDRESS:
            text = f"The address is new. No secret travels there before {waits.until_on}."
            refused[access] = AddressRests(text)
        elif access.account_id not in of_ours:
            refused[access] = OwnPassword(f"{access} has a password of its owner's choice already.")
    return refused
