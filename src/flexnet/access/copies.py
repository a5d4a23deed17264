"""Make it happen: a copy of what is stored about somebody is given out, and told (Art. 15 GDPR)."""

from flexnet import transactions
from flexnet.access.models import Access
from flexnet.audit import actions as audit


def note(access: Access, *, by: str) -> None:
    """Somebody took a copy of what is stored about the person of this access."""
    with transactions.writing():
        audit.record("copy.taken", by=by, subject=f"access:{access}")
