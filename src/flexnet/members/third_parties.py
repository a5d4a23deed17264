"""Make it happen: third parties come, change and go; in writing, what interest the KV has in it (§ 1(1))."""

from dataclasses import asdict, dataclass
from datetime import date, datetime

from flexnet import transactions
from flexnet.members import changes, editing, entries
from flexnet.members.models import ThirdParty


@dataclass(frozen=True)
class ThirdPartyDetails:
    """Who it is, who signs for it, whom to ask, and the KV's own interest in the access."""

    name: str
    signatory: str
    contact: str
    interest: str
    phone: str = ""
    email: str = ""

    @classmethod
    def of(cls, row: ThirdParty) -> "ThirdPartyDetails":
        return cls(row.name, row.signatory, row.contact, row.interest, row.phone, row.email)

    def checked(self) -> "ThirdPartyDetails":
        """As it is kept; raises BadEntry."""
        return ThirdPartyDetails(
            entries.required(self.name, field="name", longest=200),
            entries.required(self.signatory, field="signatory", longest=200),
            entries.required(self.contact, field="contact person", longest=200),
            entries.several_lines(self.interest, field="KV's own interest"),
            entries.phone(self.phone),
            entries.email(self.email),
        )


def enter(
    *, details: ThirdPartyDetails, from_on: date, by: str, now: datetime, until_on: date | None = None
) -> ThirdParty:
    """Raises BadEntry, BadPeriod."""
    if until_on:
        entries.check_period(from_on, until_on)
    kept = details.checked()
    with transactions.writing():
        row = ThirdParty.objects.create(**asdict(kept), from_on=from_on, until_on=until_on)
        data = {"from": from_on.isoformat(), "until": until_on.isoformat() if until_on else None}
        changes.of_third_party(row, "third_party.entered", data, by=by, now=now)
    return row


def edit(*, party: ThirdParty, seen: ThirdPartyDetails, wanted: ThirdPartyDetails, by: str) -> None:
    """Raises BadEntry, ChangedMeanwhile."""
    kept, subject = wanted.checked(), f"third_party:{party.pk}"
    editing.replace(party, asdict(seen), asdict(kept), "third_party.edited", subject, by=by)


def end(*, party: ThirdParty, until_on: date, by: str, reason: str, now: datetime) -> None:
    """The KV's interest lasts up to this day, inclusive, and with it the accesses. Raises BadPeriod."""
    entries.check_period(party.from_on, until_on)
    with transactions.writing():
        ThirdParty.objects.filter(pk=party.pk).update(until_on=until_on)
        before = party.until_on.isoformat() if party.until_on else None
        data = {"until": until_on.isoformat(), "until_before": before, "reason": reason}
        changes.of_third_party(party, "third_party.ended", data, by=by, now=now)
