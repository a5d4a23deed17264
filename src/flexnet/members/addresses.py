"""Make it happen: an address is registered; the former ones stay as history."""

from dataclasses import asdict, dataclass
from datetime import date, datetime

from flexnet import transactions
from flexnet.members import changes, entries
from flexnet.members.errors import ChangedMeanwhile
from flexnet.members.models import Address, Site, ThirdParty

Addressee = Site | ThirdParty


@dataclass(frozen=True)
class PostalAddress:
    """What stands on a letter below the name."""

    street: str
    postcode: str
    town: str
    extra: str = ""

    @classmethod
    def of(cls, row: Address | None) -> "PostalAddress | None":
        return cls(row.street, row.postcode, row.town, row.extra) if row else None

    def checked(self) -> "PostalAddress":
        """As it is kept; raises BadEntry."""
        return PostalAddress(
            entries.required(self.street, field="street", longest=100),
            entries.postcode(self.postcode),
            entries.required(self.town, field="town", longest=100),
            entries.optional(self.extra, field="address supplement", longest=100),
        )


def register(
    *,
    addressee: Addressee,
    address: PostalAddress,
    seen: PostalAddress | None,
    from_on: date,
    by: str,
    now: datetime,
) -> Address:
    """Letters go there from a day on; `seen` is the address that was entered last when the clerk looked.

    Entering again what was entered last changes nothing. Raises BadEntry, ChangedMeanwhile.
    """
    wanted = address.checked()
    with transactions.writing():
        transactions.hold(type(addressee), [addressee.pk])
        last = entered_last(addressee)
        stored = PostalAddress.of(last)
        if last and stored == wanted and last.from_on == from_on:
            return last
        if stored != seen:
            raise ChangedMeanwhile(_fields(seen), _fields(stored), _fields(wanted))
        row = Address(**{kind_of(addressee): addressee}, **asdict(wanted), from_on=from_on, entered_at=now)
        transactions.insert(row)
        changes.record(
            "address.registered",
            _subject(addressee),
            {"from": from_on.isoformat()},
            by=by,
            personal={"before": _fields(stored), "after": _fields(wanted)},
        )
    return row


def entered_last(addressee: Addressee) -> Address | None:
    """The newest entry, whether it holds already or is announced."""
    return Address.objects.filter(**{kind_of(addressee): addressee}).order_by("pk").last()


def kind_of(addressee: Addressee) -> str:
    """The column of an address that names it."""
    return "site" if isinstance(addressee, Site) else "third_party"


def _subject(addressee: Addressee) -> str:
    return f"site:{addressee.bsnr}" if isinstance(addressee, Site) else f"third_party:{addressee.pk}"


def _fields(address: PostalAddress | None) -> dict[str, str]:
    return asdict(address) if address else {}
