"""Make it happen: whoever may sign vouches for a quarter's billing (Sammelerklärung); its text is kept."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from flexnet import configuration, transactions
from flexnet.access import queries as access_queries
from flexnet.access import rules as access_rules
from flexnet.access.models import Access
from flexnet.audit import actions as audit
from flexnet.billing import actions, completeness, confirmations, numbers
from flexnet.billing.models import CollectiveDeclaration, Receipt
from flexnet.lib import canonical_text
from flexnet.lib.quarters import Quarter
from flexnet.members.models import Practice


class NotDeclared(StrEnum):
    """Why nothing happened."""

    NOT_NEEDED = "not_needed"
    NOT_YOURS = "not_yours"
    NOT_YET = "not_yet"
    CHANGED = "changed"


@dataclass(frozen=True)
class Text:
    """What is confirmed, in the one form that its SHA-256 covers."""

    text: str
    sha256: str


def wanted() -> Text | None:
    """The profile's text; None where no declaration is asked for."""
    c = configuration.current()
    if c.billing.declaration == "none" or c.texts.collective_declaration is None:
        return None
    text = canonical_text.canonical(c.texts.collective_declaration.read_text(encoding="utf-8"))
    return Text(text, canonical_text.sha256(text))


def shown(text: Text, bsnrs: tuple[str, ...]) -> str:
    """What a page showed, in short: the text and the sites that are vouched for."""
    return canonical_text.sha256("\n".join((text.sha256, *bsnrs)))


def give(
    *, member: Access, practice: Practice, quarter: Quarter, seen: str, by: str, now: datetime
) -> CollectiveDeclaration | NotDeclared:
    """Once for each person; given again it is the same one, unless the practice has got another site.

    `seen` is `shown` of the page: nobody vouches for a text or for sites that they have not read.
    """
    today, text = access_rules.day_of(now), wanted()
    if text is None:
        return NotDeclared.NOT_NEEDED
    with transactions.writing():
        transactions.hold(Practice, [practice.pk])
        if not _may(member, practice, now):
            return NotDeclared.NOT_YOURS
        if quarter > Quarter.of(today):
            return NotDeclared.NOT_YET
        found = completeness.of(practice, quarter, today)
        earlier = [one for one in found.given if one.person_id == member.person_id]
        if earlier:
            return earlier[-1]
        if seen != shown(text, found.bsnrs):
            return NotDeclared.CHANGED
        return _give(member, found, text, by=by, now=now)


def _may(member: Access, practice: Practice, now: datetime) -> bool:
    channel = access_rules.Channel.PORTAL
    decision = access_queries.decide_access(member.pk, channel=channel, now=now)
    if isinstance(decision, access_rules.Refusal) or decision.narrow:
        return False
    return completeness.may_sign(member, practice, access_rules.day_of(now))


def _give(
    member: Access, found: completeness.Completeness, text: Text, *, by: str, now: datetime
) -> CollectiveDeclaration:
    assert member.person  # noqa: S101 - whoever may sign is a person
    row = CollectiveDeclaration.objects.create(
        number=numbers.declaration(found.quarter, actions.next_of(found.quarter, "last_declaration")),
        practice=found.practice,
        person=member.person,
        quarter=found.quarter,
        bsnrs=list(found.bsnrs),
        text=text.text,
        sha256=text.sha256,
        user_name=str(member),
        given_at=now,
    )
    receipts = Receipt.objects.filter(delivery__bsnr__in=found.bsnrs, delivery__quarter=found.quarter)
    confirmations.state_declaration(row, list(receipts.order_by("number").values_list("number", flat=True)))
    data = {"number": row.number, "quarter": str(found.quarter), "sha256": text.sha256, "bsnrs": row.bsnrs}
    audit.record("collective_declaration.given", by=by, subject=f"access:{member}", data=data)
    return row
