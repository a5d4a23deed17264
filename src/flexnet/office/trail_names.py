"""How the audit trail calls people and accesses, from what an auditor types."""

from flexnet.access import queries
from flexnet.accounts import staff_queries


def subject(typed: str) -> str:
    """„staff:clara“ of her user name or her name, „access:bob“ of an access; otherwise as it was typed."""
    return _found(typed, of_staff="staff", of_access="access")


def actor(typed: str) -> str:
    """„office:clara“ of her user name or her name, „portal:bob“ of an access; otherwise as it was typed."""
    return _found(typed, of_staff="office", of_access="portal")


def _found(typed: str, *, of_staff: str, of_access: str) -> str:
    name = typed.strip()
    if not name or ":" in name:
        return name
    if found := staff_queries.called(name):
        return f"{of_staff}:{found}"
    access = queries.whole().filter(account__user_name=name.lower()).first()
    return f"{of_access}:{access}" if access else name
