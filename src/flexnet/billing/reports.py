"""What a check of a whole file found, as it is kept and told: causes and counts, nothing of a patient."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Protocol

from django.utils.translation import gettext

from flexnet.billing import findings
from flexnet.billing.findings import Code, Finding
from flexnet.lib import kvdt
from flexnet.lib.kvdt.rules import RULES, Id, Level


class Report(Protocol):
    """What is kept of a check; `others` are findings that come from no rule of KBV's."""

    @property
    def level(self) -> int: ...
    @property
    def facts(self) -> Mapping[str, Any]: ...
    @property
    def findings(self) -> Sequence[Mapping[str, Any]]: ...
    @property
    def others(self) -> Sequence[Mapping[str, Any]]: ...
    @property
    def file_name(self) -> str: ...
    @property
    def checked_at(self) -> datetime: ...


_OF_SITE = (Code.SITE_FOREIGN_ALL, Code.HEAD_SITE_DIFFERS)
_OF_QUARTER = (
    Code.QUARTER_DIFFERS,
    Code.QUARTER_AHEAD,
    Code.QUARTER_OLD,
    Code.WINDOW_NOT_YET,
    Code.WINDOW_OVER,
)
_FIELDS = dict.fromkeys(_OF_SITE, "0201") | dict.fromkeys(_OF_QUARTER, "4101")


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


def stored(result: kvdt.Result) -> dict[str, Any]:
    """Facts and findings in the form in which they are kept."""
    return {"facts": _facts(result.facts), "findings": [_of(finding) for finding in result.findings]}


def causes(row: Report) -> Sequence[Cause]:
    """The worst first."""
    found = [*map(_cause, row.findings), *(_other(Finding.restored(one)) for one in row.others)]
    return sorted(found, key=lambda one: -one.level)


def _facts(facts: kvdt.Facts) -> dict[str, object]:
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


def level_of(found: Finding) -> Level:
    """Of a finding that comes from no rule of KBV's."""
    return Level.WARNING if found.code.is_warning else Level.ERROR


def _other(found: Finding) -> Cause:
    return Cause(
        level=level_of(found),
        rule=found.code.value,
        what=found.what,
        why="",
        cure=found.cure,
        source=gettext("Eigene Regel"),
        field=_FIELDS.get(found.code, ""),
        value="",
        count=1,
        lines=(),
    )
