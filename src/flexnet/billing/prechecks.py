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
from flexnet.billing import findings
from flexnet.billing.findings import Code
from flexnet.billing.models import Precheck
from flexnet.lib import file_name, kvdt
from flexnet.lib.kvdt.rules import RULES, Id, Level


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


def keep(*, access: Access, name: str, result: kvdt.Result, by: str, now: datetime) -> Precheck:
    """Keep what was found, of this access; of the name only one that says nothing but sites and days."""
    foreign = _foreign(access, result.facts, now)
    with transactions.writing():
        row = Precheck.objects.create(
            id=uuid.uuid4(),
            account_id=access.account_id,
            file_name=name if _is_usual(name) else "",
            level=max(result.level, Level.ERROR if foreign else Level.OK),
            facts=_stored(result.facts),
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
    return sorted(found, key=lambda one: -one.level)


def _since(now: datetime) -> datetime:
    return now - timedelta(hours=configuration.current().billing.check_result_hours)


def _is_usual(name: str) -> bool:
    try:
        file_name.parse(name)
    except file_name.BadFileName:
        return False
    return True


def _foreign(access: Access, facts: kvdt.Facts, now: datetime) -> list[str]:
    """The sites of the file, if none of them is among those of the access."""
    own = access_queries.sites_of(access, now.astimezone(access_rules.BERLIN).date())
    return [] if any(bsnr in own for bsnr in facts.bsnrs) else list(facts.bsnrs[:9])


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
    texts = findings.TEXTS[Code.SITE_FOREIGN_ALL]
    values = {"found": ", ".join(foreign)}
    return Cause(
        level=Level.ERROR,
        rule=Code.SITE_FOREIGN_ALL.value,
        what=str(texts[0]) % values,
        why="",
        cure=str(texts[1]) % values,
        source=gettext("Eigene Regel"),
        field="0201",
        value="",
        count=1,
        lines=(),
    )
