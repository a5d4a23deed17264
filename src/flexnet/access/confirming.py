"""Make it happen: whoever is signed in shows once more that it is them."""

from datetime import datetime

from flexnet import transactions
from flexnet.access.errors import TooManyTries
from flexnet.access.models import Access
from flexnet.accounts import passwords, throttle
from flexnet.audit import actions as audit


def by_password(*, access: Access, password: str, now: datetime) -> bool:
    """Whether this is the access's password. Raises TooManyTries: each wrong one counts, and is told. Hashes.

    Whoever finds a browser signed in must not find out the password with it.
    """
    account = access.account
    tries = throttle.look_inside(account_id=account.pk, now=now)
    if not tries.are_left:
        raise TooManyTries("The password was wrong too often. Wait a minute.")
    if passwords.is_right(password.encode("utf-8", "replace"), account.password, user_name=account.user_name):
        return True
    count = audit.counted(
        "sign_in.confirmation_refused",
        by=f"portal:{access}",
        subject=f"access:{access}",
        source="",
        reason="wrong_password",
        now=now,
    )
    transactions.write_together([throttle.charging(tries.keys, now=now), audit.tallying([count])])
    return False
