"""Make it happen: what the KV confirms is sealed, by the worker, which alone has the key; and verified."""

import functools
from datetime import datetime
from typing import Final

from flexnet import configuration, transactions
from flexnet.audit import actions as audit
from flexnet.billing import papers
from flexnet.billing.models import Confirmation
from flexnet.lib import electronic_seals
from flexnet.lib.electronic_seals import Sealer

_MOST: Final = 100


def current() -> Sealer:
    """The process's sealer; a new key takes effect with its next start. Raises BadSealingKey."""
    return _loaded(configuration.current().seal)


def trusted() -> electronic_seals.Authorities:
    """Whose certificates vouch for receipts, those of former keys too. Raises BadSealingKey."""
    seal = configuration.current().seal
    return electronic_seals.authorities(seal.trusted or [seal.certificate])


def seal_waiting(now: datetime) -> int:
    """Seal what was said and is not sealed yet, oldest first; answers how many.

    Of two that seal the same at once, what the first one wrote stays: there is one sealed document for ever.
    """
    rows = Confirmation.objects.filter(sealed_at=None).order_by("stated_at")[:_MOST]
    return sum(_seal(row, current(), now) for row in rows)


def _seal(row: Confirmation, sealer: Sealer, now: datetime) -> bool:
    pdf = sealer.seal_pdf(papers.pdf(row), reason=papers.named(row))
    signature = sealer.sign(row.statement.encode())
    with transactions.writing():
        waiting = Confirmation.objects.filter(pk=row.pk, sealed_at=None)
        if not waiting.update(pdf=pdf, signature=signature, sealed_at=now):
            return False
        data = {"sha256": papers.sha256(pdf), "statement_sha256": papers.sha256(row.statement.encode())}
        audit.record("confirmation.sealed", by="worker", subject=f"confirmation:{row}", data=data)
    return True


@functools.cache
def _loaded(seal: configuration.Seal) -> Sealer:
    return electronic_seals.load(key=seal.key, certificate=seal.certificate)
