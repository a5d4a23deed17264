"""A letter or parcel that ought to go out: what it is about, and how forms and rows name it."""

from dataclasses import dataclass
from datetime import date
from typing import Any, Final, TypeAlias

from django.db.models import Model, Q

from flexnet.access import acceptances, signers
from flexnet.access.campaign import ReminderDue
from flexnet.access.models import Access, Charge, Lock, Notice
from flexnet.keys.models import Key
from flexnet.members.models import Address, Person
from flexnet.post.models import Item, Writing

Kind = Item.Kind


@dataclass(frozen=True)
class Ending:
    """An access ends by itself after this day."""

    last_on: date


Cause: TypeAlias = Lock | Notice | Charge | ReminderDue | Ending | Writing

UNDER_WAY: Final = Q(posted_at=None, void_at=None)
LIVE: Final = Q(void_at=None, returned_at=None)


@dataclass(frozen=True)
class Wanted:
    """`about` is what a letter tells of; one about a new address goes to the former one."""

    kind: Kind
    access: Access | None = None
    key: Key | None = None
    address: Address | None = None
    about: Cause | None = None

    @property
    def name(self) -> str:
        """How a form calls it."""
        if isinstance(self.about, ReminderDue):
            signer = self.about.signer
            of = "person" if isinstance(signer, Person) else "party"
            return f"{self.kind}-{of}-{signer.pk}"
        if isinstance(self.about, Ending):
            return f"{self.kind}-of-{self.access and self.access.pk}-{self.about.last_on}"
        thing: Model | None = self.about or self.address or self.key or self.access
        assert thing is not None  # noqa: S101 - one of them is given
        return f"{self.kind}-{thing.pk}"

    def columns(self) -> dict[str, Any]:
        """As a row names what it is about."""
        named = {"access": self.access, "key": self.key, "address": self.address}
        about = self.about
        if isinstance(about, ReminderDue):
            return named | {"terms": about.terms, "due_on": about.due_on, **signers.fields(about.signer)}
        if isinstance(about, Ending):
            return named | {"due_on": about.last_on}
        return named | ({_COLUMNS[type(about)]: about} if about else {})


_COLUMNS: Final[dict[type[Model], str]] = {
    Lock: "lock",
    Notice: "notice",
    Charge: "charge",
    Writing: "writing",
}


def of(item: Item) -> Wanted:
    """What a row was made for."""
    return Wanted(Kind(item.kind), item.access, item.key, item.address, _about(item))


def _about(item: Item) -> Cause | None:
    signer = item.person or item.third_party
    if item.terms and item.due_on and signer:
        until_on = acceptances.grace_until(item.terms) or item.due_on
        return ReminderDue(signer, item.terms, item.due_on, until_on)
    if item.kind == Kind.END and item.due_on:
        return Ending(item.due_on)
    return item.lock or item.notice or item.charge or item.writing
