"""A file is checked in advance: while it arrives, never kept; what was found is kept for a few hours."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext

from flexnet import configuration, transactions
from flexnet.access import queries as access_queries
from flexnet.access import rules as access_rules
from flexnet.access.models import Access
from flexnet.audit import actions as audit
from flexnet.billing import findings, rules
from flexnet.billing.findings import Code, Finding
from flexnet.billing.models import Precheck
from flexnet.lib import file_name, kvdt, xkm
from flexnet.lib.kvdt.rules import RULES, Id, Level
from flexnet.lib.quarters import Quarter


@dataclass(frozen=True)
class Cause:
    """One thing that is wrong, in the reader's language, wherever in the file it is."""

    level: Level
    rule: str
    what: str
    why: str
    cure: str
    source: str
    field: str
    value: str
    count: int
    lines: tuple[int, ...]

    @property
    def where(self) -> str:
        if not (self.lines or self.field):
            return ""
        lines = ", ".join(map(str, self.lines))
        return findings.place(
            {"lines": lines, "fk": self.field, "value": self.value, "count": str(self.count)}
        )

    @property
    def has_more(self) -> bool:
        """Whether only the first lines are named."""
        return self.count > len(self.lines) > 0


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
    foreign = _foreign(access, sites, now)
    window = _of_window(result.facts.quarter, now)
    levels = [result.level, Level.ERROR if foreign else Level.OK, window.level if window else Level.OK]
    with transactions.writing():
        row = Precheck.objects.create(
            id=uuid.uuid4(),
            account_id=access.account_id,
            file_name=name if _is_usual(name) else "",
            level=max(levels),
            facts={**_stored(result.facts), **_stored_container(container)},
            findings=[_of(finding) for finding in result.findings],
            foreign_sites=foreign,
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


def causes(row: Precheck) -> Sequence[Cause]:
    """The worst first."""
    found = [_cause(one) for one in row.findings]
    if row.foreign_sites:
        found.append(_of_sites(row.foreign_sites))
    quarter = row.facts["quarter"]
    if window := _of_window(Quarter.parse(quarter) if quarter else None, row.checked_at):
        found.append(window)
    return sorted(found, key=lambda one: -one.level)


def _since(now: datetime) -> datetime:
    return now - timedelta(hours=configuration.current().billing.check_result_hours)


def _is_usual(name: str) -> bool:
    try:
        file_name.parse(name)
    except file_name.BadFileName:
        return False
    return True


def _foreign(access: Access, sites: Sequence[str], now: datetime) -> list[str]:
    """The sites of the file, if none of them is among those of the access."""
    own = access_queries.sites_of(access, now.astimezone(access_rules.BERLIN).date())
    return [] if any(bsnr in own for bsnr in sites) else list(sites[:9])


def _of_window(quarter: Quarter | None, at: datetime) -> Cause | None:
    if quarter is None:
        return None
    found = rules.of_window(quarter, access_rules.day_of(at), configuration.current().billing)
    if found is None:
        return None
    level = Level.WARNING if found.code.is_warning else Level.ERROR
    return _own(level, found, field="4101")


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


def _stored(facts: kvdt.Facts) -> dict[str, object]:
    return {
        "quarter": str(facts.quarter) if facts.quarter else None,
        "created_on": facts.created_on.isoformat() if facts.created_on else None,
        "packages": [package.name for package in facts.packages],
        "sites": list(facts.bsnrs[:99]),
        "doctors": len(facts.lanrs),
        "cases": facts.cases,
        "counts": dict(facts.counts),
        "lines": facts.lines,
        "size": facts.size,
        "modules": [{"version": one.version[:20], "result": one.result[:1]} for one in facts.modules],
    }


def _of(finding: kvdt.Finding) -> dict[str, object]:
    return {**asdict(finding), "rule": finding.rule.value}


def _cause(row: Mapping[str, object]) -> Cause:
    rule = RULES[Id(str(row["rule"]))]
    lines = row["lines"]
    assert isinstance(lines, list)  # noqa: S101 - we wrote it
    return Cause(
        level=rule.level,
        rule=str(row["rule"]),
        what=gettext(rule.what),
        why=gettext(rule.why),
        cure=gettext(rule.cure),
        source=gettext(rule.source),
        field=str(row["fk"]),
        value=str(row["value"]),
        count=int(str(row["count"])),
        lines=tuple(lines),
    )


def _of_sites(foreign: Sequence[str]) -> Cause:
    found = Finding(Code.SITE_FOREIGN_ALL, {"found": ", ".join(foreign)})
    return _own(Level.ERROR, found, field="0201")


def _own(level: Level, found: Finding, *, field: str) -> Cause:
    """A finding of ours, whatever KBV's rules say."""
    return Cause(
        level=level,
        rule=found.code.value,
        what=str(found.what),
        why="",
        cure=str(found.cure),
        source=gettext("Eigene Regel"),
        field=field,
        value="",
        count=1,
        lines=(),
    )
