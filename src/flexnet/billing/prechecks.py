"""A file is checked in advance: while it arrives, never kept; what was found is kept for a few hours."""

import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta

from flexnet import configuration, transactions
from flexnet.access import queries as access_queries
from flexnet.access import rules as access_rules
from flexnet.access.models import Access
from flexnet.audit import actions as audit
from flexnet.billing import extensions, reports, rules
from flexnet.billing.findings import Code, Finding
from flexnet.billing.models import Precheck
from flexnet.lib import file_name, kvdt, xkm
from flexnet.lib.quarters import Quarter


def keep(
    *,
    access: Access,
    name: str,
    result: kvdt.Result,
    by: str,
    now: datetime,
    container: xkm.Container | None = None,
) -> Precheck:
    """Keep what was found, of this access; of the name only one that says nothing but sites and days."""
    sites = (container.bsnr,) if container else result.facts.bsnrs
    asked = (_of_sites(access, sites, now), _of_window(result.facts.quarter, sites, now))
    others, found = [one for one in asked if one], reports.stored(result)
    with transactions.writing():
        row = Precheck.objects.create(
            id=uuid.uuid4(),
            account_id=access.account_id,
            file_name=name if _is_usual(name) else "",
            level=max([result.level, *map(reports.level_of, others)]),
            facts={**found["facts"], **_stored_container(container)},
            findings=found["findings"],
            others=[one.stored() for one in others],
            checked_at=now,
        )
        data = {"level": row.level, "lines": result.facts.lines, "size": result.facts.size}
        audit.record("delivery.checked", by=by, subject=f"access:{access}", data=data)
    return row


def one_for(access: Access, key: uuid.UUID, now: datetime) -> Precheck | None:
    """Of one's own, as long as it is kept."""
    return Precheck.objects.filter(account=access.account_id, pk=key, checked_at__gt=_since(now)).first()


def clear_old(now: datetime) -> int:
    """Forget what was kept long enough; answers how many."""
    return Precheck.objects.filter(checked_at__lte=_since(now)).delete()[0]


def _since(now: datetime) -> datetime:
    return now - timedelta(hours=configuration.current().billing.check_result_hours)


def _is_usual(name: str) -> bool:
    try:
        file_name.parse(name)
    except file_name.BadFileName:
        return False
    return True


def _of_sites(access: Access, sites: Sequence[str], now: datetime) -> Finding | None:
    """None of the sites of the file is among those of the access."""
    own = access_queries.sites_of(access, access_rules.day_of(now))
    if not sites or any(bsnr in own for bsnr in sites):
        return None
    return Finding(Code.SITE_FOREIGN_ALL, {"found": ", ".join(sites[:9])})


def _of_window(quarter: Quarter | None, sites: Sequence[str], now: datetime) -> Finding | None:
    if quarter is None:
        return None
    return rules.of_window(quarter, extensions.window(quarter, sites), access_rules.day_of(now))


def _stored_container(container: xkm.Container | None) -> dict[str, object]:
    """What its plain header says; `created_at` is the practice's own clock, without a zone."""
    if container is None:
        return {}
    told: dict[str, object] = {
        "version": container.version[:20],
        "created_at": container.created_at.isoformat(),
        "part": container.part,
        "parts": container.parts,
        "is_test": container.is_test,
    }
    return {"sites": [container.bsnr], "container": told}
